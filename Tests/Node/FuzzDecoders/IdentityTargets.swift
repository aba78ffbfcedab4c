import Hashing
import PeerIdentity
import Wire

extension FuzzTarget {
  /// Who a peer is.
  static let identity = [
    FuzzTarget(name: "node_record") { input in
      guard let record = try? NodeRecord(decoding: input) else { return }
      demand(record.encoded == input, "one form of each record")
      demand((try? NodeRecord(text: record.description)) == record, "through text and back")
      _ = record.quicEndpoints
      _ = (record.nodeID, record.peerID, record.isSignatureValid, record.eth2)
      _ = (record.attestationSubnets, record.isAggregator, record.identityScheme)
    },
    FuzzTarget(name: "node_record_text") { input in
      guard let record = try? NodeRecord(text: String(decoding: input, as: UTF8.self)) else {
        return
      }
      demand((try? NodeRecord(text: record.description)) == record, "there and back")
    },
    FuzzTarget(
      name: "certificate",
      seeds: {
        try identities.map { try TransportCertificate(for: $0, at: now).der }
      },
      run: { input in
        guard let peer = try? verifyLibp2pCertificate(input, at: now) else { return }
        demand(identities.map(\.peerID).contains(peer), "nobody's signature is made by chance")
      }),
  ]

  private static let identities = (1...4).compactMap { last in
    PeerIdentity(secret: Bytes32 { $0[31] = UInt8(last) })
  }

  /// Any time at which the seeds are valid.
  private static let now = 1_800_000_000
}
