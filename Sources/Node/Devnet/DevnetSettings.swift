package import Aggregation
package import Consensus
package import Networking
package import Proposing
package import XMSS

/// What a devnet is asked to be; ``validated()`` refuses what cannot work before anything starts.
package struct DevnetSettings: Sendable {
  /// Nodes of the devnet.
  package var nodes = 4

  /// Validators, dealt out to the nodes in turn.
  package var validators = 4

  /// How many of the nodes aggregate, the first ones.
  package var aggregators = 1

  /// The signature scheme.
  package var scheme = Scheme.devnet

  /// Slots that the validators' keys last for.
  package var keySlots: UInt64 = 21_600

  /// Where keys, journals and chains are kept.
  package var directory = "data/devnet"

  /// Whether to start a new chain even if the last one could go on.
  package var isFresh = false

  /// Seconds of real time in a slot: 4, or 2 or 1 for fast demonstrations, or a multiple of 4 for a slow
  /// prover.
  package var secondsPerSlot = 4

  /// Whether a real prover in processes of its own makes the proofs, with its own scheme.
  package var usesProver: Bool { !scheme.isImplemented }

  /// The latency of a real prover, added to every node's own.
  package var proverCost: AggregationCostModel?

  /// How the nodes reach each other.
  package var transport = DevnetTransport.quic

  /// The UDP port of the first node, the others count up; free ones if absent.
  package var basePort: UInt16?

  /// Whether each node is a process of its own; else all run in this one.
  package var runsProcesses = false

  /// The TCP port of the first node's HTTP interface, the others count up; if absent, nodes of this
  /// process take free ones, and processes have none.
  package var firstAPIPort: Int?

  /// The program that the processes run.
  package var program = "/proc/self/exe"

  /// A folder for the chain with all files of a network, instead of one below ``directory``.
  package var filesFolder: String?

  /// What happens to messages of the in-memory network.
  package var conditions = InMemoryNetwork.Conditions()

  /// Decides delays and losses of the in-memory network.
  package var seed: UInt64 = 1

  /// Slots after which the devnet stops by itself.
  package var slotLimit: UInt64?

  /// How proposals trade votes against time.
  package var policy = ProposalPolicy()

  /// Creates the default settings.
  package init() {}

  /// The most nodes that one process runs: each has five threads.
  package static let maximumNodes = 32

  /// How many seconds of node time pass in ``slowness`` real seconds.
  package var speed: Int { max(1, Int(Preset.secondsPerSlot) / secondsPerSlot) }

  /// How many real seconds ``speed`` seconds of node time take.
  package var slowness: Int { max(1, secondsPerSlot / Int(Preset.secondsPerSlot)) }

  /// The longest slot: a minute.
  static let maximumSecondsPerSlot = 60

  /// Returns the settings if a devnet can be made of them.
  ///
  /// - Throws: A ``DevnetRefusal`` that names the remedy.
  package func validated() throws(DevnetRefusal) -> DevnetSettings {
    guard (1...DevnetSettings.maximumNodes).contains(nodes) else {
      throw .nodeCount(nodes)
    }
    guard validators >= nodes else { throw .idleNodes(nodes: nodes, validators: validators) }
    guard aggregators >= 1 else { throw .noAggregator }
    guard aggregators <= nodes else {
      throw .tooManyAggregators(aggregators: aggregators, nodes: nodes)
    }
    let capacity = XMSSListBackend.maximumValidators(scheme: scheme)
    guard usesProver || validators <= capacity else {
      throw .tooManyValidators(validators: validators, capacity: capacity, scheme: scheme.name)
    }
    let isMultiple = secondsPerSlot.isMultiple(of: Int(Preset.secondsPerSlot))
    guard [1, 2].contains(secondsPerSlot) || isMultiple,
      (1...Self.maximumSecondsPerSlot).contains(secondsPerSlot)
    else { throw .secondsPerSlot(secondsPerSlot) }
    guard (1...scheme.lifetime).contains(keySlots) else {
      throw .keySlots(keySlots, lifetime: scheme.lifetime)
    }
    guard slotLimit != 0 else { throw .noSlots }
    guard (0...1_000).contains(conditions.lossPerMille) else {
      throw .loss(perMille: conditions.lossPerMille)
    }
    let slot = Int(Preset.millisecondsPerSlot)
    guard conditions.delayMilliseconds.upperBound <= slot else {
      throw .delay(milliseconds: conditions.delayMilliseconds.upperBound)
    }
    guard transport == .memory || conditions == InMemoryNetwork.Conditions() else {
      throw .conditionsOfRealNetwork
    }
    guard !runsProcesses || (transport == .quic && secondsPerSlot == 4 && !usesProver) else {
      throw .processes
    }
    guard filesFolder == nil || !usesProver else { throw .processes }
    if let basePort {
      guard basePort > 0, Int(basePort) + nodes - 1 <= UInt16.max, transport == .quic else {
        throw .basePort(basePort)
      }
    }
    if let firstAPIPort {
      guard (1...Int(UInt16.max) + 1 - nodes).contains(firstAPIPort) else {
        throw .apiPort(firstAPIPort)
      }
    }
    return self
  }

  /// The node whose validator proposes in a slot, by its position.
  func node(proposing slot: UInt64) -> Int {
    Int(slot % UInt64(validators)) % nodes
  }

  /// How long a node's duties wait for the first peer that says where it stands.
  ///
  /// Its peers may be gone as well; then somebody has to begin.
  var peerWait: Duration { transport == .quic ? .seconds(5) : .zero }

  /// The validators of a node, by its position.
  package func validators(ofNode node: Int) -> [ValidatorIndex] {
    stride(from: node, to: validators, by: nodes).map { ValidatorIndex(UInt64($0)) }
  }

  /// What is simulated, for screens.
  var simulated: [String] {
    var parts = transport == .memory ? ["network"] : []
    if let proverCost { parts.append("prover cost \(proverCost.name)") }
    if speed > 1 { parts.append("time x\(speed)") }
    if slowness > 1 { parts.append("time x1/\(slowness)") }
    return parts
  }
}

