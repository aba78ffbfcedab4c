internal import Chain
internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing

/// Watches the cluster and keeps the first violation.
struct InvariantChecker: Sendable {
  private(set) var violation: Violation?

  private let adversaries: Set<NodeIndex>
  private let judgesLiveness: Bool
  private var nodes: [NodeChecks]
  private var leaves = LeafCheck()
  private var finality = FinalityCheck()
  private(set) var liveness = LivenessCheck()

  init(nodeCount: Int, adversaries: Set<NodeIndex>, judgesLiveness: Bool = true) {
    self.adversaries = adversaries
    self.judgesLiveness = judgesLiveness
    nodes = Array(repeating: NodeChecks(), count: nodeCount)
  }

  mutating func fail(
    _ invariant: Invariant, _ node: NodeIndex?, _ text: String, at time: VirtualTime
  ) {
    guard violation == nil else { return }
    violation = Violation(invariant: invariant, node: node, time: time, text: text)
  }

  private mutating func fail(_ finding: Finding?, _ node: NodeIndex, at time: VirtualTime) {
    guard let finding else { return }
    fail(finding.invariant, node, finding.text, at: time)
  }

  /// Whether a node is bound by the rules.
  func isHonest(_ node: NodeIndex) -> Bool { !adversaries.contains(node) }

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
    guard isHonest(node) else { return }
    if let text = leaves.sign(leaf) { fail(.oneRootPerLeaf, node, text, at: time) }
    fail(nodes[node].sign(leaf), node, at: time)
  }

  /// Checks one call of an engine.
  mutating func check(_ call: EngineCall, _ node: NodeIndex, at time: VirtualTime) {
    guard isHonest(node), violation == nil else { return }
    fail(nodes[node].check(call), node, at: time)
    if let store = call.after.store, let text = finality.check(store) {
      fail(.agreement, node, text, at: time)
    }
  }

  /// Checks what is only due at the end of a slot, in which faults struck or not.
  mutating func endSlot(_ slot: Int, nodes: [SimulatedNode], isQuiet: Bool, at time: VirtualTime) {
    let honest = nodes.filter { isHonest($0.index) }
    for node in honest {
      guard let chain = node.chain else { continue }
      let finding = self.nodes[node.index].checkSilence(
        EngineFacts(chain, keepsStore: false), chain.configuration.clock,
        wall: node.wall(at: time))
      fail(finding, node.index, at: time)
    }
    guard isQuiet else { return liveness.noteFaultySlot(slot, honest, at: time) }
    guard let text = liveness.check(slot, honest), judgesLiveness else { return }
    fail(.liveness, nil, text, at: time)
  }
}
