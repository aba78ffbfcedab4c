internal import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ

/// What a vector records of a store after every step.
struct StoreSnapshot: Decodable {
  let time: Interval
  let headRoot: Bytes32
  let safeTargetRoot: Bytes32
  let latestJustified: Checkpoint
  let latestFinalized: Checkpoint
  let blockRoots: [Bytes32]
  let blockWeights: [BlockWeight]
  let attestationSignatures: [SignatureEntry]
  let newAggregatedPayloads: [PayloadEntry]
  let knownAggregatedPayloads: [PayloadEntry]

  /// The votes that count for a block above the finalized slot.
  struct BlockWeight: Decodable, Equatable {
    let root: Bytes32
    let weight: Int
  }

  /// Who signed a vote.
  struct SignatureEntry: Decodable, Equatable {
    let dataRoot: Bytes32
    let validatorIndices: [ValidatorIndex]
  }

  /// Whom the proofs for a vote cover.
  struct PayloadEntry: Decodable, Equatable {
    let dataRoot: Bytes32
    let participantSets: [[Int]]
  }

  /// Captures a store.
  init(_ store: Store) {
    time = store.time
    headRoot = store.head
    safeTargetRoot = store.safeTarget
    latestJustified = store.latestJustified
    latestFinalized = store.latestFinalized
    blockRoots = store.tree.nodes.map(\.root).sorted()
    blockWeights = store.blockWeights.sorted { $0.root < $1.root }
      .map { BlockWeight(root: $0.root, weight: $0.weight) }
    attestationSignatures = store.attestationSignatures.entries.map { entry in
      SignatureEntry(
        dataRoot: entry.data.hashTreeRoot(),
        validatorIndices: entry.signatures.map(\.validator))
    }.sorted { $0.dataRoot < $1.dataRoot }
    newAggregatedPayloads = Self.entries(store.newPayloads)
    knownAggregatedPayloads = Self.entries(store.knownPayloads)
  }

  private static func entries(_ pool: PayloadPool) -> [PayloadEntry] {
    pool.entries.map { entry in
      let sets = entry.proofs.map { $0.participants.bits.setIndices }
      return PayloadEntry(
        dataRoot: entry.data.hashTreeRoot(),
        participantSets: sets.sorted { $0.lexicographicallyPrecedes($1) })
    }.sorted { $0.dataRoot < $1.dataRoot }
  }

  /// Demands that all of `expected` is as here.
  func check(against expected: StoreSnapshot) throws(Mismatch) {
    try expect(time, equals: expected.time, "time")
    try expect(headRoot, equals: expected.headRoot, "head")
    try expect(safeTargetRoot, equals: expected.safeTargetRoot, "safe target")
    try expect(latestJustified, equals: expected.latestJustified, "justified checkpoint")
    try expect(latestFinalized, equals: expected.latestFinalized, "finalized checkpoint")
    try expect(blockRoots, equals: expected.blockRoots, "blocks")
    try expect(
      attestationSignatures, equals: expected.attestationSignatures, "signature pool")
    try expect(newAggregatedPayloads, equals: expected.newAggregatedPayloads, "new proofs")
    try expect(knownAggregatedPayloads, equals: expected.knownAggregatedPayloads, "known proofs")
    try expect(blockWeights, equals: expected.blockWeights, "weights")
  }
}
