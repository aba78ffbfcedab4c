internal import Chain
internal import ChainHost
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ

// The bodies of answers. Field names are leanSpec's, in snake case, as every lean client has them.

struct Health: Encodable {
  let status = "healthy"
  let service = "lean-rpc-api"
}

struct SpecJSON: Encodable {
  let slot = Preset.millisecondsPerSlot
  let intervals = Preset.intervalsPerSlot
  let interval = Preset.millisecondsPerInterval
  let roots = Preset.historicalRootsLimit
  let digest = "12345678"

  enum CodingKeys: String, CodingKey {
    case slot = "MILLISECONDS_PER_SLOT"
    case intervals = "INTERVALS_PER_SLOT"
    case interval = "MILLISECONDS_PER_INTERVAL"
    case roots = "HISTORICAL_ROOTS_LIMIT"
    case digest = "FORK_DIGEST"
  }
}

struct GenesisJSON: Encodable {
  let genesisTime: UInt64
  let validatorCount: Int

  init(_ view: ChainView) {
    genesisTime = view.forkChoice.genesisTime
    validatorCount = view.forkChoice.validatorCount
  }

  enum CodingKeys: String, CodingKey {
    case genesisTime = "genesis_time"
    case validatorCount = "validator_count"
  }
}

struct CheckpointJSON: Encodable {
  let slot: UInt64
  let root: Bytes32

  init(_ checkpoint: Checkpoint) {
    (slot, root) = (checkpoint.slot.rawValue, checkpoint.root)
  }
}

struct IdentityJSON: Encodable {
  let version: String
  let peerID: String?

  enum CodingKeys: String, CodingKey {
    case version
    case peerID = "peer_id"
  }
}

struct PeerCountJSON: Encodable {
  let connected: Int
}

struct RoleJSON: Encodable {
  let isAggregator: Bool
  var previous: Bool?

  enum CodingKeys: String, CodingKey {
    case isAggregator = "is_aggregator"
    case previous
  }
}

struct SyncingJSON: Encodable {
  let isSyncing: Bool
  let headSlot: UInt64
  let syncDistance: UInt64
  let finalizedSlot: UInt64

  init(_ view: ChainView, wallSlot: Slot) {
    isSyncing = !view.gate.isOpen
    headSlot = view.head.slot.rawValue
    syncDistance = wallSlot.saturatingSubtract(view.head.slot.rawValue).rawValue
    finalizedSlot = view.finalized.slot.rawValue
  }

  enum CodingKeys: String, CodingKey {
    case isSyncing = "is_syncing"
    case headSlot = "head_slot"
    case syncDistance = "sync_distance"
    case finalizedSlot = "finalized_slot"
  }
}

struct ForkChoiceJSON: Encodable {
  struct Node: Encodable {
    let root: Bytes32
    let slot: UInt64
    let parentRoot: Bytes32
    let proposerIndex: UInt64
    let weight: Int

    enum CodingKeys: String, CodingKey {
      case root, slot, weight
      case parentRoot = "parent_root"
      case proposerIndex = "proposer_index"
    }
  }

  let nodes: [Node]
  let head: Bytes32
  let justified: CheckpointJSON
  let finalized: CheckpointJSON
  let safeTarget: Bytes32
  let validatorCount: Int

  init(_ snapshot: ForkChoiceSnapshot) {
    nodes = snapshot.nodes.map {
      Node(
        root: $0.root, slot: $0.slot.rawValue, parentRoot: $0.parentRoot,
        proposerIndex: $0.proposerIndex.rawValue, weight: $0.weight)
    }
    head = snapshot.head
    justified = CheckpointJSON(snapshot.justified)
    finalized = CheckpointJSON(snapshot.finalized)
    safeTarget = snapshot.safeTarget
    validatorCount = snapshot.validatorCount
  }

  enum CodingKeys: String, CodingKey {
    case nodes, head, justified, finalized
    case safeTarget = "safe_target"
    case validatorCount = "validator_count"
  }
}

struct HeaderJSON: Encodable {
  let slot: UInt64
  let proposerIndex: UInt64
  let parentRoot: Bytes32
  let stateRoot: Bytes32
  let bodyRoot: Bytes32

  init(_ header: BlockHeader) {
    slot = header.slot.rawValue
    proposerIndex = header.proposerIndex.rawValue
    parentRoot = header.parentRoot
    stateRoot = header.stateRoot
    bodyRoot = header.bodyRoot
  }

  enum CodingKeys: String, CodingKey {
    case slot
    case proposerIndex = "proposer_index"
    case parentRoot = "parent_root"
    case stateRoot = "state_root"
    case bodyRoot = "body_root"
  }
}

struct BlockJSON: Encodable {
  struct Body: Encodable {
    let attestations: [Attestation]
  }

  struct Attestation: Encodable {
    /// The bits as SSZ writes them.
    let aggregationBits: String
    let data: VoteJSON

    enum CodingKeys: String, CodingKey {
      case aggregationBits = "aggregation_bits"
      case data
    }
  }

  struct VoteJSON: Encodable {
    let slot: UInt64
    let head: CheckpointJSON
    let target: CheckpointJSON
    let source: CheckpointJSON
  }

  let slot: UInt64
  let proposerIndex: UInt64
  let parentRoot: Bytes32
  let stateRoot: Bytes32
  let body: Body

  init(_ block: Block) {
    slot = block.slot.rawValue
    proposerIndex = block.proposerIndex.rawValue
    parentRoot = block.parentRoot
    stateRoot = block.stateRoot
    body = Body(
      attestations: block.body.attestations.map { vote in
        let data = vote.data
        return Attestation(
          aggregationBits: Hexadecimal.encode(vote.aggregationBits.sszBytes()),
          data: VoteJSON(
            slot: data.slot.rawValue, head: CheckpointJSON(data.head),
            target: CheckpointJSON(data.target), source: CheckpointJSON(data.source)))
      })
  }

  enum CodingKeys: String, CodingKey {
    case slot, body
    case proposerIndex = "proposer_index"
    case parentRoot = "parent_root"
    case stateRoot = "state_root"
  }
}
