private import Foundation
internal import GRDB
package import Hashing
private import SSZ
package import SigningLedger
package import XMSS

/// What the journal holds about one key.
package struct JournalRecord: Equatable, Sendable {
  /// The key's public bytes.
  package var publicKey: PublicKey

  /// Whether the key was exported and must not sign here.
  package var isRetired = false

  /// Floor and remembered roots under each genesis.
  package var chains: [Bytes32: KeyHistory] = [:]

  package init(publicKey: PublicKey) {
    self.publicKey = publicKey
  }

  /// The identity of the key.
  package var key: SigningKeyID { SigningKeyID(publicKey) }

  /// The history that decides claims: of one genesis, or of all of them together.
  package func history(under genesis: Bytes32?) -> KeyHistory {
    var history = KeyHistory()
    for (chain, part) in chains.sorted(by: { $0.key < $1.key })
    where genesis == nil || genesis == chain {
      history.merge(part)
    }
    history.isRetired = isRetired
    return history
  }
}

extension JournalStore {
  /// Every record, ordered by key.
  package func records() throws(JournalError) -> [JournalRecord] {
    try read { try Self.records(in: $0) }
  }

  static func records(in database: Database) throws -> [JournalRecord] {
    var records: [Data: JournalRecord] = [:]
    for row in try Row.fetchAll(database, sql: "SELECT id, public_key, is_retired FROM key") {
      let bytes: Data = row[1]
      guard let publicKey = PublicKey(bytes) else { throw wrongLength("a public key") }
      var record = JournalRecord(publicKey: publicKey)
      record.isRetired = row[2]
      records[row[0]] = record
    }
    for row in try Row.fetchAll(database, sql: "SELECT key_id, genesis, slot FROM floor") {
      records[row[0]]?.chains[try bytes32(row[1]), default: KeyHistory()].raiseFloor(to: row[2])
    }
    // Ascending slots: the newest claim is recorded last and decides what is forgotten.
    let claims = "SELECT key_id, genesis, slot, root FROM claim ORDER BY key_id, genesis, slot"
    for row in try Row.fetchAll(database, sql: claims) {
      records[row[0]]?.chains[try bytes32(row[1]), default: KeyHistory()]
        .record(slot: row[2], root: try bytes32(row[3]))
    }
    return records.values.sorted { $0.key < $1.key }
  }

  private static func bytes32(_ data: Data) throws -> Bytes32 {
    guard let value = Bytes32(data) else { throw wrongLength("a root or genesis") }
    return value
  }

  private static func wrongLength(_ column: String) -> DatabaseError {
    DatabaseError(resultCode: .SQLITE_CORRUPT, message: "\(column) has the wrong length")
  }

  // MARK: - Rows inside a transaction of the caller

  static func insertKey(_ publicKey: PublicKey, in database: Database) throws {
    try database.execute(
      sql: "INSERT OR IGNORE INTO key (id, public_key) VALUES (?, ?)",
      arguments: [data(SigningKeyID(publicKey).digest), Data(publicKey.bytes)])
  }

  /// Raises the floor of `key`; a lower value changes nothing.
  static func raiseFloor(
    of key: SigningKeyID, genesis: Bytes32, to slot: UInt64, in database: Database
  ) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO floor (key_id, genesis, slot) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET slot = max(slot, excluded.slot)
        """)
    try statement.execute(arguments: [data(key.digest), data(genesis), slot])
  }

  /// Inserts a claim; a second root for the slot violates the primary key and fails the commit.
  static func insertClaim(_ claim: SigningClaim, genesis: Bytes32, in database: Database) throws {
    let insert = try database.cachedStatement(
      sql: "INSERT INTO claim (key_id, genesis, slot, root) VALUES (?, ?, ?, ?)")
    try insert.execute(
      arguments: [data(claim.key.digest), data(genesis), claim.slot, data(claim.root)])
    guard let horizon = KeyHistory.horizon(below: claim.slot) else { return }
    try raiseFloor(of: claim.key, genesis: genesis, to: horizon, in: database)
    let forget = try database.cachedStatement(
      sql: "DELETE FROM claim WHERE key_id = ? AND genesis = ? AND slot <= ?")
    try forget.execute(arguments: [data(claim.key.digest), data(genesis), horizon])
  }

  static func setRetired(
    _ isRetired: Bool, _ key: SigningKeyID, in database: Database
  ) throws {
    try database.execute(
      sql: "UPDATE key SET is_retired = ? WHERE id = ?",
      arguments: [isRetired, data(key.digest)])
  }

  private static func data(_ value: Bytes32) -> Data { Data(value.bytes) }
}
