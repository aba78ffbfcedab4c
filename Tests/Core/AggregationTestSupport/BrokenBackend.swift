package import Aggregation
package import Hashing
package import XMSS

/// A backend on a machine that cannot prove or verify: every call fails, and nobody is to blame.
package struct BrokenBackend: AggregationBackend {
  private let willServe: @Sendable (_ priority: Int, _ time: Duration) -> Void

  /// Creates a backend that tells with what each job begins.
  package init(
    willServe: @escaping @Sendable (_ priority: Int, _ time: Duration) -> Void = { _, _ in }
  ) {
    self.willServe = willServe
  }

  package func serving(priority: Int, within time: Duration) -> any AggregationBackend {
    willServe(priority, time)
    return self
  }

  package var name: String { "broken" }

  package var capabilities: AggregationCapabilities {
    AggregationCapabilities(
      isSuccinct: true, allowsOneComponentPerSlot: false, needsPreparation: true)
  }

  package func prepare() throws(AggregationError) {
    throw .backendFailed("broken")
  }

  package func aggregate(
    children: [KeyedProof], signatures: [KeyedSignature], message: Bytes32, slot: UInt64
  ) throws(AggregationError) -> [UInt8] {
    throw .backendFailed("broken")
  }

  package func verify(
    _ proof: [UInt8], publicKeys: [PublicKey], message: Bytes32, slot: UInt64
  ) throws(AggregationError) {
    throw .backendFailed("broken")
  }

  package func merge(_ components: [KeyedProof]) throws(AggregationError) -> [UInt8] {
    throw .backendFailed("broken")
  }

  package func split(
    _ proof: [UInt8], publicKeysPerComponent: [[PublicKey]], message: Bytes32
  ) throws(AggregationError) -> [UInt8] {
    throw .backendFailed("broken")
  }

  package func verify(
    _ proof: [UInt8], components: [ComponentBinding]
  ) throws(AggregationError) {
    throw .backendFailed("broken")
  }

  package func multiMessageProofByteCount(signersPerComponent: [Int]) -> Int { 0 }
}
