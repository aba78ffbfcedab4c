internal import GRDB

/// The format of a kind of file: a number in SQLite's own header, raised with every change of tables.
///
/// A program reads all formats up to its own, and refuses a newer one before it touches the file.
package struct FileFormat: Hashable, Sendable {
  /// What the file is called.
  package let name: String

  /// SQLite's `application_id`: what tells our files from each other and from everybody else's.
  package let application: Int32

  /// The format that this program writes; the number of its migrations.
  package let number: Int

  /// What an operator does with a file of a newer format.
  let remedy: String

  /// The signing journal: "SLTJ".
  package static let journal = FileFormat(
    name: "signing journal", application: 0x534C_544A, number: 1,
    remedy: "install the newer swiftlet again; never go on without the journal, its keys would "
      + "sign with no history")

  /// The chain database: "SLTC".
  package static let chain = FileFormat(
    name: "chain database", application: 0x534C_5443, number: 2,
    remedy: "install the newer swiftlet again, or move the file away: the chain then comes from "
      + "peers")

  /// A file that a newer program wrote.
  struct Newer: Error, CustomStringConvertible {
    let description: String
  }

  /// Why a file of another format cannot be used; `nil` if it can.
  package func refusal(of found: Int, path: String) -> String? {
    guard found > number else { return nil }
    return "\(name) \(path) has format \(found), which a newer swiftlet wrote; this one knows "
      + "formats up to \(number): \(remedy)"
  }

  /// Brings a file to this format.
  ///
  /// - Throws: ``Newer``, before anything is written.
  func bringUp(_ queue: DatabaseQueue, by migrator: DatabaseMigrator, path: String) throws {
    precondition(migrator.migrations.count == number, "\(name): raise the format's number")
    let found = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
    if let refusal = refusal(of: found, path: path) { throw Newer(description: refusal) }
    try migrator.migrate(queue)
    guard found < number else { return }
    try queue.write { database in
      try database.execute(sql: "PRAGMA application_id = \(application)")
      try database.execute(sql: "PRAGMA user_version = \(number)")
    }
  }
}
