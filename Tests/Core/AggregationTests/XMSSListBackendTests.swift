import Aggregation
import AggregationTestSupport
import Hashing
import SSZ
import Testing
import XMSS

/// A root that is told apart by one byte.
func root(_ byte: UInt8) -> Bytes32 {
  Bytes32 { $0[0] = byte }
}

struct XMSSListBackendTests {
  private let backend = XMSSListBackend(scheme: .test)
  private let signer: TestSigner
  private let message = root(1)

  init() throws {
    signer = try TestSigner(count: 4)
  }

  private func single(
    _ indices: Int..., message: Bytes32? = nil, slot: UInt64 = 7
  ) throws -> KeyedProof {
    let message = message ?? self.message
    let signatures = try indices.map { try signer.sign($0, message: message, slot: slot) }
    return KeyedProof(
      proof: try backend.aggregate(
        children: [], signatures: signatures, message: message, slot: slot),
      publicKeys: indices.map { signer.publicKeys[$0] })
  }

  /// Two components, as a block has them: votes, and the proposer.
  private func multi() throws -> (proof: [UInt8], bindings: [ComponentBinding]) {
    let parts = [try single(0, 1, slot: 7), try single(2, message: root(2), slot: 8)]
    return (
      try backend.merge(parts),
      [
        ComponentBinding(publicKeys: parts[0].publicKeys, message: message, slot: 7),
        ComponentBinding(publicKeys: parts[1].publicKeys, message: root(2), slot: 8),
      ]
    )
  }

  @Test func `a single-message proof has the documented bytes`() throws {
    let signed = try signer.sign(0, message: message, slot: 0x0B)
    let proof = try backend.aggregate(
      children: [], signatures: [signed], message: message, slot: 0x0B)
    let expected =
      Array("XMSS-LIST-1/S\0".utf8) + message.bytes + [0x0B, 0, 0, 0] + [1, 0, 0, 0]
      + signed.publicKey.bytes + [0xA8, 1, 0, 0] + signed.signature.bytes
    #expect(proof == expected)
  }

