internal import Chain
internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ

/// What travels between nodes.
enum Packet: Sendable {
  case block(SignedBlock, from: NodeIndex)
  /// A block that a hostile node sends under another name than its own.
  case forgery(SignedBlock, name: String, from: NodeIndex)
  case attestation(SignedAttestation, from: NodeIndex)
  case aggregate(SignedAggregatedAttestation, from: NodeIndex)
  case request([Bytes32], from: NodeIndex)
  case response(SignedBlock, from: NodeIndex)
  case status(head: Slot, from: NodeIndex)

  var sender: NodeIndex {
    switch self {
    case .block(_, let sender), .forgery(_, _, let sender), .attestation(_, let sender),
      .aggregate(_, let sender), .request(_, let sender), .response(_, let sender),
      .status(_, let sender):
      sender
    }
  }
}

/// A message that everybody gets.
enum Broadcast: Sendable {
  case block(SignedBlock)
  case forgery(SignedBlock, name: String)
  case attestation(SignedAttestation)
  case aggregate(SignedAggregatedAttestation)
  case status(head: Slot)

  func packet(from sender: NodeIndex) -> Packet {
    switch self {
    case .block(let block): .block(block, from: sender)
    case .forgery(let block, let name): .forgery(block, name: name, from: sender)
    case .attestation(let vote): .attestation(vote, from: sender)
    case .aggregate(let aggregate): .aggregate(aggregate, from: sender)
    case .status(let head): .status(head: head, from: sender)
    }
  }
}

// The network part of each node: gossip to everybody, requests to one peer after the other.
extension Cluster {
  /// How long a request may stay without an answer before another peer is asked.
  static let requestRetryMilliseconds = 500

  /// After so many tries a block is given up; a later block will ask for it again.
  static let maximumRequestTries = 12

  /// The most blocks that wait for an answer at one node.
  static let maximumWantedBlocks = 64

  mutating func broadcast(
    _ message: Broadcast, from sender: NodeIndex, to receivers: [NodeIndex]? = nil
  ) {
    for receiver in receivers ?? Array(nodes.indices) where receiver != sender {
      send(message.packet(from: sender), from: sender, to: receiver)
    }
  }

  private mutating func send(_ packet: Packet, from sender: NodeIndex, to receiver: NodeIndex) {
    for arrival in network.deliveries(from: sender, to: receiver, at: queue.now) {
      queue.schedule(.packet(receiver, packet), at: arrival)
    }
  }

  mutating func receive(_ packet: Packet, _ node: NodeIndex) {
    guard nodes[node].chain != nil, !isMuted(packet.sender, node) else { return }
    switch packet {
    case .block(let block, let sender):
      forge(copiesOf: block, node)
      handle(.block(block, gossip(sender, node, block: block.block.hashTreeRoot())), node)
    case .forgery(let block, let name, let sender):
      var origin = gossip(sender, node)
      origin.peer = name
      handle(.block(block, origin), node)
    case .attestation(let vote, let sender):
      handle(.attestation(vote, gossip(sender, node)), node)
    case .aggregate(let aggregate, let sender):
      handle(.aggregate(aggregate, gossip(sender, node)), node)
    case .status(let head, let sender):
      handle(.peer(nodes[sender].name, head: head), node)
    case .request(let roots, let sender):
      guard !isAttacking(node, by: .silence) else { return }
      for block in roots.compactMap({ nodes[node].block($0) }) {
        send(.response(block, from: node), from: node, to: sender)
      }
    case .response(let block, let sender):
      // Nothing that was not asked for.
      guard nodes[node].wanted.removeValue(forKey: block.block.hashTreeRoot()) != nil else {
        return
      }
      handle(.block(block, MessageOrigin(peer: nodes[sender].name)), node)
    }
  }

  private mutating func gossip(
    _ sender: NodeIndex, _ node: NodeIndex, block: Bytes32? = nil
  ) -> MessageOrigin {
    let number = nodes[node].number(gossipFrom: sender, block: block)
    return MessageOrigin(peer: nodes[sender].name, gossip: number)
  }

  /// Messages of a peer that are condemned in one slot before the node stops listening to it.
  static let rejectionLimit = 32

  /// Whether gossip has condemned so much of a peer that it hears nothing more in this slot.
  private func isMuted(_ sender: NodeIndex, _ node: NodeIndex) -> Bool {
    nodes[node].rejections[sender, default: 0] >= Cluster.rejectionLimit
  }

  /// Takes the engine's verdict on a message of a peer.
  mutating func judge(_ gossip: UInt64, _ verdict: Verdict, _ node: NodeIndex) {
    guard let (sender, block) = nodes[node].unjudged.removeValue(forKey: gossip) else {
      return checks.fail(.verdictsAreFair, node, "message \(gossip) judged twice", at: queue.now)
    }
    if verdict == .rejected { nodes[node].rejections[sender, default: 0] += 1 }
    guard checks.isHonest(node), checks.isHonest(sender) else { return }
    if verdict == .rejected {
      checks.fail(.verdictsAreFair, node, "a message of node\(sender) condemned", at: queue.now)
    }
    if let block, verdict == .ignored, isHiddenByForgery(block, node) {
      checks.fail(.verdictsAreFair, node, "a block of node\(sender) hidden", at: queue.now)
    }
  }

  /// Whether a node that ignored an honest block does not have it, where forged copies are the only
  /// reason that there can be.
  private func isHiddenByForgery(_ root: Bytes32, _ node: NodeIndex) -> Bool {
    plan.attacks.contains(.forgedCopies) && plan.timeline.isEmpty
      && plan.packets == PacketOptions(delay: plan.packets.delay)
      && nodes[node].chain?.store.tree.contains(root) == false
  }

  // MARK: Requests

  mutating func request(_ blocks: [BlockRequest], _ node: NodeIndex) {
    let isWaiting = !nodes[node].wanted.isEmpty
    for root in blocks.map(\.root) where nodes[node].wanted.count < Cluster.maximumWantedBlocks {
      guard nodes[node].wanted[root] == nil else { continue }
      nodes[node].wanted[root] = 0
      ask(for: root, node)
    }
    if !isWaiting { scheduleRetry(node) }
  }

  mutating func retryRequests(_ node: NodeIndex) {
    guard nodes[node].chain != nil else { return }
    for root in nodes[node].wanted.keys.sorted() { ask(for: root, node) }
    if !nodes[node].wanted.isEmpty { scheduleRetry(node) }
  }

  private mutating func scheduleRetry(_ node: NodeIndex) {
    queue.schedule(
      .retryRequests(node), at: queue.now.advanced(by: Cluster.requestRetryMilliseconds))
  }

  private mutating func ask(for root: Bytes32, _ node: NodeIndex) {
    guard nodes.count > 1, let tries = nodes[node].wanted[root] else { return }
    guard tries < Cluster.maximumRequestTries else {
      nodes[node].wanted[root] = nil
      return
    }
    nodes[node].wanted[root] = tries + 1
    let peer = (node + 1 + (tries + node) % (nodes.count - 1)) % nodes.count
    send(.request([root], from: node), from: node, to: peer)
  }

  /// Tells everybody where our chain ends, once a slot.
  mutating func exchangeStatus() {
    for node in nodes.indices {
      guard let head = nodes[node].chain?.store.headNode.slot else { continue }
      let claims = isAttacking(node, by: .farFuture) ? Slot(.max) : head
      broadcast(.status(head: claims), from: node)
    }
  }
}
