public import Chain
private import Dispatch
public import Storage
private import Synchronization

/// Writes what must survive the process into the chain database, on a thread of its own.
public final class DatabaseStorage: ChainStorage {
  private let database: ChainDatabase
  private let queue: DispatchQueue
  private let isAbandoned = Mutex(false)

  /// Creates the writer.
  public init(database: ChainDatabase, name: String) {
    self.database = database
    queue = DispatchQueue(label: "\(name) storage", qos: .utility)
  }

  /// Writes a record in the order of the calls.
  public func keep(_ record: ChainRecord, failed: @escaping @Sendable (String) -> Void) {
    queue.async { [self] in
      guard !isAbandoned.withLock({ $0 }) else { return }
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

  /// Drops what is not written yet, as the death of the process does.
  public func abandon() {
    isAbandoned.withLock { $0 = true }
  }

  /// Waits until everything that was asked for is written or dropped.
  public func finish() {
    queue.sync {}
  }
}
