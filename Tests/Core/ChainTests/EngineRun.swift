import Aggregation
import AggregationTestSupport
import BlockBuilding
import ChainEvents
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
  static let genesis: UInt64 = 1_000_000

  var engine: ChainState
  /// Milliseconds for each stage; absent stages take 1.
  var durations: [Stage: Int64] = [:]
  /// How often each stage still fails.
  var failures: [Stage: Int] = [:]
  var signingMilliseconds: Int64 = 2
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
  private(set) var requests: [[Bytes32]] = []
  private(set) var verdicts: [UInt64: Verdict] = [:]
  private(set) var signed: [SigningRequest] = []
  private(set) var records: [ChainRecord] = []
  private(set) var isStopped = false
  private(set) var fatal: String?
  private var queue: [(time: Int64, number: Int, input: ChainState.Input)] = []
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
      clock: SlotClock(genesisTime: EngineRun.genesis / 1000),
      validators: ours ?? (0..<validators).map { ValidatorIndex(UInt64($0)) },
      isAggregator: true)
    configure(&configuration)
    engine = ChainState(
      configuration: configuration, store: try EngineRun.genesisStore(validators: validators))
    now = start
    if isNetworkReady { step(.networkReady) }
  }

  static func genesisStore(validators count: Int) throws -> Store {
    var entries: [Validator] = []
    for index in 0..<count {
      let key = { (kind: UInt8) in
        Bytes52(Array(repeating: 0, count: 50) + [UInt8(index), kind])
      }
      let (attestation, proposal) = (try #require(key(1)), try #require(key(2)))
      entries.append(
        Validator(
          attestationPublicKey: attestation, proposalPublicKey: proposal,
          index: ValidatorIndex(UInt64(index))))
    }
    let state = State(genesisTime: genesis / 1000, validators: try Validators(entries))
    let block = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: state.hashTreeRoot(),
      body: BlockBody())
    return try Store(anchor: block, state: state)
  }

  // MARK: Time

  /// Runs until a time, then hands an input in.
  mutating func run(to time: Int64, then input: ChainState.Input? = nil) {
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
      Int64($0.rawValue) - Int64(EngineRun.genesis) - clockOffset
    }
  }

  private var reading: ClockReading {
    ClockReading(
      wall: UnixMilliseconds(UInt64(Int64(EngineRun.genesis) + now + clockOffset)),
      monotonicMilliseconds: UInt64(now + 1_000_000),
      previousCallMilliseconds: callMilliseconds)
  }

  // MARK: The world

  mutating func step(_ input: ChainState.Input) {
    for effect in engine.handle(input, at: reading) { perform(effect) }
    setAlarm()
    buildForeignBlock()
  }

  mutating func post(_ input: ChainState.Input, after delay: Int64) {
    inputs += 1
    queue.append((now + delay, inputs, input))
  }

  private mutating func perform(_ effect: ChainState.Effect) {
    switch effect {
    case .emit(let event): events.append((now, event))
    case .work(let work): run(work)
    case .sign(let request):
      signed.append(request)
      post(.signed(answer(request)), after: signingMilliseconds)
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
    case .requestBlocks(let roots): requests.append(roots)
    case .judge(let gossip, let verdict): verdicts[gossip] = verdict
    case .persist(let record): records.append(record)
    case .stopped: isStopped = true
    case .fatal(let message):
      fatal = message
      isStopped = true
    }
  }

  private mutating func run(_ work: Work) {
    var result: WorkResult
    switch work.job {
    case .verifyBlock, .verifyAttestation, .verifyAggregate:
      result =
        if isVerifierBroken { .failed("told to fail") } else if acceptsSignatures {
          trusted(work.job)
        } else { .rejected(.invalidSignature) }
    default:
      result = work.job.run(on: MockBackend(real: XMSSListBackend(scheme: .test)), scheme: .test)
    }
    if let stage = work.job.stage, let left = failures[stage], left > 0 {
      failures[stage] = left - 1
      result = .failed("told to fail")
    }
    let duration =
      work.job.stage.map { durations[$0, default: 1] } ?? verifyingMilliseconds
    post(.workEnded(work.ticket, result), after: duration)
  }

  private func trusted(_ job: ChainJob) -> WorkResult {
    switch job {
    case .verifyBlock(let check): .product(.verifiedBlock(check.trusted))
    case .verifyAttestation(let check): .product(.verifiedAttestation(check.trusted))
    case .verifyAggregate(let check): .product(.verifiedAggregate(check.trusted))
    default: .failed("no check")
    }
  }

  private func answer(_ request: SigningRequest) -> SigningAnswer {
    switch request {
    case .block(let slot, let proposer, let root):
      .block(slot: slot, root: root, signature(of: proposer))
    case .attestations(let data, _, let validators):
      .attestations(data: data, validators.map { ($0, signature(of: $0)) })
    }
  }

  private func signature(
    of validator: ValidatorIndex
  ) -> Result<Signature, SigningRefusal> {
    if let refusal { return .failure(refusal) }
    return .success(EngineRun.signature(UInt8(validator.rawValue)))
  }

  /// A well-formed signature of the test scheme that signs nothing.
  static func signature(_ number: UInt8) -> Signature {
    // Offsets of randomness, hashes (296 = 0x128) and siblings; everything else is zero.
    var bytes = [UInt8](repeating: 0, count: 424)
    (bytes[0], bytes[4], bytes[32], bytes[33], bytes[36]) = (36, number, 40, 1, 4)
    do {
      return try Signature(ssz: bytes, scheme: .test)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  private mutating func follow(_ attestations: [SignedAttestation]) {
    guard let data = attestations.first?.data else { return }
    for follower in followers {
      let vote = SignedAttestation(
        validatorIndex: follower, data: data,
        signature: EngineRun.signature(UInt8(follower.rawValue)))
      post(.attestation(vote, MessageOrigin(peer: "follower", gossip: nil)), after: 50)
    }
  }

  private mutating func buildForeignBlock() {
    guard let foreignBlockDelay, now >= 0 else { return }
    let slot = Slot(UInt64(now / 4000))
    guard slot > latestForeignSlot, engine.store.time.slot == slot,
      !engine.isOurs(engine.proposer(of: slot))
    else { return }
    latestForeignSlot = slot
    guard let block = try? foreignBlock(slot) else { return }
    post(
      .block(block, MessageOrigin(peer: "proposer", gossip: nil)), after: foreignBlockDelay)
  }

  /// A block that the proposer of a slot would build on what this node knows, or on a parent.
  func foreignBlock(
    _ slot: Slot, on store: Store? = nil, attestations: Int = 8
  ) throws -> SignedBlock {
    let view = try ProposalView(
      of: store ?? engine.store, slot: slot, proposerIndex: engine.proposer(of: slot))
    let selection = try view.select(SelectionRules(maximumAttestationData: attestations))
    let candidate = try selection.uncompacted.seal()
    let proof = MultiMessageAggregate(
      proof: try ByteList512KiB(MockBackend.header + candidate.root.bytes))
    return candidate.assemble(proof)
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
