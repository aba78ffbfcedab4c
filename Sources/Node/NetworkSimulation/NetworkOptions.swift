package import Gossipsub
package import Simulation

/// The network that is simulated and what goes wrong in it.
package struct NetworkOptions: Sendable {
  /// Nodes, each with a validator, that take blocks, aggregates and the votes of their subnet.
  package var nodes = 50

  /// Peers that each node has about; it dials half of them.
  package var peersPerNode = 20

  /// Subnets of votes.
  package var subnets = 1

  /// Slots of 4 s in which every node votes, and one node each makes a block and an aggregate.
  package var slots = 10

  /// Decides everything that is drawn.
  package var seed: UInt64 = 1

  /// How long a packet takes one way.
  package var delay = LatencyDistribution(minimum: 5, median: 25, p90: 60, p99: 120, maximum: 200)

  /// Packets in a thousand that are lost and sent again, while what follows them waits.
  package var lossPerMille = 0

  /// What a node can send in a millisecond: 12,500 bytes are 100 Mbit a second.
  package var uplinkBytesPerMillisecond = 12_500

  /// How long an engine takes to judge a message.
  package var judging = LatencyDistribution(minimum: 1, median: 5, p90: 20, p99: 40, maximum: 80)

  /// Bytes of a block, an aggregate and a vote: those of the devnets of 2026.
  package var blockBytes = 250_000
  package var aggregateBytes = 160_000
  package var voteBytes = 2700

  /// Slots in which the nodes are in two halves that cannot reach each other.
  package var partition: Range<Int>?

  /// Nodes in a thousand that stop in a slot, half of them without a word.
  ///
  /// Each is back after two slots with nothing but its name.
  package var churnPerMille = 0

  /// The mesh of every node.
  package var parameters = GossipsubParameters()

  /// A network without faults.
  package init() {}
}
