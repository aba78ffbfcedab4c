public import Consensus
public import Hashing
internal import SSZ

/// A node's view of the chain: blocks, votes, and the choice between forks.
///
/// A value: assignment is a snapshot that shares all storage with the original.
/// Every operation either succeeds or throws a ``Rejection`` and leaves the store as it was.
///
/// leanSpec: `containers/store.py`, `fork_choice.py`, `timeline.py`.
public struct Store: Sendable, Equatable {
  /// The bounds of what a store keeps.
  public struct Limits: Sendable, Equatable {
    /// States; others are made again when they are asked for, by at most as many transitions as
    /// lie between two that are kept: 256 of them after 50,000 blocks without finality.
    public var states = 512
    /// Blocks in one slot, hence of one proposer, while they are not finalized.
    ///
    /// Further ones are refused until a block builds on them: two prove the offence, and one key
    /// must not fill the tree.
    public var blocksInSlot = 2
    /// Proofs and votes, for each of the two pools.
    public var payloads = PayloadPool.Limits()
    /// Signatures of single validators.
    public var signatures = SignaturePool.defaultLimit

    /// Creates the default limits.
    public init() {}
  }

  /// Intervals since genesis.
  public internal(set) var time: Interval
  /// The root of the block that fork choice selects.
  public internal(set) var head: Bytes32
  /// The root of the block that is safe to attest to.
  public internal(set) var safeTarget: Bytes32
  /// The justified checkpoint with the highest slot seen so far, on any fork.
  public internal(set) var latestJustified: Checkpoint
  /// The finalized checkpoint on the head's chain; a reorganization can lower it.
  public internal(set) var latestFinalized: Checkpoint
  /// The known blocks.
  public internal(set) var tree = BlockTree()
  /// Signatures of single validators, kept by aggregators.
  public internal(set) var attestationSignatures: SignaturePool
  /// Proofs that do not count yet.
  public internal(set) var newPayloads: PayloadPool
  /// Proofs that count.
  public internal(set) var knownPayloads: PayloadPool
  /// The chain's parameters.
  public let config: GenesisConfig
  /// The validator registry, the same in every state of the chain.
  public let validators: Validators

  let limits: Limits
  /// The latest votes that proofs in ``knownPayloads`` showed, whatever became of the proofs.
  var knownVotes = LatestVotes()
  /// The latest votes that proofs in ``newPayloads`` showed.
  var newVotes = LatestVotes()

  /// Starts from a trusted block and its post-state, both taken as justified and finalized.
  ///
  /// - Throws: `ANCHOR_STATE_ROOT_MISMATCH` when the block names another state.
  public init(anchor block: Block, state: State, limits: Limits = Limits()) throws(Rejection) {
    let stateRoot = state.hashTreeRoot()
    guard block.stateRoot == stateRoot else {
      throw .anchorStateRootMismatch(block: block.stateRoot, computed: stateRoot)
    }
    let root = block.hashTreeRoot()
    let anchor = Checkpoint(root: root, slot: block.slot)
    time = Interval(of: block.slot)
    (head, safeTarget) = (root, root)
    (latestJustified, latestFinalized) = (anchor, anchor)
    config = state.config
    validators = state.validators
    self.limits = limits
    attestationSignatures = SignaturePool(
      limit: limits.signatures, dataPerValidator: limits.payloads.dataPerValidator)
    newPayloads = PayloadPool(limits: limits.payloads)
    knownPayloads = PayloadPool(limits: limits.payloads)
    tree.insert(BlockNode(root: root, block: block, state: state))
  }

  /// The block with `root`, if known.
  public func block(_ root: Bytes32) -> Block? {
    tree[root]?.block
  }

  /// The state after the block with `root`, if the block is known and not before every state that
  /// is kept.
  ///
  /// - Complexity: O(1) for the head, the checkpoints and recent blocks; for others as many
  ///   transitions as there are blocks since the last one whose state is kept.
  public func state(after root: Bytes32) -> State? {
    tree.position(of: root).flatMap { tree.state(at: $0) }
  }

  /// The block that fork choice selects.
  public var headNode: BlockNode { knownNode(head) }

  /// The finalized block, whose state is always kept.
  package var finalizedNode: BlockNode { knownNode(latestFinalized.root) }

  /// A block that the store's own roots name, which is therefore known.
  func knownNode(_ root: Bytes32) -> BlockNode {
    guard let node = tree[root] else { preconditionFailure("block \(root) left the store") }
    return node
  }

  func knownPosition(_ root: Bytes32) -> Int {
    guard let position = tree.position(of: root) else {
      preconditionFailure("block \(root) left the store")
    }
    return position
  }
}
