import Consensus
import SSZ
import XMSS

extension FuzzTarget {
  /// What gossip and answers carry.
  static let consensus = [
    target("signed_block", SignedBlock.self),
    target("signed_aggregated_attestation", SignedAggregatedAttestation.self),
    target("state", State.self),
    FuzzTarget(name: "signed_attestation") { input in
      guard let value = try? SignedAttestation(ssz: input, scheme: .test) else { return }
      demand(value.sszBytes() == input, "one form of each value")
    },
  ]

  private static func target<Value: SSZType>(_ name: String, _ type: Value.Type) -> FuzzTarget {
    FuzzTarget(name: name) { input in
      guard let value = try? Value(ssz: input) else { return }
      demand(value.sszBytes() == input, "one form of each value")
    }
  }
}
