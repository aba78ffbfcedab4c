package import Aggregation
package import Hashing
package import XMSS

/// The reference specification's mocked prover: it makes placeholders and accepts any of them.
///
/// For tests only, and so in a target that the product does not contain. Bytes that are no
/// placeholder go to a real backend.
package struct MockBackend: AggregationBackend {
  /// The first bytes of a placeholder.
  package static let header: [UInt8] = [0] + Array("MOCKED-AGGREGATION-PROOF".utf8) + [0]

  private let real: any AggregationBackend

  /// Creates a backend that gives everything but placeholders to `real`.
  package init(real: any AggregationBackend) {
    self.real = real
  }

  package var name: String { "mock" }

  package var capabilities: AggregationCapabilities {
    AggregationCapabilities(
      isSuccinct: true, allowsOneComponentPerSlot: false, needsPreparation: false)
  }

  package func aggregate(
    children: [KeyedProof], signatures: [KeyedSignature], message: Bytes32, slot: UInt64
  ) throws(AggregationError) -> [UInt8] {
    guard !children.isEmpty || !signatures.isEmpty else { throw .nothingToAggregate }
    let keys = children.flatMap(\.publicKeys) + signatures.map(\.publicKey)
    return placeholder(keys.map(\.description).sorted() + ["\(message)", "\(slot)"])
  }

  package func verify(
    _ proof: [UInt8], publicKeys: [PublicKey], message: Bytes32, slot: UInt64
  ) throws(AggregationError) {
    guard !proof.starts(with: Self.header) else { return }
    try real.verify(proof, publicKeys: publicKeys, message: message, slot: slot)
  }

  package func merge(_ components: [KeyedProof]) throws(AggregationError) -> [UInt8] {
    guard !components.isEmpty else { throw .componentCount(0) }
    return placeholder(components.map { Hexadecimal.encode($0.proof) })
  }

  package func split(
    _ proof: [UInt8], publicKeysPerComponent: [[PublicKey]], message: Bytes32
  ) throws(AggregationError) -> [UInt8] {
    placeholder([Hexadecimal.encode(proof), "\(message)"])
  }

  package func verify(
    _ proof: [UInt8], components: [ComponentBinding]
  ) throws(AggregationError) {
    guard !proof.starts(with: Self.header) else { return }
    try real.verify(proof, components: components)
  }

  package func multiMessageProofByteCount(signersPerComponent: [Int]) -> Int {
    Self.header.count + Bytes32.count
  }

  /// Distinct inputs give distinct placeholders, so that two blocks never collide.
  private func placeholder(_ parts: [String]) -> [UInt8] {
    Self.header + SHA256.hash(Array(parts.joined(separator: "|").utf8)).bytes
  }
}
