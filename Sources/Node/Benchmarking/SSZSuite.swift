private import Consensus
private import Hashing
private import SSZ

extension BenchmarkSuite {
  /// Hashing, encoding, decoding and roots of values from scratch.
  ///
  /// The big state has 4,096 validators and 200,000 slots of history.
  static let ssz = BenchmarkSuite("ssz") { data in
    let stateBytes = try data.bytes("big-pre.ssz")
    let blockBytes = try data.bytes("big-block-full8.ssz")
    let state = try State(ssz: stateBytes)
    let block = try Block(ssz: blockBytes)
    let chunks = (0..<4096).map { UInt64($0).hashTreeRoot() }
    let pairs = 1000
    var node = Bytes32.zero
    return [
      Benchmark("Nettle: hash of 64 bytes", operationsPerIteration: pairs) {
        chunks.withUnsafeBytes { bytes in
          for index in 0..<pairs {
            let start = Bytes32.count * index
            node = SHA256.hash(UnsafeRawBufferPointer(rebasing: bytes[start..<start + 64]))
          }
          return node
        }
      },
      Benchmark(
        "hash of two nodes", goal: .nanoseconds(130), baseline: "Nettle: hash of 64 bytes",
        operationsPerIteration: pairs
      ) {
        for index in 0..<pairs { node = SHA256.hash(chunks[index], chunks[index + 1]) }
        return node
      },
      Benchmark("root of 4,096 chunks") { Merkle.root(of: chunks) },
      Benchmark("decode of the big state", goal: .milliseconds(3)) {
        try State(ssz: stateBytes)
      },
      Benchmark("encode of the big state", goal: .microseconds(500)) { state.sszBytes() },
      Benchmark(
        "root of the big state, nothing known",
        goal: InstructionSet.chosen == .avx512 ? .milliseconds(10) : nil,
        setUp: { try State(ssz: stateBytes) },
        body: { $0.hashTreeRoot() }),
      Benchmark("decode of a block with 8 votes") { try Block(ssz: blockBytes) },
      Benchmark("encode of a block with 8 votes") { block.sszBytes() },
      Benchmark("root of a block with 8 votes") { block.hashTreeRoot() },
      Benchmark("root of attestation data") {
        block.body.attestations[0].data.hashTreeRoot()
      },
    ]
  }
}
