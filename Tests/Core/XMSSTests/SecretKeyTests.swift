import Hashing
import SSZ
import Synchronization
import Testing

@testable import XMSS

struct SecretKeyTests {
  @Test(arguments: ["prod_secret_key.ssz", "leansig_secret_key.ssz"])
  func `production keys of leanSpec and leanSig decode and encode`(file: String) throws {
    let bytes = try XMSSVectors.bytes(file)
    let key = try SecretKey(ssz: bytes, scheme: .production)
    #expect(try key.sszBytes() == bytes)
    #expect(key.activeSlots == 0..<131_072)
    #expect(key.preparedSlots == 0..<131_072)
    let expected =
      file.hasPrefix("prod")
      ? XMSSVectors.production.keys.first?.publicKeySsz.bytes
      : XMSSVectors.leanSig.publicKey.bytes
    #expect(key.publicKey.sszBytes() == expected)
  }

  @Test func `an opened production key reads what it needs, a thousandth of its bytes`() throws {
    let bytes = CountingBytes(try XMSSVectors.bytes("prod_secret_key.ssz"))
    let key = try SecretKey(stored: bytes, scheme: .production, checkingTrees: false)
    #expect(key.publicKey.sszBytes() == XMSSVectors.production.keys.first?.publicKeySsz.bytes)
    #expect(bytes.byteCount > 8_000_000)
    #expect(bytes.readCount < 8_000)
    let before = bytes.readCount
    for slot: UInt64 in [0, 65_535, 65_536, 131_071] {
      let signature = try key.sign(.zero, slot: slot)
      #expect(key.publicKey.verify(signature, message: .zero, slot: slot, scheme: .production))
    }
    #expect(bytes.readCount - before == 4 * 33 * 32)
  }

  @Test func `an altered node is found when it is needed, and nothing is signed with it`() throws {
    let bytes = try SecretKey.test(seed: 1, slots: 32..<64).sszBytes()
    let whole = try SecretKey(ssz: bytes, scheme: .test)
    let fixedPart = 88
    var refusals = 0
    for position in fixedPart..<bytes.count {
      var altered = bytes
      altered[position] ^= 1
      guard
        let key = try? SecretKey(
          ssz: altered.span.bytes, scheme: .test, checkingTrees: false)
      else { continue }
      for slot: UInt64 in 32..<64 {
        do throws(SigningError) {
          let signature = try key.sign(.zero, slot: slot)
          #expect(whole.publicKey.verify(signature, message: .zero, slot: slot, scheme: .test))
        } catch {
          #expect(error == .damaged(slot: slot))
          refusals += 1
        }
      }
    }
    #expect(refusals > 1_000)
  }

