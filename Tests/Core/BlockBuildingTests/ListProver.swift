import Aggregation
import Consensus
import Hashing
import SSZ
import XMSS

/// A prover for tests: a proof is `message | slot | keys, ascending` and refuses to be anything else.
struct ListProver: AggregationBackend {
  /// Whether it says that it runs in another process.
  var isForeign = false

  /// What merges bring instead of the right proof.
  var falseMerge: [UInt8]?

  var name: String { "list" }

  var capabilities: AggregationCapabilities {
    AggregationCapabilities(
      isSuccinct: false, allowsOneComponentPerSlot: false, needsPreparation: false,
      isForeign: isForeign)
  }

  func aggregate(
    children: [KeyedProof], signatures: [KeyedSignature], message: Bytes32, slot: UInt64
  ) throws(AggregationError) -> [UInt8] {
    guard !children.isEmpty || !signatures.isEmpty else { throw .nothingToAggregate }
    for child in children {
      try verify(child.proof, publicKeys: child.publicKeys, message: message, slot: slot)
    }
    let keys = children.flatMap(\.publicKeys) + signatures.map(\.publicKey)
    return ListProver.proof(keys, message, slot)
  }

  func verify(
    _ proof: [UInt8], publicKeys: [PublicKey], message: Bytes32, slot: UInt64
  ) throws(AggregationError) {
    guard proof == ListProver.proof(publicKeys, message, slot) else { throw .wrongPublicKeys }
  }

  func merge(_ components: [KeyedProof]) throws(AggregationError) -> [UInt8] {
    guard components.count <= AggregationLimits.maximumComponents else {
      throw .componentCount(components.count)
    }
    return falseMerge ?? components.flatMap { UInt64($0.proof.count).sszBytes() + $0.proof }
  }

  func split(
    _ proof: [UInt8], publicKeysPerComponent: [[PublicKey]], message: Bytes32
  ) throws(AggregationError) -> [UInt8] {
    var rest = proof[...]
    while let count = try? UInt64(ssz: Array(rest.prefix(8))) {
      let component = rest.dropFirst(8).prefix(Int(count))
      if component.starts(with: message.bytes) { return Array(component) }
      rest = rest.dropFirst(8 + Int(count))
    }
    throw .messageNotFound(message)
  }

  func verify(_ proof: [UInt8], components: [ComponentBinding]) throws(AggregationError) {
    let expected = components.flatMap { component in
      let single = ListProver.proof(component.publicKeys, component.message, component.slot)
      return UInt64(single.count).sszBytes() + single
    }
    guard proof == expected else { throw .wrongPublicKeys }
  }

  func multiMessageProofByteCount(signersPerComponent: [Int]) -> Int {
    signersPerComponent.reduce(0) { $0 + 48 + $1 * 52 }
  }

  static func proof(_ keys: [PublicKey], _ message: Bytes32, _ slot: UInt64) -> [UInt8] {
    let bytes = Set(keys).map { $0.sszBytes() }.sorted { $0.lexicographicallyPrecedes($1) }
    return message.bytes + slot.sszBytes() + bytes.joined()
  }
}
