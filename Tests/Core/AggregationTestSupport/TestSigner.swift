package import Aggregation
package import Hashing
package import XMSS

/// Keys of the test scheme that sign whatever a test asks for.
package struct TestSigner: Sendable {
  private let keys: [SecretKey]

  /// Makes `count` keys for all slots of the scheme, the same for the same seed.
  package init(count: Int, seed: UInt64 = 1) throws {
    var random = SplitMix(state: seed)
    keys = try (0..<count).map { _ in
      let generation = try KeyGeneration(
        scheme: .test, slots: 0..<Scheme.test.lifetime, using: &random)
      generation.work.run()
      return try generation.finish()
    }
  }

  /// The public keys, by index.
  package var publicKeys: [PublicKey] { keys.map(\.publicKey) }

  /// The public keys of some indices.
  package func publicKeys(_ indices: Int...) -> [PublicKey] {
    indices.map { keys[$0].publicKey }
  }

  /// A real signature.
  package func sign(
    _ index: Int, message: Bytes32, slot: UInt64
  ) throws -> KeyedSignature {
    let key = keys[index]
    let permit = SigningPermit(publicKey: key.publicKey, slot: slot, message: message)
    return KeyedSignature(publicKey: key.publicKey, signature: try key.sign(permit))
  }

  /// Real signatures of some indices.
  package func sign(
    _ indices: Int..., message: Bytes32, slot: UInt64
  ) throws -> [KeyedSignature] {
    try indices.map { try sign($0, message: message, slot: slot) }
  }
}

/// SplitMix64: small, and the same on every machine.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
