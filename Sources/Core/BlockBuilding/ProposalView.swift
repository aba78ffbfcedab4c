public import Consensus
public import ForkChoice
public import Hashing

/// What a proposer sees when its slot starts: parent and votes of a copy of the store that was moved
/// there ahead of time.
///
/// The live store is not touched: moving its clock early would make the real tick find nothing to
/// do, and judge every block against checkpoints that changed before their time.
/// Inside the slot the copy is the store as it is. It is not kept: a second holder makes the next
/// block copy what the tree knows of every block since the finalized one.
public struct ProposalView: Sendable {
  /// The slot that the block is for.
  public let slot: Slot
  /// The validator that proposes.
  public let proposerIndex: ValidatorIndex
  /// The head at interval 0 of the slot, with the votes promoted that were pending: the parent.
  public let head: Checkpoint
  /// The slot of the justified checkpoint then.
  public let justifiedSlot: Slot
  /// The votes that count then.
  package let votes: PayloadPool
  /// The state of the parent block.
  public let parentState: State

  /// Takes the view of the proposer of `slot`.
  ///
  /// - Throws: `WRONG_PROPOSER` if the validator is not the proposer of the slot,
  ///   `BLOCK_SLOT_NOT_IN_FUTURE` if the head is not before the slot, `UNKNOWN_PARENT_BLOCK` if
  ///   the store no longer keeps the state of its head.
  public init(of live: Store, slot: Slot, proposerIndex: ValidatorIndex) throws(Rejection) {
    var store = live
    store.onTick(to: Interval(of: slot), hasProposal: true)
    guard let parentState = store.state(after: store.head) else {
      throw .unknownParentBlock(root: store.head)
    }
    let parentSlot = parentState.latestBlockHeader.slot
    guard parentSlot < slot else { throw .blockSlotNotInFuture(block: slot, state: parentSlot) }
    let scheduled = try ValidatorIndex.proposer(
      for: slot, validatorCount: parentState.validators.count)
    guard scheduled == proposerIndex else {
      throw .wrongProposer(proposerIndex, scheduled: scheduled)
    }
    self.slot = slot
    self.proposerIndex = proposerIndex
    head = store.headNode.checkpoint
    justifiedSlot = store.latestJustified.slot
    votes = store.knownPayloads
    self.parentState = parentState
  }

  /// The root of the block to build on.
  public var parentRoot: Bytes32 { head.root }
}
