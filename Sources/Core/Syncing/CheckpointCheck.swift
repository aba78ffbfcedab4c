package import Consensus
package import Hashing
private import SSZ

/// Why a state and a block from elsewhere are no place to start from.
package enum CheckpointRefusal: Error, Hashable, Sendable {
  /// A state without validators can neither propose nor vote.
  case noValidators
  /// The state is of another chain: its genesis time is another one.
  case otherGenesisTime(UInt64, ours: UInt64)
  /// The state is of another chain: its registry is another one.
  case otherValidators
  /// The state is of another chain: it has another block at slot 0.
  case otherGenesisBlock(Bytes32)
  /// The clock has not come so far.
  case fromTheFuture(Slot, now: Slot)
  /// The state's own parts do not fit: it is damaged or made up.
  case inconsistent(String)
  /// The block is not the one that the state was made by.
  case otherBlock(Slot, state: Slot)
  /// The block names another state.
  case otherState
}

/// Whether a finalized state and its block can be started from: leanSpec's checks, the pair against
/// each other, and both against the genesis that an operator has on disk.
///
/// leanSpec: `node/sync/checkpoint_sync.py`.
package enum CheckpointCheck {
  /// leanSpec's `verify_checkpoint_state`: the state has validators; decoding has counted them.
  ///
  /// - Throws: ``CheckpointRefusal/noValidators``.
  package static func check(_ state: State) throws(CheckpointRefusal) {
    guard !state.validators.isEmpty else { throw .noValidators }
  }

  /// Checks a pair.
  ///
  /// - Parameters:
  ///   - block: The finalized block.
  ///   - state: The state after it.
  ///   - genesis: The state before the first block of our chain.
  ///   - slot: The slot by the wall clock.
  /// - Throws: ``CheckpointRefusal``.
  package static func check(
    _ block: Block, _ state: State, genesis: State, slot: Slot
  ) throws(CheckpointRefusal) {
    try check(state)
    guard state.config.genesisTime == genesis.config.genesisTime else {
      throw .otherGenesisTime(state.config.genesisTime, ours: genesis.config.genesisTime)
    }
    guard state.validators == genesis.validators else { throw .otherValidators }
    guard state.slot <= slot + 1 else { throw .fromTheFuture(state.slot, now: slot) }
    guard UInt64(state.historicalBlockHashes.count) == state.slot.rawValue else {
      throw .inconsistent(
        "\(state.historicalBlockHashes.count) block roots at slot \(state.slot)")
    }
    let genesisBlock = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: genesis.hashTreeRoot(),
      body: BlockBody())
    if let first = state.historicalBlockHashes.first, first != genesisBlock.hashTreeRoot() {
      throw .otherGenesisBlock(first)
    }
    for (name, checkpoint) in [
      ("justified", state.latestJustified), ("finalized", state.latestFinalized),
    ] where state.slot > 0 {
      guard checkpoint.slot < state.slot,
        state.historicalBlockHashes[Int(checkpoint.slot.rawValue)] == checkpoint.root
      else { throw .inconsistent("its \(name) block is not in its own history") }
    }
    guard state.latestFinalized.slot <= state.latestJustified.slot else {
      throw .inconsistent("its finalized block is after its justified one")
    }
    try checkPair(block, state)
  }

  private static func checkPair(_ block: Block, _ state: State) throws(CheckpointRefusal) {
    // The state names its block, except for the block's state root, which names the state.
    var header = state.latestBlockHeader
    header.stateRoot = block.stateRoot
    guard block.slot == state.slot, header == block.header else {
      throw .otherBlock(block.slot, state: state.slot)
    }
    guard block.stateRoot == state.hashTreeRoot() else { throw .otherState }
  }
}

extension CheckpointRefusal: CustomStringConvertible {
  /// What is wrong, in one line without the place.
  package var description: String {
    switch self {
    case .noValidators: "the state has no validators"
    case .otherGenesisTime(let time, let ours):
      "the state is of another chain: its genesis time is \(time), ours is \(ours)"
    case .otherValidators: "the state is of another chain: its validators are not ours"
    case .otherGenesisBlock(let root):
      "the state is of another chain: its genesis block is \(root.short)"
    case .fromTheFuture(let slot, let now):
      "the state is of slot \(slot), but the clock is at \(now)"
    case .inconsistent(let what): "the state contradicts itself: \(what)"
    case .otherBlock(let slot, let state):
      "the block of slot \(slot) is not the one of the state of slot \(state)"
    case .otherState: "the block names another state"
    }
  }
}
