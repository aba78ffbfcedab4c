internal import Consensus

/// Where a piece of work runs: each lane is one executor of its own, off the cooperative pool.
public enum WorkLane: String, Hashable, Sendable, CaseIterable {
  /// Selection and sealing of blocks: milliseconds, never behind a proof.
  case builder

  /// Proofs: up to seconds each, served by priority.
  case prover

  /// Checks of other people's blocks and proofs.
  case verifier

  /// Checks of single votes: many at once cost half, and none waits behind a block.
  case votes
}

/// The order in which waiting work of one lane is served.
///
/// The prover serves a proposal before an aggregation before a reaggregation: a late block costs
/// everyone a slot, a late aggregate costs votes, a late reaggregation costs nothing.
public enum WorkPriority: Int, Hashable, Sendable, Comparable {
  /// Our own block.
  case proposal

  /// Votes of this slot, ours to prove; also blocks waiting for verification.
  case aggregation

  /// Votes that a block carried; also votes waiting for verification.
  case reaggregation

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public static func < (left: WorkPriority, right: WorkPriority) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// The name of one submitted piece of work; the answer carries it back.
public struct WorkTicket: Hashable, Sendable, Comparable {
  /// Counts submissions since start.
  public let number: UInt64

  /// Creates a ticket with a given number.
  public init(number: UInt64) {
    self.number = number
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public static func < (left: WorkTicket, right: WorkTicket) -> Bool {
    left.number < right.number
  }
}

/// Work waiting for its lane, and work that runs.
///
/// A running job is never interrupted: a proof cannot be. Between jobs the lane takes the highest
/// priority, oldest first, so a proposal waits for one proof at most.
struct WorkQueue<Job: Sendable>: Sendable {
  struct Entry: Sendable {
    let ticket: WorkTicket
    let lane: WorkLane
    let priority: WorkPriority
    let job: Job
    /// When it began to run.
    var start: UnixMilliseconds?
  }

  /// How many jobs of a lane run at once.
  let concurrency: [WorkLane: Int]

  /// How many jobs of a lane may wait; a peer must not grow our memory by gossiping faster than
  /// we verify.
  let waitingLimit: Int

  private(set) var waiting: [Entry] = []
  private(set) var running: [WorkTicket: Entry] = [:]
  private var submitted: UInt64 = 0

  init(concurrency: [WorkLane: Int], waitingLimit: Int) {
    precondition(concurrency.values.allSatisfy { $0 > 0 }, "a lane without a worker never ends")
    self.concurrency = concurrency
    self.waitingLimit = waitingLimit
  }

  /// Takes a job in, or returns `nil` when the lane's waiting room is full of work that is at
  /// least as urgent; a less urgent one is put out instead and returned in `displaced`.
  mutating func submit(
    _ job: Job, lane: WorkLane, priority: WorkPriority
  ) -> (ticket: WorkTicket, displaced: Entry?)? {
    var displaced: Entry?
    if waiting.count(where: { $0.lane == lane }) >= waitingLimit {
      guard
        let last = waiting.lastIndex(where: { $0.lane == lane && $0.priority > priority })
      else { return nil }
      displaced = waiting.remove(at: last)
    }
    submitted += 1
    let entry = Entry(
      ticket: WorkTicket(number: submitted), lane: lane, priority: priority, job: job)
    // Kept sorted by priority; equal priorities keep the order of arrival.
    let place = waiting.firstIndex { $0.priority > priority } ?? waiting.endIndex
    waiting.insert(entry, at: place)
    return (entry.ticket, displaced)
  }

  /// The jobs that may start now; they count as running from here on.
  mutating func start(at now: UnixMilliseconds) -> [Entry] {
    var started: [Entry] = []
    var kept: [Entry] = []
    for var entry in waiting {
      let busy = running.values.count { $0.lane == entry.lane }
      if busy < concurrency[entry.lane, default: 1] {
        entry.start = now
        running[entry.ticket] = entry
        started.append(entry)
      } else {
        kept.append(entry)
      }
    }
    waiting = kept
    return started
  }

  /// Ends a running job and returns it; `nil` when it is unknown, for instance answered twice.
  mutating func finish(_ ticket: WorkTicket) -> Entry? {
    running.removeValue(forKey: ticket)
  }

  /// Removes waiting jobs; running ones end by themselves and their answers find nobody.
  mutating func cancel(where isCancelled: (Job) -> Bool) -> [Entry] {
    let cancelled = waiting.filter { isCancelled($0.job) }
    waiting.removeAll { isCancelled($0.job) }
    return cancelled
  }
}
