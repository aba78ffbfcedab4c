/// Bytes as text of letters, digits, `+` and `/`, three bytes in four characters.
package enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static let values: [UInt8: UInt32] = Dictionary(
    uniqueKeysWithValues: zip(digits, 0..<64))

  /// The bytes as text.
  package static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
      bits <<= 8 * UInt32(3 - group.count)
      for place in 0..<4 {
        let digit = digits[Int(bits >> (18 - 6 * UInt32(place)) & 63)]
        text.append(place <= group.count ? digit : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of a text; `nil` for one that ``encode(_:)`` does not make.
  package static func decode(_ text: String) -> [UInt8]? {
    let characters = Array(text.utf8)
    guard characters.count.isMultiple(of: 4) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.count / 4 * 3)
    for start in stride(from: 0, to: characters.count, by: 4) {
      let group = characters[start..<start + 4]
      let isLast = start + 4 == characters.count
      let padding = isLast ? group.reversed().prefix(2).prefix { $0 == UInt8(ascii: "=") }.count : 0
      var bits: UInt32 = 0
      for character in group.dropLast(padding) {
        guard let value = values[character] else { return nil }
        bits = bits << 6 | value
      }
      bits <<= 6 * UInt32(padding)
      for place in 0..<3 - padding { bytes.append(UInt8(bits >> (16 - 8 * UInt32(place)) & 0xFF)) }
    }
    return bytes
  }
}
