internal import BlockBuilding
internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import ForkChoice
internal import Proposing
internal import SSZ

/// Votes become proofs: at interval 2 those of the slot, started early when enough are here and
/// published on the boundary; and now and then those that only a block brought.
struct AggregationDesk: Sendable {
  enum Input {
    case schedule(Slot)
    /// Time passed, or votes came; the prover is needed by a proposal of ours at a time.
    case proceed(proverNeededAt: UnixMilliseconds?)
    /// A proof of ours, and whether our own store keeps it.
    case proved(Slot, SignedAggregatedAttestation, isKept: Bool)
    case failed(Slot, String)
    /// Jobs of a slot that had not started were taken back.
    case cancelled(Slot, Int)
    /// A block has entered the store; whether we propose in the next slot.
    case entered(SignedBlock, precedesProposal: Bool)
    /// A vote split off a block, and whether our own store keeps it.
    case split(SignedAggregatedAttestation, isKept: Bool)
    case slotBegan
    case setRole(Bool)
    case shutDown
  }

  /// How long before interval 2 an aggregation may start.
  static let earlyMilliseconds: UInt64 = 600

  /// How long after interval 2 two thirds are waited for with a prover that others use too.
  ///
  /// There is one proof a slot then, and signatures come one after the other as well. A proof of
  /// 600 ms is still there when the safe target moves.
  static let patienceMilliseconds: UInt64 = 150

  /// How long after its start an aggregation still starts jobs.
  static let startingMilliseconds: UInt64 = 800

  /// Jobs of one slot; the votes of one head are one, a fork makes two.
  static let jobLimit = 2

  /// Jobs in the slot before a proposal that needs the same prover.
  static let jobLimitBeforeProposal = 1

  /// Votes split off one block.
  static let splitLimit = 4

  /// What one job may cost although a proposal needs the prover: a chain whose votes nobody proves
  /// justifies nothing.
  static let leastBudgetMilliseconds: UInt64 = 800

  /// The proofs of one slot's votes that are being made here.
  private struct Session {
    /// Jobs that have not ended.
    var openJobs: Int
    var proofs = 0
    /// What went wrong, if something did.
    var failure: String?
    /// From here on no further job of it starts.
    let deadline: UnixMilliseconds
    var isOver = false
  }

  /// Whether votes are aggregated here.
  private(set) var isOn: Bool

  private let expectedVotes: Int
  private let committees: [UInt64]
  private let canSplit: Bool
  private let sharesProver: Bool
  private var ledger = DutyLedger(.aggregation)
  private var sessions: [Slot: Session] = [:]
  /// Aggregates that were proved before interval 2 of their slot and wait for it.
  private var held: [(aggregate: SignedAggregatedAttestation, time: UnixMilliseconds)] = []

  init(_ configuration: ChainConfiguration, validatorCount: Int) {
    isOn = configuration.isAggregator
    committees = configuration.committees
    canSplit = configuration.canSplit
    sharesProver = configuration.sharesProver
    expectedVotes = configuration.expectedVotes(validatorCount: UInt64(validatorCount))
  }

  mutating func handle(_ input: Input, at moment: Moment, on chain: LiveStore) -> [Step] {
    switch input {
    case .schedule(let slot): schedule(slot, moment.clock)
    case .proceed(let time): proceed(proverNeededAt: time, moment, chain)
    case .proved(let slot, let aggregate, let isKept): publish(aggregate, isKept, slot, moment)
    case .failed(let slot, let reason): fail(slot, reason, moment)
    case .cancelled(let slot, let count): endJobs(count, of: slot, moment)
    case .entered(let block, let precedesProposal):
      precedesProposal ? [] : split(block, moment, chain.store)
    case .split(let aggregate, let isKept):
      isOn && isKept ? [.effect(.publishAggregate(aggregate))] : []
    case .slotBegan: dropOldSplits(moment)
    case .setRole(let isOn): setRole(isOn, moment)
    case .shutDown:
      ledger.open.keys.sorted().flatMap { slot in
        sessions[slot] = nil
        return [.cancel(.aggregation(slot))] + ledger.end(slot, .missed, reason: "shutdown")
      }
    }
  }

