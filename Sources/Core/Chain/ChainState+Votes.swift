internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ

// Votes of others and of ours: checked, verified elsewhere, taken in.
extension ChainState {
  mutating func receive(_ attestation: SignedAttestation, from origin: MessageOrigin) {
    guard !seenVotes.contains(attestation) else { return judge(origin, .ignored) }
    do {
      let check = try store.signatureCheck(of: attestation)
      submit(.verifyAttestation(check), for: .attestation(attestation, origin))
    } catch {
      if let root = error.missingBlock, isRecent(attestation.data.slot),
        pendingVotes.insert(.attestation(attestation, origin), waitingFor: root)
      {
        return
      }
      refuse(attestation, error, from: origin)
    }
  }

  mutating func receive(
    _ aggregate: SignedAggregatedAttestation, from origin: MessageOrigin
  ) {
    guard !seenVotes.contains(aggregate) else { return judge(origin, .ignored) }
    do {
      let check = try store.signatureCheck(of: aggregate)
      submit(.verifyAggregate(check), for: .aggregate(aggregate, origin))
    } catch {
      if let root = error.missingBlock, isRecent(aggregate.data.slot),
        pendingVotes.insert(.aggregate(aggregate, origin), waitingFor: root)
      {
        return
      }
      refuse(aggregate, error, from: origin)
    }
  }

  /// Whether a vote of a slot is worth waiting for its block: old ones are useless, and those of
  /// slots to come would never be forgotten.
  private func isRecent(_ slot: Slot) -> Bool {
    currentSlot <= slot + 1 && slot <= latestAcceptableSlot
  }

  /// Takes a valid vote in; without an origin it is ours.
  mutating func accept(_ verified: VerifiedAttestation, from origin: MessageOrigin?) {
    let attestation = verified.attestation
    do {
      _ = try store.onAttestation(verified, isAggregator: isAggregator)
    } catch {
      return refuse(attestation, error, from: origin)
    }
    guard seenVotes.insert(attestation) else { return judge(origin, .ignored) }
    judge(origin, .accepted)
    tell(attestation, .accepted, reason: nil, from: origin)
  }

  /// Takes a valid aggregate in; without an origin it is ours.
  mutating func accept(_ verified: VerifiedAggregate, from origin: MessageOrigin?) {
    let aggregate = verified.attestation
    do {
      guard try store.onAggregatedAttestation(verified) else {
        return judge(origin, .ignored)
      }
    } catch {
      return refuse(aggregate, error, from: origin)
    }
    storeRevision += 1
    votesRevision += 1
    _ = seenVotes.insert(aggregate)
    noteFirstAggregate(aggregate.data.slot)
    judge(origin, .accepted)
    tell(aggregate, .accepted, reason: nil, from: origin)
  }

  /// From the first aggregate of a slot on there is something to build the next block of.
  private mutating func noteFirstAggregate(_ slot: Slot) {
    guard firstAggregates[slot] == nil else { return }
    firstAggregates[slot] = max(now, clock.start(of: .aggregation, in: slot))
  }

  /// Looks again at votes that waited for a block.
  mutating func retryVotes(waitingFor root: Bytes32) {
    for message in pendingVotes.take(waitingFor: root) {
      switch message {
      case .attestation(let attestation, let origin): receive(attestation, from: origin)
      case .aggregate(let aggregate, let origin): receive(aggregate, from: origin)
      }
    }
  }

  mutating func refuse(
    _ attestation: SignedAttestation, _ rejection: Rejection, from origin: MessageOrigin?
  ) {
    let verdict = Verdict(rejection)
    judge(origin, verdict)
    tell(attestation, verdict, reason: rejection.description, from: origin)
  }

  mutating func refuse(
    _ aggregate: SignedAggregatedAttestation, _ rejection: Rejection,
    from origin: MessageOrigin?
  ) {
    let verdict = Verdict(rejection)
    judge(origin, verdict)
    tell(aggregate, verdict, reason: rejection.description, from: origin)
  }

  /// Tells gossip what a message was worth.
  mutating func judge(_ origin: MessageOrigin?, _ verdict: Verdict) {
    guard let gossip = origin?.gossip else { return }
    effects.append(.judge(gossip: gossip, verdict))
  }

  private mutating func tell(
    _ attestation: SignedAttestation, _ verdict: Verdict, reason: String?,
    from origin: MessageOrigin?
  ) {
    emit(
      .forkChoice(
        .attestation(
          ReceivedAttestation(
            validator: attestation.validatorIndex.rawValue, vote: Vote(attestation.data),
            arrivalMilliseconds: arrival(in: attestation.data.slot), verdict: verdict,
            reason: reason, from: origin?.peer))))
  }

  private mutating func tell(
    _ aggregate: SignedAggregatedAttestation, _ verdict: Verdict, reason: String?,
    from origin: MessageOrigin?
  ) {
    emit(
      .forkChoice(
        .aggregate(
          ReceivedAggregate(
            participants: ValidatorSet(
              aggregate.proof.participants.bits.setIndices.map { UInt64($0) }),
            vote: Vote(aggregate.data), bytes: aggregate.proof.proof.bytes.count,
            arrivalMilliseconds: arrival(in: aggregate.data.slot), verdict: verdict,
            reason: reason, from: origin?.peer))))
  }
}

extension Rejection {
  /// The block that has to arrive before the vote can be judged.
  var missingBlock: Bytes32? {
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

extension Vote {
  /// The vote as events tell it.
  init(_ data: AttestationData) {
    self.init(
      slot: data.slot.rawValue, head: VotePoint(data.head), target: VotePoint(data.target),
      source: VotePoint(data.source))
  }
}

extension VotePoint {
  fileprivate init(_ checkpoint: Checkpoint) {
    self.init(root: checkpoint.root, slot: checkpoint.slot.rawValue)
  }
}
