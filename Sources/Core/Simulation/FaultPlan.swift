internal import Randomness

/// Something that goes wrong, or right again, at a moment of a run.
package enum Fault: Sendable, Equatable {
  /// The network splits; the array names each node's side.
  case partition(sides: [Int])
  /// The network is whole again.
  case heal
  /// A node dies: killed, or with its power cut, which loses what its disk had not synced.
  case crash(node: NodeIndex, cutsPower: Bool)
  /// A dead node starts again from what its disk kept.
  case restart(node: NodeIndex)
  /// A node's wall clock jumps.
  case clockStep(node: NodeIndex, byMilliseconds: Int)
  /// A node's wall clock is set right.
  case clockSynchronized(node: NodeIndex)
  /// Every proof that a node's prover finishes from now on fails.
  case proverBreaks(node: NodeIndex)
  /// No proof that a node's prover starts from now on ever ends.
  case proverHangs(node: NodeIndex)
  /// A node's prover works again; what hangs goes on hanging.
  case proverRecovers(node: NodeIndex)
  /// A node's validators stop voting and proposing while the node follows the chain.
  case validatorsOffline(node: NodeIndex)
  /// A node's validators are back.
  case validatorsOnline(node: NodeIndex)
  /// Nothing that one node sends reaches the other any more; the way back stays open.
  case linkCut(from: NodeIndex, to: NodeIndex)
  /// A cut link carries packets again.
  case linkRestored(from: NodeIndex, to: NodeIndex)
}

/// A fault and its moment.
package struct TimedFault: Sendable, Equatable {
  /// When it strikes.
  package let time: VirtualTime
  /// What strikes.
  package let fault: Fault

  /// Creates a fault at a moment.
  package init(time: VirtualTime, fault: Fault) {
    self.time = time
    self.fault = fault
  }
}