  func nextDeadline(after now: UnixMilliseconds) -> UnixMilliseconds? {
    let moments =
      held.map(\.time) + sessions.values.filter { !$0.isOver }.map(\.deadline)
      + ledger.open.values.filter { $0.start == nil }.map {
        latestStart(boundary: $0.due + Self.earlyMilliseconds)
      }
      + [ledger.nextDeadline(after: now)].compactMap(\.self)
    return moments.filter { $0 > now }.min()
  }

  // MARK: The votes of a slot

  private mutating func schedule(_ slot: Slot, _ clock: SlotClock) -> [Step] {
    guard isOn else { return [] }
    let boundary = clock.start(of: .aggregation, in: slot)
    return ledger.enter(
      slot,
      DutyLedger.Entry(
        validators: [], due: boundary.saturatingSubtract(AggregationDesk.earlyMilliseconds),
        lateAt: clock.start(of: .safeTargetUpdate, in: slot),
        expires: clock.start(of: .endOfSlot, in: slot)))
  }

  private mutating func proceed(
    proverNeededAt: UnixMilliseconds?, _ moment: Moment, _ chain: LiveStore
  ) -> [Step] {
    var steps = ledger.expired(at: moment.now).flatMap { expire($0, moment) }
    for slot in ledger.due(at: moment.now) {
      steps += start(slot, proverNeededAt, moment, chain)
    }
    let due = held.filter { $0.time <= moment.now }
    held.removeAll { $0.time <= moment.now }
    steps += due.map { .effect(.publishAggregate($0.aggregate)) }
    for slot in sessions.keys.sorted() { steps += stopStarting(slot, moment) }
    return steps
  }

  private mutating func start(
    _ slot: Slot, _ proverNeededAt: UnixMilliseconds?, _ moment: Moment, _ chain: LiveStore
  ) -> [Step] {
    let boundary = moment.clock.start(of: .aggregation, in: slot)
    let votes = chain.mostVotes(in: slot)
    guard
      moment.now >= latestStart(boundary: boundary)
        || (expectedVotes > 0 && votes * 3 >= expectedVotes * 2)
    else {
      return []
    }
    let jobs = chain.store.rankedAggregationJobs(
      currentSlot: slot,
      limit: proverNeededAt == nil && !sharesProver
        ? AggregationDesk.jobLimit : AggregationDesk.jobLimitBeforeProposal,
      maximumSignatures: affordableSignatures(until: proverNeededAt, moment))
    // Votes may still come: the duty stays open until it expires.
    guard !jobs.isEmpty else { return [] }
    ledger.start(slot, at: moment.reading)
    sessions[slot] = Session(
      openJobs: jobs.count, deadline: moment.now + AggregationDesk.startingMilliseconds)
    return [
      .duty(
        .aggregationStarted(
          slot: slot.rawValue, votes: votes, expected: expectedVotes,
          leadMilliseconds: boundary.signedMilliseconds(since: moment.now)))
    ] + jobs.map { .run(.aggregate(slot, $0)) }
  }

  /// When an aggregation starts with whatever votes there are.
  private func latestStart(boundary: UnixMilliseconds) -> UnixMilliseconds {
    sharesProver ? boundary + Self.patienceMilliseconds : boundary
  }

  /// The most signatures whose proof is made before a proposal of ours needs the prover.
  private func affordableSignatures(until time: UnixMilliseconds?, _ moment: Moment) -> Int {
    guard let time else { return .max }
    let left = time < moment.now ? 0 : time.milliseconds(since: moment.now)
    // Where a proof of one signature takes nearly as long as one of all, leaving some out saves nothing.
    let one = moment.costs.prediction(.aggregate, WorkSize(signatures: 1))
    let budget = max(left, AggregationDesk.leastBudgetMilliseconds, one + one / 2)
    var (least, most) = (1, expectedVotes + 1)
    while most - least > 1 {
      let middle = (least + most) / 2
      let cost = moment.costs.prediction(.aggregate, WorkSize(signatures: middle))
      if cost <= budget { least = middle } else { most = middle }
    }
    return least == expectedVotes ? .max : least
  }

