internal import Consensus
internal import Hashing

/// Votes that name a block which has not arrived, within a limit.
struct PendingVotes: Sendable {
  /// leanSpec's MAX_PENDING_ATTESTATIONS; at the limit new votes are dropped, the slot is nearly
  /// over anyway.
  static let limit = 1024

  enum Message: Sendable {
    case attestation(SignedAttestation, MessageOrigin)
    case aggregate(SignedAggregatedAttestation, MessageOrigin)

    var origin: MessageOrigin {
      switch self {
      case .attestation(_, let origin), .aggregate(_, let origin): origin
      }
    }

    var slot: Slot {
      switch self {
      case .attestation(let vote, _): vote.data.slot
      case .aggregate(let aggregate, _): aggregate.data.slot
      }
    }
  }

  private var messages: [Bytes32: [Message]] = [:]
  private(set) var count = 0

  /// Keeps a message until the block arrives; says whether there was room.
  mutating func insert(_ message: Message, waitingFor root: Bytes32) -> Bool {
    guard count < PendingVotes.limit else { return false }
    messages[root, default: []].append(message)
    count += 1
    return true
  }

  /// Takes out what waited for a block, in order of arrival.
  mutating func take(waitingFor root: Bytes32) -> [Message] {
    let taken = messages.removeValue(forKey: root) ?? []
    count -= taken.count
    return taken
  }

  /// Takes out votes of old slots, whose block never came, by block and in order of arrival.
  mutating func takeOld(before slot: Slot) -> [Message] {
    var old: [Message] = []
    for root in messages.keys.sorted() {
      let waiting = messages[root] ?? []
      let kept = waiting.filter { $0.slot >= slot }
      guard kept.count < waiting.count else { continue }
      old += waiting.filter { $0.slot < slot }
      messages[root] = kept.isEmpty ? nil : kept
    }
    count -= old.count
    return old
  }
}

/// Votes that were verified lately, so that a copy costs nothing.
///
/// Only accepted ones are remembered: a forged copy that comes first must not hide the real one.
struct SeenVotes: Sendable {
  private struct Vote: Hashable {
    let data: AttestationData
    let voters: AggregationBits
  }

  private var attestations: [Slot: Set<Attestation>] = [:]
  private var aggregates: [Slot: Set<Vote>] = [:]

  func contains(_ vote: SignedAttestation) -> Bool {
    attestations[vote.data.slot]?.contains(
      Attestation(validatorIndex: vote.validatorIndex, data: vote.data)) == true
  }

  func contains(_ aggregate: SignedAggregatedAttestation) -> Bool {
    aggregates[aggregate.data.slot]?.contains(
      Vote(data: aggregate.data, voters: aggregate.proof.participants)) == true
  }

  /// Remembers a vote and says whether it is new.
  mutating func insert(_ vote: SignedAttestation) -> Bool {
    attestations[vote.data.slot, default: []].insert(
      Attestation(validatorIndex: vote.validatorIndex, data: vote.data)
    ).inserted
  }

  /// Remembers an aggregate and says whether it is new.
  mutating func insert(_ aggregate: SignedAggregatedAttestation) -> Bool {
    aggregates[aggregate.data.slot, default: []].insert(
      Vote(data: aggregate.data, voters: aggregate.proof.participants)
    ).inserted
  }

  mutating func forget(before slot: Slot) {
    attestations = attestations.filter { $0.key >= slot }
    aggregates = aggregates.filter { $0.key >= slot }
  }
}
