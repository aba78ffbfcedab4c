internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ
internal import StateTransition

/// The store of the running chain: changed here only, and every movement told.
struct LiveStore: Sendable {
  /// Blocks, votes, and the choice between forks.
  private(set) var store: Store

  /// Counts the changes of the store.
  private(set) var revision: UInt64 = 0

  /// Counts the changes of the votes that a block may be built from.
  private(set) var votesRevision: UInt64 = 0

  /// The highest slot of any verified block.
  private(set) var newestSlot: Slot

  /// The most votes for one thing, by slot; a count of what the store keeps for aggregation.
  private var mostVotes: [Slot: Int] = [:]

  /// The voters told last for each target that is not justified yet.
  private var toldVoters: [Bytes32: Int] = [:]

  init(_ store: Store) {
    self.store = store
    newestSlot = store.tree.nodes.lazy.map(\.slot).max() ?? store.headNode.slot
  }

  // MARK: Changes

  /// Takes a block in.
  ///
  /// - Parameters:
  ///   - verified: The block.
  ///   - hasChild: Whether another block waits for it.
  /// - Returns: What that moved; `nil` when the block is known.
  /// - Throws: What the rules refuse.
  mutating func take(_ verified: VerifiedBlock, hasChild: Bool) throws(Rejection) -> [Step]? {
    let before = Landmarks(store)
    guard try store.onBlock(verified, hasChild: hasChild) else { return nil }
    revision += 1
    newestSlot = max(newestSlot, verified.signedBlock.block.slot)
    return movements(since: before)
  }

  /// Takes a vote in; only an aggregator keeps it.
  mutating func take(_ vote: VerifiedAttestation, isAggregator: Bool) throws(Rejection) {
    guard try store.onAttestation(vote, isAggregator: isAggregator) else { return }
    let data = vote.attestation.data
    let count = store.attestationSignatures[data]?.count ?? 0
    mostVotes[data.slot] = max(mostVotes[data.slot] ?? 0, count)
  }

  /// Takes an aggregate in; says whether it was new.
  mutating func take(_ aggregate: VerifiedAggregate) throws(Rejection) -> Bool {
    guard try store.onAggregatedAttestation(aggregate) else { return false }
    revision += 1
    votesRevision += 1
    return true
  }

  /// Lets time pass, one interval after the other, so that no interval's action is lost.
  ///
  /// - Returns: What that moved.
  mutating func advance(to interval: Interval, hasProposal: Bool) -> [Step] {
    let before = Landmarks(store)
    store.onTick(to: interval, hasProposal: hasProposal)
    revision += 1
    mostVotes = mostVotes.filter { $0.key + 1 >= interval.slot }
    return movements(since: before)
  }

  /// Changes the store behind the engine's back: a mistake that the simulator's checkers must find.
  mutating func changeUnseen(_ change: (inout Store) -> Void) {
    change(&store)
    revision += 1
  }

  /// The most votes for one thing in a slot.
  func mostVotes(in slot: Slot) -> Int { mostVotes[slot] ?? 0 }

  /// The voters whose proofs do not count yet.
  var pendingVoterCount: Int {
    store.newPayloads.unordered.reduce(into: Bits()) { $0.formUnion($1.voters) }.setCount
  }

  /// Whether the chain of the head has a block in a slot.
  func headHasBlock(in slot: Slot) -> Bool {
    store.tree.chain(from: store.head).first { $0.slot <= slot }?.slot == slot
  }

  // MARK: Telling

  /// Targets whose votes are told after one block; older ones hardly matter any more.
  private static let toldTargetLimit = 8

  /// The roots and checkpoints whose movements are events.
  private struct Landmarks {
    let head: BlockNode
    let safeTarget: Bytes32
    let justified: Checkpoint
    let finalized: Checkpoint

    init(_ store: Store) {
      head = store.headNode
      safeTarget = store.safeTarget
      justified = store.latestJustified
      finalized = store.latestFinalized
    }
  }

