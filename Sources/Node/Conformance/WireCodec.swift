private import Hashing
private import RequestResponse
private import Wire

/// The kinds of ``NetworkingCodecRunner`` that are plain formats of bytes.
///
/// Snappy leaves the choice of copies to the compressor, and ours makes others than leanSpec's:
/// there the vector's bytes must decode to its data, and ours too, under the same prefix.
enum WireCodec {
  private struct Number: Decodable {
    let value: UInt64
  }

  private struct Varint: Decodable {
    let encoded: HexadecimalBytes
    let byteLength: Int
  }

  /// A number and its varint.
  static func checkVarint(_ vector: Vector) throws {
    let content = try vector.decode(CodecCase<Number, Varint>.self)
    let encoded = content.output.encoded.bytes
    try expect(UnsignedVarint.encode(content.codec.value), equals: encoded, "varint")
    try expect(encoded.count, equals: content.output.byteLength, "bytes")
    var cursor = ByteCursor(encoded[...])
    try expect(try cursor.varint(), equals: content.codec.value, "value read back")
    try cursor.finish()
  }

  private struct Payload: Decodable {
    let data: HexadecimalBytes
  }

  private struct Block: Decodable {
    let compressed: HexadecimalBytes
    let compressedLength: Int
    let uncompressedLength: Int
  }

  /// Bytes and their snappy block.
  static func checkSnappyBlock(_ vector: Vector) throws {
    let content = try vector.decode(CodecCase<Payload, Block>.self)
    let data = content.codec.data.bytes
    let block = content.output.compressed.bytes
    try expect(block.count, equals: content.output.compressedLength, "compressed bytes")
    try expect(
      try Snappy.decodedBytes(of: block[...]), equals: content.output.uncompressedLength,
      "stated length")
    try expect(try Snappy.decompress(block), equals: data, "data")
    try expect(try Snappy.decompress(Snappy.compress(data)), equals: data, "our data")
  }

  private struct Frames: Decodable {
    let framed: HexadecimalBytes
    let framedLength: Int
    let uncompressedLength: Int
  }

  /// Bytes and their snappy frames.
  static func checkSnappyFrame(_ vector: Vector) throws {
    let content = try vector.decode(CodecCase<Payload, Frames>.self)
    let data = content.codec.data.bytes
    let framed = content.output.framed.bytes
    try expect(framed.count, equals: content.output.framedLength, "framed bytes")
    let decoded = try SnappyFrames.decompress(framed)
    try expect(decoded.count, equals: content.output.uncompressedLength, "decoded bytes")
    try expect(decoded, equals: data, "data")
    let ours = SnappyFrames.compress(data)
    try expect(try SnappyFrames.decompress(ours), equals: data, "our data")
    try expectSameFront(ours, framed)
  }

  private struct Request: Decodable {
    let sszData: HexadecimalBytes
  }

  private struct Encoded: Decodable {
    let encoded: HexadecimalBytes
  }

  /// SSZ and the request that carries it.
  static func checkRequest(_ vector: Vector) throws {
    let content = try vector.decode(CodecCase<Request, Encoded>.self)
    let ssz = content.codec.sszData.bytes
    let encoded = content.output.encoded.bytes
    try expect(try FramedPayload.decode(encoded[...]), equals: ssz, "SSZ")
    let ours = FramedPayload.encode(ssz)
    try expect(try FramedPayload.decode(ours[...]), equals: ssz, "our SSZ")
    try expectSameFront(ours, encoded)
  }

  private struct Chunk: Decodable {
    let responseCode: UInt8
    let sszData: HexadecimalBytes

    var chunk: ResponseChunk { ResponseChunk(ResponseCode(byte: responseCode), sszData.bytes) }
  }

  /// SSZ or a text, and the chunk that carries it.
  static func checkResponse(_ vector: Vector) throws {
    let content = try vector.decode(CodecCase<Chunk, Encoded>.self)
    let chunk = content.codec.chunk
    let encoded = content.output.encoded.bytes
    try expect(try ResponseChunk(decoding: encoded[...]), equals: chunk, "chunk")
    try expect(try ResponseChunk(decoding: chunk.encoded[...]), equals: chunk, "our chunk")
    try expectSameFront(chunk.encoded, encoded)
  }

  private struct Chunks: Decodable {
    let chunks: [Chunk]
  }

  private struct Stream: Decodable {
    let encoded: HexadecimalBytes
    let chunkCount: Int
  }

  /// Chunks, and the stream that carries them.
  static func checkResponseStream(_ vector: Vector) throws {
    let content = try vector.decode(CodecCase<Chunks, Stream>.self)
    let chunks = content.codec.chunks.map(\.chunk)
    try expect(chunks.count, equals: content.output.chunkCount, "chunks")
    try expect(try read(content.output.encoded.bytes), equals: chunks, "chunks read")
    try expect(try read(chunks.flatMap(\.encoded)), equals: chunks, "our chunks read")
  }

  private static func read(_ stream: [UInt8]) throws -> [ResponseChunk] {
    var reader = ResponseReader()
    var rest = stream[...]
    var chunks: [ResponseChunk] = []
    while let chunk = try reader.next(&rest) { chunks.append(chunk) }
    if let chunk = try reader.end() { chunks.append(chunk) }
    return chunks
  }

  /// Compares everything up to and with the stream identifier: nothing there is left to choose.
  private static func expectSameFront(_ ours: [UInt8], _ expected: [UInt8]) throws {
    let identifier = SnappyFrames.streamIdentifier
    let starts = expected.indices.filter { expected[$0...].starts(with: identifier) }
    guard let start = starts.first else {
      throw Mismatch(expected: "a stream identifier", actual: Hexadecimal.encode(expected))
    }
    let end = start + identifier.count
    try expect(
      Hexadecimal.encode(ours.prefix(end)), equals: Hexadecimal.encode(expected.prefix(end)),
      "front")
  }
}
