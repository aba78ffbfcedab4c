internal import Aggregation
internal import Consensus
internal import Hashing
internal import SSZ
internal import XMSS

/// A prover whose proofs are digests: it refuses whatever was not signed, in no time.
///
/// A single-message proof is `message | slot | digest`, 72 bytes, where the digest binds message,
/// slot and the set of keys; a multi-message proof is one such entry for each component.
/// Latency is the cluster's: it delivers the answer later.
struct SimulatedProver: AggregationBackend {
  static let entryByteCount = 72

  var name: String { "simulated" }

  var capabilities: AggregationCapabilities {
    AggregationCapabilities(
      isSuccinct: true, allowsOneComponentPerSlot: false, needsPreparation: false)
  }

  func aggregate(
    children: [KeyedProof], signatures: [KeyedSignature], message: Bytes32, slot: UInt64
  ) throws(AggregationError) -> [UInt8] {
    guard !children.isEmpty || !signatures.isEmpty else { throw .nothingToAggregate }
    guard children.count <= AggregationLimits.maximumChildren else {
      throw .tooManyChildren(children.count)
    }
    for child in children {
      try verify(child.proof, publicKeys: child.publicKeys, message: message, slot: slot)
    }
    for entry in signatures {
      let isValid = SimulatedKeys.isValid(
        entry.signature, of: message, slot: Slot(slot), by: entry.publicKey)
      guard isValid else { throw .invalidSignature(entry.publicKey) }
    }
    let keys = children.flatMap(\.publicKeys) + signatures.map(\.publicKey)
    return SimulatedProver.entry(keys: keys, message: message, slot: slot)
  }

  func verify(
    _ proof: [UInt8], publicKeys: [PublicKey], message: Bytes32, slot: UInt64
  ) throws(AggregationError) {
    guard !publicKeys.isEmpty else { throw .noPublicKeys }
    guard proof.count == SimulatedProver.entryByteCount else { throw .malformed(.truncated) }
    guard proof == SimulatedProver.entry(keys: publicKeys, message: message, slot: slot) else {
      throw .wrongPublicKeys
    }
  }

  func merge(_ components: [KeyedProof]) throws(AggregationError) -> [UInt8] {
    guard (1...AggregationLimits.maximumComponents).contains(components.count) else {
      throw .componentCount(components.count)
    }
    var merged: [UInt8] = []
    for component in components {
      guard let (message, slot) = SimulatedProver.binding(of: component.proof) else {
        throw .malformed(.truncated)
      }
      try verify(component.proof, publicKeys: component.publicKeys, message: message, slot: slot)
      merged += component.proof
    }
    return merged
  }

  func split(
    _ proof: [UInt8], publicKeysPerComponent: [[PublicKey]], message: Bytes32
  ) throws(AggregationError) -> [UInt8] {
    let entries = SimulatedProver.entries(of: proof)
    guard entries.count == publicKeysPerComponent.count else {
      throw .wrongComponentCount(found: entries.count, expected: publicKeysPerComponent.count)
    }
    for (entry, keys) in zip(entries, publicKeysPerComponent) {
      guard let (found, slot) = SimulatedProver.binding(of: entry), found == message else {
        continue
      }
      try verify(entry, publicKeys: keys, message: message, slot: slot)
      return entry
    }
    throw .messageNotFound(message)
  }

  func verify(
    _ proof: [UInt8], components: [ComponentBinding]
  ) throws(AggregationError) {
    let entries = SimulatedProver.entries(of: proof)
    guard entries.count == components.count else {
      throw .wrongComponentCount(found: entries.count, expected: components.count)
    }
    for (entry, binding) in zip(entries, components) {
      try verify(
        entry, publicKeys: binding.publicKeys, message: binding.message, slot: binding.slot)
    }
  }

  func multiMessageProofByteCount(signersPerComponent: [Int]) -> Int {
    signersPerComponent.count * SimulatedProver.entryByteCount
  }

  private static func entry(keys: [PublicKey], message: Bytes32, slot: UInt64) -> [UInt8] {
    let encoded = Set(keys).map { ($0, $0.sszBytes()) }
    let ascending = encoded.sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
    let digest = SimulatedKeys.digest("proof", slot: Slot(slot), message, keys: ascending)
    return message.bytes + Slot(slot).sszBytes() + digest.bytes
  }

  private static func entries(of proof: [UInt8]) -> [[UInt8]] {
    stride(from: 0, to: proof.count, by: entryByteCount).map { start in
      Array(proof[start..<min(start + entryByteCount, proof.count)])
    }
  }

  /// Message and slot of an entry; `nil` for anything else.
  private static func binding(of entry: [UInt8]) -> (message: Bytes32, slot: UInt64)? {
    guard entry.count == entryByteCount, let message = Bytes32(entry[..<32]),
      let slot = try? Slot(ssz: Array(entry[32..<40]))
    else { return nil }
    return (message, slot.rawValue)
  }
}
