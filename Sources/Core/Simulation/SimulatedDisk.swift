public import Randomness

/// How the disk under a simulated journal behaves.
public struct DiskOptions: Sendable, Equatable {
  /// The time a durable commit takes.
  public var commit: LatencyDistribution
  /// Commits in a thousand that fail with nothing written.
  public var failurePerMille: Int

  /// A disk that never fails.
  public init(commit: LatencyDistribution, failurePerMille: Int = 0) {
    self.commit = commit
    self.failurePerMille = failurePerMille
  }
}

/// An append-only file of records on a disk that may lose whatever was not yet synced.
///
/// A record is durable once its commit has ended. A process that dies leaves unsynced records to
/// the operating system, which writes them; a power failure keeps only a prefix of them.
public struct SimulatedDisk<Record: Sendable>: Sendable {
  /// Records a power failure cannot take.
  public private(set) var durable: [Record] = []
  /// Records written whose commit has not ended, oldest first.
  public private(set) var unsynced: [Record] = []

  /// Creates an empty disk.
  public init() {}

  /// Everything a process that starts now would read.
  public var records: [Record] { durable + unsynced }

  /// Appends records whose commit begins now.
  public mutating func write(_ records: [Record]) {
    unsynced += records
  }

  /// Ends the commit of the oldest `count` unsynced records.
  public mutating func sync(count: Int) {
    precondition(count <= unsynced.count, "\(count) of \(unsynced.count) records cannot be synced")
    durable += unsynced.prefix(count)
    unsynced.removeFirst(count)
  }

  /// Takes back the newest `count` unsynced records: their commit failed.
  public mutating func fail(count: Int) {
    precondition(count <= unsynced.count, "\(count) of \(unsynced.count) records cannot fail")
    unsynced.removeLast(count)
  }

  /// Kills the process: the operating system still writes what it was handed.
  public mutating func crashProcess() {
    sync(count: unsynced.count)
  }

  /// Cuts the power: a random prefix of the unsynced records survives, the rest is gone.
  public mutating func cutPower(random: inout SeededRandom) {
    sync(count: random.below(unsynced.count + 1))
    unsynced = []
  }
}
