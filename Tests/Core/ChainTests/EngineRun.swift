import Aggregation
import AggregationTestSupport
import BlockBuilding
import ChainEvents
import ChainTestSupport
import ChainWork
import Consensus
import ForkChoice
import Hashing
import SSZ
import StateTransition
import Testing
import XMSS

@testable import Chain

/// One node in virtual time, and a world around it that does what it is told.
///
/// Times are milliseconds since genesis by a clock that never steps. Proofs are placeholders;
/// signatures are well-formed and unchecked; how long anything takes is up to the test.
struct EngineRun {
  var engine: ChainEngine
  /// Milliseconds for each stage; absent stages take 1.
  var durations: [Stage: Int64] = [:]
  /// How often each stage still fails.
  var failures: [Stage: Int] = [:]
  var signingMilliseconds: Int64 = 2
  /// Votes in one answer of the signer, each answer later by `signingMilliseconds`; all by default.
  var votesInAnswer = Int.max
  var verifyingMilliseconds: Int64 = 1
  /// Why nothing is signed, if so.
  var refusal: SigningRefusal?
  /// Milliseconds until the network has our block; `nil` when it never says so.
  var publishingMilliseconds: Int64? = 1
  /// How long the engine's previous call is said to have taken.
  var callMilliseconds: UInt64 = 0
  /// Whether checks of others' signatures end without an answer.
  var isVerifierBroken = false
  /// Whether checks of others' signatures succeed.
  var acceptsSignatures = true
  /// Proofs of blocks that do not.
  var badProofs: [MultiMessageAggregate] = []
  /// Peers whose aggregates do not verify.
  var liars: Set<String> = []
  /// Why the journal does not raise its floors, if so.
  var floorFailure: String?
  /// The wall clock minus the one that never steps.
  var clockOffset: Int64 = 0
  /// Validators of others that vote as we do, 50 ms after we have.
  var followers: [ValidatorIndex] = []
  /// Whether other proposers make a block, this long after the slot starts.
  var foreignBlockDelay: Int64?

  private(set) var now: Int64
  private(set) var events: [(time: Int64, event: ChainEvent)] = []
  private(set) var blocks: [(time: Int64, block: SignedBlock)] = []
  private(set) var votes: [(time: Int64, votes: [SignedAttestation])] = []
  private(set) var aggregates: [(time: Int64, aggregate: SignedAggregatedAttestation)] = []
  private(set) var requests: [[BlockRequest]] = []
  private(set) var abandoned: [WorkTicket] = []
  private(set) var verdicts: [UInt64: Verdict] = [:]
  private(set) var signed: [SigningRequest] = []
  private(set) var records: [ChainRecord] = []
  private(set) var isStopped = false
  private var queue: [(time: Int64, number: Int, input: ChainEngine.Input)] = []
  private var inputs = 0
  private var alarm: Int64?
  private var latestForeignSlot = Slot(0)

  /// A node of a fresh chain; by default it has all the validators.
  init(
    validators: Int = 4, ours: [ValidatorIndex]? = nil, startingAt start: Int64 = -1000,
    isNetworkReady: Bool = true,
    _ configure: (inout ChainConfiguration) -> Void = { _ in }
  ) throws {
    var configuration = ChainConfiguration(
      clock: SlotClock(genesisTime: Fixture.genesis / 1000),
      validators: ours ?? (0..<validators).map { ValidatorIndex(UInt64($0)) },
      isAggregator: true)
    configure(&configuration)
    engine = ChainEngine(
      configuration: configuration, store: try Fixture.genesisStore(validators: validators))
    now = start
    if isNetworkReady { step(.networkReady) }
  }

  // MARK: Time

  /// Runs until a time, then hands an input in.
  mutating func run(to time: Int64, then input: ChainEngine.Input? = nil) {
    while let next = nextTime, next <= time { runOnce(at: next) }
    now = time
    if let input { step(input) }
  }

  /// Runs to a slot's start plus some milliseconds.
  mutating func run(toSlot slot: Int64, plus offset: Int64 = 0) {
    run(to: slot * 4000 + offset)
  }

  /// The engine is not called until `time`; answers wait.
  mutating func sleep(until time: Int64) {
    now = time
    step(.wake)
  }

  /// Time passes without the engine being called.
  mutating func jump(to time: Int64) {
    now = time
  }

