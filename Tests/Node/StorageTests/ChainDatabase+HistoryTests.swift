import Consensus
import Foundation
import GRDB
import Hashing
import NodeTestSupport
import SSZ
import Storage
import Testing

struct ChainDatabaseHistoryTests {
  private let scratch: Scratch
  /// Slots 1 to 40 but for every fifth.
  private let chain: [SignedBlock]
  private let genesis = makeBlock(slot: 0, parent: .zero)

  init() throws {
    scratch = try Scratch()
    var blocks: [SignedBlock] = []
    for slot in 1...40 as ClosedRange<UInt64> where slot % 5 != 0 {
      blocks.append(
        try signed(makeBlock(slot: slot, parent: blocks.last.map(root) ?? genesis.hashTreeRoot())))
    }
    chain = blocks
  }

  private var file: String { scratch.path("chain.sqlite") }

  private func open(_ retention: ChainDatabase.Retention = .usual) throws -> ChainDatabase {
    try ChainDatabase(path: file, genesis: .zero, retention: retention)
  }

  /// A database with the whole chain, whose anchors were at these slots.
  private func filled(
    _ retention: ChainDatabase.Retention = .usual, anchors: [UInt64] = [8, 22]
  ) throws -> ChainDatabase {
    let database = try open(retention)
    try database.setAnchor(genesis, state: try state(after: genesis))
    for block in chain { try database.insert(block, root: root(block)) }
    for slot in anchors {
      let block = try block(at: slot).block
      try database.setAnchor(block, state: try state(after: block))
    }
    return database
  }

  private func block(at slot: UInt64) throws -> SignedBlock {
    try #require(chain.first { $0.block.slot == Slot(slot) })
  }

  private func state(after block: Block) throws -> State {
    var state = State(genesisTime: 7, validators: try Validators([]))
    state.slot = block.slot
    let roots = (0..<block.slot.rawValue).map { slot in
      slot == 0 ? genesis.hashTreeRoot() : chain.first { $0.block.slot == Slot(slot) }.map(root)
    }
    state.historicalBlockHashes = try HistoricalBlockHashes(roots.map { $0 ?? .zero })
    return state
  }

  private func range(
    _ database: ChainDatabase, _ start: UInt64, _ count: UInt64, head: SignedBlock? = nil
  ) throws -> ChainDatabase.Range {
    let head = try head ?? #require(chain.last)
    return try database.range(
      from: Slot(start), count: count, head: Checkpoint(root: root(head), slot: head.block.slot),
      beforeHead: head.block.parentRoot)
  }

  private func roots(_ slots: ClosedRange<UInt64>) -> ChainDatabase.Range {
    .roots(chain.filter { slots.contains($0.block.slot.rawValue) }.map(root))
  }

