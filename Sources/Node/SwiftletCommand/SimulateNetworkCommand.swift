internal import ArgumentParser
internal import NetworkSimulation

/// `swiftlet simulate-network`: the gossip of many nodes in virtual time.
struct SimulateNetworkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate-network",
    abstract: "Run the gossip of many nodes in virtual time and see who gets what when.",
    discussion: """
      The gossip is the real one; links, engines and messages are simulated. A seed names a run. \
      The exit status is 1 when a message that was due did not arrive within two heartbeats, or when \
      an honest node ended a connection to another for misconduct.
      """)

  @Option(help: "How many nodes there are.")
  var nodes = 50

  @Option(help: "How many peers each node has, about.")
  var peers = 20

  @Option(help: "How many subnets of votes there are.")
  var subnets = 1

  @Option(help: "How many slots have messages.")
  var slots = 10

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  @Option(help: "How many packets in a thousand are lost.")
  var loss = 0

  @Option(help: "How many nodes in a thousand stop in a slot, and are back two slots later.")
  var churn = 0

  @Option(help: "The slots in which the nodes are in two halves, for instance 2-5.")
  var partition: String?

  @Option(help: "What a node can send, in megabits a second.")
  var uplink = 100

  func validate() throws {
    guard (2...1000).contains(nodes) else { throw ValidationError("--nodes must be 2 to 1000.") }
    guard (1...nodes).contains(peers) else {
      throw ValidationError("--peers must be 1 to the number of nodes.")
    }
    guard (1...64).contains(subnets) else { throw ValidationError("--subnets must be 1 to 64.") }
    guard (1...10_000).contains(slots) else {
      throw ValidationError("--slots must be 1 to 10000.")
    }
    for (name, value) in [("--loss", loss), ("--churn", churn)] where !(0...500).contains(value) {
      throw ValidationError("\(name) must be 0 to 500 in a thousand.")
    }
    guard (1...100_000).contains(uplink) else {
      throw ValidationError("--uplink must be 1 to 100000 megabits a second.")
    }
    guard partition == nil || partitionSlots != nil else {
      throw ValidationError("--partition must be two slots of the run, such as 2-5.")
    }
  }

  private var partitionSlots: Range<Int>? {
    let ends = (partition ?? "").split(separator: "-").map { Int($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 0, first < last,
      last <= slots
    else { return nil }
    return first..<last
  }

  func run() throws {
    var options = NetworkOptions()
    options.nodes = nodes
    options.peersPerNode = peers
    options.subnets = subnets
    options.slots = slots
    options.seed = seed
    options.lossPerMille = loss
    options.churnPerMille = churn
    options.partition = partitionSlots
    options.uplinkBytesPerMillisecond = uplink * 125
    var simulation = NetworkSimulation(options)
    let report = simulation.run()
    print(report)
    guard report.missed == 0, report.condemned == 0 else { throw ExitCode(1) }
  }
}
