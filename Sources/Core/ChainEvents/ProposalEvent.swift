package import Hashing

/// The life of one proposal; `slot` is the slot that the block is for.
package enum ProposalEvent: Equatable, Sendable {
  /// The schedule shows a proposal of ours.
  case scheduled(slot: UInt64, validator: UInt64)
  /// A candidate is being built on this parent.
  case prebuildStarted(slot: UInt64, parent: Bytes32)
  /// A candidate is sealed and unsigned.
  case candidate(ProposalCandidate)
  /// An unsigned candidate is built again.
  case refreshed(slot: UInt64, RefreshReason, oldParent: Bytes32, newParent: Bytes32)
  /// The leaf is claimed for this root: from here no other block can be signed.
  case committed(slot: UInt64, root: Bytes32)
  /// The signed block is complete, this long before (or after, if negative) the slot starts.
  case prepared(slot: UInt64, root: Bytes32, bytes: Int, leadMilliseconds: Int64)
  /// A signed block is thrown away.
  case staleDiscard(
    slot: UInt64, StaleReason, root: Bytes32, oldParent: Bytes32, newParent: Bytes32)
  /// The proposal ended.
  case outcome(ProposalResult)
  /// A forced fallback changed its state.
  case forceFallback(slot: UInt64, ForceState, reason: String?)
  /// Votes that the published block carries, and votes that we knew; once per published block.
  case coverage(slot: UInt64, block: Bytes32, included: Int, known: Int, validators: Int)
}

extension ProposalEvent {
  /// The slot that the block is for.
  package var slot: UInt64 {
    switch self {
    case .scheduled(let slot, _), .prebuildStarted(let slot, _), .refreshed(let slot, _, _, _),
      .committed(let slot, _), .prepared(let slot, _, _, _), .staleDiscard(let slot, _, _, _, _),
      .forceFallback(let slot, _, _), .coverage(let slot, _, _, _, _):
      slot
    case .candidate(let candidate): candidate.slot
    case .outcome(let result): result.slot
    }
  }
}

/// A sealed block without a signature.
package struct ProposalCandidate: Equatable, Sendable {
  /// The slot it is for.
  package var slot: UInt64
  /// The root of the block.
  package var root: Bytes32
  /// The root of its parent.
  package var parent: Bytes32
  /// Distinct validators whose votes it carries.
  package var votes: Int
  /// Validators of the chain.
  package var validators: Int
  /// Attestations in its body.
  package var aggregates: Int

  /// Creates a description of a candidate.
  package init(
    slot: UInt64, root: Bytes32, parent: Bytes32, votes: Int, validators: Int, aggregates: Int
  ) {
    self.slot = slot
    self.root = root
    self.parent = parent
    self.votes = votes
    self.validators = validators
    self.aggregates = aggregates
  }
}

/// How one proposal ended.
package struct ProposalResult: Equatable, Sendable {
  /// The slot of the proposal.
  package var slot: UInt64
  /// The validator that had to propose.
  package var validator: UInt64
  /// The outcome with its reason.
  package var outcome: ProposalOutcome
  /// The root that was published or discarded, if one was made.
  package var root: Bytes32?
  /// Distinct validators whose votes the block carries.
  package var votes: Int?
  /// Bytes of the signed block.
  package var bytes: Int?

  /// Creates a result.
  package init(
    slot: UInt64, validator: UInt64, outcome: ProposalOutcome, root: Bytes32? = nil,
    votes: Int? = nil, bytes: Int? = nil
  ) {
    self.slot = slot
    self.validator = validator
    self.outcome = outcome
    self.root = root
    self.votes = votes
    self.bytes = bytes
  }
}

extension ProposalEvent: EventFamily {
  enum Name: String, CaseIterable {
    case scheduled = "proposal_scheduled"
    case prebuildStarted = "prebuild_started"
    case candidate
    case refreshed
    case committed
    case prepared
    case staleDiscard = "stale_discard"
    case outcome = "proposal_outcome"
    case forceFallback = "force_fallback"
    case coverage = "proposal_coverage"
  }

  var name: Name {
    switch self {
    case .scheduled: .scheduled
    case .prebuildStarted: .prebuildStarted
    case .candidate: .candidate
    case .refreshed: .refreshed
    case .committed: .committed
    case .prepared: .prepared
    case .staleDiscard: .staleDiscard
    case .outcome: .outcome
    case .forceFallback: .forceFallback
    case .coverage: .coverage
    }
  }

  init(_ name: Name, _ field: FieldReader) throws(EventDecodingError) {
    let slot: UInt64 = try field("slot")
    self =
      switch name {
      case .scheduled: .scheduled(slot: slot, validator: try field("validator"))
      case .prebuildStarted: .prebuildStarted(slot: slot, parent: try field("parent"))
      case .candidate: .candidate(try ProposalCandidate(field))
      case .refreshed:
        .refreshed(
          slot: slot, try field("reason"), oldParent: try field("old_parent"),
          newParent: try field("new_parent"))
      case .committed: .committed(slot: slot, root: try field("block"))
      case .prepared:
        .prepared(
          slot: slot, root: try field("block"), bytes: try field("bytes"),
          leadMilliseconds: try field("lead_ms"))
      case .staleDiscard:
        .staleDiscard(
          slot: slot, try field("reason"), root: try field("block"),
          oldParent: try field("old_parent"), newParent: try field("new_parent"))
      case .outcome: .outcome(try ProposalResult(field))
      case .forceFallback:
        .forceFallback(slot: slot, try field("state"), reason: try field("reason"))
      case .coverage:
        .coverage(
          slot: slot, block: try field("block"), included: try field("included"),
          known: try field("known"), validators: try field("validators"))
      }
  }

  func write(fields write: inout JSONWriter) {
    switch self {
    case .scheduled(let slot, let validator):
      write("slot", slot)
      write("validator", validator)
    case .prebuildStarted(let slot, let parent):
      write("slot", slot)
      write("parent", parent)
    case .candidate(let candidate): candidate.write(fields: &write)
    case .refreshed(let slot, let reason, let oldParent, let newParent):
      write("slot", slot)
      write("reason", reason)
      write("old_parent", oldParent)
      write("new_parent", newParent)
    case .committed(let slot, let root):
      write("slot", slot)
      write("block", root)
    case .prepared(let slot, let root, let bytes, let lead):
      write("slot", slot)
      write("block", root)
      write("bytes", bytes)
      write("lead_ms", lead)
    case .staleDiscard(let slot, let reason, let root, let oldParent, let newParent):
      write("slot", slot)
      write("reason", reason)
      write("block", root)
      write("old_parent", oldParent)
      write("new_parent", newParent)
    case .outcome(let result): result.write(fields: &write)
    case .forceFallback(let slot, let state, let reason):
      write("slot", slot)
      write("state", state)
      write("reason", reason)
    case .coverage(let slot, let block, let included, let known, let validators):
      write("slot", slot)
      write("block", block)
      write("included", included)
      write("known", known)
      write("validators", validators)
    }
  }
}
