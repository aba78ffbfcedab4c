internal import Hashing

/// A value that stands in one field of an event.
protocol EventField {
  /// Reads the value; `nil` stands for an absent field, and the answer `nil` for a refusal.
  static func read(_ value: JSONValue?) -> Self?

  /// Writes the value.
  func write(into writer: inout JSONWriter)

  /// Whether the field is left out.
  var isAbsent: Bool { get }
}

extension EventField {
  var isAbsent: Bool { false }
}

/// A group of fields: one payload, or an object inside one.
protocol EventFields: EventField {
  init(_ fields: FieldReader) throws(EventDecodingError)
  func write(fields writer: inout JSONWriter)
}

extension EventFields {
  static func read(_ value: JSONValue?) -> Self? {
    guard case .object(let object)? = value else { return nil }
    return try? Self(FieldReader(object: object))
  }

  func write(into writer: inout JSONWriter) {
    writer.object { write(fields: &$0) }
  }
}

/// Looks up the fields of one event by name.
struct FieldReader {
  let object: JSONObject

  func callAsFunction<Value: EventField>(_ name: String) throws(EventDecodingError) -> Value {
    let member = object[name]
    if let value = Value.read(member?.value) { return value }
    guard let member else {
      throw EventDecodingError(offset: object.offset, problem: .missingField(name))
    }
    throw EventDecodingError(offset: member.offset, problem: .invalidField(name))
  }
}

extension FieldReader {
  /// The value of a field that was called otherwise before.
  func callAsFunction<Value: EventField>(
    _ name: String, or old: String
  ) throws(EventDecodingError) -> Value {
    try self(object[name] == nil && object[old] != nil ? old : name)
  }

  /// Bytes, in the form of ``Base64``.
  func bytes(_ name: String) throws(EventDecodingError) -> [UInt8] {
    if let bytes = Base64.decode(try self(name)) { return bytes }
    throw EventDecodingError(offset: object.offset, problem: .invalidField(name))
  }

  /// The root of a block: `block`, which an earlier ethlambda called `root`.
  func root() throws(EventDecodingError) -> Bytes32 { try self("block", or: "root") }
}

extension FixedWidthInteger {
  static func read(_ value: JSONValue?) -> Self? {
    guard case .integer(let integer)? = value else { return nil }
    return Self(exactly: integer)
  }

  func write(into writer: inout JSONWriter) {
    writer.integer(self)
  }
}

extension UInt64: EventField {}
extension Int64: EventField {}
extension Int: EventField {}

extension Bool: EventField {
  static func read(_ value: JSONValue?) -> Bool? {
    guard case .bool(let bool)? = value else { return nil }
    return bool
  }

  func write(into writer: inout JSONWriter) {
    writer.raw(self ? "true" : "false")
  }
}

extension String: EventField {
  static func read(_ value: JSONValue?) -> String? {
    guard case .string(let text)? = value else { return nil }
    return text
  }

  func write(into writer: inout JSONWriter) {
    writer.string(self)
  }
}

extension Bytes32: EventField {
  static func read(_ value: JSONValue?) -> Bytes32? {
    guard case .string(let text)? = value else { return nil }
    return Bytes32(hexadecimal: text)
  }

  func write(into writer: inout JSONWriter) {
    writer.string(description)
  }
}

extension Optional: EventField where Wrapped: EventField {
  static func read(_ value: JSONValue?) -> Wrapped?? {
    guard let value, value != .null else { return .some(nil) }
    return Wrapped.read(value).map { .some($0) }
  }

  func write(into writer: inout JSONWriter) {
    if let self { self.write(into: &writer) } else { writer.raw("null") }
  }

  var isAbsent: Bool { self == nil }
}

extension Array: EventField where Element: EventField {
  static func read(_ value: JSONValue?) -> [Element]? {
    guard case .array(let elements)? = value else { return nil }
    var values: [Element] = []
    values.reserveCapacity(elements.count)
    for element in elements {
      guard let value = Element.read(element) else { return nil }
      values.append(value)
    }
    return values
  }

  func write(into writer: inout JSONWriter) {
    writer.array(self)
  }
}

/// A word of a closed vocabulary.
protocol EventWord: EventField, RawRepresentable<String>, CaseIterable, Sendable {}

extension EventWord {
  static func read(_ value: JSONValue?) -> Self? {
    guard case .string(let text)? = value else { return nil }
    return Self(rawValue: text)
  }

  func write(into writer: inout JSONWriter) {
    writer.string(rawValue)
  }
}
