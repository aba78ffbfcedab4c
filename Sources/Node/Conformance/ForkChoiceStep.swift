internal import Consensus
private import Hashing
internal import SSZ
internal import XMSS

/// One event in the life of a store, and what must hold after it.
struct ForkChoiceStep: Decodable {
  let type: String
  let isValid: Bool
  let rejectionReason: String?
  let snapshot: StoreSnapshot?
  let checks: StoreChecks?
  let event: Event

  /// What happens.
  enum Event {
    case tick(Time, hasProposal: Bool)
    case block(LabelledBlock, ticksToSlot: Bool)
    case attestation(UndecodedAttestation, isAggregator: Bool)
    case aggregate(SignedAggregatedAttestation)
    case nothing
  }

  /// When a tick is.
  enum Time {
    case unixSeconds(UInt64)
    case interval(Interval)
  }

  private enum Key: String, CodingKey {
    case stepType, valid, rejectionReason, storeSnapshot, checks
    case time, interval, hasProposal, block, tickToSlot, attestation, isAggregator
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    type = try fields.decode(String.self, forKey: .stepType)
    isValid = try fields.decodeIfPresent(Bool.self, forKey: .valid) ?? true
    rejectionReason = try fields.decodeIfPresent(String.self, forKey: .rejectionReason)
    snapshot = try fields.decodeIfPresent(StoreSnapshot.self, forKey: .storeSnapshot)
    checks = try fields.decodeIfPresent(StoreChecks.self, forKey: .checks)
    switch type {
    case "tick":
      let hasProposal = try fields.decodeIfPresent(Bool.self, forKey: .hasProposal)
      event = .tick(try Self.time(fields), hasProposal: hasProposal ?? false)
    case "block":
      let ticksToSlot = try fields.decodeIfPresent(Bool.self, forKey: .tickToSlot)
      event = .block(
        try fields.decode(LabelledBlock.self, forKey: .block), ticksToSlot: ticksToSlot ?? true)
    case "attestation":
      let isAggregator = try fields.decodeIfPresent(Bool.self, forKey: .isAggregator)
      event = .attestation(
        try fields.decode(UndecodedAttestation.self, forKey: .attestation),
        isAggregator: isAggregator ?? false)
    case "gossipAggregatedAttestation":
      event = .aggregate(
        try fields.decode(SignedAggregatedAttestation.self, forKey: .attestation))
    case "checks":
      event = .nothing
    default:
      throw Unsupported("step type \(type)")
    }
  }

  private static func time(_ fields: KeyedDecodingContainer<Key>) throws -> Time {
    if let interval = try fields.decodeIfPresent(Interval.self, forKey: .interval) {
      return .interval(interval)
    }
    return .unixSeconds(try fields.decode(UInt64.self, forKey: .time))
  }
}

/// A vote whose signature can be decoded once the scheme is known.
struct UndecodedAttestation: Decodable {
  let validatorIndex: ValidatorIndex
  let data: AttestationData
  private let signature: String

  /// The scheme whose signatures have this length; the small one for a length that none has.
  var scheme: Scheme {
    let count = (signature.utf8.count - 2) / 2
    return Scheme.all.first { $0.signatureByteCount == count } ?? .test
  }

  func decoded(_ scheme: Scheme) throws -> SignedAttestation {
    SignedAttestation(
      validatorIndex: validatorIndex, data: data,
      signature: try Signature(ssz: Hexadecimal.decode(signature) ?? [], scheme: scheme))
  }
}