  private mutating func publish(
    _ aggregate: SignedAggregatedAttestation, _ isKept: Bool, _ slot: Slot, _ moment: Moment
  ) -> [Step] {
    // What was told as missed is not sent.
    guard sessions[slot] != nil else { return [] }
    guard isKept else { return fail(slot, "our own store has no use for the proof", moment) }
    sessions[slot]?.proofs += 1
    let boundary = moment.clock.start(of: .aggregation, in: slot)
    let isDue = moment.now >= boundary
    if !isDue { held.append((aggregate, boundary)) }
    return (isDue ? [.effect(.publishAggregate(aggregate))] : []) + endJobs(1, of: slot, moment)
  }

  private mutating func fail(_ slot: Slot, _ reason: String, _ moment: Moment) -> [Step] {
    sessions[slot]?.failure = reason
    return [.log(.error, "aggregating slot \(slot): \(reason)")] + endJobs(1, of: slot, moment)
  }

  /// Ends the duty with its last job.
  private mutating func endJobs(_ count: Int, of slot: Slot, _ moment: Moment) -> [Step] {
    guard var session = sessions[slot] else { return [] }
    session.openJobs -= count
    sessions[slot] = session.openJobs > 0 ? session : nil
    guard session.openJobs <= 0 else { return [] }
    guard session.proofs == 0 else {
      return ledger.endAsDone(slot, at: moment.now, reason: session.failure)
    }
    return ledger.end(slot, session.failure == nil ? .missed : .failed, reason: session.failure)
  }

  private mutating func stopStarting(_ slot: Slot, _ moment: Moment) -> [Step] {
    guard let session = sessions[slot], moment.now >= session.deadline, !session.isOver else {
      return []
    }
    sessions[slot]?.isOver = true
    return [.cancel(.aggregation(slot))]
  }

  private mutating func expire(_ slot: Slot, _ moment: Moment) -> [Step] {
    guard sessions[slot] != nil else {
      return [.duty(.aggregatorSkipped(slot: slot.rawValue, reason: "no_votes"))]
        + ledger.end(slot, .missed, reason: "no votes to aggregate")
    }
    // A proof that is late is of use to the next block, until that is built.
    guard moment.now >= moment.clock.start(in: slot + 2) else { return [] }
    sessions[slot] = nil
    return ledger.end(slot, .missed, reason: "proving took too long")
  }

  private mutating func setRole(_ isOn: Bool, _ moment: Moment) -> [Step] {
    self.isOn = isOn
    let told = Step.duty(.aggregatorRole(enabled: isOn, subnets: committees))
    guard !isOn else {
      guard moment.isRunning else { return [told] }
      let isEarly = moment.now < moment.clock.start(of: .aggregation, in: moment.slot)
      let current = isEarly ? schedule(moment.slot, moment.clock) : []
      return [told] + current + schedule(moment.slot + 1, moment.clock)
    }
    let unstarted = ledger.open.keys.sorted().filter { sessions[$0] == nil }
    return [told] + unstarted.flatMap { ledger.end($0, .missed, reason: "no longer an aggregator") }
  }

  // MARK: The votes of a block

  /// Asks for proofs of votes that reached us inside a block only; not in the slot before a proposal
  /// of ours, which must not find the prover busy with what costs nothing to leave out.
  private func split(_ block: SignedBlock, _ moment: Moment, _ store: Store) -> [Step] {
    guard canSplit, moment.isGateOpen, moment.isRunning, block.block.slot + 1 >= moment.slot
    else { return [] }
    return store.reaggregationJobs(of: block, limit: AggregationDesk.splitLimit)
      .map { .run(.reaggregate(moment.slot, $0)) }
  }

  /// Drops splits that a slow prover has not come to within a slot: newer votes count now.
  private func dropOldSplits(_ moment: Moment) -> [Step] {
    guard moment.slot >= 2 else { return [] }
    return [.cancel(.reaggregation(asked: moment.slot.saturatingSubtract(2)))]
  }
}
