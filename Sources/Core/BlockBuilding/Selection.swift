public import Consensus
internal import Hashing
internal import SSZ

/// In which order votes are chosen when not all fit.
public enum SelectionOrder: String, Sendable, Hashable, CaseIterable {
  /// leanSpec's: by target slot, in rounds.
  case targetSlot = "target-slot"
  /// What finalizes, then what justifies, then what brings most new voters; nothing else.
  case finality
}

/// What a proposer wants in a block.
public struct SelectionRules: Sendable, Hashable {
  /// The order of choice.
  public var order: SelectionOrder
  /// The most attestation data in the block; zero means an empty body.
  public var maximumAttestationData: Int
  /// Whether the prover can bind only one message to a slot: then no two attestation data of one
  /// slot, and none of the block's own slot, go into one block.
  public var oneDataPerSlot: Bool

  /// Creates rules; the limit of the consensus applies in any case.
  public init(
    maximumAttestationData: Int = Preset.maximumAttestationData, oneDataPerSlot: Bool = false,
    order: SelectionOrder = .finality
  ) {
    precondition(maximumAttestationData >= 0, "at most \(maximumAttestationData) attestations")
    self.maximumAttestationData = min(maximumAttestationData, Preset.maximumAttestationData)
    self.oneDataPerSlot = oneDataPerSlot
    self.order = order
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
  /// Chooses votes in rounds, because including votes justifies the sources that others build on.
  ///
  /// In the order of leanSpec a round takes every vote from the justified checkpoint, by target
  /// slot, and rounds end when no checkpoint moves. In the order of finality a round takes the one
  /// vote that does most, and rounds end when none does anything. Rounds are few: each adds a vote.
  /// Votes that would make the block's proof too large stay out; `proofByteCount` tells its bytes,
  /// given the number of signers of each component.
  ///
  /// leanSpec: block_production.py `build_block`
  ///
  /// - Throws: A rejection when the trial block is not valid on the parent.
  public func select(
    _ rules: SelectionRules = SelectionRules(), proofByteCount: ([Int]) -> Int = { _ in 0 }
  ) throws(Rejection) -> Selection {
    var search = try VoteSearch(view: self, rules: rules)
    switch rules.order {
    case .targetSlot:
      while search.takeRound(proofByteCount) {
        guard try search.advance() else { break }
      }
    case .finality:
      while search.takeBest(proofByteCount) { _ = try search.advance() }
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
