/// Draws the episodes of a fault plan: each kind of fault strikes, lasts some slots and ends.
///
/// Episodes of one kind do not overlap, and all end before the quiet begins.
struct EpisodePlanner {
  let extent: FaultPlan.Extent
  var random: SeededRandom

  init(extent: FaultPlan.Extent, seed: UInt64) {
    self.extent = extent
    random = SeededRandom(seed: seed, stream: .faultPlan)
  }

  mutating func partitions(perMille: Int) -> [TimedFault] {
    episodes(perMille: perMille, slots: 1...12) { planner in
      (.partition(sides: planner.sides()), .heal)
    }
  }

  mutating func crashes(perMille: Int) -> [TimedFault] {
    episodes(perMille: perMille, slots: 0...10) { planner in
      let node = planner.node()
      let cutsPower = planner.random.chance(perMille: 500)
      return (.crash(node: node, cutsPower: cutsPower), .restart(node: node))
    }
  }

  /// Steps of less than an interval, of less than a slot and of several slots, either way.
  mutating func clockSteps(perMille: Int) -> [TimedFault] {
    episodes(perMille: perMille, slots: 1...6) { planner in
      let node = planner.node()
      let largest = [700, 3900, 30_000][planner.random.below(3)]
      let step = planner.random.within(50...largest)
      let signed = planner.random.chance(perMille: 500) ? step : -step
      return (.clockStep(node: node, byMilliseconds: signed), .clockSynchronized(node: node))
    }
  }

  mutating func proverOutages(perMille: Int) -> [TimedFault] {
    episodes(perMille: perMille, slots: 1...6) { planner in
      let node = planner.node()
      return (.proverBreaks(node: node), .proverRecovers(node: node))
    }
  }

  mutating func sleepingValidators(perMille: Int) -> [TimedFault] {
    episodes(perMille: perMille, slots: 2...20) { planner in
      let node = planner.node()
      return (.validatorsOffline(node: node), .validatorsOnline(node: node))
    }
  }

  private mutating func node() -> NodeIndex {
    random.below(extent.nodeCount)
  }

  /// One node alone, or two sides drawn by lot.
  private mutating func sides() -> [Int] {
    if random.chance(perMille: 500) {
      let alone = node()
      return (0..<extent.nodeCount).map { $0 == alone ? 1 : 0 }
    }
    return (0..<extent.nodeCount).map { _ in random.below(2) }
  }

  /// Episodes that begin at any millisecond of a slot and last a number of slots and a bit.
  private mutating func episodes(
    perMille: Int, slots: ClosedRange<Int>,
    _ draw: (inout EpisodePlanner) -> (begin: Fault, end: Fault)
  ) -> [TimedFault] {
    var timeline: [TimedFault] = []
    var slot = 2
    while slot < extent.faultySlots {
      defer { slot += 1 }
      guard random.chance(perMille: perMille) else { continue }
      let faults = draw(&self)
      let begin = millisecond(ofSlot: slot)
      let last = min(slot + random.within(slots), extent.faultySlots - 1)
      let end = max(begin + 1, millisecond(ofSlot: last))
      timeline.append(TimedFault(time: VirtualTime(milliseconds: begin), fault: faults.begin))
      timeline.append(TimedFault(time: VirtualTime(milliseconds: end), fault: faults.end))
      slot = last
    }
    return timeline
  }

  /// A random millisecond within a slot.
  private mutating func millisecond(ofSlot slot: Int) -> Int {
    extent.genesisOffsetMilliseconds + slot * extent.slotMilliseconds
      + random.below(extent.slotMilliseconds)
  }
}
