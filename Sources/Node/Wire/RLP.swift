/// Ethereum's recursive length prefix, as far as node records use it: one flat list of bytes.
///
/// Only the shortest form of everything is taken: two encodings of one record would have two
/// signatures. leanSpec: `node/networking/enr/rlp.py`.
package enum RLP {
  private static let stringBase = 0x80
  private static let listBase = 0xC0
  /// Longer contents have the size of their size before them.
  private static let longestShort = 55

  /// Encodes a list of byte strings.
  package static func encode(list items: [[UInt8]]) -> [UInt8] {
    let content = items.flatMap(encode)
    return prefix(content.count, listBase) + content
  }

  private static func encode(_ item: [UInt8]) -> [UInt8] {
    if item.count == 1, item[0] < stringBase { return item }
    return prefix(item.count, stringBase) + item
  }

  private static func prefix(_ count: Int, _ base: Int) -> [UInt8] {
    guard count > longestShort else { return [UInt8(base + count)] }
    let size = bigEndian(UInt64(count))
    return [UInt8(base + longestShort + size.count)] + size
  }

  /// The bytes of an integer without leading zeros; none for zero.
  package static func bigEndian(_ value: UInt64) -> [UInt8] {
    (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }.drop { $0 == 0 }
      .map { $0 }
  }

  /// An integer from at most eight bytes without leading zeros.
  ///
  /// - Throws: ``WireError/wrongItem``.
  package static func integer(_ bytes: ArraySlice<UInt8>) throws(WireError) -> UInt64 {
    guard bytes.count <= 8, bytes.first != 0 else { throw .wrongItem }
    return bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Decodes exactly one list of byte strings.
  ///
  /// - Throws: ``WireError``.
  package static func decode(list bytes: ArraySlice<UInt8>) throws(WireError) -> [ArraySlice<UInt8>]
  {
    var cursor = ByteCursor(bytes)
    let first = try cursor.byte()
    guard Int(first) >= listBase else { throw .wrongItem }
    let content = try content(first, listBase, &cursor)
    try cursor.finish()
    var items: [ArraySlice<UInt8>] = []
    cursor = ByteCursor(content)
    while !cursor.isAtEnd { items.append(try item(&cursor)) }
    return items
  }

  private static func item(_ cursor: inout ByteCursor) throws(WireError) -> ArraySlice<UInt8> {
    let front = cursor.rest.prefix(1)
    let first = try cursor.byte()
    guard Int(first) >= stringBase else { return front }
    guard Int(first) < listBase else { throw .wrongItem }
    let item = try content(first, stringBase, &cursor)
    if item.count == 1, let byte = item.first, Int(byte) < stringBase { throw .wrongItem }
    return item
  }

  private static func content(
    _ first: UInt8, _ base: Int, _ cursor: inout ByteCursor
  ) throws(WireError) -> ArraySlice<UInt8> {
    let short = Int(first) - base
    guard short > longestShort else { return try cursor.bytes(short) }
    let count = try integer(try cursor.bytes(short - longestShort))
    guard count > UInt64(longestShort) else { throw .wrongItem }
    guard count <= UInt64(cursor.rest.count) else { throw .truncated }
    return try cursor.bytes(Int(count))
  }
}
