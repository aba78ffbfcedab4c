package import BlockBuilding
internal import Consensus
package import Proposing

/// The size and the rules of a simulated run; together with the seed they name it.
package struct SimulationOptions: Sendable {
  /// How many nodes there are.
  package var nodeCount = 4
  /// How many validators there are; they are dealt to the nodes in turn.
  package var validatorCount = 4
  /// How many nodes aggregate votes: the first ones.
  package var aggregatorCount = 1
  /// How many slots are simulated.
  package var slots = 100
  /// Everything random follows from it.
  package var seed: UInt64 = 1
  /// What goes wrong.
  package var faults = FaultMixture(.none)
  /// How late the last node sends each of its blocks, in milliseconds; `nil` is not at all.
  package var lateBlocksMilliseconds: Int?
  /// How long proofs take.
  package var prover = ProverPreset.instant
  /// How every node proposes.
  package var policy = ProposalPolicy()
  /// In which order every node chooses votes for its blocks.
  package var voteOrder = SelectionOrder.finality
  /// Whether every event is kept, and not only the newest.
  package var keepsAllEvents = false

  /// A mistake made on purpose, which a checker has to find.
  package var plantedBug: PlantedBug?

  /// The default options: four nodes, one of them an aggregator, and nothing goes wrong.
  package init() {}

  /// Slots at the end of a run without faults, or half of a short run; finality must resume there,
  /// and a run goes on until that is decided.
  package static let quietSlots = 32

  /// Slots after the last fault within which every node must finalize again, unless finality stood
  /// still for so long that the protocol itself needs more.
  package static let livenessSlots = 16

  /// The slot from which on no fault strikes.
  var firstQuietSlot: Int { max(slots - SimulationOptions.quietSlots, slots / 2) }

  /// The first slot begins this long after the world, so that nodes start before genesis.
  static let genesisOffsetMilliseconds = 4000

  /// The Unix second of genesis; any will do.
  static let genesisTime: UInt64 = 1_800_000_000

  /// What every perfect clock shows when the world begins.
  static let epochMilliseconds = Int(genesisTime) * 1000 - genesisOffsetMilliseconds

  var extent: FaultPlan.Extent {
    FaultPlan.Extent(
      nodeCount: nodeCount, faultySlots: firstQuietSlot,
      genesisOffsetMilliseconds: SimulationOptions.genesisOffsetMilliseconds,
      slotMilliseconds: Int(Preset.millisecondsPerSlot))
  }

  /// The moment at which a slot begins by perfect clocks.
  static func start(ofSlot slot: Int) -> VirtualTime {
    VirtualTime(
      milliseconds: genesisOffsetMilliseconds + slot * Int(Preset.millisecondsPerSlot))
  }
}
