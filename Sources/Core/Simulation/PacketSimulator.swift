internal import Randomness

/// A simulated node's place in the cluster, counted from zero.
package typealias NodeIndex = Int

/// What the network between simulated nodes does to a packet.
package struct PacketOptions: Sendable, Equatable {
  /// One-way delay; every packet draws its own, so packets of one link overtake each other.
  package var delay: LatencyDistribution
  /// Packets in a thousand that vanish.
  package var lossPerMille: Int
  /// Packets in a thousand that arrive twice, each copy with its own delay.
  package var duplicationPerMille: Int
  /// Packets in a thousand that wait for a second delay on top: reordering beyond the jitter.
  package var reorderingPerMille: Int
  /// Packets in a thousand after which their link stands still for a while.
  package var cloggingPerMille: Int
  /// How long a clogged link stands still.
  package var clogDuration: LatencyDistribution

  /// A network that delays and does nothing else.
  package init(delay: LatencyDistribution) {
    self.delay = delay
    lossPerMille = 0
    duplicationPerMille = 0
    reorderingPerMille = 0
    cloggingPerMille = 0
    clogDuration = .constant(0)
  }
}

/// The network between simulated nodes: decides when, how often and whether a packet arrives.
package struct PacketSimulator: Sendable {
  /// A directed pair of nodes.
  private struct Link: Hashable {
    let from: NodeIndex
    let to: NodeIndex
  }

  /// Packets that vanished, for the report.
  package private(set) var lostCount = 0

  private var options: PacketOptions
  private var random: SeededRandom
  /// The side of a partition each node is on; all equal means whole.
  private var sides: [Int]
  private var cloggedUntil: [Link: VirtualTime] = [:]
  private var cutLinks: Set<Link> = []
  private var isCalm = false

  /// Creates a whole network of `nodeCount` nodes.
  package init(nodeCount: Int, options: PacketOptions, seed: UInt64) {
    self.options = options
    random = SeededRandom(seed: seed, stream: .packets)
    sides = Array(repeating: 0, count: nodeCount)
  }

  /// Splits the network: packets cross only between nodes of the same side.
  package mutating func partition(sides: [Int]) {
    precondition(sides.count == self.sides.count, "each node needs a side")
    self.sides = sides
  }

  /// Makes the network whole again.
  package mutating func heal() {
    sides = Array(repeating: 0, count: sides.count)
  }

  /// Stops what one node sends to another; the way back stays open.
  package mutating func cut(from sender: NodeIndex, to receiver: NodeIndex) {
    cutLinks.insert(Link(from: sender, to: receiver))
  }

  /// Lets a cut link carry packets again.
  package mutating func restore(from sender: NodeIndex, to receiver: NodeIndex) {
    cutLinks.remove(Link(from: sender, to: receiver))
  }

  /// Ends every fault for good: from now on packets are delayed and nothing else.
  package mutating func calm(delay: LatencyDistribution) {
    heal()
    cutLinks = []
    cloggedUntil = [:]
    options.delay = delay
    isCalm = true
  }

  /// The moments at which a packet sent now arrives: none when lost, two when duplicated.
  package mutating func deliveries(
    from sender: NodeIndex, to receiver: NodeIndex, at now: VirtualTime
  ) -> [VirtualTime] {
    guard !isCalm else { return [now.advanced(by: options.delay.draw(from: &random))] }
    let link = Link(from: sender, to: receiver)
    guard sides[sender] == sides[receiver], !cutLinks.contains(link),
      !random.chance(perMille: options.lossPerMille)
    else {
      lostCount += 1
      return []
    }
    if random.chance(perMille: options.cloggingPerMille) {
      cloggedUntil[link] = now.advanced(by: options.clogDuration.draw(from: &random))
    }
    let departure = max(now, cloggedUntil[link] ?? now)
    let copies = random.chance(perMille: options.duplicationPerMille) ? 2 : 1
    return (0..<copies).map { _ in departure.advanced(by: delay()) }
  }

  private mutating func delay() -> Int {
    let delay = options.delay.draw(from: &random)
    guard random.chance(perMille: options.reorderingPerMille) else { return delay }
    return delay + options.delay.draw(from: &random)
  }
}
