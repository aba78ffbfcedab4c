public import Consensus
internal import Foundation
internal import GRDB
public import Hashing
internal import SSZ

/// The blocks a node has imported and a finalized state to start again from, in one SQLite file.
///
/// Losing the newest commits to a power cut costs a few blocks, which peers have: so commits do
/// not wait for the disk. What must never be lost, the signing journal, is another file.
public final class ChainDatabase: Sendable {
  /// The file's name in a node's data directory.
  package static let fileName = "chain.sqlite"

  /// How far back blocks are kept for peers that catch up.
  public enum Retention: Hashable, Sendable {
    /// All blocks.
    case archive
    /// The blocks of so many slots behind the anchor.
    case slots(UInt64)

    /// Three days.
    public static let usual = Retention.slots(65_536)

    /// The oldest slot that is kept.
    func oldest(anchor slot: Slot) -> Slot {
      switch self {
      case .archive: 0
      case .slots(let count): slot.saturatingSubtract(count)
      }
    }
  }

  /// The database file.
  public let path: String

  let queue: DatabaseQueue
  let retention: Retention

  /// Opens or creates the database of the network whose genesis block is `genesis`.
  ///
  /// - Throws: A ``ChainDatabaseError`` when the file belongs to another network, is damaged, is in
  ///   use, or cannot be written.
  public init(
    path: String, genesis: Bytes32, retention: Retention = .usual
  ) throws(ChainDatabaseError) {
    self.path = path
    self.retention = retention
    do {
      var configuration = Configuration()
      configuration.label = "chain database"
      configuration.busyMode = .immediateError
      configuration.prepareDatabase { database in
        try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
        try database.execute(sql: "PRAGMA journal_mode = WAL")
        try database.execute(sql: "PRAGMA synchronous = NORMAL")
      }
      queue = try DatabaseQueue(path: path, configuration: configuration)
      try Self.migrate(queue, path: path)
      try Self.claim(queue, for: genesis, path: path)
    } catch {
      throw ChainDatabaseError(error, path: path)
    }
  }

  /// Releases the file; using the database afterwards is refused.
  public func close() throws(ChainDatabaseError) {
    do { try queue.close() } catch { throw ChainDatabaseError(error, path: path) }
  }

  /// Keeps an imported block.
  public func insert(_ block: SignedBlock, root: Bytes32) throws(ChainDatabaseError) {
    try write { try Self.insert(block, root: root, into: $0) }
  }

  static func insert(_ block: SignedBlock, root: Bytes32, into database: Database) throws {
    try database.execute(
      sql: "INSERT OR IGNORE INTO block (root, slot, parent, body) VALUES (?, ?, ?, ?)",
      arguments: [
        data(root), slot(block.block.slot), data(block.block.parentRoot), Data(block.sszBytes()),
      ])
  }

  /// Makes a finalized block the one to start again from, and forgets what lies far behind it or
  /// beside its chain.
  public func setAnchor(_ block: Block, state: State) throws(ChainDatabaseError) {
    try write { database in
      try Self.extendHistory(to: block, state, in: database)
      try Self.prune(before: retention.oldest(anchor: block.slot), in: database)
      try Self.putAnchor(block, state, in: database)
    }
  }

  /// Starts from a finalized block that was got from elsewhere, unless its own anchor is as new: what
  /// came before the block is then not here.
  ///
  /// Call it before anything reads the anchor; the caller has checked that block and state fit.
  /// - Returns: Whether the block is the anchor now.
  public func adopt(_ block: SignedBlock, state: State) throws(ChainDatabaseError) -> Bool {
    let own = try read { try Int64.fetchOne($0, sql: "SELECT slot FROM anchor") }
    guard own.map({ $0 < slot(block.block.slot) }) ?? true else { return false }
    try write { database in
      let root = block.block.hashTreeRoot()
      try Self.beginHistory(at: block.block, in: database)
      try Self.insert(block, root: root, into: database)
      try database.execute(
        sql: "UPDATE history SET start = ?", arguments: [slot(block.block.slot)])
      try Self.putAnchor(block.block, state, in: database)
    }
    return true
  }

  private static func putAnchor(_ block: Block, _ state: State, in database: Database) throws {
    try database.execute(sql: "DELETE FROM anchor")
    try database.execute(
      sql: "INSERT INTO anchor (slot, block, state) VALUES (?, ?, ?)",
      arguments: [slot(block.slot), Data(block.sszBytes()), Data(state.sszBytes())])
  }

