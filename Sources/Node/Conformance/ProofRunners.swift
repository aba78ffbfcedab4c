internal import Aggregation
private import Consensus
internal import Hashing
private import SSZ
internal import XMSS

/// The proof of one message.
enum SingleMessageProofRunner: FormatRunner {
  static let format = "verify_single_message_proofs"
  static let keys: Set = ["attestationData", "publicKeys", "aggregationBits", "message", "proof"]

  private struct Content: Decodable {
    let publicKeys: [PublicKey]
    let aggregationBits: AggregationBits
    let message: Bytes32
    let slot: UInt64
    let proof: ByteList512KiB
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    let backend = XMSSListBackend(scheme: vector.environment.scheme)
    try expect(
      content.aggregationBits.bits.setIndices.count, equals: content.publicKeys.count, "signers")
    let proof = content.proof.bytes
    let isAccepted = try vector.accepts {
      try backend.verify(
        proof, publicKeys: content.publicKeys, message: content.message, slot: content.slot)
    }
    guard isAccepted else { return }
    // Folding a proof alone gives the same proof: its encoding is the canonical one.
    let folded = try backend.aggregate(
      children: [KeyedProof(proof: proof, publicKeys: content.publicKeys)], signatures: [],
      message: content.message, slot: content.slot)
    try expect(Hexadecimal.encode(folded), equals: Hexadecimal.encode(proof), "folded")
  }
}

/// The proof of several messages.
enum MultiMessageProofRunner: FormatRunner {
  static let format = "verify_multi_message_proofs"
  static let keys: Set = ["publicKeysPerMessage", "messages", "slots", "proof"]

  private struct Content: Decodable {
    let publicKeysPerMessage: [[PublicKey]]
    let messages: [Bytes32]
    let slots: [UInt64]
    let proof: ByteList512KiB
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    let backend = XMSSListBackend(scheme: vector.environment.scheme)
    let proof = content.proof.bytes
    let isAccepted = try vector.accepts {
      // Keys without a message are bound to nothing: the counts must agree before pairing.
      guard
        content.messages.count == content.publicKeysPerMessage.count,
        content.slots.count == content.messages.count
      else {
        throw AggregationError.wrongComponentCount(
          found: content.publicKeysPerMessage.count, expected: content.messages.count)
      }
      let bindings = content.messages.indices.map { index in
        ComponentBinding(
          publicKeys: content.publicKeysPerMessage[index], message: content.messages[index],
          slot: content.slots[index])
      }
      try backend.verify(proof, components: bindings)
    }
    guard isAccepted else { return }
    // Taking every component out and merging them again gives the same proof.
    let parts = try zip(content.messages, content.publicKeysPerMessage).map { message, keys in
      KeyedProof(
        proof: try backend.split(
          proof, publicKeysPerComponent: content.publicKeysPerMessage, message: message),
        publicKeys: keys)
    }
    try expect(
      Hexadecimal.encode(try backend.merge(parts)), equals: Hexadecimal.encode(proof), "merged")
  }
}

/// A component split out of a block's proof and merged with a proof from the local pool.
enum ReaggregationRunner: FormatRunner {
  static let format = "reaggregation"
  static let keys: Set = ["blockProof", "blockAttesters", "reaggregatedProof"]

  private struct Content: Decodable {
    let blockProof: String
    let publicKeysPerMessage: [[PublicKey]]
    let attestationMessage: Bytes32
    let attestationSlot: UInt64
    let blockAttesters: [Int]
    let localAttesters: [Int]
    let combinedAttesters: [Int]
    let reaggregatedProof: String
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    let scheme = vector.environment.scheme
    let backend = XMSSListBackend(scheme: scheme)
    let (message, slot) = (content.attestationMessage, content.attestationSlot)
    guard
      let blockProof = Hexadecimal.decode(content.blockProof),
      let expected = Hexadecimal.decode(content.reaggregatedProof),
      let blockKeys = content.publicKeysPerMessage.first
    else { throw Mismatch(expected: "proofs in hexadecimal", actual: content.blockProof) }
    let recovered = try backend.split(
      blockProof, publicKeysPerComponent: content.publicKeysPerMessage, message: message)
    try backend.verify(recovered, publicKeys: blockKeys, message: message, slot: slot)
    let local = try localSignatures(content, blockKeys, expected, scheme)
    let partial = KeyedProof(
      proof: try backend.aggregate(
        children: [], signatures: local, message: message, slot: slot),
      publicKeys: local.map(\.publicKey))
    let combined = try backend.aggregate(
      children: [KeyedProof(proof: recovered, publicKeys: blockKeys), partial], signatures: [],
      message: message, slot: slot)
    try expect(
      Hexadecimal.encode(combined), equals: content.reaggregatedProof, "re-aggregated proof")
    let union = Set(blockKeys).union(partial.publicKeys)
    try expect(union.count, equals: content.combinedAttesters.count, "signers")
    try backend.verify(combined, publicKeys: Array(union), message: message, slot: slot)
  }

  /// The signatures of the local pool.
  ///
  /// The vector names the local attesters but keeps neither their proof nor the keys of those who
  /// are not in the block: both are in the expected proof, which lists real signatures.
  private static func localSignatures(
    _ content: Content, _ blockKeys: [PublicKey], _ expected: [UInt8], _ scheme: Scheme
  ) throws -> [KeyedSignature] {
    let blockOnly = zip(content.blockAttesters, blockKeys).filter { index, _ in
      !content.localAttesters.contains(index)
    }
    let others = Set(blockOnly.map(\.1))
    let local = try SignatureList(decoding: expected, scheme: scheme).entries
      .filter { !others.contains($0.publicKey) }
    try expect(local.count, equals: content.localAttesters.count, "local signers")
    return local
  }
}

extension Vector {
  /// Whether a proof was accepted, as the vector demands.
  ///
  /// leanSpec gives every proof that fails the same reason.
  fileprivate func accepts(_ verify: () throws -> Void) throws -> Bool {
    let verdict: Void? = try accepted {
      do {
        try verify()
      } catch is AggregationError {
        throw Rejection.invalidSignature
      }
    }
    return verdict != nil
  }
}