  @Test func `ranges on both sides of the anchor are served ascending, empty slots left out`()
    throws
  {
    let database = try filled()
    for (start, count) in [(1, 40), (1, 1), (5, 1), (8, 1), (20, 10), (22, 1), (23, 4), (39, 9)] {
      let end = UInt64(start + count - 1)
      #expect(
        try range(database, UInt64(start), UInt64(count)) == roots(UInt64(start)...end),
        "\(start) + \(count)")
    }
    #expect(try range(database, 0, 3) == roots(1...2))
    #expect(try range(database, 41, 1_024) == .roots([]))
    #expect(try range(database, .max - 1, 1) == .roots([]))
    #expect(try range(database, 1, 0) == .roots([]))
    #expect(try range(database, 1, .max) == roots(1...40))
  }

  @Test func `a head that is not written yet is left out`() throws {
    let database = try filled()
    let next = try signed(makeBlock(slot: 41, parent: root(#require(chain.last))))
    #expect(try range(database, 38, 10, head: next) == roots(38...40))
    let far = try signed(makeBlock(slot: 42, parent: root(next)))
    #expect(try range(database, 38, 10, head: far) == .incomplete)
    #expect(try range(database, 10, 5, head: far) == roots(10...14))
  }

  @Test(arguments: [12, 31] as [UInt64])
  func `a missing block makes its range incomplete, and no other`(slot: UInt64) throws {
    var database = try filled()
    try database.close()
    let queue = try DatabaseQueue(path: file)
    let gone = root(try block(at: slot)).bytes
    try queue.write {
      try $0.execute(sql: "DELETE FROM block WHERE root = ?", arguments: [Data(gone)])
    }
    try queue.close()
    database = try open()
    #expect(try range(database, slot - 1, 3) == .incomplete)
    #expect(try range(database, 1, 8) == roots(1...8))
    if slot > 22 { #expect(try range(database, 20, 3) == roots(20...22)) }
  }

  @Test func `a fork is not served by range, and goes when the anchor has passed it`() throws {
    let database = try filled(anchors: [8])
    let fork = try signed(makeBlock(slot: 20, parent: root(block(at: 19))))
    try database.insert(fork, root: root(fork))
    #expect(try range(database, 18, 4) == roots(18...21))
    #expect(try database.block(root(fork)) == fork)
    // It is served while it is the head's chain.
    #expect(try range(database, 19, 9, head: fork) == .roots([root(block(at: 19)), root(fork)]))
    let anchor = try block(at: 22).block
    try database.setAnchor(anchor, state: try state(after: anchor))
    #expect(try database.block(root(fork)) == nil)
    #expect(try range(database, 18, 4) == roots(18...21))
  }

  @Test func `what is pruned is outside history, and an archive prunes nothing`() throws {
    let database = try filled(.slots(10))
    #expect(try database.historyStart() == 12)
    #expect(try range(database, 11, 3) == .outsideHistory)
    #expect(try range(database, 12, 3) == roots(12...14))
    #expect(try database.block(root(block(at: 11))) == nil)
    try database.close()
    try FileManager.default.removeItem(atPath: file)
    let archive = try filled(.archive)
    #expect(try archive.historyStart() == 0)
    #expect(try range(archive, 1, 40) == roots(1...40))
  }

  @Test
  func
    `history begins where a node started from a newer block of elsewhere, and an older one is not taken`()
    throws
  {
    let database = try filled(anchors: [8])
    let start = try block(at: 24)
    #expect(try database.adopt(start, state: try state(after: start.block)))
    let older = try block(at: 23)
    #expect(try !database.adopt(older, state: try state(after: older.block)))
    #expect(try database.anchor()?.block == start.block)
    #expect(try range(database, 23, 3) == .outsideHistory)
    #expect(try range(database, 24, 20) == roots(24...40))
    let anchor = try block(at: 31).block
    try database.setAnchor(anchor, state: try state(after: anchor))
    #expect(try range(database, 24, 20) == roots(24...40))
  }

  @Test func `an anchor of another history begins a new one`() throws {
    let database = try filled(anchors: [8])
    let stranger = makeBlock(slot: 30, parent: .zero)
    var state = try state(after: stranger)
    state.historicalBlockHashes = try HistoricalBlockHashes(
      Array(repeating: SHA256.hash([9]), count: 30))
    try database.setAnchor(stranger, state: state)
    #expect(try range(database, 30, 5) == .outsideHistory)
  }

  @Test func `a database of an older program is brought up to date, its blocks kept`() throws {
    let queue = try DatabaseQueue(path: file)
    let anchor = try block(at: 22).block
    try queue.write { database in
      try database.execute(
        sql: """
          CREATE TABLE network (genesis BLOB NOT NULL) STRICT;
          CREATE TABLE block (root BLOB NOT NULL PRIMARY KEY, slot INTEGER NOT NULL,
            body BLOB NOT NULL) STRICT;
          CREATE INDEX block_slot ON block (slot);
          CREATE TABLE anchor (slot INTEGER NOT NULL, block BLOB NOT NULL, state BLOB NOT NULL)
            STRICT;
          CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
          INSERT INTO grdb_migrations VALUES ('blocks and anchor');
          """)
      try database.execute(
        sql: "INSERT INTO network VALUES (?)", arguments: [Data(Bytes32.zero.bytes)])
      try database.execute(
        sql: "INSERT INTO anchor VALUES (22, ?, ?)",
        arguments: [Data(anchor.sszBytes()), Data(state(after: anchor).sszBytes())])
      for block in chain {
        try database.execute(
          sql: "INSERT INTO block VALUES (?, ?, ?)",
          arguments: [
            Data(root(block).bytes), Int64(block.block.slot.rawValue), Data(block.sszBytes()),
          ])
      }
    }
    try queue.close()
    let database = try open()
    #expect(try range(database, 23, 20) == roots(23...40))
    #expect(try range(database, 22, 20) == .outsideHistory)
    #expect(try database.block(root(block(at: 39))) == block(at: 39))
  }

  @Test
  func `whatever was written when the power went, the file opens and what is served is whole`()
    throws
  {
    let database = try filled(anchors: [])
    for slot in [8, 22, 31] as [UInt64] {
      let anchor = try block(at: slot).block
      try database.setAnchor(anchor, state: try state(after: anchor))
    }
    let base = try Data(contentsOf: URL(filePath: file))
    let log = try Data(contentsOf: URL(filePath: file + "-wal"))
    try database.close()
    var anchors: Set<Slot> = []
    for length in stride(from: 0, to: log.count, by: max(1, log.count / 60)) + [log.count] {
      let copy = scratch.path("cut-\(length).sqlite")
      try base.write(to: URL(filePath: copy))
      try log.prefix(length).write(to: URL(filePath: copy + "-wal"))
      let cut = try ChainDatabase(path: copy, genesis: .zero)
      let head = try #require(chain.last)
      let answer = try cut.range(
        from: 1, count: 40, head: Checkpoint(root: root(head), slot: 40), beforeHead: .zero)
      #expect(answer == .incomplete || answer == roots(1...40), "\(length) bytes of the log")
      if let anchor = try cut.anchor() { anchors.insert(anchor.block.slot) }
      try cut.close()
    }
    #expect(anchors.isSuperset(of: [0, 31]))
  }
}

private func root(_ block: SignedBlock) -> Bytes32 { block.block.hashTreeRoot() }

private func signed(_ block: Block) throws -> SignedBlock {
  SignedBlock(block: block, proof: MultiMessageAggregate(proof: try ByteList([1, 2, 3])))
}

private func makeBlock(slot: UInt64, parent: Bytes32) -> Block {
  Block(
    slot: Slot(slot), proposerIndex: 0, parentRoot: parent, stateRoot: .zero, body: BlockBody())
}
