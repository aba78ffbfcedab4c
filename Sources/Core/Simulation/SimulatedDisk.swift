package import Randomness

/// How the disk under a simulated journal behaves.
package struct DiskOptions: Sendable, Equatable {
  /// The time a durable commit takes.
  package var commit: LatencyDistribution
  /// Commits in a thousand that fail with nothing written.
  package var failurePerMille: Int

  /// A disk that never fails.
  package init(commit: LatencyDistribution, failurePerMille: Int = 0) {
    self.commit = commit
    self.failurePerMille = failurePerMille
  }
}

/// An append-only file of records on a disk that may lose whatever was not yet synced.
///
/// A record is durable once its commit has ended. A process that dies leaves unsynced records to
/// the operating system, which writes them; a power failure keeps only a prefix of them.
package struct SimulatedDisk<Record: Sendable>: Sendable {
  /// Records a power failure cannot take.
  package private(set) var durable: [Record] = []
  /// Records written whose commit has not ended, oldest first.
  package private(set) var unsynced: [Record] = []

  /// Creates an empty disk.
  package init() {}

  /// Everything a process that starts now would read.
  package var records: [Record] { durable + unsynced }

  /// Appends records whose commit begins now.
  package mutating func write(_ records: [Record]) {
    unsynced += records
  }

  /// Ends the commit of the oldest `count` unsynced records.
  package mutating func sync(count: Int) {
    precondition(count <= unsynced.count, "\(count) of \(unsynced.count) records cannot be synced")
    durable += unsynced.prefix(count)
    unsynced.removeFirst(count)
  }

  /// Takes back the newest `count` unsynced records: their commit failed.
  package mutating func fail(count: Int) {
    precondition(count <= unsynced.count, "\(count) of \(unsynced.count) records cannot fail")
    unsynced.removeLast(count)
  }

  /// Kills the process: the operating system still writes what it was handed.
  package mutating func crashProcess() {
    sync(count: unsynced.count)
  }

  /// Cuts the power: a random prefix of the unsynced records survives, the rest is gone.
  package mutating func cutPower(random: inout SeededRandom) {
    sync(count: random.below(unsynced.count + 1))
    unsynced = []
  }
}
