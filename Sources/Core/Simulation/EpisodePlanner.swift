internal import Randomness

/// Draws the episodes of a fault plan: each kind of fault strikes, lasts some slots and ends.
///
/// Episodes of one kind do not overlap, and all end before the quiet begins.
struct EpisodePlanner {
  let extent: FaultPlan.Extent
  /// How often faults strike, in per cent of what is asked for.
  let intensity: Int
  var random: SeededRandom

  init(extent: FaultPlan.Extent, seed: UInt64, intensity: Int = 100) {
    self.extent = extent
    self.intensity = intensity
    random = SeededRandom(seed: seed, stream: .faultPlan)
  }

  mutating func partitions(perMille: Int) -> [TimedFault] {
    episodes(perMille: perMille, slots: 1...12) { planner in
      (.partition(sides: planner.sides()), .heal)
    }
  }

  mutating func crashes(perMille: Int) -> [TimedFault] {
    episodes(perMille: perMille, slots: 0...10) { $0.crash() }
  }

  /// Steps of less than an interval, of less than a slot and of several slots, either way.
  mutating func clockSteps(perMille: Int) -> [TimedFault] {
    episodes(perMille: perMille, slots: 1...6) { planner in
      let largest = [700, 3900, 30_000][planner.random.below(3)]
      return planner.clockStep(atMost: largest)
    }
  }

  mutating func proverOutages(perMille: Int) -> [TimedFault] {
    episodes(perMille: perMille, slots: 1...6) { planner in
      let node = planner.node()
      return (.proverBreaks(node: node), .proverRecovers(node: node))
    }
  }

  mutating func endlessProofs(perMille: Int) -> [TimedFault] {
    episodes(perMille: perMille, slots: 1...2) { planner in
      let node = planner.node()
      return (.proverHangs(node: node), .proverRecovers(node: node))
    }
  }

  mutating func sleepingValidators(perMille: Int) -> [TimedFault] {
    episodes(perMille: perMille, slots: 2...20) { planner in
      let node = planner.node()
      return (.validatorsOffline(node: node), .validatorsOnline(node: node))
    }
  }

  mutating func cutLinks(perMille: Int) -> [TimedFault] {
    episodes(perMille: perMille, slots: 1...12) { $0.cutLink() }
  }

  /// One fault of any kind in twelve slots, each over after two: finality never stands still long.
  mutating func briefFaults() -> [TimedFault] {
    var timeline: [TimedFault] = []
    for slot in stride(from: 2, to: extent.faultySlots - 3, by: 12) {
      timeline += episode(from: slot, to: slot + random.within(1...2), anyFault())
    }
    return timeline
  }

  // MARK: Single faults

  private mutating func anyFault() -> (begin: Fault, end: Fault) {
    let node = node()
    switch random.below(6) {
    case 0: return (.partition(sides: sides()), .heal)
    case 1: return crash()
    case 2: return clockStep(atMost: 3900)
    case 3: return (.proverBreaks(node: node), .proverRecovers(node: node))
    case 4: return (.validatorsOffline(node: node), .validatorsOnline(node: node))
    default: return cutLink()
    }
  }

  private mutating func crash() -> (begin: Fault, end: Fault) {
    let node = node()
    let cutsPower = random.chance(perMille: 500)
    return (.crash(node: node, cutsPower: cutsPower), .restart(node: node))
  }

  private mutating func clockStep(atMost largest: Int) -> (begin: Fault, end: Fault) {
    let node = node()
    let step = random.within(50...largest)
    let signed = random.chance(perMille: 500) ? step : -step
    return (.clockStep(node: node, byMilliseconds: signed), .clockSynchronized(node: node))
  }

  private mutating func cutLink() -> (begin: Fault, end: Fault) {
    let from = node()
    let to = (from + 1 + random.below(max(extent.nodeCount - 1, 1))) % extent.nodeCount
    return (.linkCut(from: from, to: to), .linkRestored(from: from, to: to))
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
      guard random.chance(perMille: perMille * intensity / 100) else { continue }
      let faults = draw(&self)
      let begin = millisecond(ofSlot: slot)
      let last = min(slot + random.within(slots), extent.faultySlots - 1)
      let end = max(begin + 1, millisecond(ofSlot: last))
      timeline += episode(begin, end, faults)
      slot = last
    }
    return timeline
  }

  private mutating func episode(
    from slot: Int, to last: Int, _ faults: (begin: Fault, end: Fault)
  ) -> [TimedFault] {
    let begin = millisecond(ofSlot: slot)
    return episode(begin, max(begin + 1, millisecond(ofSlot: last)), faults)
  }

  private func episode(
    _ begin: Int, _ end: Int, _ faults: (begin: Fault, end: Fault)
  ) -> [TimedFault] {
    [
      TimedFault(time: VirtualTime(milliseconds: begin), fault: faults.begin),
      TimedFault(time: VirtualTime(milliseconds: end), fault: faults.end),
    ]
  }

  /// A random millisecond within a slot.
  private mutating func millisecond(ofSlot slot: Int) -> Int {
    extent.genesisOffsetMilliseconds + slot * extent.slotMilliseconds
      + random.below(extent.slotMilliseconds)
  }
}
