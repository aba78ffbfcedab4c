internal import Consensus
private import Hashing
private import SSZ
private import StateTransition

/// Blocks on top of a state.
enum StateTransitionRunner: FormatRunner {
  static let format = "state_transition"
  static let keys: Set = ["pre", "blocks"]

  private struct Content: Decodable {
    let pre: State
    let blocks: [LabelledBlock]
    let post: StateChecks?
    let postStateRoot: Bytes32?
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    let postState = try vector.accepted {
      try run(content.pre, content.blocks.map(\.block), rejection: vector.rejectionReason)
    }
    guard let postState else { return }
    try content.post?.check(postState, labels: Labels(content.blocks))
    if let root = content.postStateRoot {
      try expect(postState.hashTreeRoot(), equals: root, "post-state root")
    }
  }

  static func run(_ pre: State, _ blocks: [Block], rejection: String?) throws -> State {
    // Without a block the vector is about what making the first one would meet.
    if blocks.isEmpty && rejection != nil {
      _ = try ValidatorIndex.proposer(for: pre.slot, validatorCount: pre.validators.count)
      return try pre.processSlots(to: pre.slot)
    }
    return try blocks.reduce(pre) { state, block in
      skipsSlots(rejection) ? try state.processBlock(block) : try state.stateTransition(block)
    }
  }

  /// Whether the blocks meet a state that was not brought to their slots.
  ///
  /// Slot processing makes these two rejections impossible: it ends at the block's slot, and
  /// refuses a slot that is not after the state's.
  private static func skipsSlots(_ rejection: String?) -> Bool {
    let unreachable: [Rejection.Reason] = [.blockSlotMismatch, .blockOlderThanLatestHeader]
    return unreachable.map(\.rawValue).contains(rejection)
  }
}
