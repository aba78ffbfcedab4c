import Consensus
import Foundation
import Hashing
import LeanNode
import SSZ
import XMSS

/// Keys of the test scheme for validators 0, 1, …, the same for the same seed.
func testKeys(_ count: Int, seed: UInt64 = 1) throws -> [ValidatorKeys] {
  var random = SplitMix(state: seed)
  func key() throws -> SecretKey {
    let generation = try KeyGeneration(
      scheme: .test, slots: 0..<Scheme.test.lifetime, using: &random)
    generation.work.run()
    return try generation.finish()
  }
  return try (0..<count).map {
    ValidatorKeys(index: ValidatorIndex(UInt64($0)), attestation: try key(), proposal: try key())
  }
}

/// The registry of some keys.
func registry(_ keys: [ValidatorKeys]) throws -> Validators {
  try Validators(
    keys.map {
      Validator(
        attestationPublicKey: $0.attestation.publicKey,
        proposalPublicKey: $0.proposal.publicKey, index: $0.index)
    })
}

/// SplitMix64: small, and the same on every machine.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension SigningKey {
  /// The key of a scheme that is implemented here.
  var ownKey: SecretKey {
    get throws {
      guard case .own(let key) = self else { throw NoOwnKey() }
      return key
    }
  }
}

/// A key is a worker's where a test needs one of ours.
private struct NoOwnKey: Error {}
