internal import Chain
internal import ChainHost
internal import ChainWork
internal import Consensus
internal import Hashing
internal import Libp2p
internal import QUIC
internal import RequestResponse
internal import SSZ
internal import Syncing
internal import Wire

/// A request on its stream, ours or a peer's.
final class Exchange {
  enum Role {
    case incoming(IncomingRequest)
    case outgoing(OutgoingRequest, ask: UInt64?)
    /// The answer is queued and not acknowledged yet.
    case leaving(until: Duration)
  }

  let number: UInt64
  let stream: PeerStream
  var role: Role
  /// The block that is looked up, or will be when it is this answer's turn.
  var wanted: Bytes32?
  /// Whether the machine waits for room.
  var isWriting = false

  init(number: UInt64, stream: PeerStream, role: Role) {
    self.number = number
    self.stream = stream
    self.role = role
  }

  var deadline: Duration {
    switch role {
    case .incoming(let machine): machine.deadline ?? .zero
    case .outgoing(let machine, _): machine.deadline ?? .zero
    case .leaving(let until): until
    }
  }
}

extension PeerNode {
  /// Requests of one peer that are answered at once; more are reset.
  ///
  /// ``AnswerTurns`` says how many of them hold a block.
  static let incomingLimit = 32

  /// Bytes of an answer that may be under way before the next block is looked up.
  static let answerLimit = 64 * 1024

  /// How often the times of all requests are looked at, at most.
  ///
  /// 128 peers may have 4,096 of them, and the shortest of the times is ten seconds.
  static let timeCheckPause: UInt64 = 100_000_000

  /// How long the end of an answer may take to be acknowledged.
  private static let leavingTime = Duration.seconds(30)

  /// How often each peer is asked where it stands: gean's 32 s, so that we are no burden.
  private static let statusTime: UInt64 = 32_000_000_000

  /// Peers that are told at once where we stand: zeam's eight.
  static let announcementLimit = 8

  /// How soon a peer is asked again that did not answer: py-libp2p now and then loses a stream that
  /// is opened in the moment in which the connection is.
  private static let unansweredTime: UInt64 = 5_000_000_000

  // MARK: What we ask

  /// Asks a peer where it stands.
  func askForStatus(_ peer: PeerID, at now: UInt64) {
    guard let status = ports.source.status() else {
      // Without a status of our own there is nothing to compare with.
      statusDue[peer] = now
      return
    }
    statusDue[peer] = now + Self.statusTime
    _ = open(.status(status), to: peer, ask: nil, at: now)
  }

  /// Tells peers where we stand and asks where they do: those that were asked longest ago.
  package func announce(at now: UInt64) {
    let oldest = statusDue.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    for (peer, _) in oldest.prefix(Self.announcementLimit) { askForStatus(peer, at: now) }
  }

  func askForDueStatuses(at now: UInt64) {
    for (peer, due) in statusDue where due <= now { askForStatus(peer, at: now) }
  }

  func open(_ request: Request, to peer: PeerID, ask: UInt64?, at now: UInt64) -> Bool {
    guard let stream = host.open([request.protocol.rawValue], to: peer, at: now) else {
      return false
    }
    add(stream, .outgoing(OutgoingRequest(request, at: .nanoseconds(now)), ask: ask))
    return true
  }

  private func add(_ stream: PeerStream, _ role: Exchange.Role) {
    lastExchange += 1
    let exchange = Exchange(number: lastExchange, stream: stream, role: role)
    stream.context = exchange
    exchanges[lastExchange] = exchange
    if stream.isInbound { answering[stream.peer, default: 0] += 1 }
    exchangeDue = min(exchangeDue, exchange.deadline.inNanoseconds)
  }

  // MARK: What happens on streams

  func opened(_ exchange: Exchange) {
    guard case .outgoing(let machine, _) = exchange.role else { return }
    exchange.stream.write(SendBuffer(machine.opening), isEnd: true)
  }

  func accepted(request stream: PeerStream, at now: UInt64) {
    guard let name = RequestProtocol(rawValue: stream.protocolName),
      answering[stream.peer] ?? 0 < Self.incomingLimit
    else {
      stream.abandon()
      return
    }
    add(stream, .incoming(IncomingRequest(name, at: .nanoseconds(now))))
  }

  func read(_ exchange: Exchange, at now: UInt64) {
    let stream = exchange.stream
    let bytes = stream.read(atMost: Self.readTurn)
    let inbound = stream.readable == 0 ? stream.inbound : .open
    switch exchange.role {
    case .incoming:
      if !bytes.isEmpty { answer(.received(bytes[...]), on: exchange, at: now) }
      switch inbound {
      case .open: break
      case .ended: answer(.ended, on: exchange, at: now)
      case .reset, .lost: answer(.reset, on: exchange, at: now)
      }
    case .outgoing:
      if !bytes.isEmpty { ask(.received(bytes[...]), on: exchange, at: now) }
      switch inbound {
      case .open: break
      case .ended: ask(.ended, on: exchange, at: now)
      case .reset, .lost: ask(.reset, on: exchange, at: now)
      }
    case .leaving: break
    }
  }

