public import Consensus
internal import Foundation
internal import GRDB
public import Hashing
internal import SSZ

/// The canonical chain by slot, for peers that ask for ranges.
///
/// Up to the anchor it is a table, filled from the anchor's state, which names all blocks before it.
/// From there to the head it is the way back from the head, block by block.
extension ChainDatabase {
  /// The canonical blocks of a range of slots.
  public enum Range: Equatable, Sendable {
    /// Their roots, ascending by slot; slots may be empty.
    case roots([Bytes32])
    /// The range begins before the blocks that are kept.
    case outsideHistory
    /// Blocks of the range, or between it and the head, are missing here.
    case incomplete
  }

  /// The canonical blocks of `count` slots from `start` of the chain of `head`, whose parent is
  /// `beforeHead`: the head itself may not be written yet.
  ///
  /// - Complexity: O(count), and one step for each block between the anchor and the head.
  public func range(
    from start: Slot, count: UInt64, head: Checkpoint, beforeHead: Bytes32
  ) throws(ChainDatabaseError) -> Range {
    let (end, overflow) = start.rawValue.addingReportingOverflow(count)
    let last = min(Slot(overflow ? .max : end).saturatingSubtract(1), head.slot)
    guard count > 0, start <= last else { return .roots([]) }
    return try read { database in
      guard
        let history = try Row.fetchOne(
          database,
          sql: """
            SELECT history.start, anchor.slot, canonical.root FROM history, anchor
            JOIN canonical ON canonical.slot = anchor.slot
            """)
      else { return .incomplete }
      let (first, anchor): (Int64, Int64) = (history[0], history[1])
      guard first <= slot(start) else { return .outsideHistory }
      let finalized = try Self.finalizedRoots(slot(start)...slot(last), anchor, in: database)
      guard slot(last) > anchor else { return finalized.map(Range.roots) ?? .incomplete }
      let way = try Self.wayBack(
        from: [data(head.root), data(beforeHead)], to: max(anchor, slot(start) - 1),
        anchor: history[2], in: database)
      guard let finalized, let way else { return .incomplete }
      return .roots(finalized + way.filter { $0.slot <= slot(last) }.map(\.root))
    }
  }

  /// The first slot whose canonical block is kept, with all after it.
  public func historyStart() throws(ChainDatabaseError) -> Slot? {
    try read { database in
      try Int64.fetchOne(database, sql: "SELECT start FROM history").map { Slot(UInt64($0)) }
    }
  }

