internal import Aggregation
public import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ
internal import StateTransition

/// What a proposer wants in a block.
public struct SelectionRules: Sendable, Hashable {
  /// The most attestation data in the block; zero means an empty body.
  public var maximumAttestationData: Int
  /// Whether the prover can bind only one message to a slot: then no two attestation data of one
  /// slot, and none of the block's own slot, go into one block.
  public var oneDataPerSlot: Bool

  /// Creates rules; the limit of the consensus applies in any case.
  public init(
    maximumAttestationData: Int = Preset.maximumAttestationData, oneDataPerSlot: Bool = false
  ) {
    precondition(maximumAttestationData >= 0, "at most \(maximumAttestationData) attestations")
    self.maximumAttestationData = min(maximumAttestationData, Preset.maximumAttestationData)
    self.oneDataPerSlot = oneDataPerSlot
  }
}

/// One attestation data chosen for a block, with the proofs that cover its voters.
public struct SelectedVote: Sendable, Equatable {
  /// What the voters say.
  public let data: AttestationData
  /// One proof or more, which a block must carry as one.
  public let proofs: [SingleMessageAggregate]
}

/// The votes chosen for a block, before proofs of equal data are merged.
public struct Selection: Sendable {
  /// What the choice was made from.
  public let view: ProposalView
  /// The chosen votes, in the order in which the block will carry them.
  public let votes: [SelectedVote]
}

extension ProposalView {
  /// Chooses votes as leanSpec does: in rounds, because including votes justifies the sources that
  /// further votes build on.
  ///
  /// Candidates are scanned by target slot; those of one target in the order of the pool. Rounds
  /// end when one adds nothing or moves no checkpoint; both can only move forward, so they do end.
  ///
  /// leanSpec: block_production.py `build_block`
  ///
  /// Votes that would make the block's proof too large stay out; `proofByteCount` tells its bytes,
  /// given the number of signers of each component.
  ///
  /// - Throws: A rejection when the trial block is not valid on the parent.
  /// - Complexity: One trial of the body for each checkpoint that moves.
  public func select(
    _ rules: SelectionRules = SelectionRules(), proofByteCount: ([Int]) -> Int = { _ in 0 }
  ) throws(Rejection) -> Selection {
    var search = try VoteSearch(view: self, rules: rules)
    while search.scan(proofByteCount) {
      guard try search.advance() else { break }
    }
    return Selection(view: self, votes: search.votes)
  }

  /// The block of this slot with these votes, its state root still zero.
  func block(attestations: [AggregatedAttestation]) -> Block {
    var body = BlockBody()
    for attestation in attestations { body.attestations.append(attestation) }
    return Block(
      slot: slot, proposerIndex: proposerIndex, parentRoot: parentRoot, stateRoot: .zero,
      body: body)
  }
}

/// The fixed-point search for the votes of a block.
private struct VoteSearch {
  let view: ProposalView
  let rules: SelectionRules
  /// Every known vote with its proofs, by target slot.
  let candidates: [PayloadPool.Entry]
  /// The parent's state at the slot of the block.
  let advancedState: State

  /// The state after a block with the votes so far: its checkpoints decide what is eligible.
  private var postState: State
  private(set) var votes: [SelectedVote] = []
  private var chosen: Set<AttestationData> = []
  /// The signers of each component: the votes', then the proposer.
  private var signerCounts = [1]

  init(view: ProposalView, rules: SelectionRules) throws(Rejection) {
    self.view = view
    self.rules = rules
    candidates = view.store.knownPayloads.entries
      .sorted { $0.data.target.slot < $1.data.target.slot }
    advancedState = try view.parentState.processSlots(to: view.slot)
    postState = try advancedState.processBlock(view.block(attestations: []))
  }

  /// Takes every eligible vote that fits; answers whether there was one.
  mutating func scan(_ proofByteCount: ([Int]) -> Int) -> Bool {
    let before = votes.count
    for candidate in candidates where votes.count < rules.maximumAttestationData {
      // A vote that only a block carried has no proof of its own.
      guard isEligible(candidate.data), !candidate.proofs.isEmpty else { continue }
      let proofs = Array(
        ProofCoverage.select(from: candidate.proofs).proofs
          .prefix(AggregationLimits.maximumChildren))
      let signers = proofs.reduce(into: Bits()) { $0.formUnion($1.participants.bits) }
      let counts = [signers.setCount] + signerCounts
      guard proofByteCount(counts) <= AggregationLimits.maximumProofBytes else { continue }
      signerCounts = counts
      chosen.insert(candidate.data)
      votes.append(SelectedVote(data: candidate.data, proofs: proofs))
    }
    return votes.count > before
  }

  private func isEligible(_ data: AttestationData) -> Bool {
    guard !chosen.contains(data), view.store.tree.contains(data.head.root),
      data.source.slot == postState.latestJustified.slot,
      postState.isOnChain(data.source), postState.isOnChain(data.target),
      postState.isOnChain(data.head), isJustified(data.source.slot)
    else { return false }
    if rules.oneDataPerSlot {
      let isTaken = votes.contains { $0.data.slot == data.slot }
      guard data.slot != view.slot, !isTaken else { return false }
    }
    // A vote of genesis for itself justifies nothing but carries weight for its head.
    let isGenesisSelfVote = data.source.slot == 0 && data.target.slot == 0
    return isGenesisSelfVote || !isJustified(data.target.slot)
  }

  /// A slot beyond the tracked ones is not justified.
  private func isJustified(_ slot: Slot) -> Bool {
    let finalized = postState.latestFinalized.slot
    return (try? postState.justifiedSlots.isJustified(slot, finalized: finalized)) ?? false
  }

  /// Tries the votes so far; answers whether a checkpoint moved, which may admit more votes.
  mutating func advance() throws(Rejection) -> Bool {
    let before = (postState.latestJustified, postState.latestFinalized.slot)
    let attestations = votes.flatMap { vote in
      vote.proofs.map { AggregatedAttestation(aggregationBits: $0.participants, data: vote.data) }
    }
    postState = try advancedState.processBlock(view.block(attestations: attestations))
    return (postState.latestJustified, postState.latestFinalized.slot) != before
  }
}