  func closed(_ exchange: Exchange, at now: UInt64) {
    read(exchange, at: now)
    switch exchange.role {
    case .incoming: answer(.reset, on: exchange, at: now)
    case .outgoing: ask(.reset, on: exchange, at: now)
    case .leaving: break
    }
    drop(exchange)
  }

  /// The peer acknowledged bytes.
  func goOn(_ exchange: Exchange, at now: UInt64) {
    if exchange.stream.isWriteOver, case .incoming = exchange.role {
      answer(.reset, on: exchange, at: now)
    } else if exchange.isWriting, exchange.stream.unacknowledged <= Self.answerLimit {
      exchange.isWriting = false
      endTurn(of: exchange)
      answer(.written, on: exchange, at: now)
    }
  }

  /// Takes what was looked up.
  func found(_ found: IncomingRequest.Input, for number: UInt64, at now: UInt64) {
    guard let exchange = exchanges[number] else { return }
    answer(found, on: exchange, at: now)
  }

  func checkExchangeTimes(at now: UInt64) {
    guard exchangeDue <= now else { return }
    for exchange in exchanges.values where exchange.deadline <= .nanoseconds(now) {
      switch exchange.role {
      case .incoming: answer(.time, on: exchange, at: now)
      case .outgoing: ask(.time, on: exchange, at: now)
      case .leaving:
        exchange.stream.abandon()
        drop(exchange)
      }
    }
    let due = exchanges.values.map(\.deadline).min()?.inNanoseconds ?? .max
    exchangeDue = max(due, now + Self.timeCheckPause)
  }

  /// The answer holds no block any more: others may.
  private func endTurn(of exchange: Exchange) {
    guard let next = turns.end(exchange.number, of: exchange.stream.peer),
      let root = exchanges[next]?.wanted
    else { return }
    lookups.append(Lookup(exchange: next, wanted: .block(root)))
  }

  func drop(_ exchange: Exchange) {
    if exchanges.removeValue(forKey: exchange.number) != nil, exchange.stream.isInbound {
      let others = (answering[exchange.stream.peer] ?? 0) - 1
      answering[exchange.stream.peer] = others > 0 ? others : nil
    }
    endTurn(of: exchange)
    exchange.stream.context = nil
  }

  // MARK: The machines

  private func answer(_ input: IncomingRequest.Input, on exchange: Exchange, at now: UInt64) {
    guard case .incoming(var machine) = exchange.role else { return }
    let peer = exchange.stream.peer
    let effects = budgets.with(peer, at: .nanoseconds(now)) { budget in
      machine.handle(input, at: .nanoseconds(now), budget: &budget)
    }
    exchange.role = .incoming(machine)
    for effect in effects {
      switch effect {
      case .findStatus(let status):
        learned(status, of: peer, at: now)
        lookups.append(Lookup(exchange: exchange.number, wanted: .status))
      case .findBlock(let root):
        exchange.wanted = root
        if turns.begin(exchange.number, of: peer) {
          lookups.append(Lookup(exchange: exchange.number, wanted: .block(root)))
        }
      case .findRange(let start, let count):
        lookups.append(Lookup(exchange: exchange.number, wanted: .range(start, count: count)))
      case .write(let bytes):
        exchange.stream.write(SendBuffer(bytes))
        exchange.isWriting = true
      case .finish: exchange.stream.finish()
      case .reset: exchange.stream.abandon(code: 0)
      case .end:
        exchange.role = .leaving(until: .nanoseconds(now) + Self.leavingTime)
        endTurn(of: exchange)
        if exchange.stream.isWriteOver { drop(exchange) }
      }
    }
    if exchange.isWriting { goOn(exchange, at: now) }
  }

  private func ask(_ input: OutgoingRequest.Input, on exchange: Exchange, at now: UInt64) {
    guard case .outgoing(var machine, let ask) = exchange.role else { return }
    let peer = exchange.stream.peer
    let effects = machine.handle(input, at: .nanoseconds(now))
    exchange.role = .outgoing(machine, ask: ask)
    for effect in effects {
      switch effect {
      case .status(let status): learned(status, of: peer, at: now)
      case .block(let block, let root):
        guard let ask else { break }
        let fetched = FetchedBlock(block: block, root: root, byteCount: block.sszByteCount)
        fetch(.block(fetched, ask: ask), at: now)
      case .end(let outcome, let resets):
        if resets { exchange.stream.abandon() }
        drop(exchange)
        if let ask {
          fetch(.ended(ask: ask, AskEnd(outcome)), at: now)
        } else if outcome != .answered, statusDue[peer] != nil {
          statusDue[peer] = now + Self.unansweredTime
        }
        if case .misconduct(let why) = outcome { end(peer, because: "\(why) answer", at: now) }
      }
    }
  }

  private func learned(_ status: Status, of peer: PeerID, at now: UInt64) {
    ports.mailbox.post(.peer(name(of: peer), head: status.head.slot))
    report(status, of: peer, at: now)
    fetch(.status(peer, status), at: now)
  }
}
