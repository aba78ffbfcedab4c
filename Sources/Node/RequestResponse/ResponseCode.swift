package import Wire

/// The first byte of a chunk of an answer.
///
/// leanSpec: `node/networking/reqresp/codec.py`.
package enum ResponseCode: UInt8, Sendable {
  /// A status or a block follows.
  case success = 0
  /// The request was wrong.
  case invalidRequest = 1
  /// The other could not do what it should.
  case serverError = 2
  /// The other does not have what was asked for.
  case resourceUnavailable = 3

  /// Reads a byte: codes of the future count as server errors, those without meaning as invalid
  /// requests.
  package init(byte: UInt8) {
    self = ResponseCode(rawValue: byte) ?? (byte < 128 ? .serverError : .invalidRequest)
  }
}

/// One chunk of an answer: a code, and SSZ or the text of an error.
package struct ResponseChunk: Hashable, Sendable {
  /// The longest text of an error that is read: one frame.
  ///
  /// leanSpec has no limit. gean refuses more than 256 bytes, and none of ours is that long.
  package static let maximumTextBytes = 65_536

  /// What the content is.
  package let code: ResponseCode
  /// SSZ, or UTF-8.
  package let content: [UInt8]

  /// Creates a chunk.
  package init(_ code: ResponseCode, _ content: [UInt8]) {
    self.code = code
    self.content = content
  }

  /// The bytes on the wire; the content must be at most ``Snappy/maximumDecodedBytes``.
  package var encoded: [UInt8] { [code.rawValue] + FramedPayload.encode(content) }

  /// Decodes exactly one chunk.
  ///
  /// - Throws: ``WireError``.
  package init(decoding bytes: ArraySlice<UInt8>) throws(WireError) {
    var cursor = ByteCursor(bytes)
    code = ResponseCode(byte: try cursor.byte())
    content = try FramedPayload.decode(cursor.rest)
  }
}
