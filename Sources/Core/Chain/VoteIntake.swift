internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import ForkChoice
internal import Hashing

typealias UnverifiedVote = Unverified<AttestationSignatureCheck>
typealias UnverifiedAggregate = Unverified<AggregateSignatureCheck>

/// The way of a vote, single or aggregated: checked, kept until its block is here, verified elsewhere
/// while peers take turns, single ones in batches, taken in.
struct VoteIntake: Sendable {
  enum Input {
    case received(VoteMessage, MessageOrigin)
    case verified([(vote: UnverifiedVote, valid: VerifiedAttestation?)])
    case verifiedAggregate(MessageOrigin, VerifiedAggregate)
    case failed([UnverifiedVote], JobFailure)
    case failedAggregate(UnverifiedAggregate, JobFailure)
    /// Votes of ours, sent already.
    case own([SignedAttestation])
    /// A block has entered the store.
    case entered(Bytes32)
    case slotBegan
  }

  /// Votes that may wait for verification: two slots of a full registry.
  static let waitingLimit = 8192

  /// Aggregates that may wait for verification: 64 MiB with the largest proofs.
  static let waitingAggregateLimit = 128

  /// Votes that are verified at once: large enough to halve the cost, small enough that taking
  /// them in keeps the engine for two milliseconds at most.
  static let batchSize = 64

  private var unverified = FairQueue<UnverifiedVote>(limit: VoteIntake.waitingLimit)
  private var isVerifying = false
  private var unverifiedAggregates = FairQueue<UnverifiedAggregate>(
    limit: VoteIntake.waitingAggregateLimit)
  private(set) var waiting = WaitingVotes()
  private var seen = SeenVotes()

  mutating func handle(_ input: Input, at moment: Moment, on chain: inout LiveStore) -> [Step] {
    switch input {
    case .received(let message, let origin): return receive(message, origin, moment, chain.store)
    case .verified(let votes): return take(votes, moment, &chain)
    case .verifiedAggregate(let origin, let aggregate):
      unverifiedAggregates.endCheck(isGood: true)
      return take(aggregate, from: origin, moment, &chain).steps + verifyNextAggregate()
    case .failed(let votes, let failure): return fail(votes, failure)
    case .failedAggregate(let received, let failure): return fail(received, failure, moment)
    case .own(let votes):
      return votes.flatMap { take(VerifiedAttestation(trusting: $0), from: nil, moment, &chain) }
    case .entered(let root):
      return waiting.take(waitingFor: root).flatMap {
        receive($0.message, $0.origin, moment, chain.store)
      }
    case .slotBegan: return beginSlot(moment)
    }
  }

  // MARK: In

  private mutating func receive(
    _ message: VoteMessage, _ origin: MessageOrigin, _ moment: Moment, _ store: Store
  ) -> [Step] {
    guard !seen.contains(message) else { return Step.judge(origin, .ignored) }
    do {
      switch message {
      case .vote(let vote):
        let received = Unverified(try store.signatureCheck(of: vote), from: origin)
        let dropped = unverified.append(received, from: origin.peer)
        return Step.judge(dropped?.origin, .ignored) + startBatch()
      case .aggregate(let aggregate):
        let check = try store.signatureCheck(of: aggregate)
        let dropped = unverifiedAggregates.append(
          Unverified(check, from: origin), from: origin.peer)
        return Step.judge(dropped?.origin, .ignored) + verifyNextAggregate()
      }
    } catch {
      return wait(message, origin, error, moment, store)
        ?? refuse(message, error, origin, moment)
    }
  }

  /// Hands the next votes to their lane, one batch at a time.
  private mutating func startBatch() -> [Step] {
    guard !isVerifying, !unverified.isEmpty else { return [] }
    var batch: [UnverifiedVote] = []
    while batch.count < VoteIntake.batchSize, let next = unverified.popFirst() {
      batch.append(next)
    }
    isVerifying = true
    return [.run(.verifyVotes(batch))]
  }

  private mutating func verifyNextAggregate() -> [Step] {
    unverifiedAggregates.beginCheck().map { [.run(.verifyAggregate($0))] } ?? []
  }

  // MARK: Waiting for a block

  /// Keeps a message whose block is not here; `nil` when it is refused for another reason.
  ///
  /// Old votes are useless, and those of slots to come would never be forgotten.
  private mutating func wait(
    _ message: VoteMessage, _ origin: MessageOrigin, _ rejection: Rejection, _ moment: Moment,
    _ store: Store
  ) -> [Step]? {
    let slot = message.data.slot
    guard let root = rejection.missingBlock, moment.slot <= slot + 1,
      slot <= moment.latestAcceptableSlot(store)
    else { return nil }
    let dropped = waiting.insert(message, origin, waitingFor: root)
    let steps = Step.judge(dropped?.origin, .ignored)
    // One vote proves little; a block that several name is one that we have missed.
    return waiting.voterCount(waitingFor: root) > 1
      ? steps + [.want(root, namedBy: origin.peer)] : steps
  }