  @Test func `a multi-message proof has the documented bytes and the predicted size`() throws {
    let parts = [try single(0, 1), try single(2, message: root(2), slot: 8)]
    let sizes = parts.map { [UInt8($0.proof.count & 0xFF), UInt8($0.proof.count >> 8), 0, 0] }
    let proof = try backend.merge(parts)
    #expect(
      proof == Array("XMSS-LIST-1/M\0".utf8) + [2, 0, 0, 0] + sizes[0] + parts[0].proof + sizes[1]
        + parts[1].proof)
    #expect(proof.count == backend.multiMessageProofByteCount(signersPerComponent: [2, 1]))
  }

  @Test func `what was aggregated verifies, for the keys in any order`() throws {
    let proof = try single(2, 0, 1)
    try backend.verify(
      proof.proof, publicKeys: signer.publicKeys(1, 2, 0), message: message, slot: 7)
  }

  @Test func `the order of inputs does not change the proof`() throws {
    #expect(try single(0, 1, 2).proof == single(2, 1, 0).proof)
    let left = try backend.aggregate(
      children: [single(0, 1), single(1, 2)], signatures: [], message: message, slot: 7)
    let right = try backend.aggregate(
      children: [single(2, 1)], signatures: signer.sign(1, 0, message: message, slot: 7),
      message: message, slot: 7)
    #expect(left == right)
    #expect(try left == single(0, 1, 2).proof)
  }

  @Test func `a proof shows nothing about other keys, messages or slots`() throws {
    let proof = try single(0, 1).proof
    func verify(_ keys: [PublicKey], _ message: Bytes32, _ slot: UInt64) throws {
      try backend.verify(proof, publicKeys: keys, message: message, slot: slot)
    }
    let keys = signer.publicKeys(0, 1)
    #expect(throws: AggregationError.wrongPublicKeys) {
      try verify(signer.publicKeys(0), message, 7)
    }
    #expect(throws: AggregationError.wrongPublicKeys) {
      try verify(signer.publicKeys(0, 1, 2), message, 7)
    }
    #expect(throws: AggregationError.noPublicKeys) { try verify([], message, 7) }
    #expect(throws: AggregationError.wrongMessage(message)) { try verify(keys, root(2), 7) }
    #expect(throws: AggregationError.wrongSlot(7)) { try verify(keys, message, 8) }
    #expect(throws: AggregationError.slotTooLarge(1 << 32)) { try verify(keys, message, 1 << 32) }
    #expect(throws: AggregationError.slotTooLarge(7 + 1 << 32)) {
      try verify(keys, message, 7 + 1 << 32)
    }
  }

  @Test func `a signature of another message, slot or key is found in any operation`() throws {
    let forged = KeyedSignature(
      publicKey: signer.publicKeys[1],
      signature: try signer.sign(0, message: message, slot: 7).signature)
    let error = AggregationError.invalidSignature(signer.publicKeys[1])
    #expect(throws: error) {
      try backend.aggregate(children: [], signatures: [forged], message: message, slot: 7)
    }
    // The bytes of an honest proof with the signatures of its two signers exchanged.
    var bytes = try single(0, 1).proof
    let size = Scheme.test.signatureByteCount
    let first = 54 + 56
    let second = first + size + 56
    let signature = Array(bytes[first..<first + size])
    bytes.replaceSubrange(first..<first + size, with: bytes[second..<second + size])
    bytes.replaceSubrange(second..<second + size, with: signature)
    let keyed = KeyedProof(proof: bytes, publicKeys: signer.publicKeys(0, 1))
    func expectInvalid(_ operation: () throws -> Void) {
      let error = #expect(throws: AggregationError.self) { try operation() }
      guard case .invalidSignature = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    expectInvalid {
      try backend.verify(bytes, publicKeys: keyed.publicKeys, message: message, slot: 7)
    }
    expectInvalid {
      _ = try backend.aggregate(children: [keyed], signatures: [], message: message, slot: 7)
    }
    expectInvalid { _ = try backend.merge([keyed]) }
  }

  @Test func `a child over another message or slot is refused`() throws {
    #expect(throws: AggregationError.wrongMessage(root(2))) {
      try backend.aggregate(
        children: [single(0, message: root(2))], signatures: [], message: message, slot: 7)
    }
    #expect(throws: AggregationError.wrongSlot(8)) {
      try backend.aggregate(
        children: [single(0, slot: 8)], signatures: [], message: message, slot: 7)
    }
    #expect(throws: AggregationError.wrongPublicKeys) {
      let child = KeyedProof(proof: try single(0).proof, publicKeys: signer.publicKeys(1))
      _ = try backend.aggregate(children: [child], signatures: [], message: message, slot: 7)
    }
  }

  @Test func `limits of children and components are refused above and kept below`() throws {
    #expect(throws: AggregationError.nothingToAggregate) {
      try backend.aggregate(children: [], signatures: [], message: message, slot: 7)
    }
    let part = try single(0)
    let most = Array(repeating: part, count: 16)
    _ = try backend.aggregate(children: most, signatures: [], message: message, slot: 7)
    let merged = try backend.merge(most)
    let binding = ComponentBinding(publicKeys: part.publicKeys, message: message, slot: 7)
    try backend.verify(merged, components: Array(repeating: binding, count: 16))
    #expect(throws: AggregationError.tooManyChildren(17)) {
      try backend.aggregate(children: most + [part], signatures: [], message: message, slot: 7)
    }
    #expect(throws: AggregationError.componentCount(17)) { try backend.merge(most + [part]) }
    #expect(throws: AggregationError.componentCount(0)) { try backend.merge([]) }
    #expect(throws: AggregationError.componentCount(0)) {
      try backend.verify(merged, components: [])
    }
    #expect(throws: AggregationError.slotTooLarge(1 << 32)) {
      try backend.aggregate(children: [part], signatures: [], message: message, slot: 1 << 32)
    }
  }

  @Test func `components are bound in order`() throws {
    let (proof, bindings) = try multi()
    try backend.verify(proof, components: bindings)
    #expect(throws: AggregationError.wrongPublicKeys) {
      try backend.verify(proof, components: bindings.reversed())
    }
    #expect(throws: AggregationError.wrongComponentCount(found: 2, expected: 1)) {
      try backend.verify(proof, components: [bindings[0]])
    }
    #expect(throws: AggregationError.wrongComponentCount(found: 2, expected: 3)) {
      try backend.verify(proof, components: bindings + [bindings[0]])
    }
  }

  @Test func `splitting gives back the component that was merged`() throws {
    let (proof, bindings) = try multi()
    let keys = bindings.map(\.publicKeys)
    let split = try backend.split(proof, publicKeysPerComponent: keys, message: message)
    #expect(try split == single(0, 1).proof)
    #expect(throws: AggregationError.messageNotFound(root(9))) {
      try backend.split(proof, publicKeysPerComponent: keys, message: root(9))
    }
    #expect(throws: AggregationError.wrongPublicKeys) {
      try backend.split(proof, publicKeysPerComponent: keys.reversed(), message: message)
    }
    #expect(throws: AggregationError.wrongComponentCount(found: 2, expected: 1)) {
      try backend.split(proof, publicKeysPerComponent: [keys[0]], message: message)
    }
    let twice = try backend.merge([single(0), single(1)])
    #expect(throws: AggregationError.messageNotUnique(message)) {
      try backend.split(
        twice, publicKeysPerComponent: [signer.publicKeys(0), signer.publicKeys(1)],
        message: message)
    }
  }

  @Test func `a network of more validators than fit a block is known beforehand`() throws {
    for scheme in Scheme.all {
      let backend = XMSSListBackend(scheme: scheme)
      let most = XMSSListBackend.maximumValidators(scheme: scheme)
      func size(_ validators: Int) -> Int {
        backend.multiMessageProofByteCount(signersPerComponent: [validators, 1])
      }
      #expect(size(most) <= AggregationLimits.maximumProofBytes)
      #expect(size(most + 1) > AggregationLimits.maximumProofBytes)
    }
    #expect(XMSSListBackend.maximumValidators(scheme: .production) == 201)
  }
}
