internal import Wire

/// Cuts what arrives on a peer's stream into frames: a length, then as many bytes.
struct FrameReader: Sendable {
  /// The largest RPC that a client of the network sends: 10 MiB of data as snappy makes it at
  /// worst, and its envelope.
  static let maximumFrameBytes = 32 + maximumDataBytes + maximumDataBytes / 6 + 1024
  private static let maximumDataBytes = 10 * 1024 * 1024

  /// The beginning of a frame whose end is not here yet; it grows as bytes arrive, not as they are
  /// announced.
  private var unfinished: [UInt8] = []

  /// How much is kept for the peer.
  var heldBytes: Int { unfinished.count }

  /// Takes bytes from the front of `bytes` up to the end of a frame.
  ///
  /// - Returns: The content of a frame, or `nil` when all bytes are taken and it is not whole yet.
  /// - Throws: ``WireError/tooLarge(bytes:limit:)`` or ``WireError/varintTooLong``: where the next
  ///   frame begins is then unknown, and the stream is of no more use.
  mutating func next(from bytes: inout ArraySlice<UInt8>) throws(WireError) -> ArraySlice<UInt8>? {
    if unfinished.isEmpty {
      guard let range = try Self.frame(at: bytes), range.upperBound <= bytes.endIndex else {
        unfinished.append(contentsOf: bytes)
        bytes = bytes[bytes.endIndex...]
        return nil
      }
      defer { bytes = bytes[range.upperBound...] }
      return bytes[range]
    }
    while let byte = bytes.first, try Self.frame(at: unfinished[...]) == nil {
      unfinished.append(byte)
      bytes = bytes.dropFirst()
    }
    guard let range = try Self.frame(at: unfinished[...]) else { return nil }
    let missing = range.upperBound - unfinished.count
    unfinished.append(contentsOf: bytes.prefix(missing))
    bytes = bytes.dropFirst(missing)
    guard unfinished.count == range.upperBound else { return nil }
    defer { unfinished = [] }
    return unfinished[range]
  }

  /// Where the content of the frame at the front of `bytes` is; `nil` while its length is not
  /// whole.
  private static func frame(at bytes: ArraySlice<UInt8>) throws(WireError) -> Range<Int>? {
    var cursor = ByteCursor(bytes)
    let count: UInt64
    do {
      count = try cursor.varint()
    } catch .truncated {
      return nil
    }
    guard count <= UInt64(maximumFrameBytes) else {
      throw .tooLarge(bytes: count, limit: maximumFrameBytes)
    }
    return cursor.rest.startIndex..<cursor.rest.startIndex + Int(count)
  }
}
