internal import CQUIC

/// An IP address and a UDP port.
package struct NetworkAddress: Hashable, Sendable {
  /// The address without its port.
  package enum Host: Hashable, Sendable {
    /// Four bytes in network order, as a number.
    case ipv4(UInt32)

    /// Sixteen bytes in network order, as two numbers; `scope` is the interface of a link-local one.
    case ipv6(high: UInt64, low: UInt64, scope: UInt32 = 0)
  }

  /// The address.
  package let host: Host

  /// The port.
  package let port: UInt16

  /// Creates an address.
  package init(host: Host, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// An address from its bytes in network order: four or sixteen of them.
  package init?(bytes: [UInt8], port: UInt16) {
    func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
      bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
    switch bytes.count {
    case 4: self.init(host: .ipv4(UInt32(number(bytes[...]))), port: port)
    case 16: self.init(host: .ipv6(high: number(bytes[..<8]), low: number(bytes[8...])), port: port)
    default: return nil
    }
  }

  /// The address in network order: four or sixteen bytes.
  package var bytes: [UInt8] {
    func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
    return switch host {
    case .ipv4(let number): bytes(number)
    case .ipv6(let high, let low, _): bytes(high) + bytes(low)
    }
  }

  /// The addresses that the owner of this one has: itself, or the /64 of IPv6.
  package var owned: Host {
    switch host {
    case .ipv4: host
    case .ipv6(let high, _, _): .ipv6(high: high, low: 0)
    }
  }

  /// `127.0.0.1` at a port.
  package static func loopback(port: UInt16) -> NetworkAddress {
    NetworkAddress(host: .ipv4(0x7f00_0001), port: port)
  }

  /// `::1` at a port.
  package static func loopback6(port: UInt16) -> NetworkAddress {
    NetworkAddress(host: .ipv6(high: 0, low: 1), port: port)
  }

  /// Whether the address is of IPv6.
  package var isIPv6: Bool {
    switch host {
    case .ipv4: false
    case .ipv6: true
    }
  }

  /// All addresses of this one's family, at the same port.
  var unspecified: NetworkAddress {
    NetworkAddress(host: isIPv6 ? .ipv6(high: 0, low: 0) : .ipv4(0), port: port)
  }
}

extension NetworkAddress: CustomStringConvertible {
  package var description: String {
    switch host {
    case .ipv4:
      return bytes.map(String.init).joined(separator: ".") + ":\(port)"
    case .ipv6(let high, let low, let scope):
      let groups = [high, low].flatMap { half in
        (0..<4).map { String(UInt16(truncatingIfNeeded: half >> (48 - 16 * $0)), radix: 16) }
      }
      return "[\(groups.joined(separator: ":"))\(scope == 0 ? "" : "%\(scope)")]:\(port)"
    }
  }
}

extension NetworkAddress {
  init?(_ raw: cquic_address) {
    let bytes = withUnsafeBytes(of: raw.bytes) { Array($0.prefix(raw.family == 6 ? 16 : 4)) }
    guard let plain = NetworkAddress(bytes: bytes, port: raw.port) else { return nil }
    switch plain.host {
    case .ipv4: self = plain
    case .ipv6(let high, let low, _):
      self.init(host: .ipv6(high: high, low: low, scope: raw.scope), port: raw.port)
    }
  }

  var raw: cquic_address {
    var raw = cquic_address()
    raw.port = port
    raw.family = isIPv6 ? 6 : 4
    switch host {
    case .ipv4(let number):
      withUnsafeMutableBytes(of: &raw.bytes) {
        $0.storeBytes(of: number.bigEndian, as: UInt32.self)
      }
    case .ipv6(let high, let low, let scope):
      raw.scope = scope
      withUnsafeMutableBytes(of: &raw.bytes) {
        $0.storeBytes(of: high.bigEndian, as: UInt64.self)
        $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
    }
    return raw
  }
}
