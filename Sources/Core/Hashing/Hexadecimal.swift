/// Hexadecimal text with a `0x` prefix, as the field's JSON and logs write bytes.
public enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  /// Encodes bytes as lower-case digits after `0x`.
  public static func encode(_ bytes: some Collection<UInt8>) -> String {
    var text: [UInt8] = [UInt8(ascii: "0"), UInt8(ascii: "x")]
    text.reserveCapacity(2 + 2 * bytes.count)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 0xF)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Decodes an even number of digits of either case with an optional `0x` prefix.
  ///
  /// - Returns: The bytes, or `nil` when a character is no digit or their number is odd.
  public static func decode(_ text: String) -> [UInt8]? {
    var digits = Array(text.utf8)[...]
    if digits.starts(with: Array("0x".utf8)) { digits.removeFirst(2) }
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var index = digits.startIndex
    while index < digits.endIndex {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
      index += 2
    }
    return bytes
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
