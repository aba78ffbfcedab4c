internal import Chain
internal import ChainEvents
internal import ChainHost
internal import ChainWork
internal import Consensus
private import Dispatch
internal import Hashing
internal import Randomness
private import Synchronization

/// A network inside one process: every member is a peer of every other, messages take time and
/// some are lost.
///
/// It has the face of the real network, ``Chain/ChainNetwork``, and is named on screen as
/// simulated. A message goes straight from its author to each peer; nobody forwards.
public final class InMemoryNetwork: Sendable {
  /// What happens to messages on their way.
  public struct Conditions: Hashable, Sendable {
    /// One-way delay in milliseconds of node time, drawn for each message and receiver.
    public var delayMilliseconds: ClosedRange<Int>

    /// Messages in a thousand that vanish.
    public var lossPerMille: Int

    /// A local network: 5 to 25 ms, nothing lost.
    public init(delayMilliseconds: ClosedRange<Int> = 5...25, lossPerMille: Int = 0) {
      self.delayMilliseconds = delayMilliseconds
      self.lossPerMille = lossPerMille
    }
  }

  struct State {
    var random: SeededRandom
    var members: [String: Member] = [:]
    /// Messages sent so far.
    var messages: UInt64 = 0
  }

  private let conditions: Conditions
  private let speed: Int
  private let state: Mutex<State>
  private let queue = DispatchQueue(label: "in-memory network", qos: .userInitiated)

  /// Creates a network without members.
  ///
  /// - Parameters:
  ///   - conditions: What happens to messages.
  ///   - seed: Decides delays and losses.
  ///   - speed: How many seconds of node time pass in one real second.
  public init(conditions: Conditions = Conditions(), seed: UInt64, speed: Int = 1) {
    precondition(speed > 0, "a network at speed \(speed) never delivers")
    self.conditions = conditions
    self.speed = speed
    state = Mutex(State(random: SeededRandom(seed: seed, stream: .packets)))
  }

  /// Adds a member, or replaces the one of that name, as after its restart.
  ///
  /// - Parameters:
  ///   - name: The member's name, which its peers see.
  ///   - ports: The member's engine and chain.
  /// - Returns: The member's way to the others.
  package func join(_ name: String, _ ports: NodePorts) -> InMemoryPeer {
    let connected = state.withLock { state in
      state.members[name] = Member(ports: ports)
      return state.connections(of: name)
    }
    tell(name, connected, isConnected: true)
    return InMemoryPeer(name: name, network: self, mailbox: ports.mailbox)
  }

  /// Takes a member out, as its death does.
  public func leave(_ name: String) {
    let connected = state.withLock { $0.connections(of: name) }
    tell(name, connected, isConnected: false)
    state.withLock { _ = $0.members.removeValue(forKey: name) }
  }

  /// Cuts a member off from all others, or heals the cut.
  public func setCut(_ name: String, _ isCut: Bool) {
    let connected = state.withLock { state in
      guard let member = state.members[name], member.isCut != isCut else { return [String]() }
      state.members[name]?.isCut = false
      let connected = state.connections(of: name)
      state.members[name]?.isCut = isCut
      return connected
    }
    tell(name, connected, isConnected: !isCut)
  }

  /// Holds the next block of a member back, on its way to every receiver.
  ///
  /// - Parameters:
  ///   - name: The member.
  ///   - milliseconds: How much longer it is under way, in real time.
  ///   - whenHeld: Called once the block is sent.
  func holdNextBlock(
    of name: String, byMilliseconds milliseconds: Int, whenHeld: @escaping @Sendable () -> Void
  ) {
    let hold = BlockHold(milliseconds: milliseconds * speed, whenHeld: whenHeld)
    state.withLock { $0.members[name]?.hold = hold }
  }

  // MARK: What a member sends

  /// Sends a message of `sender` to each connected peer.
  ///
  /// - Returns: Whether there was a peer to send it to.
  func broadcast(_ message: GossipMessage, from sender: String) -> Bool {
    typealias Delivery = (receiver: String, delay: Int)
    typealias Sent = (number: UInt64, deliveries: [Delivery], held: BlockHold?)
    let sent = state.withLock { state -> Sent? in
      let receivers = state.connections(of: sender)
      guard !receivers.isEmpty else { return nil }
      state.messages += 1
      var held: BlockHold?
      if case .block = message { held = state.takeHold(of: sender) }
      let deliveries = receivers.compactMap { receiver in
        state.delay(under: conditions).map { (receiver, $0 + (held?.milliseconds ?? 0)) }
      }
      return (state.messages, deliveries, held)
    }
    guard let (number, deliveries, held) = sent else { return false }
    held?.whenHeld()
    for (receiver, delay) in deliveries {
      after(delay) { network in
        network.deliver(
          message.input(from: sender, number: number), from: sender, to: receiver)
      }
    }
    return true
  }

