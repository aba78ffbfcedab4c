internal import CQUIC

/// The name of a connection on the wire: at most 20 bytes.
struct ConnectionIdentifier: Hashable {
  private let first: UInt64
  private let second: UInt64
  private let third: UInt32
  private let length: UInt8

  init(_ raw: cquic_cid) {
    length = raw.length
    (first, second, third) = withUnsafeBytes(of: raw.bytes) {
      (
        $0.loadUnaligned(as: UInt64.self),
        $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
        $0.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
      )
    }
  }
}
