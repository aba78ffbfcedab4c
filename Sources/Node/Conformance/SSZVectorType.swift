internal import Consensus
internal import Hashing
internal import SSZ

/// What the SSZ runner needs of a type, whatever the type is.
struct SSZVectorType {
  /// Decodes bytes and gives the encoding and the root of the value.
  let recode: ([UInt8]) throws -> (bytes: [UInt8], root: Bytes32)

  /// The encoding of the vector's JSON `value`.
  let encodeValue: (Vector) throws -> [UInt8]

  /// A type that needs both done in its own way.
  init(
    recode: @escaping ([UInt8]) throws -> (bytes: [UInt8], root: Bytes32),
    encodeValue: @escaping (Vector) throws -> [UInt8]
  ) {
    self.recode = recode
    self.encodeValue = encodeValue
  }

  /// A type whose limits are its own.
  init<Value: SSZType & Decodable>(_ type: Value.Type) {
    recode = { bytes in
      let value = try Value(ssz: bytes)
      return (value.sszBytes(), value.hashTreeRoot())
    }
    encodeValue = { vector in try vector.decode(Valued<Value>.self).value.sszBytes() }
  }

  /// A type that decodes bytes to `Value` with limits known only here.
  init<Value: Decodable>(
    decode: @escaping (RawSpan) throws -> Value,
    encode: @escaping (Value, inout OutputRawSpan) -> Void,
    byteCount: @escaping (Value) -> Int,
    root: @escaping (Value) -> Bytes32
  ) {
    func bytes(_ value: Value) -> [UInt8] {
      [UInt8](sszByteCount: byteCount(value)) { encode(value, &$0) }
    }
    recode = { input in
      let value = try decode(input.span.bytes)
      return (bytes(value), root(value))
    }
    encodeValue = { vector in bytes(try vector.decode(Valued<Value>.self).value) }
  }
}

/// The part of a vector that holds the value.
struct Valued<Value: Decodable>: Decodable {
  let value: Value

  private enum Key: CodingKey {
    case value
  }

  /// Reads the value; numbers at the top of a vector are text.
  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    if let number = Value.self as? any LosslessStringConvertible.Type,
      let text = try? fields.decode(String.self, forKey: .value),
      let value = number.init(text) as? Value
    {
      self.value = value
    } else {
      value = try fields.decode(Value.self, forKey: .value)
    }
  }
}
