internal import Wire

/// Reads the elements of a DER encoding one after the other, as slices of it.
///
/// It exists because the two signatures of a libp2p certificate are over bytes as they arrived:
/// what a library encodes anew may differ.
struct DERReader {
  enum Tag {
    static let boolean: UInt8 = 0x01
    static let octetString: UInt8 = 0x04
    static let objectIdentifier: UInt8 = 0x06
    static let sequence: UInt8 = 0x30
    /// The explicit tags of a certificate's fields.
    static let version: UInt8 = 0xA0
    static let extensions: UInt8 = 0xA3
  }

  /// One tag, length and value.
  struct Element {
    let tag: UInt8
    let content: ArraySlice<UInt8>
    /// Tag and length too.
    let whole: ArraySlice<UInt8>
  }

  private var cursor: ByteCursor

  init(_ bytes: ArraySlice<UInt8>) {
    cursor = ByteCursor(bytes)
  }

  var isAtEnd: Bool { cursor.isAtEnd }

  /// Reads an element with a length of at most three bytes, in its shortest form.
  mutating func next() throws(WireError) -> Element {
    let start = cursor.rest
    let tag = try cursor.byte()
    // Tags of several bytes do not occur in certificates.
    guard tag & 0x1F != 0x1F else { throw .wrongItem }
    let first = try cursor.byte()
    var count = Int(first)
    if first >= 0x80 {
      guard (1...3).contains(first & 0x7F) else { throw .wrongItem }
      let length = try cursor.bytes(Int(first & 0x7F))
      count = length.reduce(0) { $0 << 8 | Int($1) }
      guard length.first != 0, count >= 0x80 else { throw .wrongItem }
    }
    let content = try cursor.bytes(count)
    let whole = start.prefix(start.count - cursor.rest.count)
    return Element(tag: tag, content: content, whole: whole)
  }

  /// Reads an element that must have `tag`.
  mutating func next(_ tag: UInt8) throws(WireError) -> Element {
    let element = try next()
    guard element.tag == tag else { throw .wrongItem }
    return element
  }

  /// Demands that everything was read.
  func finish() throws(WireError) {
    try cursor.finish()
  }

  /// Encodes an element of at most 65,535 bytes.
  static func encode(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let count = content.count
    let length: [UInt8] =
      count < 0x80
      ? [UInt8(count)]
      : count < 0x100 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
    return [tag] + length + content
  }
}
