public import Chain
private import Dispatch
public import Storage

/// Writes what must survive the process into the chain database, on a thread of its own.
public final class DatabaseStorage: ChainStorage {
  private let database: ChainDatabase
  private let queue: DispatchQueue

  /// Creates the writer.
  public init(database: ChainDatabase, name: String) {
    self.database = database
    queue = DispatchQueue(label: "\(name) storage", qos: .utility)
  }

  /// Writes a record in the order of the calls.
  public func keep(_ record: ChainRecord, failed: @escaping @Sendable (String) -> Void) {
    queue.async { [database] in
      do throws(ChainDatabaseError) {
        switch record {
        case .block(let block, let root): try database.insert(block, root: root)
        case .anchor(let block, let state): try database.setAnchor(block, state: state)
        }
      } catch {
        failed(error.description)
      }
    }
  }

  /// Waits until everything that was asked for is written.
  public func finish() {
    queue.sync {}
  }
}
