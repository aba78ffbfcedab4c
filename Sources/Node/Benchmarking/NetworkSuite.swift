private import CSnappy
private import Wire

extension BenchmarkSuite {
  /// What every message passes on its way in and out.
  ///
  /// The payload is like a signed block of a devnet: SSZ of eight votes and a proof that does not
  /// compress, 250 kB together. Goals are 400 MB/s to compress and 800 MB/s to decompress; the
  /// baselines are libsnappy's own calls, without arrays and checks of ours.
  static let network = BenchmarkSuite("network") { data in
    let payload = blockLike(votes: try data.bytes("big-block-full8.ssz"))
    let block = Snappy.compress(payload)
    let frames = SnappyFrames.compress(payload)
    var packed = [UInt8](repeating: 0, count: snappy_max_compressed_length(payload.count))
    var unpacked = [UInt8](repeating: 0, count: payload.count)
    let toCompress = Duration.nanoseconds(payload.count * 10 / 4)
    let toDecompress = Duration.nanoseconds(payload.count * 10 / 8)
    return [
      Benchmark("libsnappy: compress 250 kB") {
        libsnappy(snappy_compress, payload, &packed)
      },
      Benchmark("compress 250 kB", goal: toCompress, baseline: "libsnappy: compress 250 kB") {
        Snappy.compress(payload)
      },
      Benchmark("libsnappy: decompress 250 kB") {
        libsnappy(snappy_uncompress, block, &unpacked)
      },
      Benchmark("decompress 250 kB", goal: toDecompress, baseline: "libsnappy: decompress 250 kB") {
        try Snappy.decompress(block)
      },
      Benchmark("compress 250 kB to frames", goal: toCompress) { SnappyFrames.compress(payload) },
      Benchmark("decompress 250 kB of frames", goal: toDecompress) {
        try SnappyFrames.decompress(frames)
      },
      Benchmark("CRC32C of 250 kB, bit by bit") {
        csnappy_crc32c_portable(payload, payload.count)
      },
      Benchmark("CRC32C of 250 kB", baseline: "CRC32C of 250 kB, bit by bit") {
        csnappy_crc32c(payload, payload.count)
      },
    ]
  }

  /// SSZ of a block with votes, and random bytes for its proof up to 250 kB.
  private static func blockLike(votes: [UInt8]) -> [UInt8] {
    var state: UInt64 = 1
    let proof = (votes.count..<250_000).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    return votes + proof
  }

  /// Calls one of libsnappy's two functions of this shape, and gives the bytes it wrote.
  private static func libsnappy(
    _ function: (
      UnsafePointer<CChar>?, Int, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?
    ) -> snappy_status, _ input: [UInt8], _ output: inout [UInt8]
  ) -> Int {
    var count = output.count
    let status = input.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { output in
        function(
          input.baseAddress?.assumingMemoryBound(to: CChar.self), input.count,
          output.baseAddress?.assumingMemoryBound(to: CChar.self), &count)
      }
    }
    precondition(status == SNAPPY_OK, "the output holds the result")
    return count
  }
}