  /// The place to start again from, a finalized block and the state after it; `nil` in a new
  /// database.
  public func anchor() throws(ChainDatabaseError) -> (block: Block, state: State)? {
    try read { database in
      guard let row = try Row.fetchOne(database, sql: "SELECT block, state FROM anchor")
      else { return nil }
      return (
        try Block(ssz: [UInt8](row["block"] as Data)),
        try State(ssz: [UInt8](row["state"] as Data))
      )
    }
  }

  /// Goes through the blocks after a slot, by ascending slot, one in memory at a time.
  ///
  /// A block that is not what its root says is taken out, so that it can be kept again when a peer
  /// sends it.
  /// - Returns: The number of blocks that were taken out.
  public func forEachBlock(
    after slot: Slot, _ body: (SignedBlock) -> Void
  ) throws(ChainDatabaseError) -> Int {
    var damaged: [Data] = []
    try read { database in
      let rows = try Row.fetchCursor(
        database, sql: "SELECT root, body FROM block WHERE slot > ? ORDER BY slot, root",
        arguments: [Int64(clamping: slot.rawValue)])
      while let row = try rows.next() {
        let root: Data = row["root"]
        if let block = Self.block(row["body"], root: root) {
          body(block)
        } else {
          damaged.append(root)
        }
      }
    }
    for root in damaged {
      try write { try $0.execute(sql: "DELETE FROM block WHERE root = ?", arguments: [root]) }
    }
    return damaged.count
  }

  /// The block with `root`, if it is kept and whole.
  public func block(_ root: Bytes32) throws(ChainDatabaseError) -> SignedBlock? {
    try read { database in
      let body = try Data.fetchOne(
        database, sql: "SELECT body FROM block WHERE root = ?", arguments: [data(root)])
      return body.flatMap { Self.block($0, root: data(root)) }
    }
  }

  /// The refusal of a file whose contents contradict each other.
  public func damage(_ finding: String) -> ChainDatabaseError {
    ChainDatabaseError(damaged: finding, path: path)
  }

  private static func block(_ body: Data, root: Data) -> SignedBlock? {
    guard let block = try? SignedBlock(ssz: [UInt8](body)), data(block.block.hashTreeRoot()) == root
    else { return nil }
    return block
  }

  func write(_ body: (Database) throws -> Void) throws(ChainDatabaseError) {
    do { try queue.write(body) } catch { throw ChainDatabaseError(error, path: path) }
  }

  func read<Output>(
    _ body: (Database) throws -> Output
  ) throws(ChainDatabaseError) -> Output {
    do { return try queue.read(body) } catch { throw ChainDatabaseError(error, path: path) }
  }

  /// Brings the schema up to date; the names of the steps are permanent.
  private static func migrate(_ queue: DatabaseQueue, path: String) throws {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("blocks and anchor") { database in
      try database.execute(
        sql: """
          CREATE TABLE network (
            genesis BLOB NOT NULL CHECK (length(genesis) = 32)
          ) STRICT;

          CREATE TABLE block (
            root BLOB NOT NULL PRIMARY KEY CHECK (length(root) = 32),
            slot INTEGER NOT NULL,
            body BLOB NOT NULL
          ) STRICT;

          CREATE INDEX block_slot ON block (slot);

          CREATE TABLE anchor (
            slot INTEGER NOT NULL,
            block BLOB NOT NULL,
            state BLOB NOT NULL
          ) STRICT;
          """)
    }
    migrator.registerMigration("canonical chain", migrate: addHistory)
    try FileFormat.chain.bringUp(queue, by: migrator, path: path)
  }

  /// The genesis block of the network whose chain the file holds; `nil` in a new file.
  static func owner(in database: Database) throws -> Data? {
    try Data.fetchOne(database, sql: "SELECT genesis FROM network")
  }

  /// Binds a new file to its network, and refuses the file of another one.
  private static func claim(_ queue: DatabaseQueue, for genesis: Bytes32, path: String) throws {
    try queue.write { database in
      guard let owner = try Self.owner(in: database) else {
        try database.execute(
          sql: "INSERT INTO network (genesis) VALUES (?)", arguments: [data(genesis)])
        return
      }
      if let error = ChainDatabaseError(owner: owner, genesis: genesis, path: path) { throw error }
    }
  }
}

func data(_ root: Bytes32) -> Data {
  Data(root.bytes)
}

/// Slots beyond what SQLite can hold are no slots that a clock will reach.
func slot(_ slot: Slot) -> Int64 {
  Int64(clamping: slot.rawValue)
}
