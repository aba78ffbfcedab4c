internal import Chain
internal import Consensus
internal import ForkChoice

/// Liveness: finality resumes when faults end.
///
/// Resumed means that every honest node has finalized a block that is newer than the last fault:
/// proposed, voted for and justified afterwards.
struct LivenessCheck: Sendable {
  /// How a run came out of its faults.
  struct Recovery: Sendable, Equatable {
    /// Slots from the last one with faults until every honest node had finalized a newer block.
    let slots: Int
    /// The slots that it was given.
    let bound: Int
    /// Slots until every honest node had finalized anything more than before.
    let firstStep: Int
  }

  private(set) var recovery: Recovery?

  private var lastFaultySlot: Slot?
  /// The newest slot that any clock showed while faults struck.
  private var newestClockSlot: Slot = 0
  private var newestFinalized: Slot = 0
  private var firstStep: Int?

  /// Whether there is nothing left to wait for.
  var isJudged: Bool { lastFaultySlot == nil || recovery != nil }

  /// Notes that faults struck in the slot that ends, how far finality has come, and what clocks show.
  mutating func noteFaultySlot(_ slot: Int, _ nodes: [SimulatedNode], at time: VirtualTime) {
    lastFaultySlot = Slot(UInt64(slot))
    let shown = nodes.map { $0.configuration.clock.slot(at: $0.wall(at: time)) }
    newestClockSlot = max(newestClockSlot, shown.max() ?? 0)
    let finalized = nodes.compactMap { $0.chain?.store.latestFinalized.slot }
    newestFinalized = finalized.max() ?? newestFinalized
  }

  /// Looks at the end of a quiet slot; a text tells that finality did not resume in time.
  mutating func check(_ slot: Int, _ nodes: [SimulatedNode]) -> String? {
    guard let lastFaultySlot, recovery == nil else { return nil }
    let elapsed = slot - Int(lastFaultySlot.rawValue)
    if firstStep == nil, nodes.allSatisfy({ $0.hasFinalized(after: newestFinalized) }) {
      firstStep = elapsed
    }
    let lagging = nodes.filter { !$0.hasFinalized(after: lastFaultySlot) }
    guard !lagging.isEmpty else {
      recovery = Recovery(
        slots: elapsed, bound: bound(lastFaultySlot),
        firstStep: firstStep ?? elapsed)
      return nil
    }
    guard elapsed >= bound(lastFaultySlot) else { return nil }
    let slots = lagging.map { node in
      "\(node.name) \(node.chain.map { "\($0.store.latestFinalized.slot)" } ?? "dead")"
    }
    return "faults ended with slot \(lastFaultySlot), finalized now: "
      + slots.joined(separator: ", ")
  }

  /// Slots in which nodes that were away catch up: a restarted key is silent for two from the newest
  /// slot that its clock has shown, and blocks that were missed are asked for one after the other.
  private static let settlingSlots: UInt64 = 4

  /// From the start of a justified slot until every node has seen the block that justifies it: the
  /// votes of the slot, proofs of them in the next block, and a block that may be late.
  private static let justificationSlots: UInt64 = 3

  /// Sixteen slots, or more after a stall so long that the protocol itself needs more.
  ///
  /// 3SF-mini justifies only slots whose distance from the finalized one is at most five, a square or
  /// a pronic number: after a stall of n slots they lie about √n apart. A slot is finalized when it
  /// and the next justifiable one are justified. So after the nodes have settled, the second
  /// justifiable slot has to come and to be justified; nothing else extends the bound.
  ///
  /// A clock that ran ahead counts as a fault until the slot that it showed: its key must not sign
  /// before two slots later, also when the clock is right again. `chaos`, `merge-1200`, seed 93007:
  /// one of four keys is silent until slot 53, so slots 48 and 52, which are justifiable after 32,
  /// have no block, and the next two are 57 and 62.
  private func bound(_ lastFaultySlot: Slot) -> Int {
    let settled = max(lastFaultySlot, newestClockSlot) + LivenessCheck.settlingSlots
    let first = settled.nextJustifiable(after: newestFinalized)
    let second = first.nextJustifiable(after: newestFinalized)
    let needed = second + LivenessCheck.justificationSlots
    return max(Int(needed.rawValue - lastFaultySlot.rawValue), SimulationOptions.livenessSlots)
  }
}

extension SimulatedNode {
  fileprivate func hasFinalized(after slot: Slot) -> Bool {
    chain.map { $0.store.latestFinalized.slot > slot } ?? false
  }
}
