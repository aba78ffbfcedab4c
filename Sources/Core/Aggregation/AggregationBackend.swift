public import Hashing
public import XMSS

/// A prover and verifier of aggregate proofs: the seam between consensus and everything that
/// proves.
///
/// Consensus needs five operations on proof bytes and public keys, and nothing above this protocol
/// knows what the bytes contain. Calls are synchronous and may take seconds with a real prover:
/// callers choose the executor, never Swift's cooperative pool.
///
/// The message is the root of the attestation data, or of the block. A proof does not carry public
/// keys for its callers; they resolve them from the registry and pass them in.
public protocol AggregationBackend: Sendable {
  /// The name on screen and in logs, with every decorator that changes behaviour.
  var name: String { get }

  /// What callers must know about this prover.
  var capabilities: AggregationCapabilities { get }

  /// Gets ready to prove; a succinct prover needs seconds for it, once.
  ///
  /// - Throws: `backendFailed` when this machine cannot run the prover.
  func prepare() throws(AggregationError)

  /// Folds signatures and child proofs over one message into one single-message proof.
  ///
  /// Children may overlap with each other and with the signatures; the proof covers the union.
  /// - Throws: A refusal when an input is over a limit or is not valid.
  func aggregate(
    children: [KeyedProof], signatures: [KeyedSignature], message: Bytes32, slot: UInt64
  ) throws(AggregationError) -> [UInt8]

  /// Checks a single-message proof.
  ///
  /// - Throws: The reason why the proof does not show that these keys signed this message.
  func verify(
    _ proof: [UInt8], publicKeys: [PublicKey], message: Bytes32, slot: UInt64
  ) throws(AggregationError)

  /// Binds single-message proofs into one multi-message proof, in the order given.
  ///
  /// - Throws: A refusal when an input is over a limit or is not valid.
  func merge(_ components: [KeyedProof]) throws(AggregationError) -> [UInt8]

  /// Binds single-message proofs, in the order given, and then the signature of a proposer.
  ///
  /// - Throws: A refusal when an input is over a limit or is not valid.
  func merge(
    _ components: [KeyedProof], proposer: SignedMessage
  ) throws(AggregationError) -> [UInt8]

  /// Takes the component over `message` out of a multi-message proof.
  ///
  /// - Throws: `messageNotFound`, `messageNotUnique`, or why the input is not valid.
  func split(
    _ proof: [UInt8], publicKeysPerComponent: [[PublicKey]], message: Bytes32
  ) throws(AggregationError) -> [UInt8]

  /// Checks a multi-message proof, component by component, in order.
  ///
  /// - Throws: The reason why the proof does not show that these keys signed these messages.
  func verify(_ proof: [UInt8], components: [ComponentBinding]) throws(AggregationError)

  /// Checks signatures of `scheme`, many at a time.
  ///
  /// - Returns: The verdicts, in the order of `batch`.
  /// - Throws: `backendFailed`, which says nothing about the signatures.
  func verify(
    _ batch: [SignedMessage], scheme: Scheme, on workers: Workers
  ) throws(AggregationError) -> [Bool]

  /// The bytes of a multi-message proof whose components have so many signers.
  ///
  /// A block builder leaves attestations out before the proof passes
  /// `AggregationLimits.maximumProofBytes`.
  func multiMessageProofByteCount(signersPerComponent: [Int]) -> Int

  /// The same prover for one job, where it has a queue: the lowest `priority` goes first, and all
  /// calls together have `time` from now on.
  func serving(priority: Int, within time: Duration) -> any AggregationBackend

  /// How long an operation would take, for schedulers and for virtual time; `nil` when unknown.
  func predictedLatency(of work: AggregationWork) -> Duration?
}

extension AggregationBackend {
  /// Does nothing: most backends are always ready.
  public func prepare() throws(AggregationError) {}

