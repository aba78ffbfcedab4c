internal import ChainEvents
internal import Consensus
internal import Hashing
internal import SSZ

/// A vote as it travels: of one validator, or of several under one proof.
enum VoteMessage: Sendable {
  case vote(SignedAttestation)
  case aggregate(SignedAggregatedAttestation)

  var data: AttestationData {
    switch self {
    case .vote(let vote): vote.data
    case .aggregate(let aggregate): aggregate.data
    }
  }

  var voterCount: Int {
    switch self {
    case .vote: 1
    case .aggregate(let aggregate): aggregate.proof.participants.bits.setCount
    }
  }

  /// What is told of it.
  func event(
    _ verdict: Verdict, reason: String?, from peer: String?, arrivalMilliseconds: Int64
  ) -> ForkChoiceEvent {
    switch self {
    case .vote(let vote):
      .attestation(
        ReceivedAttestation(
          validator: vote.validatorIndex.rawValue, vote: Vote(data),
          arrivalMilliseconds: arrivalMilliseconds, verdict: verdict, reason: reason, from: peer))
    case .aggregate(let aggregate):
      .aggregate(
        ReceivedAggregate(
          participants: ValidatorSet(
            aggregate.proof.participants.bits.setIndices.map { UInt64($0) }),
          vote: Vote(data), bytes: aggregate.proof.proof.bytes.count,
          arrivalMilliseconds: arrivalMilliseconds, verdict: verdict, reason: reason, from: peer))
    }
  }
}

/// Votes that were verified lately, so that a copy costs nothing.
///
/// Only accepted ones are remembered: a forged copy that comes first must not hide the real one.
struct SeenVotes: Sendable {
  private struct Key: Hashable {
    let data: AttestationData
    let voter: ValidatorIndex?
    let voters: AggregationBits?
  }

  private var keys: [Slot: Set<Key>] = [:]

  func contains(_ message: VoteMessage) -> Bool {
    keys[message.data.slot]?.contains(key(message)) == true
  }

  /// Remembers a vote and says whether it is new.
  mutating func insert(_ message: VoteMessage) -> Bool {
    keys[message.data.slot, default: []].insert(key(message)).inserted
  }

  mutating func forget(before slot: Slot) {
    keys = keys.filter { $0.key >= slot }
  }

  private func key(_ message: VoteMessage) -> Key {
    switch message {
    case .vote(let vote): Key(data: vote.data, voter: vote.validatorIndex, voters: nil)
    case .aggregate(let aggregate):
      Key(data: aggregate.data, voter: nil, voters: aggregate.proof.participants)
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
