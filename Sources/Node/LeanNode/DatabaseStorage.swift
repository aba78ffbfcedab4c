package import Chain
internal import ChainHost
package import Consensus
private import Dispatch
internal import ForkChoice
internal import Hashing
internal import SSZ
package import Storage
private import Synchronization

/// Writes what must survive the process into the chain database, on a thread of its own.
///
/// Nothing ever waits for the disk, and no failure of it ends the node: without the database a
/// restart begins further back, which is no reason to miss duties now.
package final class DatabaseStorage: ChainStorage {
  /// What the storage has to say: a failure, or `nil` when writing works again.
  package typealias Report = @Sendable (_ problem: String?) -> Void

  private let database: ChainDatabase
  private let queue: DispatchQueue
  private let report: Report
  private let backlog: Mutex<StorageBacklog>

  /// The time after which a full disk is tried again.
  private static let retryDelay = DispatchTimeInterval.seconds(1)

  /// Creates the writer.
  ///
  /// - Parameters:
  ///   - database: The file.
  ///   - keptAnchor: The slot of the state in it.
  ///   - name: The node's name, for the thread.
  ///   - report: Told when writing begins to fail, why, and when it works again.
  package init(
    database: ChainDatabase, keptAnchor: Slot, name: String, report: @escaping Report
  ) {
    self.database = database
    self.report = report
    backlog = Mutex(StorageBacklog(keptAnchor: keptAnchor))
    queue = DispatchQueue(label: "\(name) storage", qos: .utility)
  }

  /// Writes a record in the order of the calls.
  package func keep(_ record: ChainRecord) {
    if let problem = backlog.withLock({ $0.add(record) }) { report(problem) }
    queue.async { [self] in write() }
  }

  /// Drops what is not written yet, as the death of the process does.
  package func abandon() {
    backlog.withLock { $0.abandon() }
  }

  /// Waits until everything that was asked for is written, has failed or is dropped, and keeps the
  /// newest finalized state, so that the next start has little to replay.
  package func finish() {
    queue.sync {
      backlog.withLock { $0.end() }
      write()
    }
  }

  private func write() {
    while let record = backlog.withLock({ $0.next }) {
      do throws(ChainDatabaseError) {
        switch record {
        case .block(let block, let root): try database.insert(block, root: root)
        case .anchor(let block, let state): try database.setAnchor(block, state: state)
        }
        if backlog.withLock({ $0.endWriting() }) { report(nil) }
      } catch {
        let isNews = backlog.withLock {
          $0.fail(error.description, isTransient: error.code == .full)
        }
        if isNews { report(error.description) }
        guard error.code != .full else {
          queue.asyncAfter(deadline: .now() + Self.retryDelay) { [weak self] in self?.write() }
          return
        }
      }
    }
  }
}

/// What waits to be written: blocks in order, and the newest finalized state.
///
/// A state is written every ``Store/restartSlots`` slots and at the end; those between are dropped.
struct StorageBacklog {
  /// Bytes of blocks that wait for a disk that is slow or full: hours of an ordinary chain.
  ///
  /// At the limit the newest block is dropped: a restart then begins before it and gets it from
  /// peers, and a hole costs the same wherever it is.
  static let maximumBytes = 64 << 20

  /// What a block takes beside its bytes; without it a flood of empty ones would have no limit.
  private static let overhead = 1 << 10

  private var blocks: [(record: ChainRecord, bytes: Int)] = []
  private var firstBlock = 0
  private var bytes = 0
  private var newestAnchor: (block: Block, state: State)?
  private var keptAnchor: Slot
  private var problem: String?
  private var isDropping = false
  private var isAtEnd = false
  private var isAbandoned = false

  init(keptAnchor: Slot) {
    self.keptAnchor = keptAnchor
  }

  /// Takes a record.
  ///
  /// - Returns: What to tell when blocks begin to be dropped.
  mutating func add(_ record: ChainRecord) -> String? {
    switch record {
    case .anchor(let block, let state):
      newestAnchor = (block, state)
    case .block(let block, _):
      let size = block.sszByteCount + Self.overhead
      guard bytes + size <= Self.maximumBytes else {
        defer { isDropping = true }
        let count = blocks.count - firstBlock
        return isDropping
          ? nil
          : "\(count) blocks wait for the disk: newer ones are not kept, "
            + "and a restart will ask peers for them"
      }
      bytes += size
      blocks.append((record, size))
    }
    return nil
  }

  /// The record to write next; blocks go before the state that stands on them.
  var next: ChainRecord? {
    guard !isAbandoned else { return nil }
    if firstBlock < blocks.count { return blocks[firstBlock].record }
    return dueAnchor.map { .anchor($0.block, $0.state) }
  }

  /// A state is due by its slot, at the end, or when blocks before it may be missing.
  private var dueAnchor: (block: Block, state: State)? {
    guard let newestAnchor, newestAnchor.block.slot > keptAnchor else { return nil }
    let isDue = Store.keepsState(at: newestAnchor.block.slot, after: keptAnchor)
    return isDue || isAtEnd || isDropping ? newestAnchor : nil
  }

  /// Takes out the record that was written.
  ///
  /// - Returns: Whether writing works again after it had failed.
  mutating func endWriting() -> Bool {
    takeOut(isWritten: true)
    defer { problem = nil }
    return problem != nil
  }

  /// Notes that the next record was not written; it stays only if it may be later.
  ///
  /// - Returns: Whether the reason is news.
  mutating func fail(_ reason: String, isTransient: Bool) -> Bool {
    if !isTransient || isAtEnd { takeOut(isWritten: false) }
    defer { problem = reason }
    return problem != reason
  }

  /// From now on nothing is tried twice, and the newest state is due.
  mutating func end() { isAtEnd = true }

  mutating func abandon() {
    isAbandoned = true
    blocks = []
    newestAnchor = nil
  }

  private mutating func takeOut(isWritten: Bool) {
    guard firstBlock < blocks.count else {
      if isWritten, let newestAnchor { (keptAnchor, isDropping) = (newestAnchor.block.slot, false) }
      newestAnchor = nil
      return
    }
    bytes -= blocks[firstBlock].bytes
    firstBlock += 1
    if !isWritten { isDropping = true }
    // Moving the rest once for many blocks keeps taking one out cheap.
    if firstBlock == blocks.count || firstBlock >= 1_024 {
      blocks.removeFirst(firstBlock)
      firstBlock = 0
    }
  }
}
