internal import Chain
internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Randomness
internal import SSZ
internal import SigningLedger
internal import XMSS

/// One node of the cluster: the real engine, on simulated clocks, disks and keys.
struct SimulatedNode: Sendable {
  let index: NodeIndex
  let configuration: ChainConfiguration

  /// The engine; `nil` while the node is dead.
  var chain: ChainEngine?
  /// Counts starts and deaths, so that what was begun before a crash finds nobody.
  var incarnation = 0
  /// Counts timers, of which the newest is armed.
  var wakeGeneration = 0

  var clock: SimulatedClock
  /// When the wall clock was stepped last.
  var clockMovedAt = VirtualTime.zero
  var stamp: EventStamp
  var isProverBroken = false
  /// Whether proofs that start now never end.
  var isProverHung = false
  /// The job that keeps each lane busy, until it ends or is given up.
  var busyLanes: [WorkLane: WorkTicket] = [:]

  /// The gossip that waits for a verdict, by number: its sender, and its root if it is a block.
  var unjudged: [UInt64: (sender: NodeIndex, block: Bytes32?)] = [:]
  private var gossipCount: UInt64 = 0
  /// Messages of each peer that were condemned in this slot.
  var rejections: [NodeIndex: Int] = [:]

  /// Until when a planted bug keeps the engine from doing anything.
  var busyUntil = VirtualTime.zero
  /// The last slot in which a planted majority voted here.
  var forgedSlot: Slot?
  var areValidatorsOffline = false

  /// The signing journal: what is on disk, and what the running process knows.
  var journal = SimulatedDisk<SigningClaim>()
  var ledger = SigningLedger()
  /// The journal commits one batch after the other.
  var journalFreeAt = VirtualTime.zero

  /// The chain database: a finalized block with its state, and all imported blocks.
  var anchor: (block: Block, state: State)
  var blocks: [SignedBlock] = []
  /// Blocks asked for that have not arrived, with the number of tries.
  var wanted: [Bytes32: Int] = [:]

  init(
    index: NodeIndex, configuration: ChainConfiguration, clock: SimulatedClock, genesis: Block,
    state: State
  ) {
    self.index = index
    self.configuration = configuration
    self.clock = clock
    anchor = (genesis, state)
    stamp = EventStamp(
      node: "node\(index)", genesisMilliseconds: configuration.clock.genesis.rawValue)
  }

  var name: String { "node\(index)" }

  func wall(at time: VirtualTime) -> UnixMilliseconds {
    UnixMilliseconds(UInt64(max(clock.wall(at: time), 0)))
  }

  func reading(at time: VirtualTime) -> ClockReading {
    ClockReading(
      wall: wall(at: time), monotonicMilliseconds: UInt64(clock.monotonic(at: time)))
  }

  /// The signed block with `root`, if this node imported it.
  func block(_ root: Bytes32) -> SignedBlock? {
    // Newest first: requests are for recent blocks.
    blocks.last { $0.block.hashTreeRoot() == root }
  }

  // MARK: Life and death

  /// Starts the engine from what the disk holds.
  ///
  /// - Parameters:
  ///   - time: Now.
  ///   - forgetsJournal: A planted bug: keys start as if they had never been used.
  mutating func start(at time: VirtualTime, forgetsJournal: Bool = false) {
    precondition(chain == nil, "\(name) is running already")
    incarnation += 1
    chain = ChainEngine(configuration: configuration, store: restoredStore())
    if forgetsJournal { journal = SimulatedDisk() }
    startJournal(at: time, setsFloor: !forgetsJournal)
    wanted = [:]
    unjudged = [:]
    rejections = [:]
    busyLanes = [:]
  }

  /// Numbers a message of a peer, for which gossip then waits for a verdict.
  mutating func number(gossipFrom sender: NodeIndex, block: Bytes32?) -> UInt64 {
    gossipCount += 1
    unjudged[gossipCount] = (sender, block)
    return gossipCount
  }

  private func restoredStore() -> Store {
    guard var store = try? Store(restartingFrom: anchor.block, state: anchor.state) else {
      preconditionFailure("\(name)'s anchor does not match its state")
    }
    for block in blocks where block.block.slot > anchor.block.slot { store.restore(block) }
    return store
  }

  private mutating func startJournal(at time: VirtualTime, setsFloor: Bool) {
    var histories: [SigningKeyID: KeyHistory] = [:]
    for claim in journal.records {
      histories[claim.key, default: KeyHistory()].record(slot: claim.slot, root: claim.root)
    }
    ledger = SigningLedger(histories: histories)
    let now = wall(at: time)
    let isStarted = setsFloor && now >= configuration.clock.genesis
    let slot = configuration.clock.slot(at: now).rawValue
    _ = ledger.start(keys: keys, currentSlot: isStarted ? slot : nil)
  }

  private var keys: [SigningKeyID] {
    configuration.validators.flatMap { validator in
      [KeyRole.attestation, .proposal].map { SimulatedNode.keyID(of: validator, role: $0) }
    }
  }

  static func keyID(of validator: ValidatorIndex, role: KeyRole) -> SigningKeyID {
    SigningKeyID(SimulatedKeys.publicKey(of: validator, role: role))
  }

  /// Kills the process; a power cut takes what the disks had not synced.
  mutating func crash(cutsPower: Bool, random: inout SeededRandom) {
    guard chain != nil else { return }
    chain = nil
    incarnation += 1
    if cutsPower {
      journal.cutPower(random: &random)
      // The chain database syncs rarely: the newest blocks come back from peers.
      blocks.removeLast(min(blocks.count, random.below(4)))
    } else {
      journal.crashProcess()
    }
  }
}
