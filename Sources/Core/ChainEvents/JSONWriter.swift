/// Writes compact JSON into bytes.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  mutating func raw(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func integer(_ value: some FixedWidthInteger) {
    bytes.append(contentsOf: String(value).utf8)
  }

  mutating func fraction(_ value: Double) {
    bytes.append(contentsOf: String(value).utf8)
  }

  /// Writes text between quotes; what a terminal would obey is escaped, so a line stays one line.
  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
    if isPlain {
      bytes.append(contentsOf: text.utf8)
    } else {
      for scalar in text.unicodeScalars { add(scalar) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func add(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(ascii: scalar)]
    case "\n": raw("\\n")
    case _ where scalar.printable == scalar: bytes.append(contentsOf: String(scalar).utf8)
    default:
      for unit in String(scalar).utf16 {
        raw("\\u")
        for shift in [12, 8, 4, 0] as [UInt16] {
          let digit = UInt8(unit >> shift & 0xF)
          bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
      }
    }
  }

  mutating func array(_ elements: [some EventField]) {
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      element.write(into: &self)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// Writes an object whose fields come from `body`.
  mutating func object(_ body: (inout JSONWriter) -> Void) {
    bytes.append(UInt8(ascii: "{"))
    body(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  /// Writes one field of the object begun last, or nothing when the value is absent.
  mutating func callAsFunction(_ name: String, _ value: some EventField) {
    guard !value.isAbsent else { return }
    if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
    string(name)
    bytes.append(UInt8(ascii: ":"))
    value.write(into: &self)
  }

  mutating func value(_ value: JSONValue) {
    switch value {
    case .null: raw("null")
    case .bool(let bool): bool.write(into: &self)
    case .integer(let integer): self.integer(integer)
    case .fraction(let fraction): self.fraction(fraction)
    case .string(let text): string(text)
    case .array(let elements): array(elements)
    case .object(let object):
      self.object { fields in
        for member in object.members { fields(member.key, member.value) }
      }
    }
  }
}

extension JSONValue: EventField {
  static func read(_ value: JSONValue?) -> JSONValue? { value }

  func write(into writer: inout JSONWriter) {
    writer.value(self)
  }
}
