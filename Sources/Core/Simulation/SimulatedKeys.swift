internal import ChainEvents
internal import Consensus
internal import Hashing
internal import SSZ
internal import XMSS

/// Keys and signatures that cost one hash: sound within a simulation, worthless outside of it.
///
/// A signature is a digest of public key, slot and message, so whoever knows the public key can
/// forge it. Nobody in a simulation does: what is simulated are slow, broken and lying nodes, not
/// broken cryptography. Bytes have the form of the test scheme, so decoders see nothing unusual.
enum SimulatedKeys {
  static let scheme = Scheme.test

  static func publicKey(of validator: ValidatorIndex, role: KeyRole) -> PublicKey {
    let digest = SHA256.hash(Array("swiftlet simulated \(role.rawValue) key \(validator)".utf8))
    guard let bytes = Bytes52(digest.bytes + digest.bytes.prefix(20)) else {
      preconditionFailure("32 and 20 bytes are 52")
    }
    return PublicKey(bytes)
  }

  static func validators(count: Int) -> Validators {
    let validators = (0..<UInt64(count)).map { position in
      Validator(
        attestationPublicKey: publicKey(of: ValidatorIndex(position), role: .attestation),
        proposalPublicKey: publicKey(of: ValidatorIndex(position), role: .proposal),
        index: ValidatorIndex(position))
    }
    guard let registry = try? Validators(validators) else {
      preconditionFailure("\(count) validators do not fit a registry")
    }
    return registry
  }

  static func sign(_ message: Bytes32, slot: Slot, with key: PublicKey) -> Signature {
    let digest = digest("signature", slot: slot, message, keys: [key])
    var bytes = template
    // Seven field elements: the mask keeps each below the modulus.
    for word in 0..<7 {
      for byte in 0..<4 {
        let mask: UInt8 = byte == 3 ? 0x3f : 0xff
        bytes[4 + word * 4 + byte] = digest[word * 4 + byte] & mask
      }
    }
    guard let signature = try? Signature(ssz: bytes, scheme: scheme) else {
      preconditionFailure("the template is not a signature")
    }
    return signature
  }

  static func isValid(
    _ signature: Signature, of message: Bytes32, slot: Slot, by key: PublicKey
  ) -> Bool {
    signature == sign(message, slot: slot, with: key)
  }

  static func digest(
    _ purpose: String, slot: Slot, _ message: Bytes32, keys: [PublicKey]
  ) -> Bytes32 {
    var bytes = Array(purpose.utf8) + slot.sszBytes() + message.bytes
    for key in keys { bytes += key.sszBytes() }
    return SHA256.hash(bytes)
  }

  /// A signature of zeros with its three offsets.
  private static let template: [UInt8] = {
    let hashesOffset = scheme.signatureByteCount - scheme.dimension * 32
    var bytes = [UInt8](repeating: 0, count: scheme.signatureByteCount)
    bytes[0] = 36
    bytes[32] = UInt8(hashesOffset & 0xff)
    bytes[33] = UInt8(hashesOffset >> 8)
    bytes[36] = 4
    return bytes
  }()
}
