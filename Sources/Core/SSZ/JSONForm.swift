internal import Hashing

// leanSpec's JSON form: byte vectors are hexadecimal text; lists, bitlists, bitvectors and byte
// lists are wrapped as `{"data": …}`. Containers and numbers get theirs from the compiler.

extension ByteVector: Codable {
  /// Reads hexadecimal text of `count` bytes.
  public init(from decoder: any Decoder) throws {
    let bytes = try HexadecimalText(from: decoder).bytes
    self = try Self(bytes).orRefuse("\(bytes.count) bytes instead of \(count)", decoder)
  }

  /// Writes hexadecimal text.
  public func encode(to encoder: any Encoder) throws {
    try HexadecimalText(bytes: bytes).encode(to: encoder)
  }
}

extension ByteList: Codable {
  /// Reads wrapped hexadecimal text of at most `limit` bytes.
  public init(from decoder: any Decoder) throws {
    try self.init(DataBox<HexadecimalText>(from: decoder).data.bytes)
  }

  /// Writes wrapped hexadecimal text.
  public func encode(to encoder: any Encoder) throws {
    try DataBox(data: HexadecimalText(bytes: bytes)).encode(to: encoder)
  }
}

extension SSZList: Decodable where Element: Decodable {
  /// Reads a wrapped array of at most `limit` elements.
  public init(from decoder: any Decoder) throws {
    try self.init(DataBox<[Element]>(from: decoder).data)
  }
}

extension SSZList: Encodable where Element: Encodable {
  /// Writes a wrapped array.
  public func encode(to encoder: any Encoder) throws {
    try DataBox(data: elements).encode(to: encoder)
  }
}

extension SSZVector: Decodable where Element: Decodable {
  /// Reads a wrapped array of exactly `count` elements.
  public init(from decoder: any Decoder) throws {
    let elements = try DataBox<[Element]>(from: decoder).data
    self = try Self(elements).orRefuse("\(elements.count) elements instead of \(count)", decoder)
  }
}

extension SSZVector: Encodable where Element: Encodable {
  /// Writes a wrapped array.
  public func encode(to encoder: any Encoder) throws {
    try DataBox(data: elements).encode(to: encoder)
  }
}

extension Bits: Codable {
  /// Reads a wrapped array of Booleans.
  public init(from decoder: any Decoder) throws {
    try self.init(DataBox<[Bool]>(from: decoder).data)
  }

  /// Writes a wrapped array of Booleans.
  public func encode(to encoder: any Encoder) throws {
    try DataBox(data: Array(self)).encode(to: encoder)
  }
}

extension Bitlist: Codable {
  /// Reads a wrapped array of at most `limit` Booleans.
  public init(from decoder: any Decoder) throws {
    try self.init(Bits(from: decoder))
  }

  /// Writes a wrapped array of Booleans.
  public func encode(to encoder: any Encoder) throws {
    try bits.encode(to: encoder)
  }
}

extension Bitvector: Codable {
  /// Reads a wrapped array of exactly `count` Booleans.
  public init(from decoder: any Decoder) throws {
    let bits = try Bits(from: decoder)
    self = try Self(bits).orRefuse("\(bits.count) bits instead of \(count)", decoder)
  }

  /// Writes a wrapped array of Booleans.
  public func encode(to encoder: any Encoder) throws {
    try bits.encode(to: encoder)
  }
}

/// The wrapper that leanSpec's JSON puts around collections.
package struct DataBox<Content> {
  package let data: Content

  package init(data: Content) {
    self.data = data
  }
}

extension DataBox: Decodable where Content: Decodable {}
extension DataBox: Encodable where Content: Encodable {}

/// Bytes as hexadecimal text.
private struct HexadecimalText: Codable {
  let bytes: [UInt8]

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    bytes = try Hexadecimal.decode(text).orRefuse("not hexadecimal: \(text)", decoder)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Hexadecimal.encode(bytes))
  }
}

extension Optional {
  fileprivate func orRefuse(_ problem: String, _ decoder: any Decoder) throws -> Wrapped {
    guard let self else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: problem))
    }
    return self
  }
}
