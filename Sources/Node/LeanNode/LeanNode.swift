internal import Aggregation
package import Chain
package import ChainEvents
package import ChainHost
package import Consensus
internal import ForkChoice
package import Hashing
package import LeanMetrics
package import Networking
internal import Proposing
internal import StateTransition
internal import Storage
private import Synchronization
internal import XMSS

/// One node: builds every part from its configuration, runs them, and ends them in order.
package final class LeanNode: Sendable {
  /// How a node can fail to start, one line with the remedy.
  package struct StartFailure: Error, CustomStringConvertible {
    /// The line.
    package let description: String
  }

  /// The events of this node.
  package let events: EventBus

  /// The node's clocks.
  package let clock: NodeClock

  /// The node's prover.
  package let backend: SwitchableBackend

  /// How long signatures and state transitions took.
  package let workTimes = WorkTimes()

  /// What the node's files had to say aloud when they were opened, a line each.
  package let warnings: [String]

  private let configuration: NodeConfiguration
  private let actor: ChainActor
  let network: any NodeNetwork
  private let executor: LaneExecutor
  private let storage: DatabaseStorage
  private let database: ChainDatabase
  private let journal: SigningJournal
  private let keyPreparer: KeyPreparer
  private let journalStart: Parts.JournalFinding
  private let meeting = FirstMeeting()
  private let tasks = Mutex<[Task<Void, Never>]>([])

  /// Opens the node's files, reads its chain, and joins the network; nothing runs yet.
  ///
  /// - Parameters:
  ///   - configuration: What the node is made from.
  ///   - clock: The node's clocks.
  ///   - backend: The node's prover.
  ///   - events: The bus to emit on; a node that is started again continues the same one.
  ///   - connect: Joins the network.
  /// - Throws: ``StartFailure``.
  package init(
    _ configuration: NodeConfiguration, clock: NodeClock, backend: SwitchableBackend,
    events: EventBus, connect: (NodePorts) throws -> any NodeNetwork
  ) throws(StartFailure) {
    self.configuration = configuration
    self.clock = clock
    self.backend = backend
    self.events = events
    let emit: @Sendable (ChainEvent) -> Void = { event in
      events.emit(event, at: clock.reading().wall.rawValue)
    }
    let parts: Parts
    do {
      parts = try Parts(configuration, at: clock.reading().wall)
    } catch {
      throw StartFailure(description: "\(error)")
    }
    database = parts.database
    journal = parts.journal
    warnings = parts.journalStart.warnings + parts.storeWarnings
    journalStart = parts.journalStart
    executor = LaneExecutor(
      backend: backend, scheme: configuration.scheme, name: configuration.name, times: workTimes)
    keyPreparer = KeyPreparer(
      name: configuration.name, treePath: configuration.databasePath + ".key-trees")
    storage = DatabaseStorage(
      database: database, keptAnchor: parts.keptAnchor, name: configuration.name,
      report: { problem in emit(.node(.storage(problem: problem))) })
    let mailbox = ChainMailbox()
    let tip = ChainTip(parts.store)
    let meeting = meeting
    do {
      network = try connect(
        NodePorts(
          mailbox: mailbox,
          source: ChainSource(tip, parts.database) {
            configuration.genesis.clock.slot(at: clock.reading().wall)
          },
          report: { news in
            emit(.network(news))
            if case .peerStatus = news { meeting.end() }
          }))
    } catch {
      parts.close()
      throw StartFailure(description: "\(error)")
    }
    let now = clock.reading().wall
    let grid = configuration.genesis.clock
    let others = OtherSigners(
      OtherSignerWatch(
        validators: configuration.keys.map(\.index.rawValue),
        startSlot: now < grid.genesis ? nil : grid.slot(at: now).rawValue), events
    ) { emit(.node(.log(.error, source: "keys", message: $0.description))) }
    let signer = JournaledSigner(
      keys: configuration.keys, journal: journal, name: configuration.name, others: others,
      times: workTimes, report: { event in emit(.key(event)) })
    actor = ChainActor(
      engine: ChainEngine(
        configuration: Self.engine(configuration, backend), store: parts.store),
      services: ChainServices(
        clock: clock, network: network, executor: executor, signer: signer, storage: storage,
        events: events),
      mailbox: mailbox)
    tip.follow(actor.view)
  }

  /// What the engine is made from.
  private static func engine(
    _ configuration: NodeConfiguration, _ backend: SwitchableBackend
  ) -> ChainConfiguration {
    var engine = ChainConfiguration(
      clock: configuration.genesis.clock, validators: configuration.keys.map(\.index),
      policy: configuration.policy, isAggregator: configuration.isAggregator,
      committeeCount: configuration.subnets.committeeCount,
      committees: configuration.subnets.taken.sorted(),
      oneDataPerSlot: backend.current.capabilities.allowsOneComponentPerSlot,
      canSplit: backend.current.capabilities.canSplit,
      foldsProposer: backend.current.capabilities.foldsProposer,
      costSamples: backend.costSamples)
    engine.sharesProver = configuration.sharesProver
    return engine
  }

  /// Runs the engine and everything around it.
  package func start() {
    emit(.node(.started(description)))
    for warning in warnings { emit(.node(.log(.warning, source: "start", message: warning))) }
    emit(
      .duty(
        .aggregatorRole(
          enabled: configuration.isAggregator, subnets: configuration.subnets.taken.sorted())))
    emit(
      .key(
        .journal(
          .opened, slot: nil, entries: journalStart.claims,
          milliseconds: journalStart.milliseconds)))
    emitKeyWindows()
    let engine = Task { [actor, workTimes] in
      let observer = TransitionTimes.Observer(now: { .now }, report: { workTimes.ran($0) })
      await TransitionTimes.$observer.withValue(observer) { await actor.run() }
    }
    let surroundings = Task { [self] in await watch() }
    tasks.withLock { $0 = [engine, surroundings] }
    prepareProver()
  }

  /// Gets a prover ready that needs it, and only then lets duties begin: the first proposal must not
  /// wait for it, nor teach the engine that proofs take that long.
  private func prepareProver() {
    guard backend.current.capabilities.needsPreparation else { return beginDuties() }
    emit(.duty(.prover(.preparing, slot: nil, waiting: 0)))
    executor.prepareProver { [self] failure in
      emit(.duty(.prover(.idle, slot: nil, waiting: 0)))
      if let failure {
        let message = "the prover is not ready, proposals will fail: \(failure)"
        emit(.node(.log(.error, source: "prover", message: message)))
      }
      beginDuties()
    }
  }

  /// Lets duties begin when a peer has said where it stands, or none did in time: what is signed on
  /// an old head is worth nothing.
  private func beginDuties() {
    let wait = configuration.peerWait
    let task = Task { [self] in
      await meeting.wait(atMost: wait)
      actor.mailbox.post(.networkReady)
    }
    tasks.withLock { $0.append(task) }
  }

  /// Hands an operator's wish to the engine.
  package func command(_ command: OperatorCommand) {
    actor.mailbox.post(.command(command))
  }

  /// Peers in the mesh of the blocks' topic; `nil` without a mesh.
  package var meshPeers: Int? { network.meshPeers }

  /// A block that is kept on the disk.
  package func block(_ root: Bytes32) -> SignedBlock? { try? database.block(root) }

  /// The chain as it was after the engine's last call; asking for it never waits.
  package var view: ChainView { actor.view.current }

  /// Stops the engine's hands: inputs and ticks wait until ``resume()``, as in a stopped process.
  package func pause() {
    actor.mailbox.setPaused(true)
  }

  /// Lets the engine go on with everything that waited.
  package func resume() {
    actor.mailbox.setPaused(false)
  }

  /// Finishes or abandons what is under way, within two seconds, and closes the files.
  package func stop() async {
    actor.mailbox.setPaused(false)
    actor.mailbox.post(.shutDown)
    let running = tasks.withLock { $0 }
    await running.first?.value
    for task in running { task.cancel() }
    close(isAbrupt: false)
  }

  /// Ends the node as the death of its process would: only what is on the disk remains.
  package func kill() {
    actor.mailbox.close()
    storage.abandon()
    for task in tasks.withLock({ $0 }) { task.cancel() }
    close(isAbrupt: true)
  }

  private func close(isAbrupt: Bool) {
    network.leave(isAbrupt: isAbrupt)
    executor.stop()
    storage.finish()
    // Nothing can be done about a file that does not close; the next start reads it again.
    try? journal.close()
    try? database.close()
  }

  func emit(_ event: ChainEvent) {
    events.emit(event, at: clock.reading().wall.rawValue)
  }

  private var description: NodeDescription {
    let policy = configuration.policy
    return NodeDescription(
      network: configuration.networkName, client: "swiftlet",
      genesisMilliseconds: configuration.genesis.clock.genesis.rawValue,
      validators: UInt64(configuration.genesis.state.validators.count),
      ownValidators: ValidatorSet(configuration.keys.map(\.index.rawValue)),
      committees: configuration.subnets.committeeCount,
      simulated: configuration.simulated,
      policies: "start \(policy.start.rawValue), commit \(policy.commit.rawValue), "
        + "stale \(policy.stale.rawValue), prover \(backend.current.name)")
  }
}

