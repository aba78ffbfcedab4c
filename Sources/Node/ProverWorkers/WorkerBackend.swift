package import Aggregation
package import Hashing
package import XMSS

/// Proofs by workers: the seam of `Aggregation` over a ``WorkerPool``.
///
/// A worker is never trusted: what it makes is checked by another one before it is used, and what a
/// proof shows must be exactly what was asked for.
package struct WorkerBackend: AggregationBackend {
  /// How long a call may take that belongs to no job, as in a check of the prover.
  private static let patienceSeconds = 600.0

  /// The bytes that a block's proof may have; 221 to 243 kB were measured.
  private static let usualProofBytes = 262_144

  private let pool: WorkerPool
  private let hello: WorkerHello
  private let costs: AggregationCostModel?

  /// Lower goes first, across all nodes that share the workers.
  private let priority: Int

  /// When the time of the job is over, in which this backend serves; `nil` in none.
  private let deadline: ContinuousClock.Instant?

  /// Creates a backend over workers of which one has said who it is.
  package init(
    _ pool: WorkerPool, hello: WorkerHello, costs: AggregationCostModel? = nil
  ) {
    self.init(pool, hello, costs, priority: 0, deadline: nil)
  }

  private init(
    _ pool: WorkerPool, _ hello: WorkerHello, _ costs: AggregationCostModel?, priority: Int,
    deadline: ContinuousClock.Instant?
  ) {
    self.pool = pool
    self.hello = hello
    self.costs = costs
    self.priority = priority
    self.deadline = deadline
  }

  /// The same workers for one job, in real time.
  package func serving(priority: Int, within time: Duration) -> any AggregationBackend {
    WorkerBackend(pool, hello, costs, priority: priority, deadline: .now + time)
  }

  /// The worker's own name.
  package var name: String { hello.name }

  package var capabilities: AggregationCapabilities {
    AggregationCapabilities(
      isSuccinct: true, allowsOneComponentPerSlot: hello.allowsOneComponentPerSlot,
      needsPreparation: false, canSplit: hello.canSplit, foldsProposer: hello.foldsProposer,
      isForeign: true, generation: hello.generation)
  }

  package func aggregate(
    children: [KeyedProof], signatures: [KeyedSignature], message: Bytes32, slot: UInt64
  ) throws(AggregationError) -> [UInt8] {
    let leaf = try AggregationLimits.check(children: children, signatures: signatures, slot: slot)
    let proof = try prove(
      .aggregate(
        message: message, leaf: leaf, children: children.map(\.worker),
        signatures: signatures.map {
          WorkerSignature(
            key: $0.publicKey.bytes, message: message, leaf: leaf, signature: $0.signature.bytes)
        }))
    let keys = children.flatMap(\.publicKeys) + signatures.map(\.publicKey)
    try verify(proof, publicKeys: Array(Set(keys)), message: message, slot: slot)
    return proof
  }

  package func verify(
    _ proof: [UInt8], publicKeys: [PublicKey], message: Bytes32, slot: UInt64
  ) throws(AggregationError) {
    let binding = ComponentBinding(publicKeys: publicKeys, message: message, slot: slot)
    try verify(proof, [binding], isMulti: false)
  }

  package func merge(_ components: [KeyedProof]) throws(AggregationError) -> [UInt8] {
    try AggregationLimits.check(componentCount: components.count)
    return try prove(.merge(components.map(\.worker), proposer: nil))
  }

  package func merge(
    _ components: [KeyedProof], proposer: SignedMessage
  ) throws(AggregationError) -> [UInt8] {
    try AggregationLimits.check(componentCount: components.count + 1)
    return try prove(.merge(components.map(\.worker), proposer: try proposer.worker()))
  }

  package func split(
    _ proof: [UInt8], publicKeysPerComponent: [[PublicKey]], message: Bytes32
  ) throws(AggregationError) -> [UInt8] {
    try AggregationLimits.check(componentCount: publicKeysPerComponent.count)
    try AggregationLimits.check(proof: proof)
    let keys = publicKeysPerComponent.map { $0.map(\.bytes) }
    return try prove(.split(proof: proof, keys: keys, message: message))
  }

  package func verify(
    _ proof: [UInt8], components: [ComponentBinding]
  ) throws(AggregationError) {
    try AggregationLimits.check(componentCount: components.count)
    try verify(proof, components, isMulti: true)
  }

  package func verify(
    _ batch: [SignedMessage], scheme: Scheme, on workers: Workers
  ) throws(AggregationError) -> [Bool] {
    // What is no signature of the scheme at all needs no worker.
    let fitting = batch.indices.filter { batch[$0].slot <= UInt64(UInt32.max) }
    let signatures = try fitting.map { index throws(AggregationError) in
      try batch[index].worker()
    }
    var verdicts = [Bool](repeating: false, count: batch.count)
    guard !signatures.isEmpty else { return verdicts }
    guard case .verdicts(let found) = try run(.verifySignatures(signatures), .verify) else {
      return verdicts
    }
    for (index, isValid) in zip(fitting, found) { verdicts[index] = isValid }
    return verdicts
  }

  package func multiMessageProofByteCount(signersPerComponent: [Int]) -> Int {
    Self.usualProofBytes
  }

  package func predictedLatency(of work: AggregationWork) -> Duration? {
    costs?.latency(of: work)
  }

  // MARK: Jobs

  private func prove(_ request: WorkerRequest) throws(AggregationError) -> [UInt8] {
    guard case .proof(let proof) = try run(request, .prove) else {
      throw .backendFailed("no proof in the answer")
    }
    return proof
  }

  /// Refuses a proof that shows anything but these keys' signatures under these messages.
  private func verify(
    _ proof: [UInt8], _ components: [ComponentBinding], isMulti: Bool
  ) throws(AggregationError) {
    try AggregationLimits.check(proof: proof)
    let bindings = try components.map { component throws(AggregationError) in
      guard !component.publicKeys.isEmpty else { throw .noPublicKeys }
      return WorkerBinding(
        keys: component.publicKeys.map(\.bytes), message: component.message,
        leaf: try AggregationLimits.leaf(component.slot))
    }
    let request = WorkerRequest.verify(proof: proof, components: bindings, isMulti: isMulti)
    guard case .claims(let claims) = try run(request, .verify) else {
      throw .backendFailed("no claims in the answer")
    }
    guard Set(claims) == Set(bindings.flatMap(\.claims)) else { throw .wrongPublicKeys }
  }

  private func run(
    _ request: WorkerRequest, _ lane: WorkerLane
  ) throws(AggregationError) -> WorkerAnswer {
    let seconds = deadline.map { ($0 - .now) / .seconds(1) } ?? Self.patienceSeconds
    do throws(WorkerJobFailure) {
      return try pool.run(request, on: lane, priority: priority, seconds: seconds)
    } catch {
      if case .refused(let failure) = error, failure.code == .invalid {
        throw .refusedByProver(failure.text)
      }
      throw .backendFailed("\(request.name): \(error)")
    }
  }
}

extension KeyedProof {
  fileprivate var worker: WorkerProof {
    WorkerProof(proof: proof, keys: publicKeys.map(\.bytes))
  }
}

extension SignedMessage {
  fileprivate func worker() throws(AggregationError) -> WorkerSignature {
    WorkerSignature(
      key: publicKey.bytes, message: message, leaf: try AggregationLimits.leaf(slot),
      signature: signature.bytes)
  }
}
