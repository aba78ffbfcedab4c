package import ChainEvents
package import Consensus
internal import DequeModule

/// Where a piece of work runs: each lane is one executor of its own, off the cooperative pool.
package enum WorkLane: String, Hashable, Sendable, CaseIterable {
  /// Selection and sealing of blocks: milliseconds, never behind a proof.
  case builder
  /// Proofs: up to seconds each, served by priority.
  case prover
  /// Checks of other people's blocks and proofs.
  case verifier
  /// Checks of single votes, so that none waits behind a block.
  case votes
}

/// The order in which waiting work of one lane is served.
///
/// The prover serves a proposal before an aggregation before a reaggregation: a late block costs
/// everyone a slot, a late aggregate costs votes, a late reaggregation costs nothing.
package enum WorkPriority: Int, Hashable, Sendable, Comparable, CaseIterable {
  /// Our own block; also blocks waiting for verification.
  case proposal
  /// Votes of this slot, ours to prove; also aggregates waiting for verification.
  case aggregation
  /// Votes that a block carried; also votes waiting for verification.
  case reaggregation

  package static func < (left: WorkPriority, right: WorkPriority) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// The name of one submitted piece of work; the answer carries it back.
package struct WorkTicket: Hashable, Sendable, Comparable {
  /// Counts submissions since start.
  package let number: UInt64

  /// Creates a ticket with a given number.
  package init(number: UInt64) {
    self.number = number
  }

  package static func < (left: WorkTicket, right: WorkTicket) -> Bool {
    left.number < right.number
  }
}

/// Work waiting for its lane, work that runs, and what it costs.
///
/// A running job is never interrupted: a proof cannot be. Between jobs the lane takes the highest
/// priority, oldest first, so a proposal waits for one proof at most. A job that does not end by its
/// deadline is given up: its lane is free again, and a late answer to it counts for nothing.
/// - Complexity: Submitting, starting and ending are O(1), whatever waits.
package struct WorkLanes: Sendable {
  /// Jobs of one priority that may wait for a lane.
  ///
  /// A handful of our own; of what peers send the machines submit one check at a time.
  package static let waitingLimit = 32

  /// A job that runs.
  package struct Running: Sendable {
    package let job: ChainJob
    /// By the clock that never steps, in milliseconds.
    package let start: UInt64
    package let deadline: UInt64
  }

  private var waiting: [WorkLane: [Deque<Work>]] = [:]
  package private(set) var running: [WorkTicket: Running] = [:]
  private var submitted: UInt64 = 0

  /// What the stages cost on this machine.
  package var costs: CostEstimator

  private let isFair: Bool

  package init(costs: CostEstimator = CostEstimator(), isFair: Bool = true) {
    self.costs = costs
    self.isFair = isFair
    for lane in WorkLane.allCases { waiting[lane] = WorkPriority.allCases.map { _ in Deque() } }
  }

  /// Takes a job in; says whether there was room.
  package mutating func submit(_ job: ChainJob) -> Bool {
    let (lane, priority) = (job.traits.lane, job.traits.priority.rawValue)
    guard waiting[lane]?[priority].count ?? 0 < WorkLanes.waitingLimit else { return false }
    submitted += 1
    waiting[lane]?[priority].append(Work(ticket: WorkTicket(number: submitted), job: job))
    return true
  }

  /// The jobs that may start now, one of each free lane; they count as running from here on.
  package mutating func start(at reading: ClockReading) -> [Work] {
    WorkLane.allCases.compactMap { lane in
      guard !running.values.contains(where: { $0.job.traits.lane == lane }),
        let work = popFirst(of: lane)
      else { return nil }
      let start = reading.monotonicMilliseconds
      running[work.ticket] = Running(
        job: work.job, start: start, deadline: start + lane.limitMilliseconds)
      return work
    }
  }

  /// Ends a running job, and learns what it cost if it made something; `nil` when it is unknown, for
  /// instance answered twice or given up before.
  package mutating func end(
    _ ticket: WorkTicket, at reading: ClockReading, isDone: Bool
  ) -> (job: ChainJob, milliseconds: UInt64)? {
    guard let ended = running.removeValue(forKey: ticket) else { return nil }
    let milliseconds = reading.monotonicMilliseconds - ended.start
    if isDone, let stage = ended.job.traits.stage {
      costs.observe(CostSample(stage: stage, size: ended.job.size, milliseconds: milliseconds))
    }
    return (ended.job, milliseconds)
  }

  /// Gives up the jobs whose deadline has passed, oldest first.
  package mutating func giveUp(at reading: ClockReading) -> [Work] {
    let overdue = running.filter { $0.value.deadline <= reading.monotonicMilliseconds }
    for ticket in overdue.keys { running[ticket] = nil }
    return overdue.sorted { $0.key < $1.key }.map { Work(ticket: $0.key, job: $0.value.job) }
  }

  /// Removes waiting jobs and says how many; running ones end by themselves.
  @discardableResult
  package mutating func cancel(where isCancelled: (ChainJob.Owner) -> Bool) -> Int {
    var count = 0
    for lane in [WorkLane.builder, .prover] {
      for priority in WorkPriority.allCases.indices {
        let before = waiting[lane]?[priority].count ?? 0
        waiting[lane]?[priority].removeAll { $0.job.owner.map(isCancelled) ?? false }
        count += before - (waiting[lane]?[priority].count ?? 0)
      }
    }
    return count
  }

  /// The jobs that wait for a lane, in the order in which it will take them.
  package func waiting(for lane: WorkLane) -> [ChainJob] {
    (waiting[lane] ?? []).flatMap { $0.map(\.job) }
  }

  /// The proof that is being made.
  package var proof: ChainJob? {
    running.values.first { $0.job.traits.lane == .prover }?.job
  }

  /// When the next running job has to be given up, by the wall clock as it is now.
  package func nextDeadline(at reading: ClockReading) -> UnixMilliseconds? {
    running.values.map(\.deadline).min().map { deadline in
      reading.wall + (max(deadline, reading.monotonicMilliseconds) - reading.monotonicMilliseconds)
    }
  }

  private mutating func popFirst(of lane: WorkLane) -> Work? {
    let priorities = WorkPriority.allCases.indices
    for priority in isFair ? Array(priorities) : priorities.reversed() {
      if let work = waiting[lane]?[priority].popFirst() { return work }
    }
    return nil
  }
}

extension WorkLane {
  /// How long one job may run before it is given up.
  ///
  /// Far above what any of them takes on a machine that works: selection and checks are milliseconds,
  /// and a proof that takes more than its slot and the next two is of no use to anyone.
  package var limitMilliseconds: UInt64 {
    switch self {
    case .builder, .votes: Preset.millisecondsPerSlot
    case .verifier: 2 * Preset.millisecondsPerSlot
    case .prover: 4 * Preset.millisecondsPerSlot
    }
  }

  /// How long the prover's calls of one job may take together.
  ///
  /// They end before the job is given up, so that a prover which does not answer costs the job and
  /// never a thread; the last eighth is for what the job does besides.
  package var proverMilliseconds: UInt64 { limitMilliseconds - limitMilliseconds / 8 }
}

extension ProverState {
  package init(_ priority: WorkPriority) {
    self =
      switch priority {
      case .proposal: .proposal
      case .aggregation: .aggregation
      case .reaggregation: .reaggregation
      }
  }
}
