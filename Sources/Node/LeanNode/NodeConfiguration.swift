public import Consensus
public import Hashing
package import Networking
public import Proposing
internal import SSZ
public import Storage
public import XMSS

/// What one node is made from; every part is validated before it gets here.
public struct NodeConfiguration: Sendable {
  /// The node's name in events, logs and among peers.
  public var name: String

  /// The name of the network, for screens.
  public var networkName: String

  /// The chain's first state.
  public var genesis: GenesisState

  /// The keys of the validators whose duties are this node's.
  public var keys: [ValidatorKeys]

  /// The signature scheme of the network.
  public var scheme: Scheme

  /// Whether the node aggregates votes from the start.
  public var isAggregator: Bool

  /// The attestation committees of the network, and those whose votes the node takes.
  package var subnets = AttestationSubnets()

  /// How long duties wait for a first peer to say where it stands; zero without peers to wait for.
  public var peerWait = Duration.zero

  /// How proposals trade votes against time.
  public var policy: ProposalPolicy

  /// The file of the chain database.
  public var databasePath: String

  /// How far back blocks are kept for peers that catch up.
  public var retention = ChainDatabase.Retention.usual

  /// The file of the signing journal.
  public var journalPath: String

  /// Which earlier signatures of the keys count.
  public var journalPolicy: JournalPolicy

  /// What is simulated, for screens; empty in a real network.
  public var simulated: [String]

  /// Creates a configuration.
  public init(
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
public struct GenesisState: Sendable {
  /// The state.
  public let state: State

  /// The block at slot 0, empty and unsigned.
  public let block: Block

  /// The root of ``block``: it names the network.
  public let root: Bytes32

  /// Creates the genesis of a chain.
  ///
  /// - Parameters:
  ///   - genesisTime: The start of slot 0, in Unix seconds.
  ///   - validators: The registry.
  public init(genesisTime: UInt64, validators: Validators) {
    state = State(genesisTime: genesisTime, validators: validators)
    block = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: state.hashTreeRoot(),
      body: BlockBody())
    root = block.hashTreeRoot()
  }

  /// The grid of slots.
  public var clock: SlotClock { SlotClock(genesisTime: state.config.genesisTime) }
}