  /// Makes a proof of the signature and merges that too: what a prover does that cannot fold it.
  public func merge(
    _ components: [KeyedProof], proposer: SignedMessage
  ) throws(AggregationError) -> [UInt8] {
    let signature = KeyedSignature(publicKey: proposer.publicKey, signature: proposer.signature)
    let proof = try aggregate(
      children: [], signatures: [signature], message: proposer.message, slot: proposer.slot)
    return try merge(components + [KeyedProof(proof: proof, publicKeys: [proposer.publicKey])])
  }

  /// Checks signatures of the schemes that are implemented here; of others none is valid.
  public func verify(
    _ batch: [SignedMessage], scheme: Scheme, on workers: Workers
  ) throws(AggregationError) -> [Bool] {
    scheme.verify(batch, on: workers)
  }

  /// The backend as it is: most serve whoever calls, and do not wait.
  public func serving(priority: Int, within time: Duration) -> any AggregationBackend { self }

  /// Says nothing: only measured or modelled backends know.
  public func predictedLatency(of work: AggregationWork) -> Duration? { nil }
}

/// What callers must know about a prover.
public struct AggregationCapabilities: Hashable, Sendable {
  /// Whether the size of a proof does not grow with the number of signers.
  public let isSuccinct: Bool

  /// Whether a multi-message proof may hold at most one component for each slot.
  ///
  /// Some generations of the real prover refuse two attestation data of one slot.
  public let allowsOneComponentPerSlot: Bool

  /// Whether `prepare` takes seconds and must be called before the first duty.
  public var needsPreparation: Bool

  /// Whether a component can be taken out of a multi-message proof.
  ///
  /// Without it votes that only a block brought are not proved again.
  public let canSplit: Bool

  /// Whether a merge takes the proposer's raw signature, so that it needs no proof of its own.
  public let foldsProposer: Bool

  /// Whether proofs are made outside of this process: ours are then verified before they leave.
  public let isForeign: Bool

  /// The prover's own name of the proofs that it understands; `nil` where there is only one kind.
  public let generation: String?

  /// Creates a set of capabilities; those left out are the embedded backend's.
  public init(
    isSuccinct: Bool, allowsOneComponentPerSlot: Bool, needsPreparation: Bool,
    canSplit: Bool = true, foldsProposer: Bool = false, isForeign: Bool = false,
    generation: String? = nil
  ) {
    self.isSuccinct = isSuccinct
    self.allowsOneComponentPerSlot = allowsOneComponentPerSlot
    self.needsPreparation = needsPreparation
    self.canSplit = canSplit
    self.foldsProposer = foldsProposer
    self.isForeign = isForeign
    self.generation = generation
  }
}

/// A single-message proof with the keys it was made for.
public struct KeyedProof: Hashable, Sendable {
  /// The proof.
  public let proof: [UInt8]

  /// The keys of its signers, in any order.
  public let publicKeys: [PublicKey]

  /// Creates a pair.
  public init(proof: [UInt8], publicKeys: [PublicKey]) {
    self.proof = proof
    self.publicKeys = publicKeys
  }
}

/// A raw signature with the key that made it.
public struct KeyedSignature: Hashable, Sendable {
  /// The key.
  public let publicKey: PublicKey

  /// The signature.
  public let signature: Signature

  /// Creates a pair.
  public init(publicKey: PublicKey, signature: Signature) {
    self.publicKey = publicKey
    self.signature = signature
  }
}

/// What one component of a multi-message proof must show: these keys signed this message.
public struct ComponentBinding: Hashable, Sendable {
  /// The keys, in any order.
  public let publicKeys: [PublicKey]

  /// The root of the attestation data, or of the block.
  public let message: Bytes32

  /// The slot whose leaves were used.
  public let slot: UInt64

  /// Creates a binding.
  public init(publicKeys: [PublicKey], message: Bytes32, slot: UInt64) {
    self.publicKeys = publicKeys
    self.message = message
    self.slot = slot
  }
}
