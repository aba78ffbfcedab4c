import Foundation
import QUICTestSupport

@testable import QUIC

typealias EndpointNetwork = VirtualNetwork<QUICEndpoint>

extension VirtualNetwork<QUICEndpoint> {
  @discardableResult
  func add(
    port: UInt16, settings: QUICSettings = QUICSettings(), protocolName: String = "libp2p",
    nameOfPeer: @escaping CertificateCheck = { $0 }
  ) throws -> QUICEndpoint {
    let endpoint = try QUICEndpoint(
      certificate: TestCertificate.certificate, privateKey: TestCertificate.privateKey,
      secret: [UInt8](repeating: UInt8(port & 255), count: 32), protocolName: protocolName,
      settings: settings, nameOfPeer: nameOfPeer)
    add(endpoint, port: port)
    return endpoint
  }
}

/// A pair of endpoints with one connection between them, client on port 1 and server on port 2.
struct ConnectedPair {
  let network: EndpointNetwork
  let client: QUICEndpoint
  let server: QUICEndpoint
  let clientSide: QUICConnection
  let serverSide: QUICConnection

  init(
    network: EndpointNetwork = EndpointNetwork(), settings: QUICSettings = QUICSettings()
  ) throws {
    self.network = network
    client = try network.add(port: 1, settings: settings)
    server = try network.add(port: 2, settings: settings)
    guard let dialed = client.connect(to: .loopback(port: 2), at: network.now) else {
      throw PairError.notConnected
    }
    clientSide = dialed
    network.run(milliseconds: 3_000) {
      network.connection(established: 1) != nil && network.connection(established: 2) != nil
    }
    guard let accepted = network.connection(established: 2),
      network.connection(established: 1) === dialed
    else { throw PairError.notConnected }
    serverSide = accepted
  }

  enum PairError: Error {
    case notConnected
  }

  /// The server's side of the streams that the client opened, in order.
  var accepted: [QUICStream] {
    (network.events[2] ?? []).compactMap {
      if case .streamOpened(let stream) = $0.event { stream } else { nil }
    }
  }
}

extension VirtualNetwork<QUICEndpoint> {
  func connection(established port: UInt16) -> QUICConnection? {
    for event in events[port] ?? [] {
      if case .established = event.event { return event.connection }
    }
    return nil
  }

  func ending(_ port: UInt16) -> QUICEnding? {
    for event in events[port] ?? [] {
      if case .closed(let ending) = event.event { return ending }
    }
    return nil
  }
}

/// A self-signed certificate for tests, good for a hundred years.
enum TestCertificate {
  static let certificate = decode(
    """
    MIIBVTCB/aADAgECAhRSww+p6OFmSpxNuA4z/6dctN+k0zAKBggqhkjOPQQDAjAAMCAXDTI2MTEyNzEyMzI0MFoYDz
    IxMjYxMTAzMTIzMjQwWjAAMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE3UQacl3/918JqKit85GizCVbfVF6T3qz
    GPL9sLX2fDGgye2PJHNxTcfyzkbQJskyVXQVdfhhziR9KdJeWuryM6NTMFEwHQYDVR0OBBYEFJxSvBk7KMk2FWKyHS
    zN6jwBrnQzMB8GA1UdIwQYMBaAFJxSvBk7KMk2FWKyHSzN6jwBrnQzMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0E
    AwIDRwAwRAIgCqHIn+3PeCNxOg9Egc65vBeNZhVFuD1fCUrEQsJcH3cCIC3RczVLM8eIhRGY+KQW9hW3VdKewoiqKt
    JJMki+P639
    """)
  static let privateKey = decode(
    """
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAlSowhCK396WHRUq0v2pAwcr2C93f3cmWZvEOoUh4Q
    ChRANCAATdRBpyXf/3XwmoqK3zkaLMJVt9UXpPerMY8v2wtfZ8MaDJ7Y8kc3FNx/LORtAmyTJVdBV1+GHOJH0p0l5a
    6vIz
    """)

  private static func decode(_ text: String) -> [UInt8] {
    Array(Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
  }
}
