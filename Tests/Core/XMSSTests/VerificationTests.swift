import Hashing
import SSZ
import Testing

@testable import XMSS

struct VerificationTests {
  @Test(arguments: XMSSVectors.schemes)
  func `every case of the vectors has its outcome`(scheme: Scheme) throws {
    for kernel in KernelTests.kernels {
      for negative in XMSSVectors.of(scheme).keys.flatMap(\.negative) {
        #expect(negative.outcome(scheme, kernel) == negative.outcomeKind, "\(negative.name)")
      }
    }
  }

  @Test func `signatures of leanSig verify one by one and together`() throws {
    let batch = try XMSSVectors.leanSig.verify.map { signed in
      SignedMessage(
        publicKey: try PublicKey(ssz: #require(signed.publicKey).bytes),
        message: signed.message.root, slot: signed.slot,
        signature: try Signature(ssz: signed.signature.bytes, scheme: .production))
    }
    let all = [Bool](repeating: true, count: batch.count)
    #expect(Scheme.production.verify(batch) == all)
    #expect(batch.map { Scheme.production.verify([$0])[0] } == all)
  }

  @Test func `each verdict of a batch is that of its own signature`() throws {
    let keys = try (UInt64(0)..<3).map { try SecretKey.test(seed: $0) }
    var random = SeededGenerator(seed: 8)
    var batch: [SignedMessage] = []
    var expected: [Bool] = []
    for index in 0..<29 {
      let key = keys[index % 3]
      let slot = random.next() % 32
      let message = SHA256.hash([UInt8(index)])
      let signature = try key.sign(message, slot: slot)
      let isGood = !index.isMultiple(of: 4)
      batch.append(
        SignedMessage(
          publicKey: isGood ? key.publicKey : keys[(index + 1) % 3].publicKey, message: message,
          slot: slot, signature: signature))
      expected.append(isGood)
    }
    for kernel in KernelTests.kernels {
      #expect(Scheme.test.verify(batch, kernel: kernel) == expected)
    }
    #expect(Scheme.test.verify([]) == [])
    // Groups that end in another order than they began in.
    let backwards = Workers { count, body in
      for index in (0..<count).reversed() { body(index) }
    }
    #expect(Scheme.test.verify(batch, on: backwards) == expected)
  }

  @Test func `a key that is no key and a signature of another scheme verify nothing`() throws {
    let key = try SecretKey.test(seed: 1)
    let signature = try key.sign(.zero, slot: 1)
    #expect(key.publicKey.verify(signature, message: .zero, slot: 1, scheme: .test))
    #expect(!key.publicKey.verify(signature, message: .zero, slot: 1, scheme: .production))
    let noKey = try PublicKey(ssz: [UInt8](repeating: 0xFF, count: 52))
    #expect(!noKey.verify(signature, message: .zero, slot: 1, scheme: .test))
  }
}

extension XMSSVectors.Case {
  /// The outcome without the reason that leanSpec gives for undecodable bytes.
  var outcomeKind: String { outcome.hasPrefix("decode_error") ? "decode_error" : outcome }

  func outcome(_ scheme: Scheme, _ kernel: any HashKernel) -> String {
    guard
      let publicKey = try? PublicKey(ssz: publicKeySsz.bytes),
      let signature = try? Signature(ssz: signatureSsz.bytes, scheme: scheme)
    else { return "decode_error" }
    let signed = SignedMessage(
      publicKey: publicKey, message: message.root, slot: slot, signature: signature)
    return scheme.verify([signed], kernel: kernel)[0] ? "verify_true" : "verify_false"
  }
}
