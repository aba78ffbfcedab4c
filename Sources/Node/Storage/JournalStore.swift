private import Foundation
internal import GRDB

/// The journal's file: one SQLite database, held exclusively, every commit on the disk.
///
/// It stores and returns records; what may be signed is decided by `SigningLedger`.
package final class JournalStore: Sendable {
  /// The database file.
  package let path: String

  let queue: DatabaseQueue

  /// Opens or creates the journal at `path` and holds it until `close`.
  package init(path: String) throws(JournalError) {
    self.path = path
    do {
      try Self.createPrivateFile(at: path)
      queue = try DatabaseQueue(path: path, configuration: Self.configuration())
      try Self.migrate(queue, path: path)
    } catch {
      throw JournalError(error, path: path)
    }
  }

  /// Releases the file; using the store afterwards is refused.
  package func close() throws(JournalError) {
    do { try queue.close() } catch { throw JournalError(error, path: path) }
  }

  /// Runs `body` in one durable transaction.
  func write<Output>(_ body: (Database) throws -> Output) throws(JournalError) -> Output {
    do { return try queue.write(body) } catch { throw JournalError(error, path: path) }
  }

  /// Runs `body` on the stored records.
  func read<Output>(_ body: (Database) throws -> Output) throws(JournalError) -> Output {
    do { return try queue.read(body) } catch { throw JournalError(error, path: path) }
  }

  /// Creates the file with mode 0600; SQLite gives its write-ahead log the same mode.
  ///
  /// An existing file is not touched: closing a second descriptor of it would drop the locks that
  /// this process holds on it.
  private static func createPrivateFile(at path: String) throws {
    let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    if descriptor >= 0 {
      Foundation.close(descriptor)
    } else if errno != EEXIST {
      let reason = String(cString: strerror(errno))
      throw JournalError(
        .inaccessible,
        "signing journal \(path) cannot be created (\(reason)); create its directory, "
          + "or give another place with --journal")
    }
  }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.label = "signing journal"
    // A second process must learn at once that the journal is taken, not wait for it.
    configuration.busyMode = .immediateError
    configuration.prepareDatabase { database in
      // Order matters: exclusive before the first touch of the log keeps its index in memory
      // and the lock for the life of the connection.
      try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: "PRAGMA synchronous = FULL")
      // On macOS fsync does not reach the platter; elsewhere these are ignored.
      try database.execute(sql: "PRAGMA fullfsync = ON")
      try database.execute(sql: "PRAGMA checkpoint_fullfsync = ON")
    }
    return configuration
  }

  /// Brings the schema up to date; the names of the steps are permanent.
  private static func migrate(_ queue: DatabaseQueue, path: String) throws {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("keys, floors and claims") { database in
      try database.execute(
        sql: """
          CREATE TABLE key (
            id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
            public_key BLOB NOT NULL,
            is_retired INTEGER NOT NULL DEFAULT 0
          ) STRICT, WITHOUT ROWID;

          CREATE TABLE floor (
            key_id BLOB NOT NULL REFERENCES key(id),
            genesis BLOB NOT NULL CHECK (length(genesis) = 32),
            slot INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 4294967295),
            PRIMARY KEY (key_id, genesis)
          ) STRICT, WITHOUT ROWID;

          CREATE TABLE claim (
            key_id BLOB NOT NULL REFERENCES key(id),
            genesis BLOB NOT NULL CHECK (length(genesis) = 32),
            slot INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 4294967295),
            root BLOB NOT NULL CHECK (length(root) = 32),
            PRIMARY KEY (key_id, genesis, slot)
          ) STRICT, WITHOUT ROWID;
          """)
    }
    try FileFormat.journal.bringUp(queue, by: migrator, path: path)
  }
}
