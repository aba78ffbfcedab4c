private import Consensus
private import Foundation
private import Hashing
private import SSZ
private import SigningLedger
private import XMSS

/// Whole XMSS keys with their parts, their signatures and what must not verify.
enum XMSSRunner: FormatRunner {
  static let format = "xmss"
  static let keys: Set = ["lean_env", "prf", "keys"]

  private struct Content: Decodable {
    let leanEnv: Vector.Environment
    let poseidonPermutation16: [Permutation]
    let poseidonPermutation24: [Permutation]
    let keys: [Key]
  }

  private struct Permutation: Decodable {
    let input: [UInt32]
    let output: [UInt32]
  }

  private struct Key: Decodable {
    let label: String
    let prfKey: Bytes32
    let parameter: [UInt32]
    let activationSlot: UInt64
    let numActiveSlots: UInt64
    let publicKeySsz: HexText
    let publicKeyHashTreeRoot: Bytes32
    let bottomTreeRoots: [[UInt32]]
    let randomPaddingInDrawOrder: [[UInt32]]
    let secretKeySsz: HexText?
    let signatures: [Signed]
    let negative: [Negative]
  }

  private struct Signed: Decodable {
    let slot: UInt64
    let message: Bytes32
    let signatureSsz: HexText
    let signatureHashTreeRoot: Bytes32
  }

  private struct Negative: Decodable {
    let name: String
    let publicKeySsz: HexText
    let slot: UInt64
    let message: Bytes32
    let signatureSsz: HexText
    let outcome: String
  }

  static func check(_ vector: Vector) throws {
    for vectorCase in try cases(of: vector) { try vectorCase.check() }
  }

  static func cases(of vector: Vector) throws -> [VectorCase] {
    let content = try vector.decode(Content.self, keys: .convertFromSnakeCase)
    let permutations = [(16, content.poseidonPermutation16), (24, content.poseidonPermutation24)]
    return permutations.flatMap { width, permutations in
      permutations.enumerated().map { index, permutation in
        VectorCase(name: "permutation \(index) of width \(width)") {
          try PoseidonPermutationRunner.check(
            width: width, input: permutation.input, output: permutation.output)
        }
      }
    } + content.keys.flatMap { cases(of: $0, content.leanEnv.scheme, vector.folder) }
  }

  private static func cases(of key: Key, _ scheme: Scheme, _ folder: URL) -> [VectorCase] {
    let whole = [
      VectorCase(name: "\(key.label): public key") { try checkPublicKey(key) },
      VectorCase(name: "\(key.label): secret key") {
        let secretKey = try secretKey(key, scheme, folder)
        try expect(secretKey.publicKey.sszBytes(), equals: key.publicKeySsz.bytes, "public key")
        try expect(
          secretKey.activeSlots,
          equals: key.activationSlot..<key.activationSlot + key.numActiveSlots, "active slots")
      },
      VectorCase(name: "\(key.label): signatures") {
        let secretKey = try secretKey(key, scheme, folder)
        for signed in key.signatures { try check(signed, by: secretKey) }
      },
    ]
    return whole
      + key.negative.map { negative in
        VectorCase(name: "\(key.label): \(negative.name)") {
          // leanSpec adds the reason to "decode_error".
          let outcome = negative.outcome.prefix(while: { $0 != ":" })
          try expect(try self.outcome(of: negative, scheme), equals: String(outcome), "outcome")
        }
      }
  }

  private static func checkPublicKey(_ key: Key) throws {
    let publicKey = try PublicKey(ssz: key.publicKeySsz.bytes)
    try expect(publicKey.sszBytes(), equals: key.publicKeySsz.bytes, "encoding")
    try expect(publicKey.hashTreeRoot(), equals: key.publicKeyHashTreeRoot, "root")
  }

