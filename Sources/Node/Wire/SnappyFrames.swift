private import CSnappy

/// The snappy frame format: chunks of at most 64 KiB with checksums, the body of requests and
/// answers.
///
/// leanSpec: `node/snappy/framing.py`.
package enum SnappyFrames {
  /// The first chunk of every stream.
  package static let streamIdentifier: [UInt8] = [0xFF, 6, 0, 0] + Array("sNaPpY".utf8)

  /// The most decoded bytes of a chunk.
  static let maximumChunkBytes = 65_536

  static let headerBytes = 4
  static let checksumBytes = 4

  /// Compresses `bytes`; a chunk that does not get shorter goes as it is.
  package static func compress(_ bytes: [UInt8]) -> [UInt8] {
    var frames = streamIdentifier
    append(compressed: bytes, to: &frames)
    return frames
  }

  /// Appends the chunks of `bytes`, without a stream identifier.
  private static func append(compressed bytes: [UInt8], to frames: inout [UInt8]) {
    let worst = headerBytes + checksumBytes + Snappy.maximumCompressedBytes(of: maximumChunkBytes)
    frames.reserveCapacity(frames.count + bytes.count + bytes.count / 32 + worst)
    bytes.withUnsafeBufferPointer { bytes in
      for start in stride(from: 0, to: bytes.count, by: maximumChunkBytes) {
        let end = min(start + maximumChunkBytes, bytes.count)
        let content = UnsafeBufferPointer(rebasing: bytes[start..<end])
        let chunk = [UInt8](unsafeUninitializedCapacity: worst) { chunk, written in
          written = fill(chunk, with: content)
        }
        frames.append(contentsOf: chunk)
      }
    }
  }

  /// Writes one chunk and gives its size.
  private static func fill(
    _ chunk: UnsafeMutableBufferPointer<UInt8>, with content: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let body = UnsafeMutableBufferPointer(rebasing: chunk[(headerBytes + checksumBytes)...])
    var count = Snappy.compress(content, into: body)
    let isCompressed = count < content.count
    if !isCompressed { count = body.update(fromContentsOf: content) }
    let size = checksumBytes + count
    chunk[0] = isCompressed ? ChunkType.compressed : ChunkType.uncompressed
    for index in 0..<3 { chunk[1 + index] = UInt8(truncatingIfNeeded: size >> (8 * index)) }
    let sum = checksum(content)
    for index in 0..<4 { chunk[4 + index] = UInt8(truncatingIfNeeded: sum >> (8 * index)) }
    return headerBytes + size
  }

  /// Decodes a whole stream of chunks.
  ///
  /// - Throws: ``WireError``.
  package static func decompress(
    _ frames: [UInt8], limit: Int = Snappy.maximumDecodedBytes
  ) throws(WireError) -> [UInt8] {
    var reader = SnappyFrameReader(limit: limit)
    var rest = frames[...]
    try reader.receive(&rest)
    guard reader.isBetweenChunks, rest.isEmpty else { throw .truncated }
    return reader.decoded
  }

  /// The masked CRC32C of a chunk's content.
  static func checksum(_ content: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let crc = csnappy_crc32c(content.baseAddress, content.count)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }

  /// The first byte of a chunk; others below 0x80 must not be skipped, others above must.
  enum ChunkType {
    static let compressed: UInt8 = 0
    static let uncompressed: UInt8 = 1
    static let unskippable: ClosedRange<UInt8> = 2...0x7F
    static let streamIdentifier: UInt8 = 0xFF
  }
}
