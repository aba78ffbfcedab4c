import Consensus
import Foundation
import GRDB
import Hashing
import NodeTestSupport
import SSZ
import Storage
import Testing

struct ChainDatabaseTests {
  @Test func `a new database has no place to start from`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    let database = try ChainDatabase(path: file, genesis: .zero)
    #expect(try database.anchor() == nil)
    #expect(try database.blocks(after: 0) == [])
    #expect(try database.block(.zero) == nil)
  }

  @Test func `after a restart the anchor and the blocks behind it come back by slot`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    let blocks = try [5, 3, 4].map { try signedBlock(slot: $0) }
    var database = try ChainDatabase(path: file, genesis: .zero)
    for block in blocks { try database.insert(block, root: block.block.hashTreeRoot()) }
    try database.setAnchor(blocks[1].block, state: try makeState())
    try database.close()

    database = try ChainDatabase(path: file, genesis: .zero)
    let anchor = try #require(try database.anchor())
    #expect(anchor.block == blocks[1].block)
    #expect(try anchor.state == makeState())
    #expect(try database.blocks(after: 3) == [blocks[2], blocks[0]])
    #expect(try database.block(blocks[0].block.hashTreeRoot()) == blocks[0])
  }

  @Test func `blocks far behind the anchor are forgotten`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    let database = try ChainDatabase(path: file, genesis: .zero)
    let old = try signedBlock(slot: 1)
    try database.insert(old, root: old.block.hashTreeRoot())
    let anchor = try signedBlock(slot: 2 + 65_536)
    try database.setAnchor(anchor.block, state: try makeState())
    #expect(try database.block(old.block.hashTreeRoot()) == nil)
  }

  @Test func `a block stored twice is kept once`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    let database = try ChainDatabase(path: file, genesis: .zero)
    let block = try signedBlock(slot: 1)
    for _ in 0..<2 { try database.insert(block, root: block.block.hashTreeRoot()) }
    #expect(try database.block(block.block.hashTreeRoot()) == block)
  }

  @Test func `the database of another network is refused with the remedy`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    try ChainDatabase(path: file, genesis: .zero).close()
    let error = #expect(throws: ChainDatabaseError.self) {
      _ = try ChainDatabase(path: file, genesis: SHA256.hash([1]))
    }
    #expect(error?.code == .foreign)
    #expect(error?.description.contains("--data-dir") == true)
  }

  @Test func `a second holder is refused`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    let holder = try ChainDatabase(path: file, genesis: .zero)
    let error = #expect(throws: ChainDatabaseError.self) {
      _ = try ChainDatabase(path: file, genesis: .zero)
    }
    #expect(error?.code == .inUse)
    try holder.close()
  }

  @Test func `a file that is no database is refused`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    try Data(repeating: 0x55, count: 8_192).write(to: URL(filePath: file))
    let error = #expect(throws: ChainDatabaseError.self) {
      _ = try ChainDatabase(path: file, genesis: .zero)
    }
    #expect(error?.code == .damaged)
  }

  @Test func `a stored block that does not decode is refused, not trapped on`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    var database = try ChainDatabase(path: file, genesis: .zero)
    try database.setAnchor(try signedBlock(slot: 1).block, state: try makeState())
    try database.close()
    let queue = try DatabaseQueue(path: file)
    try queue.write { try $0.execute(sql: "UPDATE anchor SET state = x'0011'") }
    try queue.close()

    database = try ChainDatabase(path: file, genesis: .zero)
    let error = #expect(throws: ChainDatabaseError.self) { try database.anchor() }
    #expect(error?.code == .damaged)
  }

  @Test func `a block of which a bit was turned is taken out and can be kept again`() throws {
    let scratch = try Scratch()
    let file = scratch.path("chain.sqlite")
    let blocks = try [1, 2, 3].map { try signedBlock(slot: $0) }
    var database = try ChainDatabase(path: file, genesis: .zero)
    for block in blocks { try database.insert(block, root: block.block.hashTreeRoot()) }
    try database.close()
    let root = blocks[1].block.hashTreeRoot()
    var body = blocks[1].sszBytes()
    body[30] ^= 1
    let queue = try DatabaseQueue(path: file)
    try queue.write { database in
      try database.execute(
        sql: "UPDATE block SET body = ? WHERE root = ?",
        arguments: [Data(body), Data(root.bytes)])
    }
    try queue.close()

    database = try ChainDatabase(path: file, genesis: .zero)
    #expect(try database.block(root) == nil)
    var found: [SignedBlock] = []
    #expect(try database.forEachBlock(after: 0) { found.append($0) } == 1)
    #expect(found == [blocks[0], blocks[2]])
    try database.insert(blocks[1], root: root)
    #expect(try database.blocks(after: 0) == blocks)
  }

  @Test func `a directory that is not there is refused`() {
    let error = #expect(throws: ChainDatabaseError.self) {
      _ = try ChainDatabase(path: "/nonexistent/chain.sqlite", genesis: .zero)
    }
    #expect(error?.code == .inaccessible)
  }
}

extension ChainDatabase {
  fileprivate func blocks(after slot: Slot) throws -> [SignedBlock] {
    var found: [SignedBlock] = []
    #expect(try forEachBlock(after: slot) { found.append($0) } == 0)
    return found
  }
}

private func makeState() throws -> State {
  State(genesisTime: 7, validators: try Validators([]))
}

private func signedBlock(slot: UInt64) throws -> SignedBlock {
  SignedBlock(
    block: Block(
      slot: Slot(slot), proposerIndex: 0, parentRoot: SHA256.hash([UInt8(slot & 0xFF)]),
      stateRoot: .zero, body: BlockBody()),
    proof: MultiMessageAggregate(proof: try ByteList([UInt8(slot & 0xFF)])))
}
