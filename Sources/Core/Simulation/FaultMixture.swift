/// A named kind of fault.
package enum FaultPreset: String, Sendable, CaseIterable {
  /// A good network and nothing else.
  case none
  /// Lost, doubled, overtaking packets and links that stand still.
  case lossy
  /// Packets that take up to a whole slot.
  case slow
  /// The network splits and heals.
  case partitions
  /// Single links that carry packets one way only.
  case oneway
  /// Nodes die, with and without losing unsynced data, and start again.
  case crashes
  /// Clocks drift, and some jump.
  case clocks
  /// Slow and failing journal commits.
  case disks
  /// Provers that fail for a while, and some proofs that take many times as long.
  case provers
  /// Validators that sleep.
  case offline
  /// Nodes that equivocate, delay and withhold their blocks, vote from the future and send garbage.
  case adversary
  /// Peers that send one proof in many forms, votes for everything, and copies without end.
  case floods
  /// Peers that forge: copies of blocks before the real ones, votes of others, and times to come.
  case forgers
  /// Peers that let others wait: for parents, heads and answers; and proofs that never end.
  case hoarders
  /// One short fault of any kind after the other, with time to recover between them.
  case brief
  /// Most of the above at once, each less often.
  case chaos

  /// Slots from the last fault within which 99 of 100 runs finalize a newer block on every honest
  /// node, with proofs of up to 1.2 s; `Docs/Simulator.md` has the runs that it comes from.
  package var usualRecoverySlots: Int {
    switch self {
    case .none: 0
    case .brief, .oneway, .offline: 6
    case .forgers: 8
    case .lossy, .slow, .disks, .adversary, .floods: 10
    case .provers, .hoarders: 11
    case .partitions, .clocks: 12
    case .crashes: 13
    case .chaos: 15
    }
  }

  /// One line for people.
  package var summary: String {
    switch self {
    case .none: "a good network and nothing else"
    case .lossy: "packets are lost, doubled, reordered; links stand still for seconds"
    case .slow: "packets take 50 ms to 4 s, a quarter of a second in the middle"
    case .partitions: "the network splits for 1 to 12 slots and heals"
    case .oneway: "single links carry nothing one way for 1 to 12 slots"
    case .crashes: "nodes die, half of them with a power cut that loses unsynced data, and restart"
    case .clocks: "clocks drift by up to 100 ppm and step by up to 30 s either way"
    case .disks: "journal commits take up to 1.5 s, and 3 in 100 fail"
    case .provers: "provers fail for 1 to 6 slots; 1 proof in 100 takes 4 to 12 times as long"
    case .offline: "validators sleep for 2 to 20 slots while their node follows the chain"
    case .adversary:
      "the last node (fewer than a third) equivocates, delays, withholds, forges, votes from the "
        + "future and sends garbage"
    case .floods:
      "the last node sends one proof with padded participants, votes for everything, and copies"
    case .forgers:
      "the last node sends blocks of others with noise for a proof, votes of others, and slots "
        + "that are far away"
    case .hoarders:
      "the last node sends blocks and votes whose blocks nobody has and answers nothing; proofs "
        + "that never end"
    case .brief: "one fault of at most 2 slots after the other, with 10 slots to recover"
    case .chaos: "lossy, partitions, crashes, clocks, disks, provers, offline, adversary, mixed"
    }
  }
}

/// Presets that happen at once, and how often.
package struct FaultMixture: Sendable, Equatable {
  /// The presets; their order does not matter.
  package var presets: [FaultPreset]
  /// How often faults strike, in per cent of what the presets say.
  package var intensity: Int

  /// Creates a mixture.
  package init(_ presets: FaultPreset..., intensity: Int = 100) {
    self.presets = presets
    self.intensity = intensity
  }

  /// The mixture with a name such as `crashes` or `lossy,crashes`.
  package init?(named name: String) {
    let parts = name.split(separator: ",", omittingEmptySubsequences: false)
    let presets = parts.compactMap { FaultPreset(rawValue: String($0)) }
    guard presets.count == parts.count else { return nil }
    self.presets = presets
    intensity = 100
  }

  /// The name, by which it can be made again.
  package var name: String { presets.map(\.rawValue).joined(separator: ",") }
}
