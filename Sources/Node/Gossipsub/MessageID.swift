internal import Hashing

/// The 20 bytes by which peers speak of a message.
///
/// leanSpec: `node/networking/gossipsub/message.py`.
package struct MessageID: Hashable, Sendable, CustomStringConvertible {
  /// What was hashed: it keeps a message that does not decode apart from its decoded twin.
  package struct Domain: RawRepresentable, Hashable, Sendable {
    /// The first four bytes that are hashed, low byte first.
    package let rawValue: UInt32

    /// Takes any domain.
    package init(rawValue: UInt32) {
      self.rawValue = rawValue
    }

    /// The data as received, which is not snappy.
    package static let undecodable = Domain(rawValue: 0)
    /// The decoded data.
    package static let decoded = Domain(rawValue: 1)
  }

  /// The number of bytes, always 20.
  package static let count = 20

  private let first: UInt64
  private let second: UInt64
  private let third: UInt32

  /// Takes an id from the wire; `nil` for another number of bytes, which no lean client makes.
  package init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count == Self.count else { return nil }
    self.init { bytes[bytes.startIndex + $0] }
  }

  /// The id of the specification.
  ///
  /// - Parameters:
  ///   - topic: The text of the topic.
  ///   - data: The decoded data, or for ``Domain/undecodable`` the data as received.
  ///   - domain: Which of the two it is.
  package init(topic: some Collection<UInt8>, data: [UInt8], domain: Domain) {
    let count = UInt64(topic.count).littleEndian
    self.init(domain, withUnsafeBytes(of: count) { Array($0) }, Array(topic), data)
  }

  /// The id that zeam gives a message, and nobody else: of the data as received.
  ///
  /// zig-libp2p: `gossipsub/message_id.zig`.
  package init(topic: some Collection<UInt8>, compressed data: [UInt8]) {
    let count = UInt32(topic.count).bigEndian
    self.init(.decoded, withUnsafeBytes(of: count) { Array($0) }, Array(topic), data)
  }

  private init(_ domain: Domain, _ length: [UInt8], _ topic: [UInt8], _ data: [UInt8]) {
    let front = withUnsafeBytes(of: domain.rawValue.littleEndian) { Array($0) }
    let digest = SHA256.hash(front + length + topic, data)
    self.init { digest[$0] }
  }

  private init(_ byte: (Int) -> UInt8) {
    func word(_ places: Range<Int>) -> UInt64 {
      places.reduce(0) { $0 << 8 | UInt64(byte($1)) }
    }
    first = word(0..<8)
    second = word(8..<16)
    third = UInt32(word(16..<20))
  }

  /// The bytes on the wire.
  package var bytes: [UInt8] {
    [first, second].flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
      + withUnsafeBytes(of: third.bigEndian) { Array($0) }
  }

  /// Hexadecimal digits after `0x`.
  package var description: String { Hexadecimal.encode(bytes) }
}

/// The two ids of one message; peers may speak of it by either.
package struct MessageIDs: Hashable, Sendable {
  /// The id of the specification; `nil` of a message too large to be decoded.
  package let standard: MessageID?
  /// zeam's.
  package let compressed: MessageID

  /// Both, or the one there is.
  package var all: [MessageID] { [standard, compressed].compactMap(\.self) }
}
