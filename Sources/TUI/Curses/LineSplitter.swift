/// Makes whole lines of pieces of text, however they are cut.
struct LineSplitter {
  /// Bytes of one line; a longer one is cut, so that a print without an end costs little.
  static let lineLimit = 4_096

  private var open: [UInt8] = []

  /// Adds bytes and takes the lines that they complete; empty lines are left out.
  mutating func add(_ bytes: some Sequence<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte != UInt8(ascii: "\n") { open.append(byte) }
      guard byte == UInt8(ascii: "\n") || open.count >= LineSplitter.lineLimit else { continue }
      if !open.isEmpty { lines.append(String(decoding: open, as: UTF8.self)) }
      open.removeAll(keepingCapacity: true)
    }
    return lines
  }
}

/// Base64 as the clipboard sequence wants it.
enum Base64 {
  static func encode(_ bytes: [UInt8]) -> String {
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let padded = Array(group) + [0, 0]
      let bits = UInt32(padded[0]) << 16 | UInt32(padded[1]) << 8 | UInt32(padded[2])
      for place in 0..<4 {
        let digit = Int(bits >> UInt32(18 - 6 * place) & 63)
        text.append(place <= group.count ? alphabet[digit] : "=")
      }
    }
    return text
  }

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