// MARK: - What goes on around the engine

extension LeanNode {
  /// Once a slot: tell peers where we stand, and keep the keys' windows ahead of the clock; and at
  /// any time, tell when the process was stopped.
  private func watch() async {
    let grid = configuration.genesis.clock
    var usage = ProcessUsage()
    let stops = StopWatcher(clock) { [self] in emit(.clock(.processStopped(milliseconds: $0))) }
    defer { stops.end() }
    while !Task.isCancelled {
      network.announce()
      prepareKeys(for: grid.slot(at: clock.reading().wall))
      emit(.node(usage.event(database: configuration.databasePath)))
      let next = grid.start(in: grid.slot(at: clock.reading().wall) + 1)
      guard (try? await clock.sleep(until: next + 400)) != nil else { return }
    }
  }

  /// Moves windows that the clock has half used, on a thread of low priority.
  private func prepareKeys(for slot: Slot) {
    for keys in configuration.keys {
      for (key, role) in keys.roles {
        keyPreparer.prepare(key, for: slot.rawValue) { [self] in
          emitWindow(of: key, role, keys.index)
        }
      }
    }
  }

  private func emitKeyWindows() {
    for keys in configuration.keys {
      for (key, role) in keys.roles { emitWindow(of: key, role, keys.index) }
    }
  }

