import ChainEvents
import ChainWork
import Consensus
import Hashing
import Testing

@testable import Proposing

/// A pipeline whose work takes as long as told, drawn as a line of what it did when.
///
/// Times are milliseconds from the start of slot 10. A drawing lists `time:word` for each action:
/// stages that started, `sign`, `publish`, and the outcome.
struct PipelineRun {
  static let slotStart: Int64 = 1_000_000 + 40_000

  var pipeline: ProposalPipeline
  var surroundings: ProposalPipeline.Surroundings
  /// Milliseconds that each stage takes; absent stages take 10.
  var durations: [Stage: Int64] = [:]
  /// How often each stage still fails.
  var failures: [Stage: Int] = [:]
  var refusal: MissReason?
  /// What blocks justify, if not what the view justifies.
  var builtJustifiedSlot: Slot?
  var isImportAccepted = true
  /// How many attestations a block has that may have so many.
  var attestations: (Int) -> Int = { _ in 1 }
  private(set) var drawing: [String] = []
  private(set) var events: [ProposalEvent] = []
  private(set) var warnings: [String] = []
  private var pending: [(time: Int64, input: ProposalPipeline.Input)] = []
  private(set) var now: Int64 = -4000

  init(
    _ policy: ProposalPolicy = ProposalPolicy(), costs: [CostSample] = [],
    foldsProposer: Bool = false
  ) {
    pipeline = ProposalPipeline(
      slot: 10, proposer: 2, clock: SlotClock(genesisTime: 1000), policy: policy)
    surroundings = ProposalPipeline.Surroundings(
      view: ProposalPipeline.View(head: root(1), justifiedSlot: 6, votesRevision: 0),
      isGateOpen: true, conflictsWithFinalized: false, isParentHere: true,
      usualArrivalMilliseconds: 0, firstAggregate: nil,
      expected: ExpectedBlock(), costs: CostEstimator(costs, foldsProposer: foldsProposer))
  }

  /// Runs to a time; `change` then happens, and the pipeline looks at it.
  mutating func run(
    to time: Int64, then input: ProposalPipeline.Input = .proceed,
    _ change: (inout ProposalPipeline.Surroundings) -> Void = { _ in }
  ) {
    while let next = nextEvent(until: time) {
      now = max(now, next.time)
      handle(next.input)
    }
    now = time
    change(&surroundings)
    handle(input)
  }

  private mutating func nextEvent(
    until limit: Int64
  ) -> (time: Int64, input: ProposalPipeline.Input)? {
    let deadline = pipeline.nextDeadline(after: moment(now), in: surroundings)
      .map { Int64($0.rawValue) - PipelineRun.slotStart }
    let answer = pending.indices.min { pending[$0].time < pending[$1].time }
    if let answer, pending[answer].time <= min(deadline ?? .max, limit) {
      return pending.remove(at: answer)
    }
    guard let deadline, deadline <= limit else { return nil }
    return (deadline, .proceed)
  }

  private mutating func handle(_ input: ProposalPipeline.Input) {
    for action in pipeline.handle(input, at: moment(now), in: surroundings) { perform(action) }
  }

  private mutating func perform(_ action: ProposalPipeline.Action) {
    switch action {
    case .run(let stage, let attempt):
      draw(stage == .select ? "select/\(attempt.maximumAttestations)" : stage.rawValue)
      answer(stage, after: durations[stage, default: 10], attempt)
    case .sign(let attempt, let block):
      draw("sign")
      let answer: ProposalPipeline.Input =
        refusal.map { .refused(attempt: attempt.number, $0) } ?? .signed(attempt: attempt.number)
      pending.append((now + durations[.sign, default: 10], answer))
      #expect(block.parentRoot == surroundings.view.head)
    case .importAndPublish:
      if isImportAccepted { draw("publish") }
      handle(.imported(isImportAccepted))
    case .discardWork: break
    case .doubtCosts: draw("doubt")
    case .emit(let event): events.append(event)
    case .warn(let warning): warnings.append(warning)
    case .finish(let outcome): draw("\(outcome)")
    }
  }

  private mutating func answer(
    _ stage: Stage, after duration: Int64, _ attempt: ProposalPipeline.Attempt
  ) {
    let number = attempt.number
    var input: ProposalPipeline.Input
    switch stage {
    case .select: input = .selected(attempt: number, compactedProofs: 0)
    case .seal:
      input = .sealed(
        attempt: number,
        ProposalPipeline.SealedBlock(
          root: root(100 + UInt8(number)), parentRoot: attempt.view.head,
          justifiedSlot: builtJustifiedSlot ?? attempt.view.justifiedSlot,
          attestations: attestations(attempt.maximumAttestations)))
    case .wrap: input = .wrapped(attempt: number)
    case .merge: input = .merged(attempt: number)
    case .compact, .sign, .hold, .import, .publish, .attest, .aggregate, .safeTarget:
      input = .compacted(attempt: number)
    }
    if let left = failures[stage], left > 0 {
      failures[stage] = left - 1
      input = .failed(attempt: number, stage)
    }
    pending.append((now + duration, input))
  }

  private mutating func draw(_ word: String) {
    drawing.append("\(now):\(word)")
  }

  private func moment(_ time: Int64) -> UnixMilliseconds {
    UnixMilliseconds(UInt64(PipelineRun.slotStart + time))
  }
}

func root(_ number: UInt8) -> Bytes32 {
  Bytes32 { $0[0] = number }
}

extension PipelineRun {
  /// The same run, as if nothing had been handled until `time`.
  func sleeping(until time: Int64) -> PipelineRun {
    var run = self
    run.jump(to: time)
    return run
  }

  private mutating func jump(to time: Int64) {
    now = time
    handle(.proceed)
  }
}