  /// Runs to a slot's start plus some milliseconds, then hands an input in.
  mutating func run(toSlot slot: Int64, plus offset: Int64 = 0, then input: ChainEngine.Input) {
    run(to: slot * 4000 + offset, then: input)
  }

  private var nextTime: Int64? {
    guard !isStopped else { return nil }
    return [queue.map(\.time).min(), alarm].compactMap(\.self).min().map { max($0, now) }
  }

  private mutating func runOnce(at time: Int64) {
    now = time
    let next = queue.indices.min {
      (queue[$0].time, queue[$0].number) < (queue[$1].time, queue[$1].number)
    }
    if let next, queue[next].time <= time {
      step(queue.remove(at: next).input)
    } else {
      step(.wake)
    }
  }

  /// Sets the alarm as a shell does: by the clock that never steps, as far as now can be known.
  private mutating func setAlarm() {
    alarm = engine.nextDeadline.map {
      Int64($0.rawValue) - Int64(Fixture.genesis) - clockOffset
    }
  }

  private var reading: ClockReading {
    ClockReading(
      wall: UnixMilliseconds(UInt64(Int64(Fixture.genesis) + now + clockOffset)),
      monotonicMilliseconds: UInt64(now + 1_000_000),
      previousCallMilliseconds: callMilliseconds)
  }

  // MARK: The world

  mutating func step(_ input: ChainEngine.Input) {
    for effect in engine.handle(input, at: reading) { perform(effect) }
    setAlarm()
    buildForeignBlock()
  }

  mutating func post(_ input: ChainEngine.Input, after delay: Int64) {
    inputs += 1
    queue.append((now + delay, inputs, input))
  }

  private mutating func perform(_ effect: ChainEngine.Effect) {
    switch effect {
    case .emit(let event): events.append((now, event))
    case .work(let work): run(work)
    case .sign(let request):
      signed.append(request)
      for (number, answer) in answers(request).enumerated() {
        post(.signed(answer), after: signingMilliseconds * Int64(number + 1))
      }
    case .publishBlock(let block):
      blocks.append((now, block))
      if let publishingMilliseconds {
        let root = block.block.hashTreeRoot()
        post(.published(root: root), after: publishingMilliseconds)
      }
    case .publishAttestations(let attestations):
      votes.append((now, attestations))
      follow(attestations)
    case .publishAggregate(let aggregate): aggregates.append((now, aggregate))
    case .requestBlocks(let blocks): requests.append(blocks)
    case .abandon(let ticket, _): abandoned.append(ticket)
    case .judge(let gossip, let verdict): verdicts[gossip] = verdict
    case .persist(let record): records.append(record)
    case .stopped: isStopped = true
    }
  }

  private mutating func run(_ work: Work) {
    var result = trusted(work.job)
    if let stage = work.job.traits.stage, let left = failures[stage], left > 0 {
      failures[stage] = left - 1
      result = .failed(work.job, .broken("told to fail"))
    }
    let duration =
      work.job.traits.stage.map { durations[$0, default: 1] } ?? verifyingMilliseconds
    post(.workEnded(work.ticket, result), after: duration)
  }

  /// Makes proofs of nothing, and believes signatures or not as it was told.
  private func trusted(_ job: ChainJob) -> JobResult {
    switch job {
    case .verifyBlock, .verifyVotes, .verifyAggregate:
      if isVerifierBroken { return .failed(job, .broken("told to fail")) }
    case .select, .compact, .seal, .wrap, .merge, .aggregate, .reaggregate: break
    }
    switch job {
    case .verifyVotes(let votes):
      return .verifiedVotes(votes.map { ($0, acceptsSignatures ? $0.check.trusted : nil) })
    case .verifyBlock(let received, let check):
      return acceptsSignatures && !badProofs.contains(received.block.proof)
        ? .verifiedBlock(received, check.trusted) : .failed(job, .rejected(.invalidBlockProof))
    case .verifyAggregate(let aggregate):
      return acceptsSignatures && !liars.contains(aggregate.origin.peer)
        ? .verifiedAggregate(aggregate.origin, aggregate.check.trusted)
        : .failed(job, .rejected(.invalidSignature))
    case .select, .compact, .seal, .wrap, .merge, .aggregate, .reaggregate:
      return job.run(on: MockBackend(real: XMSSListBackend(scheme: .test)), scheme: .test)
    }
  }

