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
    /// The first slot, counted likewise, at whose end the protocol can have done so.
    let earliestPossible: Int
    /// Slots until every honest node had finalized anything more than before.
    let firstStep: Int
  }

  private(set) var recovery: Recovery?

  private var lastFaultySlot: Slot?
  private var oldestFinalized: Slot = 0
  private var newestFinalized: Slot = 0
  private var firstStep: Int?

  /// Whether there is nothing left to wait for.
  var isJudged: Bool { lastFaultySlot == nil || recovery != nil }

  /// Notes that faults still strike, and how far finality has come.
  mutating func noteFaultySlot(_ slot: Int, _ nodes: [SimulatedNode]) {
    lastFaultySlot = Slot(UInt64(slot))
    let finalized = nodes.compactMap { $0.chain?.store.latestFinalized.slot }
    oldestFinalized = finalized.min() ?? oldestFinalized
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
        slots: elapsed, earliestPossible: distance(toJustifiable: 2, after: lastFaultySlot) + 2,
        firstStep: firstStep ?? elapsed)
      return nil
    }
    guard elapsed >= deadline(lastFaultySlot) else { return nil }
    let slots = lagging.map { node in
      "\(node.name) \(node.chain.map { "\($0.store.latestFinalized.slot)" } ?? "dead")"
    }
    return "faults ended with slot \(lastFaultySlot), finalized now: "
      + slots.joined(separator: ", ")
  }

  /// Sixteen slots, or more after a stall so long that the protocol itself needs more.
  ///
  /// The longer finality stood still, the farther apart are the slots that may be justified. Two of
  /// them must be, one may be empty, and five slots bring the votes for the last into a block.
  private func deadline(_ lastFaultySlot: Slot) -> Int {
    max(distance(toJustifiable: 3, after: lastFaultySlot) + 5, SimulationOptions.livenessSlots)
  }

  /// Slots to the `count`th slot that may be justified from now on.
  private func distance(toJustifiable count: Int, after slot: Slot) -> Int {
    let justifiable = (0..<count).reduce(slot) { slot, _ in
      slot.nextJustifiable(after: oldestFinalized)
    }
    return Int(justifiable.rawValue - slot.rawValue)
  }
}

extension SimulatedNode {
  fileprivate func hasFinalized(after slot: Slot) -> Bool {
    chain.map { $0.store.latestFinalized.slot > slot } ?? false
  }
}