  @Test func `bytes that cannot be read any more are damage, not a trap`() throws {
    let bytes = CountingBytes(try SecretKey.test(seed: 1).sszBytes())
    let key = try SecretKey(stored: bytes, scheme: .test, checkingTrees: true)
    bytes.isGone = true
    #expect(throws: SigningError.damaged(slot: 3)) { try key.sign(.zero, slot: 3) }
    #expect(throws: SecretKeyError.unreadable) { try key.sszBytes() }
    #expect(throws: SecretKeyError.unreadable) {
      try SecretKey(stored: bytes, scheme: .test, checkingTrees: false)
    }
    bytes.isGone = false
    _ = try key.sign(.zero, slot: 3)
  }

  @Test(arguments: [0, 1])
  func `test keys of leanSpec decode and encode`(place: Int) throws {
    let vector = XMSSVectors.test.keys[place]
    let bytes = try #require(vector.secretKeySsz).bytes
    let key = try SecretKey(ssz: bytes, scheme: .test)
    #expect(try key.sszBytes() == bytes)
    #expect(key.publicKey.sszBytes() == vector.publicKeySsz.bytes)
  }

  @Test func `a truncated or extended key is refused`() throws {
    let bytes = try SecretKey.test(seed: 1).sszBytes()
    for count in [0, 1, 87, 88, 107, 108, 500, bytes.count - 32, bytes.count - 1] {
      let expected = count < 108 ? nil : bytes.count
      #expect(throws: SecretKeyError.byteCount(count, expected: expected)) {
        try SecretKey(ssz: Array(bytes.prefix(count)), scheme: .test)
      }
    }
    #expect(throws: SecretKeyError.byteCount(bytes.count + 1, expected: bytes.count)) {
      try SecretKey(ssz: bytes + [0], scheme: .test)
    }
  }

  @Test func `a key of another scheme is refused by its tree height`() throws {
    let bytes = try SecretKey.test(seed: 1).sszBytes()
    #expect(throws: SecretKeyError.otherScheme(height: 8, expected: 32)) {
      try SecretKey(ssz: bytes, scheme: .production)
    }
  }

  @Test func `a key with a byte changed anywhere is refused`() throws {
    let bytes = try SecretKey.test(seed: 1, slots: 32..<64).sszBytes()
    // The random node beside the top tree's root takes part in nothing.
    let unused = try #require(bytes.indexOfRootPadding)
    for position in bytes.indices where !unused.contains(position) {
      var altered = bytes
      altered[position] ^= 1
      #expect(throws: SecretKeyError.self, "byte \(position)") {
        try SecretKey(ssz: altered, scheme: .test)
      }
    }
  }

  @Test func `bounds that cannot be are refused by name`() throws {
    let bytes = try SecretKey.test(seed: 1, slots: 32..<96).sszBytes()
    let cases: [(position: Int, value: UInt64, error: SecretKeyError)] = [
      (52, 33, .window(activation: 33, count: 64)),
      (52, .max, .window(activation: .max, count: 64)),
      (52, 208, .window(activation: 208, count: 64)),
      (60, 16, .window(activation: 32, count: 16)),
      (60, .max, .window(activation: 32, count: .max)),
      (72, 5, .leftTree(5)),
      (72, 1, .leftTree(1)),
      (72, .max, .leftTree(.max)),
      (88, 20, .otherScheme(height: 20, expected: 8)),
    ]
    for (position, value, error) in cases {
      var altered = bytes
      altered.withUnsafeMutableBytes {
        $0.storeBytes(of: value, toByteOffset: position, as: UInt64.self)
      }
      #expect(throws: error) { try SecretKey(ssz: altered, scheme: .test) }
    }
  }

  @Test func `the window moves on while the key keeps signing`() throws {
    let key = try SecretKey.test(seed: 2)
    #expect(key.preparedSlots == 0..<32)
    #expect(key.preparation(for: 15) == nil)
    let preparation = try #require(key.preparation(for: 16))
    #expect(throws: KeyGenerationError.self) { try preparation.finish() }
    preparation.work.run()
    #expect(preparation.work.progress == KeyProgress(finishedLeaves: 16, totalLeaves: 16))
    try preparation.finish()
    #expect(key.preparedSlots == 16..<48)
    let moved = try SecretKey(ssz: key.sszBytes(), scheme: .test)
    #expect(moved.preparedSlots == 16..<48)
    #expect(moved.publicKey == key.publicKey)
  }

  @Test func `the window jumps to any active slot and stops at the end`() throws {
    let key = try SecretKey.test(seed: 3)
    for (slot, prepared) in [(100, 96..<128), (255, 224..<256), (3, 0..<32)]
      as [(UInt64, Range<UInt64>)]
    {
      let preparation = try #require(key.preparation(for: slot))
      preparation.work.run()
      try preparation.finish()
      #expect(key.preparedSlots == prepared)
      #expect(key.preparation(for: slot) == nil)
    }
    #expect(key.preparation(for: 256) == nil)
  }

  @Test func `the secret is given out as a copy and compares equal`() {
    let bytes = [UInt8](1...32)
    let key = bytes.withUnsafeBytes { PRFKey(copying: $0) }
    #expect(key.withBytes { Array($0) } == bytes)
  }
}

extension [UInt8] {
  /// Where an encoded key holds the padding node of the top tree's highest level.
  fileprivate var indexOfRootPadding: Range<Int>? {
    let leftTree = Int(self[80]) | Int(self[81]) << 8
    return leftTree > 32 ? leftTree - 32..<leftTree : nil
  }
}

/// Bytes that count what is read of them, and that can go away.
private final class CountingBytes: KeyBytes {
  private let bytes: [UInt8]
  private let state = Mutex((read: 0, isGone: false))

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var byteCount: Int { bytes.count }
  var readCount: Int { state.withLock { $0.read } }
  var isGone: Bool {
    get { state.withLock { $0.isGone } }
    set { state.withLock { $0.isGone = newValue } }
  }

  func copy(at offset: Int, to buffer: UnsafeMutableRawBufferPointer) -> Bool {
    let isGone = state.withLock { state in
      state.read += buffer.count
      return state.isGone
    }
    guard !isGone, offset + buffer.count <= bytes.count else { return false }
    bytes.withUnsafeBytes { buffer.copyBytes(from: $0[offset..<offset + buffer.count]) }
    return true
  }
}
