internal import Consensus
private import Hashing
private import SSZ

/// What a vector expects of a state, field by field; fields left out are not compared.
struct StateChecks: Decodable {
  private let slot: Slot?
  private let latestJustifiedSlot: Slot?
  private let latestJustifiedRoot: Bytes32?
  private let latestJustifiedRootLabel: String?
  private let latestFinalizedSlot: Slot?
  private let latestFinalizedRoot: Bytes32?
  private let latestFinalizedRootLabel: String?
  private let validatorCount: Int?
  private let validators: Validators?
  private let configGenesisTime: UInt64?
  private let latestBlockHeaderSlot: Slot?
  private let latestBlockHeaderProposerIndex: ValidatorIndex?
  private let latestBlockHeaderParentRoot: Bytes32?
  private let latestBlockHeaderStateRoot: Bytes32?
  private let latestBlockHeaderBodyRoot: Bytes32?
  private let historicalBlockHashesCount: Int?
  private let historicalBlockHashes: HistoricalBlockHashes?
  private let justifiedSlots: JustifiedSlots?
  private let justificationsRoots: JustificationRoots?
  private let justificationsRootsLabels: [String]?
  private let justificationsRootsCount: Int?
  private let justificationsValidators: JustificationValidators?
  private let justificationsValidatorsCount: Int?

  func check(_ state: State, labels: Labels) throws(Mismatch) {
    try compare(state.slot, slot, "slot")
    try checkCheckpoints(of: state, labels)
    try checkHeader(state.latestBlockHeader)
    try compare(state.validators.count, validatorCount, "number of validators")
    try compare(state.validators, validators, "validators")
    try compare(state.config.genesisTime, configGenesisTime, "genesis time")
    let history = state.historicalBlockHashes
    try compare(history.count, historicalBlockHashesCount, "number of historical hashes")
    try compare(history, historicalBlockHashes, "historical hashes")
    try compare(state.justifiedSlots, justifiedSlots, "justified slots")
    try checkVotes(of: state, labels)
  }

  private func checkCheckpoints(of state: State, _ labels: Labels) throws(Mismatch) {
    let (justified, finalized) = (state.latestJustified, state.latestFinalized)
    try compare(justified.slot, latestJustifiedSlot, "justified slot")
    try compare(justified.root, latestJustifiedRoot, "justified root")
    try labels.expect(justified.root, isOf: latestJustifiedRootLabel, "justified root")
    try compare(finalized.slot, latestFinalizedSlot, "finalized slot")
    try compare(finalized.root, latestFinalizedRoot, "finalized root")
    try labels.expect(finalized.root, isOf: latestFinalizedRootLabel, "finalized root")
  }

  private func checkHeader(_ header: BlockHeader) throws(Mismatch) {
    try compare(header.slot, latestBlockHeaderSlot, "header's slot")
    try compare(header.proposerIndex, latestBlockHeaderProposerIndex, "header's proposer")
    try compare(header.parentRoot, latestBlockHeaderParentRoot, "header's parent root")
    try compare(header.stateRoot, latestBlockHeaderStateRoot, "header's state root")
    try compare(header.bodyRoot, latestBlockHeaderBodyRoot, "header's body root")
  }

  private func checkVotes(of state: State, _ labels: Labels) throws(Mismatch) {
    let (roots, votes) = (state.justificationsRoots, state.justificationsValidators)
    try compare(roots, justificationsRoots, "justification roots")
    try compare(roots.count, justificationsRootsCount, "number of justification roots")
    let named = justificationsRootsLabels?.compactMap { labels[$0] }
    if let named, named.count == justificationsRootsLabels?.count {
      try expect(roots.elements, equals: named.sorted(), "justification roots")
    }
    try compare(votes, justificationsValidators, "votes")
    try compare(votes.bits.count, justificationsValidatorsCount, "number of votes")
  }
}

/// Demands that `actual` is `expected`, if that is given.
func compare<Value: Equatable>(
  _ actual: Value, _ expected: Value?, _ subject: String
) throws(Mismatch) {
  if let expected { try expect(actual, equals: expected, subject) }
}
