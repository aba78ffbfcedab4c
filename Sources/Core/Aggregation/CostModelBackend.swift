public import Hashing
public import XMSS

/// A backend that takes as long as a real prover would.
///
/// It shows on a small machine, and in the simulator, what proving does to a slot. Off by default;
/// its name always says that it is on.
public struct CostModelBackend: AggregationBackend {
  private let base: any AggregationBackend
  private let model: AggregationCostModel
  private let sleep: @Sendable (Duration) -> Void

  /// Wraps `base`.
  ///
  /// - Parameters:
  ///   - base: The backend that does the work.
  ///   - model: How long the work takes.
  ///   - sleep: Waits in real time, or does nothing where time is virtual and the caller asks
  ///     `predictedLatency`.
  public init(
    _ base: any AggregationBackend, model: AggregationCostModel,
    sleep: @escaping @Sendable (Duration) -> Void
  ) {
    self.base = base
    self.model = model
    self.sleep = sleep
  }

  /// The base's name and the model's, as in `xmss-list+gean`.
  public var name: String { "\(base.name)+\(model.name)" }

  /// The base's, and a preparation that takes its time.
  public var capabilities: AggregationCapabilities {
    var capabilities = base.capabilities
    capabilities.needsPreparation = true
    return capabilities
  }

  /// Waits, and prepares the base.
  ///
  /// - Throws: What the base throws.
  public func prepare() throws(AggregationError) {
    sleep(model.latency(of: .prepare))
    try base.prepare()
  }

  /// Waits, and aggregates with the base.
  ///
  /// - Throws: What the base throws.
  public func aggregate(
    children: [KeyedProof], signatures: [KeyedSignature], message: Bytes32, slot: UInt64
  ) throws(AggregationError) -> [UInt8] {
    sleep(model.latency(of: .aggregate(signatures: signatures.count, children: children.count)))
    return try base.aggregate(
      children: children, signatures: signatures, message: message, slot: slot)
  }

  /// Waits, and verifies with the base.
  ///
  /// - Throws: What the base throws.
  public func verify(
    _ proof: [UInt8], publicKeys: [PublicKey], message: Bytes32, slot: UInt64
  ) throws(AggregationError) {
    sleep(model.latency(of: .verify(signers: publicKeys.count, components: 1)))
    try base.verify(proof, publicKeys: publicKeys, message: message, slot: slot)
  }

  /// Waits, and merges with the base.
  ///
  /// - Throws: What the base throws.
  public func merge(_ components: [KeyedProof]) throws(AggregationError) -> [UInt8] {
    sleep(model.latency(of: .merge(components: components.count)))
    return try base.merge(components)
  }

  /// Waits as for one more component, and merges with the base.
  ///
  /// - Throws: What the base throws.
  public func merge(
    _ components: [KeyedProof], proposer: SignedMessage
  ) throws(AggregationError) -> [UInt8] {
    sleep(model.latency(of: .merge(components: components.count + 1)))
    return try base.merge(components, proposer: proposer)
  }

  /// Checks with the base, without a wait: no prover is needed for it.
  ///
  /// - Throws: What the base throws.
  public func verify(
    _ batch: [SignedMessage], scheme: Scheme, on workers: Workers
  ) throws(AggregationError) -> [Bool] {
    try base.verify(batch, scheme: scheme, on: workers)
  }

  /// Waits, and splits with the base.
  ///
  /// - Throws: What the base throws.
  public func split(
    _ proof: [UInt8], publicKeysPerComponent: [[PublicKey]], message: Bytes32
  ) throws(AggregationError) -> [UInt8] {
    sleep(model.latency(of: .split(components: publicKeysPerComponent.count)))
    return try base.split(
      proof, publicKeysPerComponent: publicKeysPerComponent, message: message)
  }

  /// Waits, and verifies with the base.
  ///
  /// - Throws: What the base throws.
  public func verify(
    _ proof: [UInt8], components: [ComponentBinding]
  ) throws(AggregationError) {
    let signers = components.reduce(0) { $0 + $1.publicKeys.count }
    sleep(model.latency(of: .verify(signers: signers, components: components.count)))
    try base.verify(proof, components: components)
  }

  /// The base's.
  public func multiMessageProofByteCount(signersPerComponent: [Int]) -> Int {
    base.multiMessageProofByteCount(signersPerComponent: signersPerComponent)
  }

  /// The model's figure.
  public func predictedLatency(of work: AggregationWork) -> Duration? {
    model.latency(of: work)
  }
}
