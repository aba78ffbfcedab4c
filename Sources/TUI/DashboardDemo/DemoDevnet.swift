package import ChainEvents
package import Hashing

/// A made-up devnet for tests, pictures and benchmarks: four nodes, sixteen validators, every outcome.
///
/// No node uses it. The same seed gives the same events.
package struct DemoDevnet: Sendable {
  /// What goes wrong in a slot.
  package enum Trouble: Sendable {
    /// New votes arrive and the candidate is built again.
    case refresh
    /// The merge is late, so the block is built inside the slot.
    case fallback
    /// A late parent moves the head after the block was signed.
    case forfeit
    /// The prover overruns the slot.
    case miss
    /// The proposer is silent.
    case empty
    /// The engine is busy past interval 0.
    case missedInterval
  }

  /// The start of slot 0.
  package static let genesisMilliseconds: UInt64 = 1_786_000_000_000
  /// Validators of the chain, unless told otherwise.
  package static let validators: UInt64 = 16

  /// The names of the nodes.
  package let nodes: [String]
  /// What goes wrong, by slot.
  package var troubles: [UInt64: Trouble] = [:]
  /// From this slot on half of the validators are silent and nobody aggregates.
  package var stallFrom: UInt64?
  /// Validators of the chain.
  package var voters = DemoDevnet.validators
  /// Of so many validators one is a node's own; as many as there are nodes, unless told otherwise.
  package var ownShare: Int?
  /// Peers of other clients that each node has.
  package var foreignPeers = 7
  /// Whether single votes are told.
  package var tellsVotes = true
  private let seed: UInt64

  /// Creates a devnet.
  package init(nodes: Int = 4, seed: UInt64 = 1) {
    self.nodes = (0..<nodes).map { "node-\($0)" }
    self.seed = seed
  }

  /// The start of a slot.
  package static func start(of slot: UInt64) -> UInt64 {
    genesisMilliseconds + slot * EventStamp.slotMilliseconds
  }

  /// Every event of these slots up to a time, in the order of time.
  ///
  /// The nodes introduce themselves first, unless the slots continue what was made before.
  package func events(
    _ slots: ClosedRange<UInt64>, until end: UInt64 = .max, continuing: Bool = false
  ) -> [TimedEvent] {
    let streams = nodes.indices.map { index -> [TimedEvent] in
      var script = DemoScript(devnet: self, index: index, random: DemoRandom(seed: seed))
      script.write(slots, introducing: !continuing)
      var stamp = EventStamp(
        node: nodes[index], genesisMilliseconds: DemoDevnet.genesisMilliseconds)
      return script.lines.enumerated()
        .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
        .map { stamp.stamp($0.element.event, at: $0.element.time) }
        .filter { $0.timeMilliseconds <= end }
    }
    return streams.enumerated().flatMap { index, events in events.map { (index, $0) } }
      .sorted {
        ($0.1.timeMilliseconds, $0.0, $0.1.sequence) < ($1.1.timeMilliseconds, $1.0, $1.1.sequence)
      }
      .map(\.1)
  }

  /// The root of the block of a slot; `fork` gives another of the same slot.
  package static func root(_ slot: UInt64, fork: UInt64 = 0) -> Bytes32 {
    var random = DemoRandom(seed: slot &* 1_000_003 &+ fork)
    let words = (0..<4).map { _ in random.next() }
    return Bytes32 { buffer in
      for (index, word) in words.enumerated() {
        buffer.storeBytes(of: word, toByteOffset: 8 * index, as: UInt64.self)
      }
    }
  }
}

/// SplitMix64.
struct DemoRandom {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }

  mutating func next(_ range: ClosedRange<UInt64>) -> UInt64 {
    range.lowerBound + next() % (range.upperBound - range.lowerBound + 1)
  }
}
