internal import Aggregation
package import Chain
internal import ChainEvents
package import Consensus
internal import LeanNode
internal import Storage
internal import Synchronization

/// Several full nodes in one process: their own engines, stores, journals and clocks, real
/// signatures and proofs, and QUIC on loopback between them, or a simulated network.
package final class Devnet: Sendable {
  /// The nodes, in the order of their names.
  package let nodes: [DevnetNode]

  /// The grid of slots.
  package let clock: SlotClock

  let settings: DevnetSettings

  /// Listens to nodes of other processes.
  private let watch: LeafListener?

  /// The workers of all nodes.
  private let prover: DevnetProver?

  /// Faults that a person has switched on.
  let faults = Mutex<Set<LastingFault>>([])

  /// Makes the nodes of a devnet; none runs yet.
  ///
  /// - Parameters:
  ///   - settings: Validated settings.
  ///   - chain: The keys and the genesis.
  ///   - prover: The workers of all nodes; `nil` for embedded proofs.
  ///   - leaves: Watches what is signed.
  /// - Throws: ``DevnetRefusal/noPorts(_:)``.
  package init(
    _ settings: DevnetSettings, chain: DevnetChain, prover: DevnetProver? = nil,
    leaves: LeafWatch
  ) throws(DevnetRefusal) {
    self.settings = settings
    self.prover = prover
    clock = chain.genesis.clock
    let wire = try DevnetWire(settings, folder: chain.folder)
    let peerWait = settings.nodes > 1 ? settings.peerWait : .zero
    watch = settings.runsProcesses ? LeafListener(wire, leaves) : nil
    nodes = (0..<settings.nodes).map { index in
      let name = DevnetChain.nodeName(index)
      let own = Set(settings.validators(ofNode: index))
      var configuration = NodeConfiguration(
        name: name, networkName: "devnet-\(settings.nodes)", genesis: chain.genesis,
        keys: chain.keys.filter { own.contains($0.index) },
        scheme: settings.scheme, isAggregator: index < settings.aggregators,
        policy: settings.policy, databasePath: chain.databasePath(node: index),
        journalPath: chain.journalPath(node: index), journalPolicy: .strict,
        simulated: settings.simulated)
      configuration.peerWait = peerWait
      configuration.sharesProver = prover != nil && settings.nodes > 1
      return DevnetNode(
        configuration,
        clock: NodeClock(
          speed: settings.speed, slowness: settings.slowness,
          anchor: chain.genesis.clock.genesis),
        backend: SwitchableBackend(
          prover?.backend ?? XMSSListBackend(scheme: settings.scheme, workers: .allCores),
          model: settings.proverCost, speed: settings.speed, slowness: settings.slowness,
          signing: prover?.signing),
        launch: settings.runsProcesses
          ? .child(ChildPlan(settings, chain, wire, node: index).start)
          : .here(wire.connect(index, leaves)))
    }
  }

  /// Starts every node.
  ///
  /// - Throws: A ``DevnetRefusal`` when one of them does not start; the others are ended again.
  package func start() throws(DevnetRefusal) {
    for node in nodes {
      do {
        try node.start()
      } catch {
        for started in nodes { started.kill() }
        throw error
      }
    }
  }

  /// Ends every node in order; takes two seconds at most.
  package func stop() async {
    defer { watch?.end() }
    await withTaskGroup(of: Void.self) { group in
      for node in nodes { group.addTask { await node.stop() } }
    }
  }

  /// The node time now, in milliseconds since 1970, by a clock that nobody steps.
  package var nowMilliseconds: UInt64 {
    NodeClock(speed: settings.speed, slowness: settings.slowness, anchor: clock.genesis)
      .reading().wall.rawValue
  }

  /// The slot now.
  package var currentSlot: Slot { clock.slot(at: UnixMilliseconds(nowMilliseconds)) }

  /// The position of the node of a name; `nil` for a name that no node has.
  package func index(ofNode name: String) -> Int? {
    nodes.firstIndex { $0.name == name }
  }

  /// Tells every node's listeners what happened to the workers that all share.
  package func tell(ofWorkers text: String, isWarning: Bool) {
    for node in nodes {
      node.emit(.node(.log(isWarning ? .warning : .info, source: "prover", message: text)))
    }
  }

  /// Tells every node's listeners how the workers that all share stand.
  package func tellWorkers() {
    for report in prover?.reports ?? [] {
      // A dead node tells nothing, so that its slots are counted as lost.
      for node in nodes where node.current != nil { node.emit(.node(.worker(report))) }
    }
  }

  /// Hands an operator's wish to the engine of a node; a node that does not live hears nothing.
  package func command(_ command: OperatorCommand, node index: Int) {
    guard nodes.indices.contains(index) else { return }
    nodes[index].obey(.command(command))
  }
}
