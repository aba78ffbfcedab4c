private import Hashing
private import SSZ

/// Encodings and roots of values, and encodings that must be refused.
enum SSZRunner: FormatRunner {
  static let format = "ssz"
  static let keys: Set = ["typeName", "serialized"]

  private struct Content: Decodable {
    let typeName: String
    let serialized: String
    let root: String
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    guard let type = SSZVectorType(named: content.typeName, vector.environment) else {
      throw Unsupported("no SSZ type named \(content.typeName)")
    }
    guard let bytes = Hexadecimal.decode(content.serialized) else {
      throw Mismatch(expected: "hexadecimal text", actual: content.serialized)
    }
    guard let copy = try vector.accepted({ try type.recode(bytes) }) else { return }
    try expect(Hexadecimal.encode(copy.bytes), equals: content.serialized, "encoding")
    try expect(copy.root.description, equals: content.root, "root")
    let encoded = try type.encodeValue(vector)
    try expect(Hexadecimal.encode(encoded), equals: content.serialized, "encoding of the value")
  }
}
