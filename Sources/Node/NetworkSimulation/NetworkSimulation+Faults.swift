internal import Gossipsub
internal import Randomness
internal import Simulation

// What is planned: dials, messages, and what goes wrong.

extension NetworkSimulation {
  /// Schedules everything that does not follow from something else.
  mutating func plan() {
    planDials()
    for slot in 0..<options.slots {
      let start = Self.warmUpMilliseconds + slot * Self.slotMilliseconds
      planMessages(at: start)
      planChurn(at: start)
    }
    if let partition = options.partition {
      let (begin, end) = (
        Self.warmUpMilliseconds + partition.lowerBound * Self.slotMilliseconds,
        Self.warmUpMilliseconds + partition.upperBound * Self.slotMilliseconds
      )
      queue.schedule(.beginPartition(end: end), at: VirtualTime(milliseconds: begin))
    }
  }

  private mutating func planDials() {
    let dials = max(options.peersPerNode / 2, 1)
    for from in 0..<options.nodes {
      var others = Array(0..<options.nodes)
      others.remove(at: from)
      planRandom.shuffle(&others)
      for to in others.prefix(dials) {
        let time = VirtualTime(milliseconds: planRandom.below(1000))
        queue.schedule(.dial(from: from, to: to), at: time)
      }
    }
  }

  private mutating func planMessages(at start: Int) {
    func plan(_ topic: String, _ node: Int, _ bytes: Int, at time: Int) {
      queue.schedule(
        .publish(topic: topic, node: node, bytes: bytes), at: VirtualTime(milliseconds: time))
    }
    plan(block, planRandom.below(options.nodes), options.blockBytes, at: start)
    for node in 0..<options.nodes {
      plan(
        votes(nodes[node].subnet), node, options.voteBytes, at: start + 800 + planRandom.below(100))
    }
    plan(
      aggregation, planRandom.below(options.nodes), options.aggregateBytes,
      at: start + 1600 + planRandom.below(800))
  }

  private mutating func planChurn(at start: Int) {
    for node in 0..<options.nodes where planRandom.chance(perMille: options.churnPerMille) {
      let time = start + planRandom.below(Self.slotMilliseconds)
      queue.schedule(
        .stop(node: node, isSilent: planRandom.chance(perMille: 500)),
        at: VirtualTime(milliseconds: time))
      queue.schedule(
        .start(node: node),
        at: VirtualTime(milliseconds: time + 2 * Self.slotMilliseconds))
    }
  }

  mutating func beginPartition(until end: Int) {
    partitionEnd = end
    for index in nodes.indices { nodes[index].half = planRandom.below(2) }
    for (name, link) in links.sorted(by: { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) })
    where link.isConnected && name.from < name.to && !canReach(name.from, name.to) {
      // A shorter silence is bridged by the transport.
      if end - now >= Self.idleMilliseconds { lose(name) }
    }
    let halves = nodes.map(\.half)
    excuse { publisher, node in halves[publisher] != halves[node] }
  }

  mutating func stop(_ node: Int, isSilent: Bool) {
    guard nodes[node].isRunning else { return }
    excuse { publisher, other in publisher == node || other == node }
    nodes[node].isRunning = false
    for other in nodes.indices where links[Link.Name(from: node, to: other)]?.isConnected == true {
      let link = Link.Name(from: node, to: other)
      if isSilent { lose(link) } else { disconnect(link) }
    }
  }

  mutating func start(_ node: Int) {
    guard !nodes[node].isRunning else { return }
    nodes[node].life += 1
    nodes[node].isRunning = true
    report.duplicates += Int(nodes[node].gossipsub.counts.duplicates)
    nodes[node].gossipsub = gossipsub(at: time)
    // A process that starts knows nothing of connections that its peers still hold to the old one.
    for other in nodes.indices where other != node {
      let link = Link.Name(from: node, to: other)
      disconnect(link)
      if planRandom.below(options.nodes) < options.peersPerNode {
        queue.schedule(
          .dial(from: node, to: other),
          at: VirtualTime(milliseconds: now + 10 + planRandom.below(500)))
      }
    }
    begin(node)
  }

  /// Ends a connection when nothing was heard for as long as QUIC waits.
  private mutating func lose(_ link: Link.Name) {
    guard let connection = links[link]?.connection else { return }
    queue.schedule(
      .lost(link, connection: connection),
      at: VirtualTime(milliseconds: now + Self.idleMilliseconds))
  }
}