  /// Where the chain stands: after a restart readers know nothing, and nothing may move.
  mutating func landmarks() -> [Step] {
    [headEvent, justifiedEvent, finalizedEvent, safeTargetEvent].map(Step.emit) + justifications()
  }

  private mutating func movements(since before: Landmarks) -> [Step] {
    var steps: [Step] = []
    let head = store.headNode
    if head.root != before.head.root {
      steps.append(.emit(headEvent))
      steps += reorganization(from: before.head, to: head)
    }
    if store.latestJustified != before.justified { steps.append(.emit(justifiedEvent)) }
    if store.latestFinalized != before.finalized {
      steps.append(.emit(finalizedEvent))
      steps += keepFinalized()
    }
    if store.safeTarget != before.safeTarget { steps.append(.emit(safeTargetEvent)) }
    if head.root != before.head.root { steps += justifications() }
    return steps
  }

  /// Keeps what a restart begins from, and forgets what no fork choice can need any more.
  private mutating func keepFinalized() -> [Step] {
    defer { store.pruneFinalized() }
    let root = store.latestFinalized.root
    guard let block = store.block(root), let state = store.state(after: root) else { return [] }
    return [.effect(.persist(.anchor(block, state)))]
  }

  private var headEvent: ChainEvent {
    let head = store.headNode
    return .forkChoice(
      .head(slot: head.slot.rawValue, block: head.root, state: head.block.stateRoot))
  }

  private var justifiedEvent: ChainEvent {
    event(ForkChoiceEvent.justified, of: store.latestJustified)
  }

  private var finalizedEvent: ChainEvent {
    event(ForkChoiceEvent.finalized, of: store.latestFinalized)
  }

  private var safeTargetEvent: ChainEvent {
    let slot = store.tree[store.safeTarget]?.slot ?? store.latestFinalized.slot
    return .forkChoice(.safeTarget(slot: slot.rawValue, block: store.safeTarget))
  }

  private func event(
    _ event: (UInt64, Bytes32, Bytes32) -> ForkChoiceEvent, of checkpoint: Checkpoint
  ) -> ChainEvent {
    let state = store.block(checkpoint.root)?.stateRoot ?? .zero
    return .forkChoice(event(checkpoint.slot.rawValue, checkpoint.root, state))
  }

  private func reorganization(from old: BlockNode, to new: BlockNode) -> [Step] {
    guard !store.tree.isAncestor(old.checkpoint, of: new.checkpoint) else { return [] }
    let left = store.tree.chain(from: old.root).prefix { block in
      !store.tree.isAncestor(block.checkpoint, of: new.checkpoint)
    }
    return [
      .forkChoice(
        .reorg(
          depth: left.count { _ in true }, oldSlot: old.slot.rawValue, oldHead: old.root,
          newSlot: new.slot.rawValue, newHead: new.root))
    ]
  }

  /// The votes that the chain of our head has for the newest targets that may be justified, if they
  /// are not what was told last.
  private mutating func justifications() -> [Step] {
    guard let state = store.state(after: store.head) else { return [] }
    let before = toldVoters
    toldVoters = [:]
    var steps: [Step] = []
    var end = Slot(UInt64(state.historicalBlockHashes.count))
    for _ in 0..<LiveStore.toldTargetLimit where end > state.latestFinalized.slot + 1 {
      end = end.saturatingSubtract(1).latestJustifiable(after: state.latestFinalized.slot)
      let root = state.historicalBlockHashes[Int(end.rawValue)]
      let voters = state.pendingVotes(for: root)
      guard voters.setCount > 0 else { continue }
      toldVoters[root] = voters.setCount
      guard before[root] != voters.setCount else { continue }
      steps.append(
        .forkChoice(
          .justification(
            target: VotePoint(root: root, slot: end.rawValue),
            voters: ValidatorSet(voters.setIndices.map { UInt64($0) }),
            validators: state.validators.count)))
    }
    return steps.reversed()
  }
}
