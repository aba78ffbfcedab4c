internal import NodeStatus
internal import Terminal

/// Numbers as people read them.
enum Words {
  /// `18,421`, `-1,200`.
  static func number(_ value: some BinaryInteger) -> String {
    let digits = String(value.magnitude)
    var text = value < 0 ? "-" : ""
    for (offset, digit) in digits.enumerated() {
      if offset > 0, (digits.count - offset).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// A sentence of the node with its numbers as the screen writes them: `slot 18421` as
  /// `slot 18,421`.
  ///
  /// What is no number by itself stays: roots, names, addresses, fractions.
  static func grouped(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard bytes.count > 3 else { return text }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let start = index
      while index < bytes.count, isDigit(bytes[index]) { index += 1 }
      guard index > start else {
        result.append(bytes[index])
        index += 1
        continue
      }
      let digits = bytes[start..<index]
      let isNumber =
        digits.count > 3 && digits.count < 16 && !joins(bytes[..<start].last, before: true)
        && !joins(index < bytes.count ? bytes[index] : nil, before: false)
      for (offset, digit) in digits.enumerated() {
        if isNumber, offset > 0, (digits.count - offset).isMultiple(of: 3) {
          result.append(UInt8(ascii: ","))
        }
        result.append(digit)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// Whether a byte beside digits makes them a part of something else.
  private static func joins(_ byte: UInt8?, before: Bool) -> Bool {
    guard let byte else { return false }
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return true
    case UInt8(ascii: "_"), UInt8(ascii: "/"), 0x80...: return true
    case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "="),
      UInt8(ascii: "@"):
      return before
    default: return false
    }
  }

  /// `3` slots behind; a dash when nobody has told.
  static func lag(_ slots: UInt64?) -> String { told(slots) }

  /// A number as people write it; a dash when nobody has told.
  static func told(_ number: (some BinaryInteger)?) -> String {
    number.map { Words.number($0) } ?? "-"
  }

  /// `+0.75s`; a dash when nobody has told.
  static func moment(_ milliseconds: (some BinaryInteger)?) -> String {
    milliseconds.map { seconds(Int32(near: $0)) } ?? "-"
  }

  /// `+0.75s`.
  static func seconds(_ milliseconds: Int32) -> String {
    let hundredths = Int(milliseconds.magnitude) / 10
    let fraction = hundredths % 100
    return "\(milliseconds < 0 ? "-" : "+")\(hundredths / 100)."
      + "\(fraction < 10 ? "0" : "")\(fraction)s"
  }

  /// `12 ms`, `+12 ms` when signed.
  static func signedMilliseconds(_ value: some BinaryInteger) -> String {
    "\(value < 0 ? "" : "+")\(number(value)) ms"
  }

  /// `3d 04:12`, `04:12:33` below a day.
  static func duration(_ milliseconds: UInt64) -> String {
    let seconds = milliseconds / 1000
    let clock = "\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60))"
    let days = seconds / 86_400
    return days > 0 ? "\(days)d \(clock)" : "\(clock):\(two(seconds % 60))"
  }

  /// `11.2 s` for a countdown.
  static func countdown(_ milliseconds: UInt64) -> String {
    if milliseconds >= 3_600_000 { return duration(milliseconds) }
    if milliseconds >= 60_000 {
      return "\(milliseconds / 60_000)m\(two(milliseconds / 1000 % 60))s"
    }
    return "\(milliseconds / 1000).\(milliseconds / 100 % 10) s"
  }

  /// `91.2 %` from thousandths.
  static func percent(permille: Int) -> String {
    "\(permille / 10).\(permille % 10) %"
  }

  /// A share of a whole as `91.2 %`; a dash when there is no whole.
  static func share(_ part: Int, of whole: Int) -> String {
    whole > 0 ? percent(permille: Int((Double(part) / Double(whole) * 1000).rounded())) : "-"
  }

  /// `1.31 MB`, `412 kB`.
  static func bytes(_ count: Int) -> String {
    if count >= 999_500 {
      let hundredths = (count + 5_000) / 10_000
      return "\(hundredths / 100).\(two(UInt64(hundredths % 100))) MB"
    }
    return "\((count + 500) / 1000) kB"
  }

  /// `1.9 GiB`, `214 MiB`.
  static func memory(_ bytes: UInt64) -> String {
    let mebibytes = (bytes + (1 << 19)) >> 20
    let tenths = (mebibytes * 10 + 512) / 1024
    return mebibytes >= 1024 ? "\(tenths / 10).\(tenths % 10) GiB" : "\(mebibytes) MiB"
  }

  /// `2`, `0.5`: a factor without a needless zero.
  static func factor(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : "\((value * 1000).rounded() / 1000)"
  }

  /// Text at the right of its field, so that `9` to `10` moves nothing.
  static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - DisplayWidth.of(text))) + text
  }

  /// A share of a whole as a line whose first part is thick.
  static func meter(_ part: Int, of whole: Int, width: Int) -> String {
    let bars = min(width, max(0, part) * width / max(whole, 1))
    return String(repeating: "━", count: bars) + String(repeating: "─", count: width - bars)
  }

  private static func two(_ value: UInt64) -> String {
    value < 10 ? "0\(value)" : "\(value)"
  }
}
