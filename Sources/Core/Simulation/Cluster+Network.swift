internal import Chain
internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ

/// What travels between nodes.
enum Packet: Sendable {
  case block(SignedBlock, from: NodeIndex)
  case attestation(SignedAttestation, from: NodeIndex)
  case aggregate(SignedAggregatedAttestation, from: NodeIndex)
  case request([Bytes32], from: NodeIndex)
  case response(SignedBlock, from: NodeIndex)
  case status(head: Slot, from: NodeIndex)
}

/// A message that everybody gets.
enum Broadcast: Sendable {
  case block(SignedBlock)
  case attestation(SignedAttestation)
  case aggregate(SignedAggregatedAttestation)
  case status(head: Slot)

  func packet(from sender: NodeIndex) -> Packet {
    switch self {
    case .block(let block): .block(block, from: sender)
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
    guard nodes[node].chain != nil else { return }
    switch packet {
    case .block(let block, let sender):
      handle(.block(block, origin(sender)), node)
    case .attestation(let vote, let sender):
      handle(.attestation(vote, origin(sender)), node)
    case .aggregate(let aggregate, let sender):
      handle(.aggregate(aggregate, origin(sender)), node)
    case .status(let head, let sender):
      handle(.peer(nodes[sender].name, head: head), node)
    case .request(let roots, let sender):
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

  private func origin(_ sender: NodeIndex) -> MessageOrigin {
    MessageOrigin(peer: nodes[sender].name)
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
      broadcast(.status(head: head), from: node)
    }
  }
}
