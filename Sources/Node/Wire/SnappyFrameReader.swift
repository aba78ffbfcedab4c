/// Decodes snappy frames in whatever pieces they arrive.
///
/// It keeps what is decoded and at most one chunk of 64 KiB that is not whole yet.
struct SnappyFrameReader {
  /// What was decoded so far.
  private(set) var decoded: [UInt8] = []

  /// The most decoded bytes.
  let limit: Int

  private var hasIdentifier = false
  /// The front of a chunk whose rest has not arrived.
  private var partial: [UInt8] = []
  /// Bytes of a skippable chunk that are still to come.
  private var toSkip = 0

  init(limit: Int) {
    self.limit = limit
  }

  /// Whether nothing has arrived yet.
  var isUntouched: Bool { !hasIdentifier && partial.isEmpty }

  /// Whether the stream may end here: not inside a chunk, nor before the identifier.
  var isBetweenChunks: Bool { hasIdentifier && partial.isEmpty && toSkip == 0 }

  /// Takes bytes from the front of `bytes` until `isDone` or there are no more.
  ///
  /// - Throws: ``WireError``; the reader is of no use afterwards.
  mutating func receive(
    _ bytes: inout ArraySlice<UInt8>, until decodedBytes: Int? = nil
  ) throws(WireError) {
    while !bytes.isEmpty {
      if let decodedBytes, isBetweenChunks, decoded.count >= decodedBytes { return }
      if toSkip > 0 {
        let skipped = min(toSkip, bytes.count)
        bytes = bytes.dropFirst(skipped)
        toSkip -= skipped
      } else {
        try takeChunk(&bytes)
      }
    }
  }

  /// Decodes the next chunk, or keeps its front.
  private mutating func takeChunk(_ bytes: inout ArraySlice<UInt8>) throws(WireError) {
    guard fill(to: SnappyFrames.headerBytes, from: &bytes) else { return }
    let type = partial[0]
    let size = Int(partial[1]) | Int(partial[2]) << 8 | Int(partial[3]) << 16
    try check(type, size)
    guard isKept(type) else {
      partial = []
      toSkip = size
      return
    }
    let whole = SnappyFrames.headerBytes + size
    // Most chunks arrive whole: then nothing is copied before it is decoded.
    if partial.count == SnappyFrames.headerBytes, bytes.count >= size {
      let content = bytes.prefix(size)
      bytes = bytes.dropFirst(size)
      partial = []
      return try take(type, content)
    }
    guard fill(to: whole, from: &bytes) else { return }
    let content = partial.dropFirst(SnappyFrames.headerBytes)
    partial = []
    try take(type, content)
  }

  /// Whether a chunk is more than filler.
  private func isKept(_ type: UInt8) -> Bool {
    type <= SnappyFrames.ChunkType.uncompressed || type == SnappyFrames.ChunkType.streamIdentifier
  }

  /// Moves bytes into `partial` until it has `count`; tells whether it has.
  private mutating func fill(to count: Int, from bytes: inout ArraySlice<UInt8>) -> Bool {
    let missing = max(0, count - partial.count)
    partial.append(contentsOf: bytes.prefix(missing))
    bytes = bytes.dropFirst(missing)
    return partial.count >= count
  }

  /// Refuses a chunk by its header, before its content is kept.
  private func check(_ type: UInt8, _ size: Int) throws(WireError) {
    typealias Frames = SnappyFrames
    guard hasIdentifier || type == Frames.ChunkType.streamIdentifier else {
      throw .wrongStreamIdentifier
    }
    switch type {
    case Frames.ChunkType.compressed:
      let largest = Snappy.maximumCompressedBytes(of: Frames.maximumChunkBytes)
      guard (Frames.checksumBytes + 1...Frames.checksumBytes + largest).contains(size) else {
        throw .wrongChunkSize(bytes: size)
      }
    case Frames.ChunkType.uncompressed:
      let largest = Frames.maximumChunkBytes
      guard (Frames.checksumBytes...Frames.checksumBytes + largest).contains(size) else {
        throw .wrongChunkSize(bytes: size)
      }
    case Frames.ChunkType.unskippable: throw .unknownChunk(type: type)
    case Frames.ChunkType.streamIdentifier:
      guard size == 6 else { throw .wrongStreamIdentifier }
    default: break
    }
  }

  private mutating func take(
    _ type: UInt8, _ content: ArraySlice<UInt8>
  ) throws(WireError) {
    if type == SnappyFrames.ChunkType.streamIdentifier {
      guard content.elementsEqual(SnappyFrames.streamIdentifier.dropFirst(4)) else {
        throw .wrongStreamIdentifier
      }
      hasIdentifier = true
      return
    }
    let body = content.dropFirst(SnappyFrames.checksumBytes)
    let room = min(limit - decoded.count, SnappyFrames.maximumChunkBytes)
    let chunk: ArraySlice<UInt8>
    if type == SnappyFrames.ChunkType.compressed {
      chunk = try Snappy.decompress(body, limit: room)[...]
    } else {
      guard body.count <= room else {
        throw .tooLarge(bytes: UInt64(decoded.count + body.count), limit: limit)
      }
      chunk = body
    }
    let stated = content.prefix(SnappyFrames.checksumBytes).reversed().reduce(UInt32(0)) {
      $0 << 8 | UInt32($1)
    }
    guard chunk.withUnsafeBufferPointer(SnappyFrames.checksum) == stated else {
      throw .wrongChecksum
    }
    decoded.append(contentsOf: chunk)
  }
}
