private import CSnappy

/// The snappy block format: the payload of a gossip message.
///
/// Debian's libsnappy does the work: it is fast, small and has been fuzzed for a decade.
package enum Snappy {
  /// The most decoded bytes of anything on this network: leanSpec's `MAX_PAYLOAD_SIZE`, 10 MiB.
  package static let maximumDecodedBytes = 10 * 1024 * 1024

  /// A copy of 64 bytes takes three bytes: no block grows by more than 64/3.
  static let maximumExpansion = 22

  /// Compresses `bytes`, of which there must be fewer than 2³².
  package static func compress(_ bytes: [UInt8]) -> [UInt8] {
    // The library wants an address even for no bytes.
    guard !bytes.isEmpty else { return [0] }
    return bytes.withUnsafeBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: maximumCompressedBytes(of: input.count)) {
        $1 = compress(input, into: $0)
      }
    }
  }

  /// The length that a block says it decodes to.
  ///
  /// - Throws: ``WireError`` when the prefix is malformed or cannot be true of so few bytes.
  package static func decodedBytes(of block: ArraySlice<UInt8>) throws(WireError) -> Int {
    var cursor = ByteCursor(block)
    let count = try cursor.varint()
    guard count <= UInt64(maximumExpansion * cursor.rest.count) else { throw .corruptBlock }
    return Int(count)
  }

  /// Decodes a block.
  ///
  /// Nothing is allocated before the stated length is known to be within `limit` and at most 22
  /// times the input.
  ///
  /// - Throws: ``WireError``.
  package static func decompress(
    _ block: ArraySlice<UInt8>, limit: Int = maximumDecodedBytes
  ) throws(WireError) -> [UInt8] {
    let count = try decodedBytes(of: block)
    guard count <= limit else { throw .tooLarge(bytes: UInt64(count), limit: limit) }
    guard count > 0 else {
      guard block == [0] else { throw .corruptBlock }
      return []
    }
    var isValid = false
    let decoded = block.withUnsafeBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: count) { output, written in
        isValid = decompress(input, into: UnsafeMutableBufferPointer(rebasing: output[..<count]))
        written = isValid ? count : 0
      }
    }
    guard isValid else { throw .corruptBlock }
    return decoded
  }

  /// Decodes a block.
  ///
  /// - Throws: ``WireError``.
  package static func decompress(
    _ block: [UInt8], limit: Int = maximumDecodedBytes
  ) throws(WireError) -> [UInt8] {
    try decompress(block[...], limit: limit)
  }

  // MARK: Buffers that are not empty

  static func maximumCompressedBytes(of count: Int) -> Int {
    snappy_max_compressed_length(count)
  }

  /// Compresses into `output`, which must hold ``maximumCompressedBytes(of:)``, and gives the size.
  static func compress(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    var count = output.count
    let status = snappy_compress(input.text, input.count, output.text, &count)
    precondition(status == SNAPPY_OK, "\(output.count) bytes cannot hold \(input.count) packed")
    return count
  }

  /// Decodes a block that states exactly `output.count` bytes, and tells whether it was valid.
  static func decompress(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    var count = output.count
    let status = snappy_uncompress(input.text, input.count, output.text, &count)
    return status == SNAPPY_OK && count == output.count
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The address as libsnappy's signature has it.
  fileprivate var text: UnsafePointer<CChar>? {
    UnsafeRawPointer(baseAddress)?.assumingMemoryBound(to: CChar.self)
  }
}

extension UnsafeMutableBufferPointer<UInt8> {
  /// The address as libsnappy's signature has it.
  fileprivate var text: UnsafeMutablePointer<CChar>? {
    UnsafeMutableRawPointer(baseAddress)?.assumingMemoryBound(to: CChar.self)
  }
}
