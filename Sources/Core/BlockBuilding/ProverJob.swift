public import Aggregation
public import Consensus
public import Hashing
public import SSZ
public import XMSS

/// A proof with the public keys of the validators it covers, as the prover wants them.
public struct SignedProof: Sendable, Equatable {
  /// The proof.
  public let aggregate: SingleMessageAggregate
  /// The keys of its participants, by ascending validator.
  public let publicKeys: [PublicKey]

  init(aggregate: SingleMessageAggregate, publicKeys: [PublicKey]) {
    self.aggregate = aggregate
    self.publicKeys = publicKeys
  }

  /// Looks up the attestation keys of a proof's participants, who are all in the registry.
  init(_ aggregate: SingleMessageAggregate, registry: Validators) {
    let keys = aggregate.participants.bits.setIndices.map { registry[$0].attestationPublicKey }
    self.init(aggregate: aggregate, publicKeys: keys)
  }

  var keyed: KeyedProof {
    KeyedProof(proof: aggregate.proof.bytes, publicKeys: publicKeys)
  }
}

/// One call of the prover that makes a single-message proof.
public struct AggregateJob: Sendable, Equatable {
  /// The root that everyone in the proof signed.
  public let message: Bytes32
  /// The slot, which is the one-time leaf that everyone used.
  public let slot: Slot
  /// Proofs to fold into the new one.
  public let children: [SignedProof]
  /// Signatures to fold into the new one.
  public let signatures: [KeyedSignature]
  /// Everyone whom the new proof will cover.
  public let participants: AggregationBits

  /// Creates a job for children and for the signatures of `signers`, who are not all of them none.
  init(
    message: Bytes32, slot: Slot, children: [SignedProof] = [], signers: [ValidatorIndex] = [],
    signatures: [KeyedSignature] = []
  ) {
    precondition(signers.count == signatures.count, "each signature needs its signer")
    self.message = message
    self.slot = slot
    self.children = children
    self.signatures = signatures
    var covered = Bits()
    for child in children { covered.formUnion(child.aggregate.participants.bits) }
    for signer in signers { covered.insert(Int(signer.rawValue)) }
    participants = AggregationBits(unchecked: covered)
  }

  /// Makes the proof.
  ///
  /// - Throws: What the backend refuses: mostly a child or a signature that does not verify.
  public func run(
    on backend: some AggregationBackend
  ) throws(AggregationError) -> SingleMessageAggregate {
    let proof = try backend.aggregate(
      children: children.map(\.keyed), signatures: signatures, message: message,
      slot: slot.rawValue)
    return SingleMessageAggregate(
      participants: participants, proof: try ByteList512KiB(proof: proof))
  }

  /// Makes the proof, if need be without the children that do not verify.
  ///
  /// One bad proof in the pool would otherwise cost this block its vote and the next one too.
  ///
  /// - Returns: The proof, `nil` when no child is left, and the children to forget.
  /// - Throws: What the backend refuses although every child verifies.
  public func runDroppingOffenders(
    on backend: some AggregationBackend
  ) throws(AggregationError) -> (proof: SingleMessageAggregate?, dropped: [SingleMessageAggregate])
  {
    do throws(AggregationError) {
      return (try run(on: backend), [])
    } catch {
      if case .backendFailed = error { throw error }
      var sound: [SignedProof] = []
      for child in children where try isSound(child, on: backend) { sound.append(child) }
      guard sound.count < children.count else { throw error }
      let dropped = children.filter { !sound.contains($0) }.map(\.aggregate)
      guard sound.count > 1 else { return (sound.first?.aggregate, dropped) }
      let rest = AggregateJob(message: message, slot: slot, children: sound)
      return (try rest.run(on: backend), dropped)
    }
  }

  /// Whether a child verifies; a backend that fails says nothing about it.
  private func isSound(
    _ child: SignedProof, on backend: some AggregationBackend
  ) throws(AggregationError) -> Bool {
    do throws(AggregationError) {
      try backend.verify(
        child.aggregate.proof.bytes, publicKeys: child.publicKeys, message: message,
        slot: slot.rawValue)
      return true
    } catch {
      if case .backendFailed = error { throw error }
      return false
    }
  }
}

/// One call of the prover that makes the proof of a block.
public struct MergeJob: Sendable, Equatable {
  /// The attestations' proofs in the order of the body, then the proposer's if it has one.
  public let components: [SignedProof]

  /// The signature of a proposer that has no proof.
  public let proposer: SignedMessage?

  /// Makes the proof.
  ///
  /// - Throws: What the backend refuses: mostly a component that does not verify.
  public func run(
    on backend: some AggregationBackend
  ) throws(AggregationError) -> MultiMessageAggregate {
    let components = components.map(\.keyed)
    let proof =
      if let proposer { try backend.merge(components, proposer: proposer) } else {
        try backend.merge(components)
      }
    return MultiMessageAggregate(proof: try ByteList512KiB(proof: proof))
  }
}

extension ByteList512KiB {
  /// Takes what a backend made, which must respect the limit that all backends share.
  init(proof: [UInt8]) throws(AggregationError) {
    guard let bytes = try? ByteList512KiB(proof) else {
      throw .proofTooLarge(byteCount: proof.count)
    }
    self = bytes
  }
}
