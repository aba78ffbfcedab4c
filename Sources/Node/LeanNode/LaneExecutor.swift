package import Aggregation
internal import ChainEvents
internal import ChainHost
package import ChainWork
internal import Consensus
private import Dispatch
private import Foundation
package import LeanMetrics
private import Synchronization
package import XMSS

/// The threads of a node: one queue for each lane of work, none of them Swift's cooperative pool.
///
/// A job that does not end keeps its thread: the lane goes on with another one, a few times.
package final class LaneExecutor: WorkExecutor {
  /// Threads of one lane that may be lost to jobs that were given up and have not ended.
  ///
  /// Each holds its memory; a prover that hangs again and again needs a person.
  static let lostThreadLimit = 8

  private struct Lane {
    let label: String
    let quality: DispatchQoS
    var queue: DispatchQueue
    /// Jobs that wait for a thread or have one.
    var open: Set<WorkTicket> = []
    /// Those of them that were given up.
    var lost: Set<WorkTicket> = []

    init(_ lane: WorkLane, of name: String) {
      label = "\(name) \(lane.rawValue)"
      quality = lane.quality
      queue = DispatchQueue(label: label, qos: quality)
    }
  }

  private struct State {
    var lanes: [WorkLane: Lane]
    var isStopped = false
  }

  private let backend: SwitchableBackend
  private let scheme: Scheme
  private let times: WorkTimes?
  private let state: Mutex<State>

  /// Creates the threads.
  package init(
    backend: SwitchableBackend, scheme: Scheme, name: String, times: WorkTimes? = nil
  ) {
    self.backend = backend
    self.scheme = scheme
    self.times = times
    state = Mutex(
      State(
        lanes: Dictionary(
          uniqueKeysWithValues: WorkLane.allCases.map { ($0, Lane($0, of: name)) })))
  }

  /// Runs a job on its lane; after ``stop()`` nothing is run or answered.
  package func run(_ work: Work, answer: @escaping @Sendable (JobResult) -> Void) {
    guard let queue = open(work) else {
      let reason =
        "\(LaneExecutor.lostThreadLimit) jobs of this lane were given up and have not ended: "
        + "restart the node if that stays"
      return answer(.failed(work.job, .broken(reason)))
    }
    queue.async { [self] in
      defer { close(work) }
      guard !isStopped else { return }
      let start = ContinuousClock.now
      let result = work.job.run(
        on: backend.current(for: work.job), scheme: scheme, workers: .allCores)
      note(work.job, ContinuousClock.now - start)
      guard !isStopped else { return }
      answer(result)
    }
  }

  /// The queue for a job; `nil` while too many threads of its lane are lost.
  private func open(_ work: Work) -> DispatchQueue? {
    state.withLock { state in
      guard let lane = state.lanes[work.lane], lane.lost.count < LaneExecutor.lostThreadLimit
      else { return nil }
      state.lanes[work.lane]?.open.insert(work.ticket)
      return lane.queue
    }
  }

  /// A job has ended, in time or after all: its thread is there again.
  private func close(_ work: Work) {
    state.withLock { state in
      state.lanes[work.lane]?.open.remove(work.ticket)
      state.lanes[work.lane]?.lost.remove(work.ticket)
    }
  }

  /// Counts a check of peers' messages; of other work the engine tells stages.
  private func note(_ job: ChainJob, _ time: Duration) {
    switch job {
    case .verifyVotes(let votes):
      let bytes = SignedAttestation.byteCount(scheme: scheme)
      times?.verified(attestations: votes.count, bytes: bytes, in: time)
    case .verifyAggregate: times?.verifiedAggregate(in: time)
    default: break
    }
  }

  /// Gives the lane a new thread; the old one ends with its job, if ever.
  package func abandon(_ ticket: WorkTicket, _ lane: WorkLane) {
    state.withLock { state in
      // It may have ended while its answer was on the way.
      guard let old = state.lanes[lane], old.open.contains(ticket) else { return }
      state.lanes[lane]?.queue = DispatchQueue(label: old.label, qos: old.quality)
      state.lanes[lane]?.lost.insert(ticket)
    }
  }

  private var isStopped: Bool { state.withLock { $0.isStopped } }

  /// Gets the prover ready on its thread, before any job, and says what went wrong if it failed.
  func prepareProver(_ finished: @escaping @Sendable (_ failure: String?) -> Void) {
    let queue = state.withLock { $0.lanes[.prover]?.queue }
    queue?.async { [self] in
      do throws(AggregationError) {
        try backend.current.prepare()
        finished(nil)
      } catch {
        finished("\(error)")
      }
    }
  }

  /// Ends the work: what waits is dropped, and what runs is not answered.
  package func stop() {
    state.withLock { $0.isStopped = true }
  }
}

