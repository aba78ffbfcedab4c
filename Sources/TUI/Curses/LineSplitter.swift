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
