import SSZ
import Testing

@testable import XMSS

struct KeyGenerationTests {
  @Test(arguments: [0, 1])
  func `a key made from a vector's material has its bytes`(place: Int) throws {
    let vector = XMSSVectors.test.keys[place]
    for kernel in KernelTests.kernels {
      let key = try vector.generated(kernel: kernel)
      #expect(key.publicKey.sszBytes() == vector.publicKeySsz.bytes)
      #expect(try key.sszBytes() == vector.secretKeySsz?.bytes)
      #expect(key.topTree.loaded?.levels[0].nodes == vector.bottomTreeRoots.flatMap { $0 })
    }
  }

  @Test(arguments: [
    (0..<1, 0..<32), (40..<45, 32..<64), (0..<256, 0..<256), (17..<33, 16..<48),
    (250..<256, 224..<256), (255..<256, 224..<256), (0..<0, 0..<32), (15..<49, 0..<64),
  ])
  func `a window is widened to whole bottom trees and at least two`(
    asked: Range<UInt64>, active: Range<UInt64>
  ) throws {
    #expect(try KeyWindow(covering: asked, scheme: .test).slots == active)
  }

  @Test func `slots beyond the lifetime are refused`() throws {
    var random = SeededGenerator(seed: 1)
    #expect(throws: KeyGenerationError.beyondLifetime(end: 257, lifetime: 256)) {
      try KeyGeneration(scheme: .test, slots: 0..<257, using: &random)
    }
    #expect(throws: KeyGenerationError.beyondLifetime(end: .max, lifetime: 1 << 32)) {
      try KeyGeneration(scheme: .production, slots: 0..<UInt64.max, using: &random)
    }
  }

  @Test func `the same generator makes the same key, another another`() throws {
    let keys = try [1, 1, 2].map { try SecretKey.test(seed: $0) }
    #expect(try keys[0].sszBytes() == keys[1].sszBytes())
    #expect(keys[0].publicKey != keys[2].publicKey)
  }

  @Test func `a cancelled generation makes no key`() throws {
    var random = SeededGenerator(seed: 3)
    let generation = try KeyGeneration(scheme: .test, slots: 0..<256, using: &random)
    var reports: [Int] = []
    generation.work.run { progress in
      reports.append(progress.finishedLeaves)
      if progress.finishedLeaves == 32 { generation.work.cancel() }
    }
    #expect(reports == [16, 32])
    #expect(
      throws: KeyGenerationError.unfinished(KeyProgress(finishedLeaves: 32, totalLeaves: 256))
    ) { try generation.finish() }
  }

  @Test func `several threads share the chunks of one key`() async throws {
    var random = SeededGenerator(seed: 4)
    let generation = try KeyGeneration(scheme: .test, slots: 0..<256, using: &random)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<3 { group.addTask { generation.work.run() } }
    }
    var same = SeededGenerator(seed: 4)
    let alone = try KeyGeneration(scheme: .test, slots: 0..<256, using: &same)
    alone.work.run()
    #expect(try generation.finish().sszBytes() == alone.finish().sszBytes())
  }

  @Test func `chunks of a larger tree join to the tree`() throws {
    var random = SeededGenerator(seed: 5)
    let generation = try KeyGeneration(scheme: .devnet, slots: 0..<2_049, using: &random)
    #expect(generation.activeSlots == 0..<3_072)
    generation.work.run()
    let key = try generation.finish()
    let left = try #require(key.preparedTrees.left.loaded)
    #expect(left.firstInconsistentNode(key.hash) == nil)
    let top = try #require(key.topTree.loaded)
    #expect(top.firstInconsistentNode(key.hash) == nil)
    #expect(left.levels.map(\.count) == (0...10).map { 1 << (10 - $0) })
  }
}

extension XMSSVectors.Key {
  /// The key that the vector's material makes.
  func generated(kernel: any HashKernel = chosenKernel) throws -> SecretKey {
    let window = try KeyWindow(
      covering: activationSlot..<activationSlot + numActiveSlots, scheme: .test)
    // leanSpec also draws a node beside the root of each bottom tree, and drops it.
    let padding = Array(randomPaddingInDrawOrder.dropFirst(window.trees.count))
    let generation = try KeyGeneration(
      scheme: .test, slots: window.slots,
      key: prfKey.bytes.withUnsafeBytes { PRFKey(copying: $0) }, parameter: parameter,
      padding: padding, kernel: kernel)
    generation.work.run()
    return try generation.finish()
  }
}

extension SecretKey {
  /// A key of the test scheme, active for its whole lifetime.
  static func test(seed: UInt64, slots: Range<UInt64> = 0..<256) throws -> SecretKey {
    var random = SeededGenerator(seed: seed)
    let generation = try KeyGeneration(scheme: .test, slots: slots, using: &random)
    generation.work.run()
    return try generation.finish()
  }
}