/// Why a devnet cannot be made, each case one line with the remedy.
package enum DevnetRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// No nodes, or more than one process can run.
  case nodeCount(Int)

  /// Nodes without a validator would have nothing to do.
  case idleNodes(nodes: Int, validators: Int)

  /// Without an aggregator nothing is ever justified.
  case noAggregator

  /// There are not as many nodes.
  case tooManyAggregators(aggregators: Int, nodes: Int)

  /// The votes of so many validators do not fit a block.
  case tooManyValidators(validators: Int, capacity: Int, scheme: String)

  /// The slot cannot be divided into five whole intervals of that clock.
  case secondsPerSlot(Int)

  /// No key of the scheme lasts so long.
  case keySlots(UInt64, lifetime: UInt64)

  /// A devnet of no slots shows nothing.
  case noSlots

  /// Not a share of a thousand.
  case loss(perMille: Int)

  /// Messages that take longer than a slot never count.
  case delay(milliseconds: Int)

  /// Delays and losses are made by the in-memory network.
  case conditionsOfRealNetwork

  /// The ports are none, or the network has none.
  case basePort(UInt16)

  /// The ports of the HTTP interfaces are none.
  case apiPort(Int)

  /// Processes have the machine's clock and a real network.
  case processes

  /// A folder of files holds another network than the settings name, or one that has ended.
  case otherFiles(String)

  /// The system has no UDP ports for the nodes.
  case noPorts(String)

  /// The directory cannot be created or written.
  case directory(String, reason: String)

  /// The directory holds something else.
  case foreignDirectory(String)

  /// What the directory holds cannot be read.
  case damagedDirectory(String, reason: String)

  /// The keys would not fit the disk.
  case diskSpace(String, needed: UInt64, free: UInt64)

  /// Another devnet runs in the directory.
  case directoryInUse(String)

  /// The prover does not get ready.
  case prover(String)

  /// A node did not start.
  case node(String, reason: String)

  /// The line.
  package var description: String {
    switch self {
    case .nodeCount(let count):
      "\(count) nodes cannot run in one process; choose --nodes from 1 to "
        + "\(DevnetSettings.maximumNodes)"
    case .idleNodes(let nodes, let validators):
      "\(validators) validators leave some of \(nodes) nodes idle; "
        + "give at least --validators \(nodes), or fewer --nodes"
    case .noAggregator:
      "without an aggregator nothing is ever justified; give at least --aggregators 1"
    case .tooManyAggregators(let aggregators, let nodes):
      "\(aggregators) aggregators among \(nodes) nodes; give at most --aggregators \(nodes)"
    case .tooManyValidators(let validators, let capacity, let scheme):
      "the votes of \(validators) validators do not fit a block of xmss-list proofs "
        + "(524,288 bytes, scheme \(scheme)); give at most --validators \(capacity)"
    case .secondsPerSlot(let seconds):
      "\(seconds) seconds a slot do not keep the five intervals; "
        + "choose --seconds-per-slot 1, 2, 4, or a multiple of 4 up to "
        + "\(DevnetSettings.maximumSecondsPerSlot)"
    case .keySlots(let slots, let lifetime):
      "no key lasts \(slots) slots; choose --key-slots from 1 to \(lifetime)"
    case .noSlots: "a devnet of no slots shows nothing; give --slots 1 or more, or leave it out"
    case .loss(let perMille):
      "a loss of \(perMille) in a thousand is none; choose --loss from 0 to 1000"
    case .delay(let milliseconds):
      "messages that take \(milliseconds) ms come after their slot; choose --delay up to 4000"
    case .conditionsOfRealNetwork:
      "--delay and --loss are for --network memory; a real line gets them from tc"
    case .basePort(let port):
      "--base-port \(port) is no first UDP port of the nodes; choose one above 0 with room for "
        + "them below 65536, and --network quic"
    case .apiPort(let port):
      "--api-port \(port) is no first TCP port of the nodes; choose one above 0 with room for them "
        + "below 65536"
    case .processes:
      "--processes and --with-files go with --network quic, --seconds-per-slot 4 and the embedded "
        + "prover only"
    case .otherFiles(let path):
      "\(path) holds another network, or keys that end soon; give another folder --with-files"
    case .noPorts(let reason): "\(reason): no UDP port on loopback; give --base-port"
    case .directory(let path, let reason):
      "\(path) cannot be used (\(reason)); give another place with --data-dir"
    case .foreignDirectory(let path):
      "\(path) is not empty and holds no devnet; give an empty place with --data-dir"
    case .damagedDirectory(let path, let reason):
      "\(path) is damaged (\(reason)); start a new chain with --fresh, or give another --data-dir"
    case .diskSpace(let path, let needed, let free):
      "\(path) has \(free >> 20) MiB free and the keys need \(needed >> 20); "
        + "free some space, or give --key-slots or --data-dir"
    case .directoryInUse(let path):
      "another devnet runs in \(path); stop it, or give another place with --data-dir"
    case .prover(let reason):
      "the prover is not ready (\(reason)); look at it with `swiftlet prover check`"
    case .node(let name, let reason): "node \(name) did not start: \(reason)"
    }
  }
}