  /// Asks for a block: first the peer that named it, then the other connected ones, each once and
  /// after twice the delay.
  func request(_ block: BlockRequest, for asker: String) {
    var peers = state.withLock { state in
      var peers = state.connections(of: asker)
      state.random.shuffle(&peers)
      return peers
    }
    if let position = peers.firstIndex(of: block.namedBy) {
      peers.append(peers.remove(at: position))
    }
    guard let first = peers.popLast() else { return }
    ask(first, thenPeers: peers, for: block.root, asker: asker)
  }

  private func ask(_ peer: String, thenPeers others: [String], for root: Bytes32, asker: String) {
    let roundTrip = 2 * state.withLock { $0.delay(under: conditions) ?? 0 }
    after(roundTrip) { network in
      if let block = network.member(peer, connectedTo: asker)?.ports.source.block(root) {
        let origin = MessageOrigin(peer: peer)
        network.deliver(.block(block, origin), from: peer, to: asker)
      } else if let next = others.last {
        network.ask(next, thenPeers: others.dropLast(), for: root, asker: asker)
      }
    }
  }

  /// Tells every connected peer where `sender` stands.
  func announce(_ sender: String) {
    let (member, deliveries) = state.withLock { state in
      let deliveries = state.connections(of: sender).compactMap { receiver in
        state.delay(under: conditions).map { (receiver, $0) }
      }
      return (state.members[sender], deliveries)
    }
    guard let status = member?.ports.source.status() else { return }
    for (receiver, delay) in deliveries {
      after(delay) { network in
        guard let ports = network.member(receiver, connectedTo: sender)?.ports else { return }
        ports.mailbox.post(.peer(sender, head: status.head.slot))
        ports.report(
          .peerStatus(
            PeerStatus(
              peer: sender, headSlot: status.head.slot.rawValue,
              finalizedSlot: status.finalized.slot.rawValue,
              roundTripMilliseconds: Int64(2 * delay))))
      }
    }
  }

  // MARK: Delivery

  private func deliver(_ input: ChainEngine.Input, from sender: String, to receiver: String) {
    member(receiver, connectedTo: sender)?.ports.mailbox.post(input)
  }

  private func member(_ name: String, connectedTo other: String) -> Member? {
    state.withLock { state in
      guard let member = state.members[name], !member.isCut,
        let sender = state.members[other], !sender.isCut
      else { return nil }
      return member
    }
  }

  private func after(
    _ milliseconds: Int, _ action: @escaping @Sendable (InMemoryNetwork) -> Void
  ) {
    let delay = DispatchTimeInterval.microseconds(milliseconds * 1_000 / speed)
    queue.asyncAfter(deadline: .now() + delay) { [weak self] in
      if let self { action(self) }
    }
  }

  private func tell(_ name: String, _ peers: [String], isConnected: Bool) {
    let members = state.withLock { $0.members }
    for peer in peers {
      for (one, other) in [(name, peer), (peer, name)] {
        guard let ports = members[one]?.ports else { continue }
        guard isConnected else {
          ports.report(.peerDisconnected(peer: other, reason: "unreachable"))
          ports.mailbox.post(.peer(other, head: nil))
          continue
        }
        ports.report(.peerConnected(peer: other, nil, client: nil, address: nil))
      }
    }
  }
}

/// One member as the network knows it.
struct Member: Sendable {
  let ports: NodePorts
  var isCut = false
  var hold: BlockHold?
}

/// How one block is held back, and who wants to know.
struct BlockHold: Sendable {
  /// In node time.
  let milliseconds: Int
  let whenHeld: @Sendable () -> Void
}

extension InMemoryNetwork.State {
  /// The members that `name` can reach now, in a fixed order.
  func connections(of name: String) -> [String] {
    guard let member = members[name], !member.isCut else { return [] }
    return members.filter { $0.key != name && !$0.value.isCut }.keys.sorted()
  }

  /// The delay of one message, or `nil` when it is lost.
  mutating func delay(under conditions: InMemoryNetwork.Conditions) -> Int? {
    guard !random.chance(perMille: conditions.lossPerMille) else { return nil }
    return random.within(conditions.delayMilliseconds)
  }

  mutating func takeHold(of sender: String) -> BlockHold? {
    defer { members[sender]?.hold = nil }
    return members[sender]?.hold
  }
}
