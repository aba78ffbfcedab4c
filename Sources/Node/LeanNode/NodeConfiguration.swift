package import Consensus
package import Hashing
package import Networking
package import Proposing
internal import SSZ
package import Storage
package import XMSS

/// What one node is made from; every part is validated before it gets here.
package struct NodeConfiguration: Sendable {
  /// The node's name in events, logs and among peers.
  package var name: String

  /// The name of the network, for screens.
  package var networkName: String

  /// The chain's first state.
  package var genesis: GenesisState

  /// The keys of the validators whose duties are this node's.
  package var keys: [ValidatorKeys]

  /// The signature scheme of the network.
  package var scheme: Scheme

  /// Whether the node aggregates votes from the start.
  package var isAggregator: Bool

  /// The attestation committees of the network, and those whose votes the node takes.
  package var subnets = AttestationSubnets()

  /// How long duties wait for a first peer to say where it stands; zero without peers to wait for.
  package var peerWait = Duration.zero

  /// Whether the prover also makes the blocks of other nodes.
  package var sharesProver = false

  /// How proposals trade votes against time.
  package var policy: ProposalPolicy

  /// The file of the chain database.
  package var databasePath: String

  /// How far back blocks are kept for peers that catch up.
  public var retention = ChainDatabase.Retention.usual

  /// The file of the signing journal.
  package var journalPath: String

  /// Which earlier signatures of the keys count.
  package var journalPolicy: JournalPolicy

  /// What is simulated, for screens; empty in a real network.
  package var simulated: [String]

  /// Creates a configuration.
  package init(
    name: String, networkName: String, genesis: GenesisState, keys: [ValidatorKeys],
    scheme: Scheme, isAggregator: Bool, policy: ProposalPolicy, databasePath: String,
    journalPath: String, journalPolicy: JournalPolicy, simulated: [String]
  ) {
    self.name = name
    self.networkName = networkName
    self.genesis = genesis
    self.keys = keys
    self.scheme = scheme
    self.isAggregator = isAggregator
    self.policy = policy
    self.databasePath = databasePath
    self.journalPath = journalPath
    self.journalPolicy = journalPolicy
    self.simulated = simulated
  }
}

/// The state before the first block, and the block that stands for it.
package struct GenesisState: Sendable {
  /// The state.
  package let state: State

  /// The block at slot 0, empty and unsigned.
  package let block: Block

  /// The root of ``block``: it names the network.
  package let root: Bytes32

  /// Creates the genesis of a chain.
  ///
  /// - Parameters:
  ///   - genesisTime: The start of slot 0, in Unix seconds.
  ///   - validators: The registry.
  package init(genesisTime: UInt64, validators: Validators) {
    state = State(genesisTime: genesisTime, validators: validators)
    block = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: state.hashTreeRoot(),
      body: BlockBody())
    root = block.hashTreeRoot()
  }

  /// The grid of slots.
  package var clock: SlotClock { SlotClock(genesisTime: state.config.genesisTime) }
}
