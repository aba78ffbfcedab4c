/// One message between the node and a worker, as it is on the stream.
///
///     length u32 | version u8 | kind u8 | request u64 | payload
///
/// Integers are little-endian; the length counts what follows it. An answer carries the request's
/// number, so an answer to a request that nobody waits for is noticed.
package struct WorkerFrame: Hashable, Sendable {
  /// The version of all messages; a worker of another one is refused by name.
  package static let version: UInt8 = 1

  static let headerByteCount = 4 + headByteCount
  private static let headByteCount = 1 + 1 + 8

  /// Which request or answer the payload is.
  package let kind: UInt8

  /// The number of the request.
  package let request: UInt64

  /// The message.
  package let payload: [UInt8]

  /// Creates a frame.
  package init(kind: UInt8, request: UInt64, payload: [UInt8]) {
    self.kind = kind
    self.request = request
    self.payload = payload
  }

  /// The bytes on the stream.
  package var bytes: [UInt8] {
    var writer = WorkerWriter()
    writer.append(UInt32(Self.headByteCount + payload.count))
    writer.append(Self.version)
    writer.append(kind)
    writer.append(request)
    return writer.bytes + payload
  }
}

/// Why bytes from the other side are no frame or no message of it.
package enum WorkerFrameDefect: Error, Hashable, Sendable, CustomStringConvertible {
  /// A length below that of a header.
  case tooShort(Int)
  /// A length above the limit; nothing of it is kept.
  case tooLong(Int, limit: Int)
  /// Frames of another version.
  case version(UInt8)
  /// No request, or no answer, has this number.
  case kind(UInt8)
  /// A message ends inside a field.
  case truncated
  /// Bytes follow the last field.
  case trailingBytes(Int)
  /// A field has a value that it cannot have.
  case value(String)

  /// One line for people.
  package var description: String {
    switch self {
    case .tooShort(let count): "a frame of \(count) bytes is none"
    case .tooLong(let count, let limit): "a frame of \(count) bytes; the limit is \(limit)"
    case .version(let version):
      "frames of version \(version); this program speaks \(WorkerFrame.version)"
    case .kind(let kind): "a message of kind \(kind) is none"
    case .truncated: "a message ends inside a field"
    case .trailingBytes(let count): "\(count) bytes after the end of a message"
    case .value(let name): "\(name) is out of range"
    }
  }
}

/// Takes frames out of a stream of bytes, and keeps no more than one of them.
package struct WorkerFrameReader: Sendable {
  /// The most bytes of a request: sixteen proofs of 524,288 bytes, the signatures of 4,096 validators
  /// and all their keys sixteen times fit twice.
  package static let requestLimit = 48 << 20

  /// The most bytes of an answer: a proof and sixteen times the claims of 4,096 validators.
  package static let answerLimit = 8 << 20

  private let limit: Int
  private var buffer: [UInt8] = []
  private var start = 0

  /// Creates a reader of frames of at most `limit` bytes.
  package init(limit: Int) {
    self.limit = limit
  }

  /// Takes bytes in as they come.
  package mutating func append(_ bytes: some Collection<UInt8>) {
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// Whether the stream would end inside a frame.
  package var isInsideFrame: Bool { start < buffer.count }

  /// The next whole frame; `nil` until more bytes come.
  ///
  /// - Throws: Why the stream is none of frames; it must not be read on.
  package mutating func next() throws(WorkerFrameDefect) -> WorkerFrame? {
    var reader = WorkerReader(buffer[start...])
    guard reader.count >= 4 else { return nil }
    let length = Int(try reader.uint32())
    guard length >= WorkerFrame.headerByteCount - 4 else { throw .tooShort(length) }
    guard length <= limit else { throw .tooLong(length, limit: limit) }
    // A wrong version is told at once and not after a length that it may mean otherwise.
    if reader.count >= 1, let version = buffer[(start + 4)...].first,
      version != WorkerFrame.version
    {
      throw .version(version)
    }
    guard reader.count >= length else { return nil }
    _ = try reader.uint8()
    let (kind, request) = (try reader.uint8(), try reader.uint64())
    let payload = Array(try reader.bytes(count: length - (WorkerFrame.headerByteCount - 4)))
    start += 4 + length
    return WorkerFrame(kind: kind, request: request, payload: payload)
  }
}

/// Writes fields behind each other.
struct WorkerWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ value: Bool) { append(UInt8(value ? 1 : 0)) }

  /// Bytes whose number the reader knows.
  mutating func append(fixed value: some Collection<UInt8>) { bytes.append(contentsOf: value) }

  /// Bytes after their number.
  mutating func append(_ value: [UInt8]) {
    append(UInt32(value.count))
    append(fixed: value)
  }

  /// Text, up to what a reader takes; a character is kept whole or not at all.
  mutating func append(_ text: String) {
    var count = 0
    let kept = text.unicodeScalars.prefix { character in
      count += UTF8.width(character)
      return count <= WorkerLimits.textBytes
    }
    append(Array(String(kept).utf8))
  }

  /// Elements after their number.
  mutating func append<Element>(
    list elements: [Element], _ body: (inout WorkerWriter, Element) -> Void
  ) {
    append(UInt32(elements.count))
    for element in elements { body(&self, element) }
  }
}

/// Reads fields from the front of untrusted bytes.
struct WorkerReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  var count: Int { rest.count }

  mutating func bytes(count: Int) throws(WorkerFrameDefect) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw .truncated }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private mutating func integer<Value: FixedWidthInteger>() throws(WorkerFrameDefect) -> Value {
    try bytes(count: Value.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Value($1) }
  }

  mutating func uint8() throws(WorkerFrameDefect) -> UInt8 { try bytes(count: 1).first ?? 0 }
  mutating func uint32() throws(WorkerFrameDefect) -> UInt32 { try integer() }
  mutating func uint64() throws(WorkerFrameDefect) -> UInt64 { try integer() }

  mutating func bool() throws(WorkerFrameDefect) -> Bool {
    let value = try uint8()
    guard value <= 1 else { throw .value("a yes or no of \(value)") }
    return value == 1
  }

  /// Bytes after their number, of which there are at most `limit`.
  mutating func bytes(limit: Int, _ name: String) throws(WorkerFrameDefect) -> [UInt8] {
    let count = Int(try uint32())
    guard count <= limit else { throw .value("\(name) of \(count) bytes") }
    return Array(try bytes(count: count))
  }

  /// Text, with whatever is no UTF-8 or no plain character made visible.
  mutating func text(limit: Int, _ name: String) throws(WorkerFrameDefect) -> String {
    let text = String(decoding: try bytes(limit: limit, name), as: UTF8.self)
    return String(
      text.unicodeScalars.map {
        $0.properties.isPatternWhitespace ? " " : $0.value < 32 ? "?" : Character($0)
      })
  }

  /// Elements after their number; each is read from bytes that are there, so a forged number
  /// allocates nothing.
  mutating func list<Element>(
    limit: Int, _ name: String, _ body: (inout WorkerReader) throws(WorkerFrameDefect) -> Element
  ) throws(WorkerFrameDefect) -> [Element] {
    let count = Int(try uint32())
    guard count <= limit else { throw .value("\(count) \(name)") }
    var elements: [Element] = []
    for _ in 0..<count { elements.append(try body(&self)) }
    return elements
  }

  func end() throws(WorkerFrameDefect) {
    guard rest.isEmpty else { throw .trailingBytes(rest.count) }
  }
}
