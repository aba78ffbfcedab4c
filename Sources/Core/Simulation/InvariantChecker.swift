internal import Chain
internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing

/// What is compared before and after an input.
struct EngineSnapshot: Sendable {
  let time: Interval
  let pendingVotes: Int
  /// The whole store, where the input is the end of a build; kept only then because it costs.
  let store: Store?
  let openProposals: [Slot]
}

extension EngineSnapshot {
  init(_ chain: ChainState, _ input: ChainState.Input) {
    self.init(
      time: chain.store.time, pendingVotes: chain.store.newPayloads.count,
      store: input.endsBuild ? chain.store : nil, openProposals: chain.openProposals)
  }
}

/// Watches the cluster and keeps the first violation.
struct InvariantChecker: Sendable {
  private(set) var violation: Violation?

  private let adversaries: Set<NodeIndex>
  private var nodes: [NodeChecks]
  private var leaves = LeafCheck()
  private var finality = FinalityCheck()

  init(nodeCount: Int, adversaries: Set<NodeIndex>) {
    self.adversaries = adversaries
    nodes = Array(repeating: NodeChecks(), count: nodeCount)
  }

  mutating func fail(
    _ invariant: Invariant, _ node: NodeIndex?, _ text: String, at time: VirtualTime
  ) {
    guard violation == nil else { return }
    violation = Violation(invariant: invariant, node: node, time: time, text: text)
  }

  /// A node starts with nothing in memory.
  mutating func start(_ node: NodeIndex) {
    nodes[node] = NodeChecks()
  }

  /// A node's wall clock was stepped.
  mutating func moveClock(_ node: NodeIndex) {
    nodes[node].moveClock()
  }

  /// A signature has left a signer.
  mutating func sign(_ leaf: WantedLeaf, _ node: NodeIndex, at time: VirtualTime) {
    guard !adversaries.contains(node), let text = leaves.sign(leaf) else { return }
    fail(.oneRootPerLeaf, node, text, at: time)
  }

  /// Checks one call of an engine.
  mutating func check(
    _ node: NodeIndex, before: EngineSnapshot, after: ChainState,
    effects: [ChainState.Effect], wall: UnixMilliseconds, at time: VirtualTime
  ) {
    guard !adversaries.contains(node), violation == nil else { return }
    let call = EngineCall(before: before, after: after, effects: effects, wall: wall)
    if let (invariant, text) = nodes[node].check(call, leaves) {
      fail(invariant, node, text, at: time)
    }
    if let text = finality.check(after.store) { fail(.agreement, node, text, at: time) }
  }

  /// Checks what is only due at the end of a slot.
  mutating func endSlot(_ slot: Int, nodes: [SimulatedNode], isQuiet: Bool, at time: VirtualTime) {
    let honest = nodes.filter { !adversaries.contains($0.index) }
    guard isQuiet else {
      finality.noteFaultySlot(slot, honest)
      return
    }
    if let text = finality.checkLiveness(slot, honest) { fail(.liveness, nil, text, at: time) }
  }
}

/// One call of an engine with its circumstances.
struct EngineCall {
  let before: EngineSnapshot
  let after: ChainState
  let effects: [ChainState.Effect]
  let wall: UnixMilliseconds

  var clock: SlotClock { after.configuration.clock }
  var events: some Sequence<ChainEvent> {
    effects.lazy.compactMap { if case .emit(let event) = $0 { event } else { nil } }
  }
}

extension ChainState.Input {
  /// Whether the input is the answer to a stage of a build.
  var endsBuild: Bool {
    guard case .workEnded(_, .product(let product)) = self else { return false }
    switch product {
    case .selection, .compactSelection, .candidate, .proof, .signedBlock: return true
    case .verifiedBlock, .verifiedAttestation, .verifiedAggregate: return false
    }
  }
}