  private func emitWindow(of key: SigningKey, _ role: KeyRole, _ validator: ValidatorIndex) {
    let (prepared, active) = (key.preparedSlots, key.activeSlots)
    emit(
      .key(
        .window(
          KeyWindow(
            validator: validator.rawValue, role: role,
            firstPreparedSlot: prepared.lowerBound, endPreparedSlot: prepared.upperBound,
            endSlot: active.upperBound))))
  }
}

/// The files of a node, opened, and the chain that they hold.
private struct Parts {
  let database: ChainDatabase
  let journal: SigningJournal
  let store: Store
  let keptAnchor: Slot
  let storeWarnings: [String]
  let journalStart: JournalFinding

  /// What the journal held when the node started.
  struct JournalFinding: Sendable {
    let warnings: [String]
    let claims: Int
    let milliseconds: Int64
  }

  init(_ configuration: NodeConfiguration, at time: UnixMilliseconds) throws {
    let genesis = configuration.genesis
    try configuration.keys.check(against: genesis.state.validators)
    database = try ChainDatabase(
      path: configuration.databasePath, genesis: genesis.root, retention: configuration.retention)
    journal = try SigningJournal(
      path: configuration.journalPath, genesis: genesis.root, policy: configuration.journalPolicy)
    let slot = time < genesis.clock.genesis ? nil : genesis.clock.slot(at: time).rawValue
    let keys = configuration.keys.flatMap { [$0.attestation.publicKey, $0.proposal.publicKey] }
    let start = ContinuousClock.now
    let found = try journal.start(publicKeys: keys, currentSlot: slot)
    journalStart = JournalFinding(
      warnings: found.warnings, claims: found.claimCount,
      milliseconds: Int64((ContinuousClock.now - start) / .milliseconds(1)))
    let kept = try database.anchor()
    if kept == nil { try database.setAnchor(genesis.block, state: genesis.state) }
    let anchor = kept ?? (genesis.block, genesis.state)
    keptAnchor = anchor.block.slot
    (store, storeWarnings) = try Self.readStore(database, anchor)
  }

  /// Releases the files of a node that does not start.
  func close() {
    try? journal.close()
    try? database.close()
  }

  /// The chain as it was when the node last ran.
  private static func readStore(
    _ database: ChainDatabase, _ anchor: (block: Block, state: State)
  ) throws -> (Store, [String]) {
    var store: Store
    do {
      store = try Store(restartingFrom: anchor.block, state: anchor.state)
    } catch {
      throw database.damage(error.description)
    }
    let damaged = try database.forEachBlock(after: anchor.block.slot) { store.restore($0) }
    guard damaged > 0 else { return (store, []) }
    return (
      store,
      [
        "\(damaged) blocks in the chain database \(database.path) were damaged and are asked of peers "
          + "again: check the disk"
      ]
    )
  }
}
