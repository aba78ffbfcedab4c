package import Foundation

/// Takes secrets out of what is handed on: their bytes, and their hexadecimal digits in any case.
package struct SecretFilter: Sendable {
  /// What stands where a secret was.
  package static let replacement = Data("[secret removed]".utf8)

  /// Shorter secrets are none, and would tear holes into everything.
  static let leastBytes = 16

  /// Patterns by their first eight bytes, so that one pass finds all of them.
  private var patterns: [UInt64: [[UInt8]]] = [:]

  /// How many secrets are known.
  package private(set) var count = 0

  /// A filter that knows no secret.
  package init() {}

  /// Learns a secret.
  package mutating func add(_ secret: some Collection<UInt8>) {
    let bytes = [UInt8](secret)
    guard bytes.count >= Self.leastBytes, Set(bytes).count > 1 else { return }
    count += 1
    insert(bytes)
    insert(bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] })
    // A secret that is a text of digits is found in either case too.
    insert(bytes.map(Self.lowercased))
  }

  /// Learns what settings and logs call a private key or a token.
  package mutating func addNamed(in text: String) {
    let names = /(?i)(?:privkey|private[-_]?key(?:[-_]path)?|node[-_]?key|token)["']?\s*[:=\s]\s*/
    let value = /["']?(?:0x)?([0-9A-Fa-f]{32,})/
    for match in text.matches(of: names) {
      guard let found = text[match.range.upperBound...].prefixMatch(of: value) else { continue }
      let digits = found.1.utf8.map { Self.lowercased($0) }
      add(digits)
      add(Self.bytes(digits))
    }
  }

  /// The data without secrets.
  package func clean(_ data: Data) -> Data {
    guard count > 0 else { return data }
    let bytes = [UInt8](data)
    let lower = bytes.map(Self.lowercased)
    var output = Data(capacity: bytes.count)
    var kept = 0
    var index = 0
    while index + 8 <= bytes.count {
      guard let length = match(bytes, at: index) ?? match(lower, at: index) else {
        index += 1
        continue
      }
      output += bytes[kept..<index] + Self.replacement
      index += length
      kept = index
    }
    return output + bytes[kept...]
  }

  private func match(_ bytes: [UInt8], at index: Int) -> Int? {
    guard let candidates = patterns[Self.prefix(bytes, index)] else { return nil }
    return candidates.first { pattern in
      index + pattern.count <= bytes.count
        && bytes[index..<index + pattern.count].elementsEqual(pattern)
    }?.count
  }

  private mutating func insert(_ pattern: [UInt8]) {
    let prefix = Self.prefix(pattern, 0)
    guard patterns[prefix]?.contains(pattern) != true else { return }
    patterns[prefix, default: []].append(pattern)
  }

  private static let digits = Array("0123456789abcdef".utf8)

  private static func prefix(_ bytes: [UInt8], _ index: Int) -> UInt64 {
    bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index, as: UInt64.self) }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }

  /// The bytes that an even number of hexadecimal digits names.
  private static func bytes(_ digits: [UInt8]) -> [UInt8] {
    stride(from: 0, to: digits.count - 1, by: 2).compactMap { index in
      UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16)
    }
  }
}
