internal import Chain
internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Proposing
internal import Randomness
internal import SSZ

/// A whole network in one value: real engines on simulated clocks, packets, disks and provers.
///
/// Everything happens in virtual time, one event after the other, and every draw comes from the
/// seed; after each event the invariants are checked.
package struct Cluster: Sendable {
  /// What the queue holds; indirect, because the queue moves its entries about.
  indirect enum Event: Sendable {
    case start(NodeIndex)
    case networkReady(NodeIndex, incarnation: Int)
    case wake(NodeIndex, generation: Int)
    case packet(NodeIndex, Packet)
    case workEnded(NodeIndex, incarnation: Int, Work)
    case committed(NodeIndex, incarnation: Int, JournalCommit)
    case published(NodeIndex, incarnation: Int, root: Bytes32)
    case retryRequests(NodeIndex)
    case lateBroadcast(NodeIndex, Broadcast)
    case fault(Fault)
    case endOfSlot(Int)

    /// The node whose engine it reaches, if it does.
    var engine: NodeIndex? {
      switch self {
      case .networkReady(let node, _), .wake(let node, _), .packet(let node, _),
        .workEnded(let node, _, _), .committed(let node, _, _), .published(let node, _, _):
        node
      case .start, .retryRequests, .lateBroadcast, .fault, .endOfSlot: nil
      }
    }
  }

  /// What was asked for.
  package let options: SimulationOptions
  let plan: FaultPlan
  let backend = SimulatedProver()
  var queue = EventQueue<Event>()
  var nodes: [SimulatedNode] = []
  var network: PacketSimulator
  var adversary: Adversary
  var diskRandom: SeededRandom
  var proverRandom: SeededRandom
  var clockRandom: SeededRandom
  /// Measures calls of engines, if somebody wants that; then no invariant is checked.
  var stopwatch: (@Sendable () -> UInt64)?
  /// What the calls of all engines took by the stopwatch.
  package internal(set) var engineNanoseconds: UInt64 = 0
  /// Whether the time of faults is over.
  var isQuiet = false
  private var isOver = false

  /// The events so far.
  package internal(set) var log: EventLog
  /// What came of the duties of honest nodes.
  package internal(set) var statistics = RunStatistics()
  var checks: InvariantChecker

  /// Builds the cluster that options and seed name.
  package init(_ options: SimulationOptions) {
    var options = options
    options.plantedBug?.prepare(&options)
    var plan = FaultPlan(options.faults, extent: options.extent, seed: options.seed)
    if let delay = options.lateBlocksMilliseconds {
      plan.adversaries.insert(options.nodeCount - 1)
      plan.blockDelayMilliseconds = delay
    }
    options.plantedBug?.prepare(&plan)
    self.init(options, plan: plan)
  }

  /// Builds a cluster with a plan made by hand, as scenarios do.
  package init(_ options: SimulationOptions, plan: FaultPlan) {
    precondition(options.nodeCount > 0, "a cluster of \(options.nodeCount) nodes")
    precondition(options.validatorCount > 0, "a chain of \(options.validatorCount) validators")
    self.options = options
    self.plan = plan
    network = PacketSimulator(
      nodeCount: options.nodeCount, options: plan.packets, seed: options.seed)
    adversary = Adversary(nodes: plan.adversaries, seed: options.seed)
    diskRandom = SeededRandom(seed: options.seed, stream: .disks)
    proverRandom = SeededRandom(seed: options.seed, stream: .provers)
    clockRandom = SeededRandom(seed: options.seed, stream: .clocks)
    log = EventLog(collectsAll: options.keepsAllEvents)
    checks = InvariantChecker(
      nodeCount: options.nodeCount, adversaries: plan.adversaries,
      judgesLiveness: options.prover.keepsUp)
    makeNodes()
    scheduleWorld()
  }

  private mutating func makeNodes() {
    let state = State(
      genesisTime: SimulationOptions.genesisTime,
      validators: SimulatedKeys.validators(count: options.validatorCount))
    let genesis = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: state.hashTreeRoot(),
      body: BlockBody())
    for index in 0..<options.nodeCount {
      let own = stride(from: index, to: options.validatorCount, by: options.nodeCount)
      var configuration = ChainConfiguration(
        clock: SlotClock(genesisTime: SimulationOptions.genesisTime),
        validators: own.map { ValidatorIndex(UInt64($0)) }, policy: options.policy,
        isAggregator: index < options.aggregatorCount, canSplit: !options.prover.folds,
        foldsProposer: options.prover.folds, costSamples: options.prover.costSamples)
      configuration.voteOrder = options.voteOrder
      if !plan.adversaries.contains(index) { configuration.mistake = options.plantedBug?.mistake }
      let clock = SimulatedClock(
        epoch: SimulationOptions.epochMilliseconds,
        offset: plan.clockOffsetMilliseconds[index],
        driftPartsPerMillion: plan.driftPartsPerMillion[index])
      nodes.append(
        SimulatedNode(
          index: index, configuration: configuration, clock: clock, genesis: genesis, state: state)
      )
    }
  }

  private mutating func scheduleWorld() {
    for index in nodes.indices { queue.schedule(.start(index), at: .zero) }
    for timed in plan.timeline { queue.schedule(.fault(timed.fault), at: timed.time) }
    scheduleEnd(ofSlot: 0)
  }

  private mutating func scheduleEnd(ofSlot slot: Int) {
    let end = SimulationOptions.start(ofSlot: slot + 1)
    queue.schedule(.endOfSlot(slot), at: VirtualTime(milliseconds: end.milliseconds - 1))
  }

  /// The first broken invariant, if there is one.
  package var violation: Violation? { checks.violation }

  /// Runs to the end of the last slot and until liveness is judged, or to the first violation.
  package mutating func run() {
    while step() {}
  }

  /// Runs until a slot begins, or as ``run()`` does.
  package mutating func run(toSlot slot: Int) {
    while queue.now < SimulationOptions.start(ofSlot: slot), step() {}
  }

  /// Measures what engines take from here on instead of checking what they do, which takes longer.
  ///
  /// - Parameter stopwatch: The time that the calling thread has had, in nanoseconds.
  package mutating func measuresEngines(by stopwatch: @escaping @Sendable () -> UInt64) {
    self.stopwatch = stopwatch
  }

  /// Slots from the last fault until every honest node had finalized a newer block, if they have.
  package var recoverySlots: Int? { checks.liveness.recovery?.slots }

  /// Lets the next event happen; answers whether there is more to come.
  @discardableResult
  package mutating func step() -> Bool {
    guard violation == nil, !isOver, let event = queue.next() else { return false }
    happen(event)
    return true
  }

  private mutating func happen(_ event: Event) {
    if let node = event.engine, nodes[node].busyUntil > queue.now {
      return queue.schedule(event, at: nodes[node].busyUntil)
    }
    switch event {
    case .start(let node): start(node)
    case .networkReady(let node, let incarnation):
      if nodes[node].incarnation == incarnation { handle(.networkReady, node) }
    case .wake(let node, let generation):
      if nodes[node].wakeGeneration == generation { handle(.wake, node) }
    case .packet(let node, let packet): receive(packet, node)
    case .workEnded(let node, let incarnation, let work):
      if nodes[node].incarnation == incarnation { endWork(work, node) }
    case .committed(let node, let incarnation, let commit):
      if nodes[node].incarnation == incarnation { endCommit(commit, node) }
    case .published(let node, let incarnation, let root):
      if nodes[node].incarnation == incarnation { handle(.published(root: root), node) }
    case .retryRequests(let node): retryRequests(node)
    case .lateBroadcast(let node, let message): broadcast(message, from: node)
    case .fault(let fault): strike(fault)
    case .endOfSlot(let slot): endSlot(slot)
    }
  }

  // MARK: Life

  /// How long a node needs from its start until the network part can send.
  static let networkStartMilliseconds = 300

  mutating func start(_ node: NodeIndex) {
    nodes[node].start(at: queue.now, forgetsJournal: options.plantedBug == .forgetfulJournal)
    let ready = queue.now.advanced(by: Cluster.networkStartMilliseconds)
    queue.schedule(.networkReady(node, incarnation: nodes[node].incarnation), at: ready)
    checks.start(node)
    armTimer(node)
  }

  private mutating func endSlot(_ slot: Int) {
    for node in nodes {
      guard let store = node.chain?.store, checks.isHonest(node.index) else { continue }
      let head = Int(store.headNode.slot.rawValue)
      statistics.countSlot(
        headLag: slot - head, finalityLag: head - Int(store.latestFinalized.slot.rawValue))
    }
    exchangeStatus()
    checks.endSlot(slot, nodes: nodes, isQuiet: isQuiet, at: queue.now)
    // Without faults nothing ends; a prover too slow for a slot need not finalize at all.
    if hasFaults, slot + 1 == options.firstQuietSlot { becomeQuiet() }
    for node in nodes.indices { nodes[node].rejections = [:] }
    let mayEnd = !isQuiet || checks.liveness.isJudged || !options.prover.keepsUp
    isOver = slot + 1 >= options.slots && mayEnd
    if isOver, let recovery = checks.liveness.recovery { statistics.count(recovery) }
    if !isOver { scheduleEnd(ofSlot: slot + 1) }
  }

  private var hasFaults: Bool { plan != FaultPlan(calmFor: options.nodeCount) }

  private mutating func becomeQuiet() {
    isQuiet = true
    network.calm(delay: FaultPlan.goodDelay)
    log.append(world: "faults are over", at: queue.now)
  }
}
