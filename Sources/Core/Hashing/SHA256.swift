private import CNettle

/// SHA-256 (FIPS 180-4), hardware accelerated where the processor allows it.
public enum SHA256 {
  /// Hashes the bytes of `buffer`.
  ///
  /// - Complexity: O(n) where n is the number of bytes; about 70 ns for 64 bytes with SHA-NI.
  public static func hash(_ buffer: UnsafeRawBufferPointer) -> Bytes32 {
    var context = sha256_ctx()
    nettle_sha256_init(&context)
    if let base = buffer.baseAddress {
      nettle_sha256_update(&context, buffer.count, base.assumingMemoryBound(to: UInt8.self))
    }
    return digest(&context)
  }

  /// Hashes an array of bytes.
  public static func hash(_ bytes: [UInt8]) -> Bytes32 {
    bytes.withUnsafeBytes { hash($0) }
  }

  /// Hashes what two arrays make together, without a copy of them.
  public static func hash(_ front: [UInt8], _ back: [UInt8]) -> Bytes32 {
    var context = sha256_ctx()
    nettle_sha256_init(&context)
    nettle_sha256_update(&context, front.count, front)
    nettle_sha256_update(&context, back.count, back)
    return digest(&context)
  }

  /// Hashes the 64-byte concatenation of two Merkle nodes.
  public static func hash(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
    let pair = (left, right)
    var digest = Bytes32()
    withUnsafePointer(to: pair) {
      $0.withMemoryRebound(to: Bytes32.self, capacity: 2) {
        PairHasher.chosen.hash($0, count: 1, into: &digest)
      }
    }
    return digest
  }

  private static func digest(_ context: inout sha256_ctx) -> Bytes32 {
    Bytes32 { output in
      guard let base = output.baseAddress else { return }
      nettle_sha256_digest(&context, output.count, base.assumingMemoryBound(to: UInt8.self))
    }
  }
}
