/// Thirty-two bytes: a hash, a Merkle node or a root.
///
/// Stored as four machine words so that equality, hashing and copying cost a few instructions.
/// The words hold the bytes in memory order; nothing outside this file sees them.
public struct Bytes32: Hashable, Sendable, BitwiseCopyable {
  /// The number of bytes, always 32.
  public static let count = 32

  /// Thirty-two zero bytes, leanSpec's `ZERO_HASH`.
  public static let zero = Bytes32()

  private var words: (UInt64, UInt64, UInt64, UInt64)

  /// Creates the zero value.
  public init() {
    words = (0, 0, 0, 0)
  }

  /// Creates a value whose bytes are written by `initialize` into a zeroed 32-byte buffer.
  public init(_ initialize: (UnsafeMutableRawBufferPointer) -> Void) {
    self.init()
    withUnsafeMutableBytes(of: &words) { initialize($0) }
  }

  /// Creates a value from exactly 32 bytes; `nil` for any other count.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Bytes32.count else { return nil }
    self.init { $0.copyBytes(from: bytes) }
  }

  /// Calls `body` with the 32 bytes.
  @inlinable
  public func withBytes<Output>(_ body: (UnsafeRawBufferPointer) -> Output) -> Output {
    withUnsafeBytes(of: self) { body($0) }
  }

  /// The bytes as an array.
  public var bytes: [UInt8] {
    withBytes { Array($0) }
  }

  /// The byte at `index`, which must be in `0..<32`.
  public subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < Bytes32.count, "byte index \(index) is not in 0..<32")
    return withBytes { $0[index] }
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public static func == (left: Bytes32, right: Bytes32) -> Bool {
    left.words == right.words
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
}

extension Bytes32: Comparable {
  /// Compares byte by byte, first byte first: the order of fork choice's tie-break.
  public static func < (left: Bytes32, right: Bytes32) -> Bool {
    let leftWords = left.words
    let rightWords = right.words
    if leftWords.0 != rightWords.0 { return leftWords.0.bigEndian < rightWords.0.bigEndian }
    if leftWords.1 != rightWords.1 { return leftWords.1.bigEndian < rightWords.1.bigEndian }
    if leftWords.2 != rightWords.2 { return leftWords.2.bigEndian < rightWords.2.bigEndian }
    return leftWords.3.bigEndian < rightWords.3.bigEndian
  }
}

extension Bytes32: CustomStringConvertible {
  /// Lower-case hexadecimal with a `0x` prefix.
  public var description: String {
    Hexadecimal.encode(bytes)
  }

  /// The first four bytes in hexadecimal, for logs and screens: `0x1a2b3c4d`.
  public var short: String {
    Hexadecimal.encode(bytes.prefix(4))
  }

  /// Creates a value from 64 hexadecimal digits with an optional `0x` prefix; `nil` otherwise.
  public init?(hexadecimal: String) {
    guard let bytes = Hexadecimal.decode(hexadecimal) else { return nil }
    self.init(bytes)
  }
}

extension Bytes32: Codable {
  /// Reads 64 hexadecimal digits with an optional `0x` prefix.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Bytes32(hexadecimal: text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not 32 bytes of hexadecimal: \(text)")
    }
    self = value
  }

  /// Writes hexadecimal text with a `0x` prefix.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
