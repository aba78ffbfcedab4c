public import Hashing
public import SSZ
public import XMSS

/// Why an aggregation operation was refused.
///
/// Consensus maps a failed verification to its own reasons, such as `INVALID_BLOCK_PROOF`.
public enum AggregationError: Error, Hashable, Sendable {
  /// Neither a signature nor a child was given.
  case nothingToAggregate

  /// More children than `AggregationLimits.maximumChildren`.
  case tooManyChildren(Int)

  /// No component, or more than `AggregationLimits.maximumComponents`.
  case componentCount(Int)

  /// A proof, component or binding without a key.
  case noPublicKeys

  /// The slot is no leaf index: leaves are numbered with 32 bits.
  case slotTooLarge(UInt64)

  /// The proof has, or would have, more bytes than `AggregationLimits.maximumProofBytes`.
  case proofTooLarge(byteCount: Int)

  /// The bytes are not a proof of this backend.
  case malformed(ProofDefect)

  /// The proof is about another message.
  case wrongMessage(Bytes32)

  /// The proof is about another slot.
  case wrongSlot(UInt32)

  /// The signers of the proof are not the caller's keys.
  case wrongPublicKeys

  /// The proof has another number of components than the caller has bindings.
  case wrongComponentCount(found: Int, expected: Int)

  /// No component is about the message to split out.
  case messageNotFound(Bytes32)

  /// Two components are about the message to split out.
  case messageNotUnique(Bytes32)

  /// The key did not make the signature for this message and slot.
  case invalidSignature(PublicKey)

  /// The prover says that what it was given is not valid; the text is its own.
  case refusedByProver(String)

  /// The prover itself failed; the text is its own.
  case backendFailed(String)
}

/// What is wrong with the bytes of a proof.
public enum ProofDefect: Hashable, Sendable {
  /// The first bytes name another format.
  case header

  /// The bytes end inside a field.
  case truncated

  /// Bytes follow the last field.
  case trailingBytes(Int)

  /// A proof without signers.
  case noSigners

  /// A number of components that no proof has.
  case componentCount(UInt32)

  /// Public keys are not strictly ascending: one comes twice, or the order is not canonical.
  case keysNotAscending

  /// A signature is not the canonical encoding of the scheme.
  case signature(SSZError)
}

/// The limits that every backend shares; leanSpec's list types and prover enforce the same.
public enum AggregationLimits {
  /// The bytes of a proof: leanSpec's `ByteList512KiB`.
  public static let maximumProofBytes = 524_288

  /// The child proofs of one aggregation.
  public static let maximumChildren = 16

  /// The components of one multi-message proof.
  public static let maximumComponents = 16

  package static func check(
    children: [KeyedProof], signatures: [KeyedSignature], slot: UInt64
  ) throws(AggregationError) -> UInt32 {
    guard !children.isEmpty || !signatures.isEmpty else { throw .nothingToAggregate }
    guard children.count <= maximumChildren else { throw .tooManyChildren(children.count) }
    return try leaf(slot)
  }

  package static func check(componentCount: Int) throws(AggregationError) {
    guard (1...maximumComponents).contains(componentCount) else {
      throw .componentCount(componentCount)
    }
  }

  package static func check(proof: [UInt8]) throws(AggregationError) {
    guard proof.count <= maximumProofBytes else {
      throw .proofTooLarge(byteCount: proof.count)
    }
  }

  package static func leaf(_ slot: UInt64) throws(AggregationError) -> UInt32 {
    guard let leaf = UInt32(exactly: slot) else { throw .slotTooLarge(slot) }
    return leaf
  }
}
