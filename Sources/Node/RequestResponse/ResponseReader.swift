package import Wire

/// Reads the chunks of an answer in whatever pieces they arrive.
///
/// It keeps one chunk that is not whole yet, never more than its stated length.
package struct ResponseReader {
  private let limit: Int
  private var code: ResponseCode?
  private var payload = FramedPayloadReader()

  /// Takes chunks of at most `limit` decoded bytes.
  package init(limit: Int = Snappy.maximumDecodedBytes) {
    self.limit = limit
  }

  /// Takes bytes from the front of `bytes` until a chunk is whole or there are no more.
  ///
  /// - Returns: The chunk, or `nil` while more must come.
  /// - Throws: ``WireError``; the reader is of no use afterwards.
  package mutating func next(
    _ bytes: inout ArraySlice<UInt8>
  ) throws(WireError) -> ResponseChunk? {
    if code == nil {
      guard let byte = bytes.popFirst() else { return nil }
      let code = ResponseCode(byte: byte)
      self.code = code
      let most = code == .success ? limit : ResponseChunk.maximumTextBytes
      payload = FramedPayloadReader(limit: most, takesBareZero: code != .success)
    }
    guard let code, let content = try payload.receive(&bytes) else { return nil }
    self.code = nil
    return ResponseChunk(code, content)
  }

  /// Tells that the stream ended.
  ///
  /// - Returns: An error without text or frame, if that was last.
  /// - Throws: ``WireError/truncated`` when it ended inside a chunk.
  package mutating func end() throws(WireError) -> ResponseChunk? {
    guard let code else { return nil }
    guard payload.isBareZero else { throw .truncated }
    self.code = nil
    return ResponseChunk(code, [])
  }
}