  /// The roots up to the anchor; `nil` when a block of them is not kept.
  private static func finalizedRoots(
    _ slots: ClosedRange<Int64>, _ anchor: Int64, in database: Database
  ) throws -> [Bytes32]? {
    // The block of slot 0 is made of the genesis files and never signed.
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT canonical.root, block.slot FROM canonical LEFT JOIN block USING (root)
        WHERE canonical.slot BETWEEN max(?, 1) AND ? ORDER BY canonical.slot
        """, arguments: [slots.lowerBound, min(slots.upperBound, anchor)])
    var roots: [Bytes32] = []
    for row in rows {
      guard row[1] as Int64? != nil, let root = Bytes32([UInt8](row[0] as Data)) else { return nil }
      roots.append(root)
    }
    return roots
  }

  /// The blocks after a slot on the way back from the first of `tips` that is kept, ascending;
  /// `nil` when the way ends before the anchor.
  private static func wayBack(
    from tips: [Data], to limit: Int64, anchor: Data, in database: Database
  ) throws -> [(slot: Int64, root: Bytes32)]? {
    let tip = try tips.first { tip in
      try tip == anchor
        || Row.fetchOne(database, sql: "SELECT 1 FROM block WHERE root = ?", arguments: [tip])
          != nil
    }
    guard let tip else { return nil }
    guard tip != anchor else { return [] }
    let rows = try Row.fetchCursor(
      database,
      sql: """
        WITH RECURSIVE way (root, slot, parent) AS (
          SELECT root, slot, parent FROM block WHERE root = ?
          UNION ALL
          SELECT block.root, block.slot, block.parent FROM way JOIN block ON block.root = way.parent
          WHERE block.slot > ?
        )
        SELECT root, slot, parent FROM way
        """, arguments: [tip, limit])
    var way: [(slot: Int64, root: Bytes32)] = []
    var parent = tip
    while let row = try rows.next() {
      guard let root = Bytes32([UInt8](row[0] as Data)) else { return nil }
      way.append((row[1], root))
      parent = row[2]
    }
    // It must have ended at the limit, and not where a block is missing.
    let isJoined =
      try parent == anchor
      || Row.fetchOne(
        database, sql: "SELECT 1 FROM block WHERE root = ? AND slot <= ?",
        arguments: [parent, limit]) != nil
    return isJoined ? way.reversed() : nil
  }

  // MARK: Keeping it

  /// Takes the blocks between the last anchor and a new one into the canonical chain; blocks beside
  /// it go.
  static func extendHistory(to block: Block, _ state: State, in database: Database) throws {
    let old = try Row.fetchOne(
      database, sql: "SELECT slot, root FROM canonical ORDER BY slot DESC LIMIT 1")
    guard let old, let oldRoot = Bytes32([UInt8](old[1] as Data)),
      let oldSlot = Int(exactly: old[0] as Int64), slot(block.slot) > oldSlot,
      state.historicalBlockHashes.count == Int(slot(block.slot)),
      state.historicalBlockHashes[oldSlot] == oldRoot
    else { return try beginHistory(at: block, in: database) }
    for index in oldSlot + 1..<state.historicalBlockHashes.count {
      let root = state.historicalBlockHashes[index]
      guard root != .zero else { continue }
      try database.execute(
        sql: "INSERT INTO canonical (slot, root) VALUES (?, ?)",
        arguments: [Int64(index), data(root)])
    }
    try database.execute(
      sql: "INSERT INTO canonical (slot, root) VALUES (?, ?)",
      arguments: [slot(block.slot), data(block.hashTreeRoot())])
    try database.execute(
      sql: """
        DELETE FROM block WHERE slot > ? AND slot <= ?
        AND root NOT IN (SELECT root FROM canonical WHERE slot > ?)
        """, arguments: [Int64(oldSlot), slot(block.slot), Int64(oldSlot)])
  }

  /// Begins the canonical chain with a block that none before it is known of.
  static func beginHistory(at block: Block, in database: Database) throws {
    try database.execute(sql: "DELETE FROM canonical")
    try database.execute(sql: "DELETE FROM history")
    try database.execute(
      sql: "INSERT INTO canonical (slot, root) VALUES (?, ?)",
      arguments: [slot(block.slot), data(block.hashTreeRoot())])
    try database.execute(
      sql: "INSERT INTO history (start) VALUES (?)",
      arguments: [block.slot == 0 ? 0 : slot(block.slot) + 1])
  }

  /// Forgets the blocks before a slot.
  static func prune(before oldest: Slot, in database: Database) throws {
    try database.execute(sql: "DELETE FROM block WHERE slot < ?", arguments: [slot(oldest)])
    try database.execute(sql: "DELETE FROM canonical WHERE slot < ?", arguments: [slot(oldest)])
    try database.execute(
      sql: "UPDATE history SET start = max(start, ?)", arguments: [slot(oldest)])
  }

  /// Adds parents to blocks, and the tables of the canonical chain.
  ///
  /// What an older program kept is history only from its anchor on: it did not say what is canonical.
  static func addHistory(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE canonical (
          slot INTEGER PRIMARY KEY,
          root BLOB NOT NULL CHECK (length(root) = 32)
        ) STRICT;

        CREATE TABLE history (
          start INTEGER NOT NULL
        ) STRICT;

        ALTER TABLE block RENAME TO old_block;
        DROP INDEX block_slot;

        CREATE TABLE block (
          root BLOB NOT NULL PRIMARY KEY CHECK (length(root) = 32),
          slot INTEGER NOT NULL,
          parent BLOB NOT NULL CHECK (length(parent) = 32),
          body BLOB NOT NULL
        ) STRICT;

        CREATE INDEX block_slot ON block (slot);
        """)
    let anchor = try Data.fetchOne(database, sql: "SELECT block FROM anchor")
      .flatMap { try? Block(ssz: [UInt8]($0)) }
    if let anchor { try beginHistory(at: anchor, in: database) }
    let rows = try Row.fetchCursor(database, sql: "SELECT root, body FROM old_block")
    while let row = try rows.next() {
      guard let root = Bytes32([UInt8](row[0] as Data)),
        let block = try? SignedBlock(ssz: [UInt8](row[1] as Data))
      else { continue }
      try insert(block, root: root, into: database)
    }
    try database.execute(sql: "DROP TABLE old_block")
  }
}
