public import Hashing
public import XMSS

/// The embedded default: a proof is the list of the signers' real XMSS signatures.
///
/// Sound and complete, but not succinct: verification checks every signature, and about 200 of them
/// fit a block. Right for devnets of tens of validators; `maximumValidators` is the limit.
public struct XMSSListBackend: AggregationBackend {
  /// The signature scheme of the network.
  public let scheme: Scheme

  private let workers: Workers

  /// Creates a backend for signatures of `scheme`, which are checked on the threads of `workers`.
  public init(scheme: Scheme, workers: Workers = .callingThread) {
    self.scheme = scheme
    self.workers = workers
  }

  /// `xmss-list`.
  public var name: String { "xmss-list" }

  /// Proofs grow with signers; nothing else is special.
  public var capabilities: AggregationCapabilities {
    AggregationCapabilities(
      isSuccinct: false, allowsOneComponentPerSlot: false, needsPreparation: false)
  }

  /// Joins the entries of signatures and children, each checked.
  ///
  /// - Throws: A refusal when an input is over a limit or is not valid.
  public func aggregate(
    children: [KeyedProof], signatures: [KeyedSignature], message: Bytes32, slot: UInt64
  ) throws(AggregationError) -> [UInt8] {
    let leaf = try AggregationLimits.check(children: children, signatures: signatures, slot: slot)
    var entries = signatures
    for child in children {
      let list = try SignatureList(decoding: child.proof, scheme: scheme)
      try list.requireSigners(child.publicKeys)
      guard list.message == message else { throw .wrongMessage(list.message) }
      guard list.slot == leaf else { throw .wrongSlot(list.slot) }
      entries += list.entries
    }
    let union = SignatureList(message: message, slot: leaf, union: entries)
    try verifySignatures(of: [union])
    return try union.encoded()
  }

  /// Checks the list against the caller's keys, message and slot, and every signature.
  ///
  /// - Throws: The reason why the proof does not show that these keys signed this message.
  public func verify(
    _ proof: [UInt8], publicKeys: [PublicKey], message: Bytes32, slot: UInt64
  ) throws(AggregationError) {
    let leaf = try AggregationLimits.leaf(slot)
    let list = try SignatureList(decoding: proof, scheme: scheme)
    try check(list, ComponentBinding(publicKeys: publicKeys, message: message, slot: slot), leaf)
    try verifySignatures(of: [list])
  }

  /// Puts single-message proofs, each checked, behind each other.
  ///
  /// - Throws: A refusal when an input is over a limit or is not valid.
  public func merge(_ components: [KeyedProof]) throws(AggregationError) -> [UInt8] {
    try AggregationLimits.check(componentCount: components.count)
    var lists: [SignatureList] = []
    for component in components {
      let list = try SignatureList(decoding: component.proof, scheme: scheme)
      try list.requireSigners(component.publicKeys)
      lists.append(list)
    }
    try verifySignatures(of: lists)
    return try SignatureListSequence(lists).encoded()
  }

  /// Takes out the one component over `message`, checked.
  ///
  /// - Throws: `messageNotFound`, `messageNotUnique`, or why the input is not valid.
  public func split(
    _ proof: [UInt8], publicKeysPerComponent: [[PublicKey]], message: Bytes32
  ) throws(AggregationError) -> [UInt8] {
    try AggregationLimits.check(componentCount: publicKeysPerComponent.count)
    let components = try SignatureListSequence(decoding: proof, scheme: scheme).components
    guard components.count == publicKeysPerComponent.count else {
      throw .wrongComponentCount(found: components.count, expected: publicKeysPerComponent.count)
    }
    for (list, publicKeys) in zip(components, publicKeysPerComponent) {
      try list.requireSigners(publicKeys)
    }
    let found = components.filter { $0.message == message }
    guard let list = found.first else { throw .messageNotFound(message) }
    guard found.count == 1 else { throw .messageNotUnique(message) }
    try verifySignatures(of: [list])
    return try list.encoded()
  }

  /// Checks each component against its binding, in order, and every signature.
  ///
  /// - Throws: The reason why the proof does not show that these keys signed these messages.
  public func verify(
    _ proof: [UInt8], components bindings: [ComponentBinding]
  ) throws(AggregationError) {
    try AggregationLimits.check(componentCount: bindings.count)
    let components = try SignatureListSequence(decoding: proof, scheme: scheme).components
    guard components.count == bindings.count else {
      throw .wrongComponentCount(found: components.count, expected: bindings.count)
    }
    // All cheap checks come first: a forger pays more for a refusal than we do.
    for (list, binding) in zip(components, bindings) {
      try check(list, binding, try AggregationLimits.leaf(binding.slot))
    }
    try verifySignatures(of: components)
  }

  /// The exact bytes of a multi-message proof.
  public func multiMessageProofByteCount(signersPerComponent: [Int]) -> Int {
    SignatureListSequence.byteCount(
      signersPerComponent: signersPerComponent, scheme: scheme)
  }

  /// The validators of a network whose blocks fit: all of them in one attestation, and a proposer.
  ///
  /// Settings refuse a network with more. 201 for production signatures.
  public static func maximumValidators(scheme: Scheme) -> Int {
    let backend = XMSSListBackend(scheme: scheme)
    let empty = backend.multiMessageProofByteCount(signersPerComponent: [0, 1])
    let one = backend.multiMessageProofByteCount(signersPerComponent: [1, 1]) - empty
    return (AggregationLimits.maximumProofBytes - empty) / one
  }

  private func check(
    _ list: SignatureList, _ binding: ComponentBinding, _ leaf: UInt32
  ) throws(AggregationError) {
    try list.requireSigners(binding.publicKeys)
    guard list.message == binding.message else { throw .wrongMessage(list.message) }
    guard list.slot == leaf else { throw .wrongSlot(list.slot) }
  }

  /// Checks every signature, many at a time across all lists.
  private func verifySignatures(of lists: [SignatureList]) throws(AggregationError) {
    let batch = lists.flatMap { list in
      list.entries.map { entry in
        SignedMessage(
          publicKey: entry.publicKey, message: list.message, slot: UInt64(list.slot),
          signature: entry.signature)
      }
    }
    for (signed, isValid) in zip(batch, scheme.verify(batch, on: workers)) where !isValid {
      throw .invalidSignature(signed.publicKey)
    }
  }
}
