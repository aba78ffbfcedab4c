package import Hashing

/// Blocks, votes and what fork choice made of them.
package enum ForkChoiceEvent: Equatable, Sendable {
  /// A block came by gossip, before its import.
  case blockGossip(
    slot: UInt64, block: Bytes32, proposer: UInt64?, from: String?, arrivalMilliseconds: Int64?,
    bytes: Int?)
  /// A block entered the store.
  case block(ImportedBlock)
  /// A block waits for its parent.
  case blockPending(slot: UInt64, block: Bytes32, parent: Bytes32)
  /// A block was refused.
  case blockRejected(slot: UInt64, block: Bytes32, reason: String, from: String?)
  /// The head moved.
  case head(slot: UInt64, block: Bytes32, state: Bytes32?)
  /// The head moved to a block that does not descend from the old one.
  case reorg(
    depth: Int, oldSlot: UInt64?, oldHead: Bytes32, newSlot: UInt64, newHead: Bytes32)
  /// The latest justified checkpoint moved.
  case justified(slot: UInt64, block: Bytes32, state: Bytes32?)
  /// The latest finalized checkpoint moved.
  case finalized(slot: UInt64, block: Bytes32, state: Bytes32?)
  /// The safe target moved.
  case safeTarget(slot: UInt64, block: Bytes32)
  /// A single vote was received.
  case attestation(ReceivedAttestation)
  /// An aggregate was received, or made by us.
  case aggregate(ReceivedAggregate)
  /// Votes on chain for a target that is not justified yet.
  case justification(target: VotePoint, voters: ValidatorSet, validators: Int)
}

/// A block that entered the store; other clients tell no more than its slot and root.
package struct ImportedBlock: Equatable, Sendable {
  /// The slot of the block.
  package var slot: UInt64
  /// Its root.
  package var block: Bytes32
  /// The root of its parent.
  package var parent: Bytes32?
  /// Its proposer.
  package var proposer: UInt64?
  /// Distinct validators whose votes it carries.
  package var votes: Int?
  /// When it reached us, counted from the start of its slot; late is positive.
  package var arrivalMilliseconds: Int64?
  /// How long the import took.
  package var importMilliseconds: Int64?
  /// Whether it is ours.
  package var isOurs: Bool

  /// Creates a description of a block.
  package init(
    slot: UInt64, block: Bytes32, parent: Bytes32? = nil, proposer: UInt64? = nil,
    votes: Int? = nil, arrivalMilliseconds: Int64? = nil, importMilliseconds: Int64? = nil,
    isOurs: Bool = false
  ) {
    self.slot = slot
    self.block = block
    self.parent = parent
    self.proposer = proposer
    self.votes = votes
    self.arrivalMilliseconds = arrivalMilliseconds
    self.importMilliseconds = importMilliseconds
    self.isOurs = isOurs
  }
}

/// A vote from gossip, or one of ours delivered to ourselves.
package struct ReceivedAttestation: Equatable, Sendable {
  /// The voter.
  package var validator: UInt64
  /// The vote.
  package var vote: Vote
  /// When it came, counted from the start of its slot.
  package var arrivalMilliseconds: Int64?
  /// What was decided; absent where a client tells only what it has accepted.
  package var verdict: Verdict?
  /// Why it was not accepted.
  package var reason: String?
  /// The peer that sent it; absent for our own.
  package var from: String?

  /// Creates a received vote.
  package init(
    validator: UInt64, vote: Vote, arrivalMilliseconds: Int64? = nil, verdict: Verdict? = nil,
    reason: String? = nil, from: String? = nil
  ) {
    self.validator = validator
    self.vote = vote
    self.arrivalMilliseconds = arrivalMilliseconds
    self.verdict = verdict
    self.reason = reason
    self.from = from
  }
}

/// An aggregate from gossip, or one of ours.
package struct ReceivedAggregate: Equatable, Sendable {
  /// The voters.
  package var participants: ValidatorSet
  /// What they vote for.
  package var vote: Vote
  /// Bytes of the proof.
  package var bytes: Int?
  /// When it came, counted from the start of its slot.
  package var arrivalMilliseconds: Int64?
  /// What was decided; absent where a client tells only what it has accepted.
  package var verdict: Verdict?
  /// Why it was not accepted.
  package var reason: String?
  /// The peer that sent it; absent for our own.
  package var from: String?

  /// Creates a received aggregate.
  package init(
    participants: ValidatorSet, vote: Vote, bytes: Int? = nil, arrivalMilliseconds: Int64? = nil,
    verdict: Verdict? = nil, reason: String? = nil, from: String? = nil
  ) {
    self.participants = participants
    self.vote = vote
    self.bytes = bytes
    self.arrivalMilliseconds = arrivalMilliseconds
    self.verdict = verdict
    self.reason = reason
    self.from = from
  }
}
