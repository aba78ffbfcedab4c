internal import Consensus
internal import ForkChoice
internal import Hashing
private import SSZ

/// What the author of a vector expects of a store; fields left out are not compared.
///
/// Most of it repeats the snapshot; the rest is about labels, the step's block and the past.
struct StoreChecks: Decodable {
  private let time: Interval?
  private let headSlot: Slot?
  private let headRoot: Bytes32?
  private let headRootLabel: String?
  private let filledBlockRootLabel: String?
  private let latestJustifiedSlot: Slot?
  private let latestJustifiedRoot: Bytes32?
  private let latestJustifiedRootLabel: String?
  private let latestFinalizedSlot: Slot?
  private let latestFinalizedRoot: Bytes32?
  private let latestFinalizedRootLabel: String?
  private let safeTarget: Bytes32?
  private let safeTargetSlot: Slot?
  private let safeTargetRootLabel: String?
  private let attestationTargetSlot: Slot?
  private let attestationTargetRootLabel: String?
  private let attestationChecks: [AttestationCheck]?
  private let attestationSignatureTargetSlots: [Slot]?
  private let latestNewAggregatedTargetSlots: [Slot]?
  private let latestKnownAggregatedTargetSlots: [Slot]?
  private let newPoolProofParticipants: [String: [Int]]?
  private let blockAttestationCount: Int?
  private let blockAttestations: [BlockAttestationCheck]?
  private let lexicographicHeadAmong: [String]?
  private let canonicalEquivocationHeadAmong: [String]?
  private let reorgDepth: Int?
  private let labelsInStore: [String]?

  /// What happened before the check.
  struct Context {
    let labels: Labels
    /// The block of the step, if it had one.
    let block: Block?
    /// The head before the step.
    let earlierHead: Bytes32
  }

  func check(_ store: Store, _ context: Context) throws(Mismatch) {
    try checkRoots(store, context.labels)
    try checkTarget(store.attestationTarget, context.labels)
    try checkPools(store)
    for check in attestationChecks ?? [] { try check.check(store, context.labels) }
    if let block = context.block { try checkBlock(block, context.labels) }
    try checkForks(store, context)
  }

  private func checkRoots(_ store: Store, _ labels: Labels) throws(Mismatch) {
    let (justified, finalized) = (store.latestJustified, store.latestFinalized)
    try compare(store.time, time, "time")
    try compare(store.headNode.slot, headSlot, "head's slot")
    try compare(store.head, headRoot, "head")
    try labels.expect(store.head, isOf: headRootLabel, "head")
    try compare(justified.slot, latestJustifiedSlot, "justified slot")
    try compare(justified.root, latestJustifiedRoot, "justified root")
    try labels.expect(justified.root, isOf: latestJustifiedRootLabel, "justified root")
    try compare(finalized.slot, latestFinalizedSlot, "finalized slot")
    try compare(finalized.root, latestFinalizedRoot, "finalized root")
    try labels.expect(finalized.root, isOf: latestFinalizedRootLabel, "finalized root")
    try compare(store.safeTarget, safeTarget, "safe target")
    if let slot = store.block(store.safeTarget)?.slot {
      try compare(slot, safeTargetSlot, "safe target's slot")
    }
    try labels.expect(store.safeTarget, isOf: safeTargetRootLabel, "safe target")
  }

  private func checkTarget(_ target: Checkpoint, _ labels: Labels) throws(Mismatch) {
    try compare(target.slot, attestationTargetSlot, "attestation target's slot")
    try labels.expect(target.root, isOf: attestationTargetRootLabel, "attestation target")
  }

  private func checkPools(_ store: Store) throws(Mismatch) {
    let signed = store.attestationSignatures.entries.map(\.data)
    try compareTargets(signed, attestationSignatureTargetSlots, "signature pool")
    let new = store.newPayloads.entries
    try compareTargets(new.map(\.data), latestNewAggregatedTargetSlots, "new proofs")
    let known = store.knownPayloads.entries.map(\.data)
    try compareTargets(known, latestKnownAggregatedTargetSlots, "known proofs")
    for (slot, participants) in newPoolProofParticipants ?? [:] {
      let proofs = new.filter { $0.data.target.slot.description == slot }.flatMap(\.proofs)
      try expect(
        Set(proofs.flatMap { $0.participants.bits.setIndices }), equals: Set(participants),
        "participants of new proofs for slot \(slot)")
    }
  }