/// Everything that will go wrong in one run: fixed before it starts, so that it can be read.
package struct FaultPlan: Sendable, Equatable {
  /// The size of the run that a plan is made for.
  package struct Extent: Sendable, Equatable {
    /// How many nodes there are.
    package let nodeCount: Int
    /// Slots during which faults may begin and must end.
    package let faultySlots: Int
    /// Milliseconds from the start of the world to the start of slot 0.
    package let genesisOffsetMilliseconds: Int
    /// The length of a slot.
    package let slotMilliseconds: Int

    /// Creates an extent; the first two slots and all slots from `faultySlots` on are quiet.
    package init(
      nodeCount: Int, faultySlots: Int, genesisOffsetMilliseconds: Int, slotMilliseconds: Int
    ) {
      precondition(nodeCount > 0, "a cluster of \(nodeCount) nodes")
      self.nodeCount = nodeCount
      self.faultySlots = faultySlots
      self.genesisOffsetMilliseconds = genesisOffsetMilliseconds
      self.slotMilliseconds = slotMilliseconds
    }
  }

  /// How the network behaves until the quiet.
  package var packets: PacketOptions
  /// How the disks behave.
  package var disk: DiskOptions
  /// Each node's crystal, in parts per million.
  package var driftPartsPerMillion: [Int]
  /// Each node's wall clock error at the start, in milliseconds.
  package var clockOffsetMilliseconds: [Int]
  /// Nodes that do not follow the protocol.
  package var adversaries: Set<NodeIndex>
  /// How late adversaries send each block; `nil` lets them draw from all their tricks.
  package var blockDelayMilliseconds: Int?
  /// What adversaries do in every slot, besides their tricks with their own blocks and votes.
  package var attacks: Set<Attack> = []
  /// How much longer than its model a prover takes, in thousandths; `nil` is a tenth more or less.
  package var proverStretchPerMille: LatencyDistribution?
  /// What happens when, earliest first.
  package var timeline: [TimedFault]

  /// The delay of a good network: blocks and votes cross in 20 to 120 ms.
  package static let goodDelay = LatencyDistribution(
    minimum: 15, median: 40, p90: 80, p99: 120, maximum: 200)
  /// The commit of a good disk.
  package static let goodCommit = LatencyDistribution(
    minimum: 1, median: 2, p90: 4, p99: 10, maximum: 20)

  /// A run in which nothing goes wrong.
  package init(calmFor nodeCount: Int) {
    packets = PacketOptions(delay: FaultPlan.goodDelay)
    disk = DiskOptions(commit: FaultPlan.goodCommit)
    driftPartsPerMillion = Array(repeating: 0, count: nodeCount)
    clockOffsetMilliseconds = Array(repeating: 0, count: nodeCount)
    adversaries = []
    timeline = []
  }

  /// Draws the plan that a mixture of presets and a seed name.
  package init(_ faults: FaultMixture, extent: Extent, seed: UInt64) {
    self.init(calmFor: extent.nodeCount)
    var episodes = EpisodePlanner(extent: extent, seed: seed, intensity: faults.intensity)
    for preset in FaultPreset.allCases where faults.presets.contains(preset) {
      add(preset, &episodes)
    }
    timeline.sort { $0.time < $1.time }
  }

  private mutating func add(_ preset: FaultPreset, _ episodes: inout EpisodePlanner) {
    switch preset {
    case .none: break
    case .lossy: makeLossy(perCent: 2 * episodes.intensity)
    case .slow:
      packets.delay = LatencyDistribution(
        minimum: 50, median: 250, p90: 900, p99: 2500, maximum: 4000)
    case .partitions: timeline += episodes.partitions(perMille: 60)
    case .oneway: timeline += episodes.cutLinks(perMille: 80)
    case .crashes: timeline += episodes.crashes(perMille: 80)
    case .clocks:
      makeDrift(&episodes)
      timeline += episodes.clockSteps(perMille: 60)
    case .disks:
      disk = DiskOptions(
        commit: LatencyDistribution(minimum: 1, median: 20, p90: 150, p99: 600, maximum: 1500),
        failurePerMille: min(30 * episodes.intensity / 100, 1000))
    case .provers:
      timeline += episodes.proverOutages(perMille: 80)
      proverStretchPerMille = LatencyDistribution(
        minimum: 800, median: 1000, p90: 1500, p99: 4000, maximum: 12_000)
    case .offline: timeline += episodes.sleepingValidators(perMille: 80)
    case .adversary: adversaries = FaultPlan.adversaries(of: episodes.extent.nodeCount)
    case .floods: attack(by: [.paddedParticipants, .manyVotes, .copies], episodes)
    case .forgers: attack(by: [.forgedCopies, .forgedVotes, .farFuture], episodes)
    case .hoarders:
      attack(by: [.orphans, .unknownHeads, .silence], episodes)
      timeline += episodes.endlessProofs(perMille: 60)
    case .brief: timeline += episodes.briefFaults()
    case .chaos: addChaos(&episodes)
    }
  }

  private mutating func addChaos(_ episodes: inout EpisodePlanner) {
    makeLossy(perCent: episodes.intensity)
    makeDrift(&episodes)
    disk.failurePerMille = max(disk.failurePerMille, min(10 * episodes.intensity / 100, 1000))
    if episodes.random.chance(perMille: 300) {
      adversaries = FaultPlan.adversaries(of: episodes.extent.nodeCount)
    }
    timeline +=
      episodes.partitions(perMille: 20) + episodes.crashes(perMille: 25)
      + episodes.clockSteps(perMille: 20) + episodes.proverOutages(perMille: 20)
      + episodes.sleepingValidators(perMille: 20)
  }

  private mutating func attack(by attacks: Set<Attack>, _ episodes: EpisodePlanner) {
    adversaries = FaultPlan.adversaries(of: episodes.extent.nodeCount)
    self.attacks.formUnion(attacks)
  }

  /// The last nodes, fewer than a third of all where there are enough of them.
  private static func adversaries(of nodeCount: Int) -> Set<NodeIndex> {
    Set((nodeCount - max(1, (nodeCount - 1) / 3))..<nodeCount)
  }

  private mutating func makeLossy(perCent: Int) {
    packets.lossPerMille = min(15 * perCent / 100, 1000)
    packets.duplicationPerMille = min(20 * perCent / 100, 1000)
    packets.reorderingPerMille = min(50 * perCent / 100, 1000)
    packets.cloggingPerMille = min(2 * perCent / 100, 1000)
    packets.clogDuration = LatencyDistribution(
      minimum: 100, median: 600, p90: 2000, p99: 5000, maximum: 8000)
  }

  private mutating func makeDrift(_ episodes: inout EpisodePlanner) {
    for node in driftPartsPerMillion.indices {
      driftPartsPerMillion[node] = episodes.random.within(-100...100)
      clockOffsetMilliseconds[node] = episodes.random.within(-50...50)
    }
  }
}
