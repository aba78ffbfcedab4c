/// A length and snappy frames: how requests and answers carry their SSZ.
///
/// leanSpec: `node/networking/reqresp/codec.py`.
package enum FramedPayload {
  /// Encodes `bytes`, of which there must be at most ``Snappy/maximumDecodedBytes``.
  package static func encode(_ bytes: [UInt8]) -> [UInt8] {
    precondition(bytes.count <= Snappy.maximumDecodedBytes, "\(bytes.count) bytes in one payload")
    return UnsignedVarint.encode(bytes.count) + SnappyFrames.compress(bytes)
  }

  /// Decodes exactly one payload.
  ///
  /// - Throws: ``WireError``.
  package static func decode(
    _ bytes: ArraySlice<UInt8>, limit: Int = Snappy.maximumDecodedBytes
  ) throws(WireError) -> [UInt8] {
    var reader = FramedPayloadReader(limit: limit)
    var rest = bytes
    guard let payload = try reader.receive(&rest) else { throw .truncated }
    guard rest.isEmpty else { throw .surplus(bytes: rest.count) }
    return payload
  }
}

/// Reads one ``FramedPayload`` in whatever pieces it arrives.
///
/// It keeps at most what the prefix states and one chunk, whatever the peer sends, and refuses
/// filler that never ends.
package struct FramedPayloadReader {
  /// Bytes on the wire beyond what an incompressible payload takes, for identifiers and filler:
  /// leanSpec's allowance.
  private static let slackBytes = 1024

  private let limit: Int
  private let takesBareZero: Bool
  /// The front of the length.
  private var prefix: [UInt8] = []
  /// What follows the length; `nil` until that is known.
  private var frames: SnappyFrameReader?
  private var receivedBytes = 0

  /// Takes payloads of at most `limit` decoded bytes.
  ///
  /// With `takesBareZero` a length of 0 may stand without frames: some clients send errors without
  /// a text so.
  package init(limit: Int = Snappy.maximumDecodedBytes, takesBareZero: Bool = false) {
    self.limit = limit
    self.takesBareZero = takesBareZero
  }

  /// Whether a bare length of 0 has arrived, so that the payload is whole if nothing follows.
  package var isBareZero: Bool {
    guard takesBareZero, let frames else { return false }
    return frames.limit == 0 && frames.isUntouched
  }

  /// Takes bytes from the front of `bytes`, as many as belong to the payload.
  ///
  /// - Returns: The payload once it is whole, `nil` while more must come.
  /// - Throws: ``WireError``; the reader is of no use afterwards.
  package mutating func receive(
    _ bytes: inout ArraySlice<UInt8>
  ) throws(WireError) -> [UInt8]? {
    if frames == nil { try takeLength(&bytes) }
    guard let stated = frames?.limit else { return nil }
    if isBareZero, let first = bytes.first, first != SnappyFrames.streamIdentifier[0] { return [] }
    let before = bytes.count
    try frames?.receive(&bytes, until: stated)
    receivedBytes += before - bytes.count
    guard receivedBytes <= stated + stated / 6 + Self.slackBytes else {
      throw .tooLarge(bytes: UInt64(receivedBytes), limit: stated)
    }
    guard let frames, frames.isBetweenChunks, frames.decoded.count == stated else { return nil }
    return frames.decoded
  }

  /// Reads the length byte by byte: its end is the only mark between it and the frames.
  private mutating func takeLength(_ bytes: inout ArraySlice<UInt8>) throws(WireError) {
    while let byte = bytes.popFirst() {
      prefix.append(byte)
      guard byte < 0x80 || prefix.count == UnsignedVarint.maximumBytes else { continue }
      var cursor = ByteCursor(prefix[...])
      let stated = try cursor.varint()
      guard stated <= UInt64(limit) else { throw .tooLarge(bytes: stated, limit: limit) }
      frames = SnappyFrameReader(limit: Int(stated))
      return
    }
  }
}