extension Workers {
  /// As many threads as there are cores, with the priority of the calling one.
  package static let allCores = Workers { count, body in
    DispatchQueue.concurrentPerform(iterations: count, execute: body)
  }
}

extension WorkLane {
  /// The system's priority: a block that is being built goes before the votes of others.
  fileprivate var quality: DispatchQoS {
    switch self {
    case .builder: .userInteractive
    case .prover: .userInitiated
    case .verifier, .votes: .userInitiated
    }
  }
}

/// A proving backend that can be made slow while it is in use.
package final class SwitchableBackend: Sendable {
  private let base: any AggregationBackend
  private let speed: Double
  private let slowness: Double
  private let signing: Double?
  private let model: Mutex<AggregationCostModel?>

  /// Wraps `base`.
  ///
  /// - Parameters:
  ///   - base: The backend that does the work.
  ///   - model: The latency to add from the start.
  ///   - speed: How many seconds of node time pass in `slowness` real seconds.
  ///   - slowness: How many real seconds that takes.
  ///   - signing: Real milliseconds of a signature on average, where the prover's process signs too.
  package init(
    _ base: any AggregationBackend, model: AggregationCostModel? = nil, speed: Int = 1,
    slowness: Int = 1, signing: Double? = nil
  ) {
    self.base = base
    self.signing = signing
    self.speed = Double(speed)
    self.slowness = Double(slowness)
    self.model = Mutex(model)
  }

  /// The backend for the next job.
  package var current: any AggregationBackend { slowed(base) }

  /// The backend for a job, which may share its prover with other nodes.
  func current(for job: ChainJob) -> any AggregationBackend {
    let milliseconds = Double(job.traits.lane.proverMilliseconds) / speed * slowness
    return slowed(
      base.serving(
        priority: job.traits.priority.rawValue, within: .milliseconds(Int(milliseconds))))
  }

  private func slowed(_ base: any AggregationBackend) -> any AggregationBackend {
    guard let model = costModel else { return base }
    return CostModelBackend(base, model: model) { [speed, slowness] duration in
      Thread.sleep(forTimeInterval: duration / .seconds(1) / speed * slowness)
    }
  }

  /// What the backend says of its own costs in node time, so that the first proposal is planned like
  /// the rest.
  package var costSamples: [CostSample] {
    let backend = current
    let folds = backend.capabilities.foldsProposer
    // A cost model is in node time already; a real prover knows real time only.
    let scale = costModel == nil ? speed / slowness : 1
    func sample(_ stage: Stage, _ size: WorkSize, _ work: AggregationWork) -> CostSample? {
      backend.predictedLatency(of: work).map { latency in
        CostSample(
          stage: stage, size: size,
          milliseconds: UInt64(max(0, latency / .milliseconds(1)) * scale))
      }
    }
    let wrap = sample(
      .wrap, WorkSize(signatures: 1), .aggregate(signatures: 1, children: 0))
    let merges = (1...AggregationLimits.maximumComponents).compactMap { components in
      let size =
        folds
        ? WorkSize(signatures: 1, components: components - 1) : WorkSize(components: components)
      return sample(.merge, size, .merge(components: components))
    }
    let aggregate = sample(
      .aggregate, WorkSize(signatures: 4), .aggregate(signatures: 4, children: 0))
    let signatures = signing.map { CostSample.signing(meanMilliseconds: $0 * speed / slowness) }
    return merges + [folds ? nil : wrap, aggregate].compactMap(\.self) + (signatures ?? [])
  }

  /// The latency that is added now, if any.
  package var costModel: AggregationCostModel? {
    get { model.withLock { $0 } }
    set { model.withLock { $0 = newValue } }
  }
}
