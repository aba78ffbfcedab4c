import AggregationTestSupport
import Hashing
import SSZ
import Testing
import XMSS

@testable import Aggregation

struct SignatureListTests {
  private let list: SignatureList
  private let bytes: [UInt8]

  init() throws {
    let signer = try TestSigner(count: 2)
    list = SignatureList(
      message: root(1), slot: 7, union: try signer.sign(0, 1, message: root(1), slot: 7))
    bytes = try list.encoded()
  }

  private func decode(_ bytes: [UInt8]) throws -> SignatureList {
    try SignatureList(decoding: bytes, scheme: .test)
  }

  private func expectRefusal(
    _ defect: ProofDefect, _ change: (inout [UInt8]) -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var changed = bytes
    change(&changed)
    #expect(throws: AggregationError.malformed(defect), sourceLocation: sourceLocation) {
      try decode(changed)
    }
  }

  @Test func `a list is read back`() throws {
    #expect(try decode(bytes) == list)
  }

  @Test func `every deviation from the format has its refusal`() {
    expectRefusal(.header) { $0[0] ^= 1 }
    expectRefusal(.header) { $0[12] = UInt8(ascii: "M") }
    expectRefusal(.header) { $0 = [] }
    expectRefusal(.trailingBytes(1)) { $0.append(0) }
    expectRefusal(.noSigners) { $0[50] = 0 }
    expectRefusal(.truncated) { $0[50] = 3 }
    expectRefusal(.truncated) { $0[53] = 0xFF }
    expectRefusal(.truncated) { $0[54 + 52 + 3] = 0xFF }
    expectRefusal(.signature(.byteCount(423, expected: 424))) { $0[54 + 52] -= 1 }
    expectRefusal(.keysNotAscending) { bytes in
      let entry = 56 + Scheme.test.signatureByteCount
      bytes.replaceSubrange(54 + entry..<54 + 2 * entry, with: bytes[54..<54 + entry])
    }
    expectRefusal(.keysNotAscending) { bytes in
      let entry = 56 + Scheme.test.signatureByteCount
      bytes = Array(bytes[..<54] + bytes[(54 + entry)...] + bytes[54..<54 + entry])
    }
  }

  @Test func `cut at any byte, a list is refused`() {
    for count in 0..<bytes.count {
      #expect(throws: AggregationError.self) { try decode(Array(bytes[..<count])) }
    }
  }

  @Test func `more than 524,288 bytes are neither read nor written`() throws {
    let long = bytes + [UInt8](repeating: 0, count: 524_289 - bytes.count)
    #expect(throws: AggregationError.proofTooLarge(byteCount: 524_289)) { try decode(long) }
    let entries = try (0..<2_000).map { index in
      var key = [UInt8](repeating: 0, count: 52)
      key[0] = UInt8(index & 0xFF)
      key[1] = UInt8(index >> 8)
      return KeyedSignature(
        publicKey: PublicKey(try #require(Bytes52(key))), signature: list.entries[0].signature)
    }
    let size = 54 + 2_000 * 480
    #expect(throws: AggregationError.proofTooLarge(byteCount: size)) {
      try SignatureList(message: root(1), slot: 7, union: entries).encoded()
    }
  }

  @Test func `a sequence refuses counts that no proof has, and loose ends`() throws {
    let sequence = SignatureListSequence([list, list])
    let bytes = try sequence.encoded()
    #expect(try SignatureListSequence(decoding: bytes, scheme: .test) == sequence)
    func refusal(_ change: (inout [UInt8]) -> Void) -> AggregationError? {
      var changed = bytes
      change(&changed)
      do throws(AggregationError) {
        _ = try SignatureListSequence(decoding: changed, scheme: .test)
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal { $0[14] = 0 } == .malformed(.componentCount(0)))
    #expect(refusal { $0[14] = 17 } == .malformed(.componentCount(17)))
    #expect(refusal { $0[14] = 1 } == .malformed(.trailingBytes(4 + self.bytes.count)))
    #expect(refusal { $0[14] = 3 } == .malformed(.truncated))
    #expect(refusal { $0[18] += 1 } == .malformed(.trailingBytes(1)))
    #expect(refusal { $0[18] -= 1 } == .malformed(.truncated))
    #expect(refusal { $0[12] = UInt8(ascii: "S") } == .malformed(.header))
  }

  @Test func `random changes of a proof never trap and never pass`() throws {
    var state: UInt64 = 3
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let backend = XMSSListBackend(scheme: .test)
    let keys = list.entries.map(\.publicKey)
    for _ in 0..<2_000 {
      var changed = bytes
      for _ in 0...random(3) { changed[random(changed.count)] = UInt8(random(256)) }
      guard changed != bytes else { continue }
      #expect(throws: AggregationError.self) {
        try backend.verify(changed, publicKeys: keys, message: root(1), slot: 7)
      }
    }
  }
}