  private func answers(_ request: SigningRequest) -> [SigningAnswer] {
    switch request {
    case .floors(let slot): [.floors(through: slot, failure: floorFailure)]
    case .block(let slot, let proposer, let root):
      [.block(slot: slot, root: root, signature(of: proposer))]
    case .attestations(let data, _, let validators):
      stride(from: 0, to: validators.count, by: min(votesInAnswer, validators.count)).map { first in
        let part = validators[first...].prefix(votesInAnswer)
        return .attestations(data: data, part.map { ($0, signature(of: $0)) })
      }
    }
  }

  private func signature(
    of validator: ValidatorIndex
  ) -> Result<Signature, SigningRefusal> {
    if let refusal { return .failure(refusal) }
    return .success(Fixture.signature(UInt8(validator.rawValue)))
  }

  private mutating func follow(_ attestations: [SignedAttestation]) {
    guard let data = attestations.first?.data else { return }
    for follower in followers {
      let vote = SignedAttestation(
        validatorIndex: follower, data: data,
        signature: Fixture.signature(UInt8(follower.rawValue)))
      post(.attestation(vote, MessageOrigin(peer: "follower", gossip: nil)), after: 50)
    }
  }

  private mutating func buildForeignBlock() {
    guard let foreignBlockDelay, now >= 0 else { return }
    let slot = Slot(UInt64(now / 4000))
    guard slot > latestForeignSlot, engine.store.time.slot == slot,
      !engine.configuration.validators.contains(proposer(of: slot))
    else { return }
    latestForeignSlot = slot
    guard let block = try? foreignBlock(slot) else { return }
    post(
      .block(block, MessageOrigin(peer: "proposer", gossip: nil)), after: foreignBlockDelay)
  }

  func proposer(of slot: Slot) -> ValidatorIndex {
    ValidatorIndex(slot.rawValue % UInt64(engine.store.validators.count))
  }

  /// A block that the proposer of a slot would build on what this node knows, or on a parent.
  func foreignBlock(
    _ slot: Slot, on store: Store? = nil, attestations: Int = 8
  ) throws -> SignedBlock {
    let view = try ProposalView(
      of: store ?? engine.store, slot: slot, proposerIndex: proposer(of: slot))
    let selection = try view.select(SelectionRules(maximumAttestationData: attestations))
    let candidate = try selection.uncompacted.seal()
    let proof = MultiMessageAggregate(
      proof: try ByteList512KiB(MockBackend.header + candidate.root.bytes))
    return SignedBlock(block: candidate.block, proof: proof)
  }

  /// A proof of nothing that names voters.
  func aggregate(
    _ data: AttestationData, by voters: [ValidatorIndex]
  ) throws -> SignedAggregatedAttestation {
    SignedAggregatedAttestation(
      data: data,
      proof: SingleMessageAggregate(
        participants: try AggregationBits(indices: voters),
        proof: try ByteList512KiB([0] + Array("MOCKED-AGGREGATION-PROOF".utf8) + [0, 1])))
  }

  // MARK: What happened

  /// The outcomes of our proposals, as `slot:outcome`.
  var outcomes: [String] {
    events.compactMap { event in
      guard case .proposal(.outcome(let result)) = event.event else { return nil }
      return "\(result.slot):\(result.outcome)"
    }
  }

  /// How duties of a kind ended, as `slot:outcome`.
  func ends(of duty: Duty) -> [String] {
    events.compactMap { event in
      guard case .duty(.ended(duty, let slot, _, let outcome, _)) = event.event
      else { return nil }
      return "\(slot):\(outcome.rawValue)"
    }
  }

  /// How stages of a kind ended, as `slot: duration at time`.
  func ends(of stage: Stage) -> [String] {
    events.compactMap { event in
      guard case .duty(.stageEnded(stage, let slot, let milliseconds, let failure)) = event.event
      else { return nil }
      return "\(slot): \(milliseconds) ms" + (failure.map { ", \($0)" } ?? "") + " at \(event.time)"
    }
  }

  /// The names of events since a time.
  func names(since time: Int64 = .min) -> [String] {
    events.filter { $0.time >= time }.map(\.event.name)
  }
}
