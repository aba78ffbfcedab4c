import Hashing
import Testing

@testable import XMSS

struct SigningTests {
  @Test(arguments: XMSSVectors.schemes)
  func `signatures equal leanSpec's byte for byte`(scheme: Scheme) throws {
    for vector in XMSSVectors.of(scheme).keys {
      let bytes = try vector.secretKeySsz?.bytes ?? XMSSVectors.bytes("prod_secret_key.ssz")
      let key = try SecretKey(ssz: bytes.span.bytes, scheme: scheme, checkingTrees: false)
      for signed in vector.signatures {
        if let preparation = key.preparation(for: signed.slot) {
          preparation.work.run()
          try preparation.finish()
        }
        let signature = try key.sign(signed.message.root, slot: signed.slot)
        #expect(signature.bytes == signed.signatureSsz.bytes)
      }
    }
  }

  @Test func `signatures equal leanSig's byte for byte`() throws {
    let bytes = try XMSSVectors.bytes("leansig_secret_key.ssz")
    let key = try SecretKey(ssz: bytes.span.bytes, scheme: .production, checkingTrees: false)
    for signed in XMSSVectors.leanSig.signed {
      let signature = try key.sign(signed.message.root, slot: signed.slot)
      #expect(signature.bytes == signed.signature.bytes)
    }
  }

  @Test(arguments: InstructionSet.supported)
  func `every kernel signs the same bytes`(set: InstructionSet) throws {
    let vector = XMSSVectors.test.keys[1]
    let key = try vector.generated(kernel: set.hashKernel)
    for signed in vector.signatures where key.preparedSlots.contains(signed.slot) {
      let signature = try key.sign(signed.message.root, slot: signed.slot)
      #expect(signature.bytes == signed.signatureSsz.bytes)
    }
  }

  @Test func `a slot outside the window, the key's life or the permit is refused`() throws {
    let key = try SecretKey.test(seed: 1, slots: 32..<96)
    let other = try SecretKey.test(seed: 2)
    let message = Bytes32.zero
    #expect(throws: SigningError.notYetActive(slot: 31, firstSlot: 32)) {
      try key.sign(message, slot: 31)
    }
    #expect(throws: SigningError.exhausted(slot: 96, endSlot: 96)) {
      try key.sign(message, slot: 96)
    }
    #expect(throws: SigningError.exhausted(slot: .max, endSlot: 96)) {
      try key.sign(message, slot: .max)
    }
    #expect(throws: SigningError.notPrepared(slot: 64, prepared: 32..<64)) {
      try key.sign(message, slot: 64)
    }
    #expect(throws: SigningError.otherKey(other.publicKey)) {
      try key.sign(SigningPermit(publicKey: other.publicKey, slot: 32, message: message))
    }
  }

  @Test func `every slot of a key signs what verifies`() throws {
    let key = try SecretKey.test(seed: 6)
    for slot in UInt64(0)..<256 {
      if let preparation = key.preparation(for: slot) {
        preparation.work.run()
        try preparation.finish()
      }
      let message = SHA256.hash([UInt8(slot)])
      let signature = try key.sign(message, slot: slot)
      #expect(key.publicKey.verify(signature, message: message, slot: slot, scheme: .test))
    }
  }

  @Test func `a devnet key signs and verifies in each of its trees`() throws {
    var random = SeededGenerator(seed: 7)
    let generation = try KeyGeneration(scheme: .devnet, slots: 1_024..<3_072, using: &random)
    generation.work.run()
    let key = try generation.finish()
    for slot: UInt64 in [1_024, 2_047, 2_048, 3_071] {
      let message = SHA256.hash([UInt8(slot & 0xFF)])
      let signature = try key.sign(message, slot: slot)
      #expect(try Signature(ssz: signature.bytes, scheme: .devnet) == signature)
      #expect(key.publicKey.verify(signature, message: message, slot: slot, scheme: .devnet))
      #expect(!key.publicKey.verify(signature, message: message, slot: slot ^ 1, scheme: .devnet))
    }
  }
}

extension SecretKey {
  /// Signs with a permit that no ledger has seen.
  func sign(_ message: Bytes32, slot: UInt64) throws(SigningError) -> Signature {
    try sign(SigningPermit(publicKey: publicKey, slot: slot, message: message))
  }
}
