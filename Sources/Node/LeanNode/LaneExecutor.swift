public import Aggregation
public import Chain
internal import ChainEvents
internal import Consensus
private import Dispatch
private import ForkChoice
private import Foundation
internal import Proposing
private import Synchronization
public import XMSS

/// The threads of a node: one queue for each lane of work, none of them Swift's cooperative pool.
///
/// Votes that wait together are checked together, at half the cost.
public final class LaneExecutor: WorkExecutor {
  /// How many jobs of each lane the engine may hand over before it has answers.
  static let concurrency: [WorkLane: Int] = [.builder: 1, .prover: 1, .verifier: 1, .votes: 64]

  private struct Vote {
    let check: AttestationSignatureCheck
    let answer: @Sendable (WorkResult) -> Void
  }

  private let backend: SwitchableBackend
  private let scheme: Scheme
  private let lanes: [WorkLane: DispatchQueue]
  private let isStopped = Mutex(false)
  private let votes = Mutex<[Vote]>([])

  /// Creates the threads.
  public init(backend: SwitchableBackend, scheme: Scheme, name: String) {
    self.backend = backend
    self.scheme = scheme
    lanes = Dictionary(
      uniqueKeysWithValues: WorkLane.allCases.map { lane in
        (lane, DispatchQueue(label: "\(name) \(lane.rawValue)", qos: lane.quality))
      })
  }

  /// Runs a job on its lane; after ``stop()`` nothing is run or answered.
  public func run(_ work: Work, answer: @escaping @Sendable (WorkResult) -> Void) {
    if case .verifyAttestation(let check) = work.job {
      votes.withLock { $0.append(Vote(check: check, answer: answer)) }
      lanes[work.lane]?.async { [self] in verifyVotes() }
      return
    }
    lanes[work.lane]?.async { [self] in
      guard !isStopped.withLock({ $0 }) else { return }
      let result = work.job.run(on: backend.current, scheme: scheme)
      guard !isStopped.withLock({ $0 }) else { return }
      answer(result)
    }
  }

  /// Checks the votes that wait; another call may have taken them all.
  private func verifyVotes() {
    let waiting = votes.withLock { votes in
      defer { votes.removeAll() }
      return votes
    }
    guard !waiting.isEmpty, !isStopped.withLock({ $0 }) else { return }
    let verified = AttestationSignatureCheck.verified(
      waiting.map(\.check), scheme: scheme, on: .allCores)
    guard !isStopped.withLock({ $0 }) else { return }
    for (vote, verified) in zip(waiting, verified) {
      vote.answer(
        verified.map { .product(.verifiedAttestation($0)) } ?? .rejected(.invalidSignature))
    }
  }

  /// Gets the prover ready on its thread, before any job, and says what went wrong if it failed.
  func prepareProver(_ finished: @escaping @Sendable (_ failure: String?) -> Void) {
    lanes[.prover]?.async { [self] in
      do throws(AggregationError) {
        try backend.current.prepare()
        finished(nil)
      } catch {
        finished("\(error)")
      }
    }
  }

  /// Ends the work: what waits is dropped, and what runs is not answered.
  public func stop() {
    isStopped.withLock { $0 = true }
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
public final class SwitchableBackend: Sendable {
  private let base: any AggregationBackend
  private let speed: Double
  private let model: Mutex<AggregationCostModel?>

  /// Wraps `base`.
  ///
  /// - Parameters:
  ///   - base: The backend that does the work.
  ///   - model: The latency to add from the start.
  ///   - speed: How many seconds of node time pass in one real second.
  public init(_ base: any AggregationBackend, model: AggregationCostModel? = nil, speed: Int = 1) {
    self.base = base
    self.speed = Double(speed)
    self.model = Mutex(model)
  }

  /// The backend for the next job.
  public var current: any AggregationBackend {
    guard let model = costModel else { return base }
    return CostModelBackend(base, model: model) { [speed] duration in
      Thread.sleep(forTimeInterval: duration / .seconds(1) / speed)
    }
  }

  /// What the backend says of its own costs, so that the first proposal is planned like the rest.
  var costSamples: [CostSample] {
    let backend = current
    func sample(_ stage: Stage, _ size: WorkSize, _ work: AggregationWork) -> CostSample? {
      backend.predictedLatency(of: work).map { latency in
        CostSample(
          stage: stage, size: size, milliseconds: UInt64(max(0, latency / .milliseconds(1))))
      }
    }
    let wrap = sample(
      .wrap, WorkSize(signatures: 1), .aggregate(signatures: 1, children: 0))
    let merges = (1...AggregationLimits.maximumComponents).compactMap { components in
      sample(.merge, WorkSize(components: components), .merge(components: components))
    }
    return merges + [wrap].compactMap(\.self)
  }

  /// The latency that is added now, if any.
  public var costModel: AggregationCostModel? {
    get { model.withLock { $0 } }
    set { model.withLock { $0 = newValue } }
  }
}