  /// The key decoded from its file, or made from its material where that takes no time.
  private static func secretKey(_ key: Key, _ scheme: Scheme, _ folder: URL) throws -> SecretKey {
    guard let encoding = key.secretKeySsz?.bytes else {
      let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "prod_secret_key.ssz")))
      return try SecretKey.encodingItself(bytes, scheme)
    }
    let generation = try KeyGeneration(
      scheme: scheme, slots: key.activationSlot..<key.activationSlot + key.numActiveSlots,
      key: key.prfKey.withBytes { PRFKey(copying: $0) }, parameter: key.parameter,
      // leanSpec also draws a node beside the root of each bottom tree, and drops it.
      padding: Array(key.randomPaddingInDrawOrder.dropFirst(key.bottomTreeRoots.count)))
    generation.work.run()
    let made = try generation.finish()
    try expect(made.sszBytes(), equals: encoding, "key made from its material")
    return try SecretKey.encodingItself(encoding, scheme)
  }

  private static func check(_ signed: Signed, by key: SecretKey) throws {
    try key.prepare(for: signed.slot)
    let signature = try key.sign(signed.message, slot: signed.slot)
    try expect(signature.bytes, equals: signed.signatureSsz.bytes, "signature")
    try expect(signature.hashTreeRoot(), equals: signed.signatureHashTreeRoot, "root")
    try expect(
      key.publicKey.verify(
        signature, message: signed.message, slot: signed.slot, scheme: key.scheme),
      equals: true, "verdict")
  }

  private static func outcome(of negative: Negative, _ scheme: Scheme) throws -> String {
    do throws(SSZError) {
      let publicKey = try PublicKey(ssz: negative.publicKeySsz.bytes)
      let signature = try Signature(ssz: negative.signatureSsz.bytes, scheme: scheme)
      return publicKey.verify(
        signature, message: negative.message, slot: negative.slot, scheme: scheme)
        ? "verify_true" : "verify_false"
    } catch {
      return "decode_error"
    }
  }
}

/// Signatures of the Rust library leanSig, which ours must equal byte for byte.
enum LeanSigRunner: FormatRunner {
  static let format = "leansig"
  static let keys: Set = ["secretKeyFile", "publicKey", "signed", "verify"]

  private struct Content: Decodable {
    let secretKeyFile: String
    let publicKey: HexText
    let signed: [Signed]
    let verify: [Signed]
  }

  private struct Signed: Decodable {
    let publicKey: HexText?
    let slot: UInt64
    let message: Bytes32
    let signature: HexText
  }

  static func check(_ vector: Vector) throws {
    for vectorCase in try cases(of: vector) { try vectorCase.check() }
  }

  static func cases(of vector: Vector) throws -> [VectorCase] {
    let content = try vector.decode(Content.self)
    let file = vector.folder.appending(path: content.secretKeyFile)
    let key = try SecretKey.encodingItself([UInt8](try Data(contentsOf: file)), .production)
    let publicKey = VectorCase(name: "public key") {
      try expect(key.publicKey.sszBytes(), equals: content.publicKey.bytes, "public key")
    }
    let signed = content.signed.map { signed in
      VectorCase(name: "signature for slot \(signed.slot)") {
        let signature = try key.sign(signed.message, slot: signed.slot)
        try expect(signature.bytes, equals: signed.signature.bytes, "signature")
      }
    }
    let verified = content.verify.enumerated().map { index, signed in
      VectorCase(name: "verification \(index)") {
        let publicKey = try PublicKey(ssz: signed.publicKey?.bytes ?? [])
        let signature = try Signature(ssz: signed.signature.bytes, scheme: .production)
        let verdict = publicKey.verify(
          signature, message: signed.message, slot: signed.slot, scheme: .production)
        try expect(verdict, equals: true, "verdict")
      }
    }
    return [publicKey] + signed + verified
  }
}

extension SecretKey {
  /// Decodes a key and demands that it encodes to the same bytes.
  fileprivate static func encodingItself(_ bytes: [UInt8], _ scheme: Scheme) throws -> SecretKey {
    let key = try SecretKey(ssz: bytes, scheme: scheme)
    try expect(try key.sszBytes() == bytes, equals: true, "key encodes to its own bytes:")
    return key
  }

  fileprivate func prepare(for slot: UInt64) throws {
    guard let preparation = preparation(for: slot) else { return }
    preparation.work.run()
    try preparation.finish()
  }

  /// Signs with a ledger of its own: the secret of a test vector is public and protects nothing.
  fileprivate func sign(_ message: Bytes32, slot: UInt64) throws -> Signature {
    var ledger = SigningLedger()
    _ = ledger.start(keys: [SigningKeyID(publicKey)], currentSlot: nil)
    let claim = SigningClaim(publicKey: publicKey, slot: slot, root: message)
    return try sign(ledger.claim([claim])[0].committed().permit())
  }
}

/// Bytes as hexadecimal text.
private struct HexText: Decodable {
  let bytes: [UInt8]

  init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let bytes = Hexadecimal.decode(text) else {
      throw Mismatch(expected: "hexadecimal text", actual: text)
    }
    self.bytes = bytes
  }
}
