public import Consensus
internal import Hashing
internal import SSZ

/// A restart: how a node, real or simulated, gets back the chain that it kept.
extension Store {
  /// The slots between two states that are kept to restart from: 17 minutes.
  ///
  /// A state grows by 32 bytes a slot and has 5 MB after a week. Kept at every finalization it
  /// would be written once a slot; replaying the blocks since the last one takes a second.
  public static let restartSlots: UInt64 = 256

  /// Whether the state after the finalized block at `slot` is to be kept, when the last one that was
  /// kept is at `kept`.
  public static func keepsState(at slot: Slot, after kept: Slot?) -> Bool {
    guard let kept else { return true }
    return slot >= kept + restartSlots
  }

  /// Starts from a finalized block and the state after it, as they were kept.
  ///
  /// - Throws: ``RestartRefusal`` when block and state do not belong together: one of them is
  ///   damaged, and no other node would agree with what follows.
  public init(
    restartingFrom anchor: Block, state: State, limits: Limits = Limits()
  ) throws(RestartRefusal) {
    // The state names the block before it, except for its state root, which names the state.
    let header = BlockHeader(
      slot: anchor.slot, proposerIndex: anchor.proposerIndex, parentRoot: anchor.parentRoot,
      stateRoot: .zero, bodyRoot: anchor.body.hashTreeRoot())
    guard header == state.latestBlockHeader else {
      throw RestartRefusal(
        description: "the block at slot \(anchor.slot) is not the one that its state names")
    }
    do throws(Rejection) {
      try self.init(anchor: anchor, state: state, limits: limits)
    } catch {
      throw RestartRefusal(
        description: "the state is not the one that the block at slot \(anchor.slot) names")
    }
  }

  /// Takes back a block that was verified and kept; blocks come by ascending slot.
  ///
  /// - Returns: Whether the block found its place: one of a fork that the anchor left behind has no
  ///   parent here.
  @discardableResult
  public mutating func restore(_ block: SignedBlock) -> Bool {
    onTick(to: max(time, Interval(of: block.block.slot)), hasProposal: false)
    let finalized = latestFinalized.slot
    guard (try? onBlock(VerifiedBlock(trusting: block), hasChild: true)) == true else {
      return false
    }
    if latestFinalized.slot > finalized { pruneFinalized() }
    return true
  }
}

/// Why a kept block and state are no place to restart from.
public struct RestartRefusal: Error, Hashable, CustomStringConvertible {
  /// What does not fit.
  public let description: String
}