  private func compareTargets(
    _ votes: [AttestationData], _ slots: [Slot]?, _ pool: String
  ) throws(Mismatch) {
    try compare(Set(votes.map(\.target.slot)), slots.map { Set($0) }, "target slots of \(pool)")
  }

  private func checkBlock(_ block: Block, _ labels: Labels) throws(Mismatch) {
    let attestations = block.body.attestations
    try labels.expect(block.hashTreeRoot(), isOf: filledBlockRootLabel, "block")
    try compare(attestations.count, blockAttestationCount, "number of attestations")
    for check in blockAttestations ?? [] {
      guard attestations.contains(where: check.matches) else {
        throw Mismatch(expected: "an attestation in the block: \(check)", actual: "none")
      }
    }
  }

  private func checkForks(_ store: Store, _ context: Context) throws(Mismatch) {
    for label in labelsInStore ?? [] {
      guard let root = context.labels[label] else { continue }
      try expect(store.tree.contains(root), equals: true, "\(label) is in the store:")
    }
    let forks = lexicographicHeadAmong?.compactMap { context.labels[$0] } ?? []
    if !forks.isEmpty {
      let weights = store.blockWeights.filter { forks.contains($0.root) }.map(\.weight)
      try expect(Set(weights).count <= 1, equals: true, "the forks weigh the same:")
      try compare(store.head, forks.max(), "head among equal forks")
    }
    let voted = canonicalEquivocationHeadAmong?.compactMap { context.labels[$0] } ?? []
    if !voted.isEmpty {
      let votes = store.knownPayloads.entries.map(\.data).filter { voted.contains($0.target.root) }
      let largest = votes.max { $0.hashTreeRoot() < $1.hashTreeRoot() }
      try expect(
        Set(votes.map(\.target.root)), equals: Set(voted), "forks that votes in the pool target")
      try compare(store.head, largest?.target.root, "head by the vote with the largest root")
    }
    if let reorgDepth {
      let left = Set(store.tree.chain(from: context.earlierHead).map(\.root))
      let depth = left.subtracting(store.tree.chain(from: store.head).map(\.root)).count
      try expect(depth, equals: reorgDepth, "depth of the reorganization")
    }
  }
}

/// What a vector expects of the vote of one validator in one pool.
private struct AttestationCheck: Decodable {
  let validator: Int
  let attestationSlot: Slot?
  let headSlot: Slot?
  let sourceSlot: Slot?
  let sourceRootLabel: String?
  let targetSlot: Slot?
  let location: Location

  enum Location: String, Decodable {
    case new, known, signatures
  }

  func check(_ store: Store, _ labels: Labels) throws(Mismatch) {
    guard let vote = latestVote(in: store) else {
      throw Mismatch(expected: "a vote of \(validator) in \(location)", actual: "none")
    }
    let subject = "of the vote of \(validator)"
    try compare(vote.slot, attestationSlot, "slot \(subject)")
    try compare(vote.head.slot, headSlot, "head \(subject)")
    try compare(vote.source.slot, sourceSlot, "source \(subject)")
    try labels.expect(vote.source.root, isOf: sourceRootLabel, "source \(subject)")
    try compare(vote.target.slot, targetSlot, "target \(subject)")
  }

  /// The vote with the highest slot; the first in the pool's order among equals.
  private func latestVote(in store: Store) -> AttestationData? {
    var latest: AttestationData?
    for vote in votes(in: store) where latest.map({ $0.slot < vote.slot }) ?? true {
      latest = vote
    }
    return latest
  }

  private func votes(in store: Store) -> [AttestationData] {
    switch location {
    case .new: votes(in: store.newPayloads)
    case .known: votes(in: store.knownPayloads)
    case .signatures:
      store.attestationSignatures.entries.filter { entry in
        entry.signatures.contains { $0.validator.rawValue == UInt64(validator) }
      }.map(\.data)
    }
  }

  private func votes(in pool: PayloadPool) -> [AttestationData] {
    pool.entries.filter { entry in
      entry.proofs.contains { $0.participants.bits.isSet(validator) }
    }.map(\.data)
  }
}

/// What a vector expects of an attestation in a block.
private struct BlockAttestationCheck: Decodable {
  let participants: [Int]
  let attestationSlot: Slot?
  let targetSlot: Slot?

  func matches(_ attestation: AggregatedAttestation) -> Bool {
    attestation.aggregationBits.bits.setIndices == participants.sorted()
      && attestationSlot.map { $0 == attestation.data.slot } ?? true
      && targetSlot.map { $0 == attestation.data.target.slot } ?? true
  }
}
