internal import ChainEvents
internal import Gossipsub
internal import Randomness
internal import Simulation
internal import Wire

/// Many nodes' gossip in virtual time, over links with delay, loss and a limited rate.
///
/// The gossip is the real one; transport, engines and messages are simulated. A link is what QUIC
/// makes of packets: bytes in order, late when a packet is lost, gone after 10 s of silence. Every
/// draw comes from the seed, so a seed names a run.
package struct NetworkSimulation {
  /// Something that happens.
  enum Event {
    case tick(node: Int, life: Int)
    case arrive(Link.Name, epoch: Int, bytes: [UInt8])
    case sent(Link.Name, epoch: Int)
    case opened(Link.Name, epoch: Int)
    case verdict(node: Int, life: Int, number: UInt64)
    case publish(topic: String, node: Int, bytes: Int)
    case dial(from: Int, to: Int)
    case lost(Link.Name, connection: Int)
    case beginPartition(end: Int)
    case stop(node: Int, isSilent: Bool)
    case start(node: Int)
  }

  /// One direction between two nodes.
  struct Link {
    struct Name: Hashable {
      var from: Int
      var to: Int
      var reversed: Name { Name(from: to, to: from) }
    }

    /// Whether there is a connection.
    var isConnected = false
    /// Counts connections, so that what was under way on an old one is known.
    var connection = 0
    /// Counts streams.
    var epoch = 0
    /// Whether the stream is there.
    var isOpen = false
    /// Whether a frame is being sent.
    var isSending = false
    /// When the last frame arrives, in microseconds: none overtakes another.
    var lastArrival = 0
  }

  struct Node {
    var gossipsub: Gossipsub
    var random: SeededRandom
    var isRunning = true
    /// Counts starts.
    var life = 0
    /// When its uplink is free, in microseconds.
    var uplinkFree = 0
    /// The half of a partition that it is in.
    var half = 0
    let subnet: Int

    mutating func handle(_ input: Gossipsub.Input, at now: Duration) -> [Gossipsub.Effect] {
      gossipsub.handle(input, at: now, using: &random)
    }
  }

  /// A message and who got it when.
  struct Record {
    let publisher: Int
    let published: Int
    /// The nodes that should get it.
    var due: Set<Int>
    var arrivals: [Int: Int] = [:]
  }

  static let slotMilliseconds = 4000
  /// Before it there are no messages, so that meshes are there.
  static let warmUpMilliseconds = 8000
  /// When QUIC gives a silent peer up.
  static let idleMilliseconds = 10_000
  /// How long a node waits until it dials again: 12 s, as ethlambda and gean do.
  static let redialMilliseconds = 12_000
  /// When the halves of a partition are one network again, after its end: the last has dialed.
  static let rejoinMilliseconds = redialMilliseconds + 2000

  package let options: NetworkOptions
  let ids: [PeerID]
  let indexes: [PeerID: Int]
  var queue = EventQueue<Event>()
  var nodes: [Node] = []
  var links: [Link.Name: Link] = [:]
  var random: SeededRandom
  var planRandom: SeededRandom
  var records: [Record] = []
  /// When the partition ends or ended.
  var partitionEnd: Int?
  var report = NetworkReport()

  /// Builds a network that has not begun.
  package init(_ options: NetworkOptions) {
    precondition((2...1000).contains(options.nodes), "a network of \(options.nodes) nodes")
    self.options = options
    ids = (0..<options.nodes).map(Self.peerID)
    indexes = Dictionary(uniqueKeysWithValues: zip(ids, 0...))
    random = SeededRandom(seed: options.seed, stream: .packets)
    planRandom = SeededRandom(seed: options.seed, stream: .faultPlan)
    for index in 0..<options.nodes {
      nodes.append(
        Node(
          gossipsub: gossipsub(at: .zero), random: SeededRandom(seed: random.next()),
          subnet: index % options.subnets))
    }
    plan()
  }

  private static func peerID(_ index: Int) -> PeerID {
    let key = [2] + (0..<32).map { UInt8(truncatingIfNeeded: index >> (8 * (31 - $0))) }
    return PeerID(of: PublicKeyMessage(type: .secp256k1, key: key))
  }

  /// Runs to the end.
  package mutating func run() -> NetworkReport {
    for index in nodes.indices { begin(index) }
    let end = Self.warmUpMilliseconds + (options.slots + 3) * Self.slotMilliseconds
    while let next = queue.nextTime, next.milliseconds <= end, let event = queue.next() {
      handle(event)
    }
    judge()
    return report
  }

  var now: Int { queue.now.milliseconds }
  var time: Duration { .milliseconds(now) }

  /// Mixes numbers into the digest.
  mutating func note(_ numbers: Int...) {
    for number in numbers {
      var mixed = SeededRandom(seed: report.digest ^ UInt64(truncatingIfNeeded: number))
      report.digest = mixed.next()
    }
  }

  // MARK: Events

  private mutating func handle(_ event: Event) {
    switch event {
    case .tick(let node, let life):
      guard nodes[node].isRunning, nodes[node].life == life else { return }
      give(.tick, to: node)
      let next = Int(nodes[node].gossipsub.deadline / .milliseconds(1))
      queue.schedule(
        .tick(node: node, life: life), at: VirtualTime(milliseconds: max(next, now + 1)))
    case .arrive(let link, let epoch, let bytes):
      guard links[link]?.isOpen == true, links[link]?.epoch == epoch else { return }
      note(now, link.from, link.to, bytes.count)
      give(.received(ids[link.from], bytes), to: link.to)
    case .sent(let link, let epoch):
      guard links[link]?.epoch == epoch else { return }
      links[link]?.isSending = false
      pump(link)
    case .opened(let link, let epoch):
      guard links[link]?.isConnected == true, links[link]?.epoch == epoch else { return }
      links[link]?.isOpen = true
      give(.inboundRestarted(ids[link.from]), to: link.to)
      give(.opened(ids[link.to], .v12), to: link.from)
    case .verdict(let node, let life, let number):
      guard nodes[node].isRunning, nodes[node].life == life else { return }
      give(.judge(number, .accepted), to: node)
    case .publish(let topic, let node, let bytes): publish(topic, node, bytes)
    case .dial(let from, let to): dial(from, to)
    case .lost(let link, let connection):
      if links[link]?.connection == connection { disconnect(link) }
    case .beginPartition(let end): beginPartition(until: end)
    case .stop(let node, let isSilent): stop(node, isSilent: isSilent)
    case .start(let node): start(node)
    }
  }

  /// Gives a node an input and does what it answers.
  mutating func give(_ input: Gossipsub.Input, to node: Int) {
    guard nodes[node].isRunning else { return }
    for effect in nodes[node].handle(input, at: time) {
      switch effect {
      case .open(let peer): open(Link.Name(from: node, to: indexes[peer] ?? node))
      case .send(let peer): pump(Link.Name(from: node, to: indexes[peer] ?? node))
      case .deliver(let delivery): deliver(delivery, to: node)
      case .published(_, let peerCount): if peerCount == 0 { report.unheard += 1 }
      case .disconnect(let peer, let misconduct):
        report.condemned += 1
        note(now, node, misconduct.rawValue.utf8.count)
        disconnect(Link.Name(from: node, to: indexes[peer] ?? node))
      }
    }
  }

  func gossipsub(at now: Duration) -> Gossipsub {
    Gossipsub(
      topics: Dictionary(
        uniqueKeysWithValues: topics.map { ($0, Snappy.maximumDecodedBytes) }),
      parameters: options.parameters, at: now)
  }

  private var topics: [String] {
    [block, aggregation] + (0..<options.subnets).map(votes)
  }

  var block: String { topic(.block) }
  var aggregation: String { topic(.aggregation) }
  func votes(_ subnet: Int) -> String { topic(.attestation(subnet: UInt64(subnet))) }
  private func topic(_ kind: GossipTopic.Kind) -> String {
    GossipTopic(kind, networkName: "12345678").description
  }

  /// Takes topics up, and begins the heartbeats.
  mutating func begin(_ node: Int) {
    for topic in [block, aggregation, votes(nodes[node].subnet)] {
      give(.subscribe(topic), to: node)
    }
    queue.schedule(
      .tick(node: node, life: nodes[node].life),
      at: VirtualTime(milliseconds: now + 1 + random.below(700)))
  }
}
