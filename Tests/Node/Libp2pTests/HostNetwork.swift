import Hashing
import PeerIdentity
import QUIC
import QUICTestSupport
import Randomness
import Wire

@testable import Libp2p

extension PeerHost: DatagramNode {}

/// Hosts joined in memory, in virtual time.
typealias HostNetwork = VirtualNetwork<PeerHost>

/// Test identities: the greater number has not always the greater id.
func identity(_ number: UInt8) -> PeerIdentity {
  guard let secret = Bytes32([UInt8](repeating: number, count: 32)),
    let identity = PeerIdentity(secret: secret)
  else {
    preconditionFailure("\(number) repeated is no key")
  }
  return identity
}

extension VirtualNetwork<PeerHost> {
  /// Adds host `number` on the port of that number, which dials the hosts `dialing` on this machine.
  @discardableResult
  func add(
    _ number: UInt8, dialing: [UInt8] = [], protocols: [String] = ["/echo/1", "/echo/2"],
    on machine: NetworkAddress.Host? = nil, _ change: (inout HostSettings) -> Void = { _ in }
  ) throws -> PeerHost {
    var settings = HostSettings(protocols: protocols, agentVersion: "host \(number)")
    change(&settings)
    let host = try PeerHost(
      identity: identity(number), settings: settings,
      staticPeers: dialing.map {
        DialBook.StaticPeer(
          peer: identity($0).peerID, addresses: [.loopback(port: UInt16($0))])
      },
      random: SeededRandom(seed: UInt64(number)), unixSeconds: { 1_800_000_000 }, at: now)
    add(host, port: UInt16(number), host: machine)
    return host
  }

  /// Adds two hosts, of which the first has dialled the second.
  func addPair() throws -> (PeerHost, PeerHost) {
    let second = try add(2)
    let first = try add(1, dialing: [2])
    run(milliseconds: 500) { !first.peers.isEmpty && !second.peers.isEmpty }
    return (first, second)
  }

  func streams(accepted port: UInt16) -> [PeerStream] {
    (events[port] ?? []).compactMap { if case .accepted(let stream) = $0 { stream } else { nil } }
  }

  func connections(_ port: UInt16) -> [PeerID] {
    (events[port] ?? []).compactMap { if case .connected(let peer, _) = $0 { peer } else { nil } }
  }

  func endings(_ port: UInt16) -> [QUICEnding] {
    (events[port] ?? []).compactMap {
      if case .disconnected(_, let ending) = $0 { ending } else { nil }
    }
  }
}