  /// Forgets votes of slots that are over; nobody is to blame for a block that never came.
  private mutating func beginSlot(_ moment: Moment) -> [Step] {
    let oldest = moment.slot.saturatingSubtract(1)
    seen.forget(before: oldest)
    let late = unverified.removeAll { $0.check.attestation.data.slot < oldest }
    let lateAggregates = unverifiedAggregates.removeAll {
      $0.check.attestation.data.slot < oldest
    }
    let tooLate = late.map(\.origin) + lateAggregates.map(\.origin)
    let origins = waiting.takeOld(before: oldest).map(\.origin) + tooLate
    let verdicts = origins.flatMap { Step.judge($0, .ignored) }
    guard !tooLate.isEmpty else { return verdicts }
    return verdicts + [
      .log(.warning, "\(tooLate.count) votes were not verified before their slots ended")
    ]
  }

  // MARK: Out

  private mutating func take(
    _ votes: [(vote: UnverifiedVote, valid: VerifiedAttestation?)], _ moment: Moment,
    _ chain: inout LiveStore
  ) -> [Step] {
    isVerifying = false
    var steps: [Step] = []
    for (received, valid) in votes {
      steps +=
        valid.map { take($0, from: received.origin, moment, &chain) }
        ?? refuse(.vote(received.check.attestation), .invalidSignature, received.origin, moment)
    }
    return steps + startBatch()
  }

  /// Takes a valid vote in; without an origin it is ours.
  private mutating func take(
    _ verified: VerifiedAttestation, from origin: MessageOrigin?, _ moment: Moment,
    _ chain: inout LiveStore
  ) -> [Step] {
    let message = VoteMessage.vote(verified.attestation)
    do {
      try chain.take(verified, isAggregator: moment.isAggregator)
    } catch {
      return refuse(message, error, origin, moment)
    }
    guard seen.insert(message) else { return Step.judge(origin, .ignored) }
    return tell(message, .accepted, nil, origin, moment)
  }

  /// Takes a valid aggregate in; without an origin it is ours.
  ///
  /// - Returns: Whether it was new and is kept, and what follows.
  mutating func take(
    _ verified: VerifiedAggregate, from origin: MessageOrigin?, _ moment: Moment,
    _ chain: inout LiveStore
  ) -> (isKept: Bool, steps: [Step]) {
    let message = VoteMessage.aggregate(verified.attestation)
    do {
      guard try chain.take(verified) else { return (false, Step.judge(origin, .ignored)) }
    } catch {
      return (false, refuse(message, error, origin, moment))
    }
    _ = seen.insert(message)
    let told = tell(message, .accepted, nil, origin, moment)
    return (true, told + [.aggregateCounts(message.data.slot)])
  }

  private mutating func fail(_ votes: [UnverifiedVote], _ failure: JobFailure) -> [Step] {
    isVerifying = false
    return [.log(.warning, "\(votes.count) votes were not verified: \(failure)")]
      + votes.flatMap { Step.judge($0.origin, .ignored) } + startBatch()
  }

  private mutating func fail(
    _ received: UnverifiedAggregate, _ failure: JobFailure, _ moment: Moment
  ) -> [Step] {
    switch failure {
    case .rejected(let rejection):
      unverifiedAggregates.endCheck(isGood: false)
      let message = VoteMessage.aggregate(received.check.attestation)
      return refuse(message, rejection, received.origin, moment) + verifyNextAggregate()
    case .broken(let reason):
      unverifiedAggregates.endCheck()
      return [.log(.warning, "an aggregate was not verified: \(reason)")]
        + Step.judge(received.origin, .ignored) + verifyNextAggregate()
    }
  }

  private func refuse(
    _ message: VoteMessage, _ rejection: Rejection, _ origin: MessageOrigin?, _ moment: Moment
  ) -> [Step] {
    tell(message, Verdict(rejection), rejection.description, origin, moment)
  }

  /// Tells gossip and everybody else what a message was worth.
  private func tell(
    _ message: VoteMessage, _ verdict: Verdict, _ reason: String?, _ origin: MessageOrigin?,
    _ moment: Moment
  ) -> [Step] {
    let event = message.event(
      verdict, reason: reason, from: origin?.peer,
      arrivalMilliseconds: moment.arrival(in: message.data.slot))
    return Step.judge(origin, verdict) + [.emit(.forkChoice(event))]
  }
}

extension Rejection {
  /// The block that has to arrive before the vote can be judged.
  fileprivate var missingBlock: Bytes32? {
    switch self {
    case .unknownSourceBlock(let root), .unknownTargetBlock(let root),
      .unknownHeadBlock(let root):
      root
    default: nil
    }
  }
}

extension Verdict {
  init(_ rejection: Rejection) {
    self =
      switch rejection.peerVerdict {
      case .ignore, .retryLater: .ignored
      case .reject: .rejected
      }
  }
}
