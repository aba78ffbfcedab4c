package import Chain
package import ChainEvents
internal import ChainHost
internal import ChainWork
internal import Consensus
internal import Gossipsub
internal import Libp2p
internal import QUIC
internal import RequestResponse
internal import SSZ
internal import Syncing
internal import Wire

/// Getting blocks that are missing: the fetcher decides, here are its streams.
extension PeerNode {
  /// Tells the engine's verdicts on fetched blocks from those on gossip, which counts from 1.
  private static let answerBit: UInt64 = 1 << 63

  /// Asks peers for single blocks that the engine misses.
  package func request(_ blocks: [BlockRequest], at now: UInt64) {
    for block in blocks {
      let peer = host.peers.first { name(of: $0) == block.namedBy }
      fetch(.want(block.root, namedBy: peer), at: now)
    }
  }

  /// Takes the engine's verdict on a message.
  package func judge(_ number: UInt64, _ verdict: Verdict, at now: UInt64) {
    if number & Self.answerBit == 0 {
      handle(.judge(number, verdict), at: now)
    } else {
      fetch(.judged(ticket: number & ~Self.answerBit, verdict), at: now)
    }
  }

  /// Tells the fetcher what happened, and does what it says.
  func fetch(_ input: BlockFetcher<PeerID>.Input, at now: UInt64) {
    let time = SyncTime(monotonic: .nanoseconds(now), slot: ports.source.slot())
    var inputs = [input]
    if let status = ports.source.status() {
      inputs.insert(
        .chain(ChainPosition(head: status.head, finalized: status.finalized)), at: 0)
    }
    // Only a request that cannot be sent is answered at once, and its peer is left alone then.
    var position = 0
    while position < inputs.count {
      for effect in fetcher.handle(inputs[position], at: time) {
        switch effect {
        case .ask(let ask):
          if !send(ask, at: now) { inputs.append(.ended(ask: ask.number, .failed)) }
        case .cancel(let number): cancel(number)
        case .deliver(let block, let peer, let ticket):
          ports.mailbox.post(
            .block(
              block.block,
              MessageOrigin(
                peer: name(of: peer), answer: ticket.map { $0 | Self.answerBit })))
        case .askStatus(let peer): askForStatus(peer, at: now)
        }
      }
      position += 1
    }
    fetchDue = fetcher.deadline(after: time)?.inNanoseconds ?? .max
  }

  private func send(_ ask: Ask<PeerID>, at now: UInt64) -> Bool {
    let request: Request
    switch ask.content {
    case .range(let start, let count): request = .blocksByRange(start: start, count: count)
    case .roots(let roots):
      guard let list = try? RequestedBlockRoots(roots) else {
        preconditionFailure("\(roots.count) roots in one request")
      }
      request = .blocksByRoot(list)
    }
    return open(request, to: ask.peer, ask: ask.number, at: now)
  }

  private func cancel(_ number: UInt64) {
    for exchange in exchanges.values {
      guard case .outgoing(_, let ask) = exchange.role, ask == number else { continue }
      exchange.stream.abandon()
      drop(exchange)
    }
  }
}

extension AskEnd {
  /// What the end of a request means to whoever asks for blocks.
  init(_ outcome: OutgoingRequest.Outcome) {
    self =
      switch outcome {
      case .answered: .answered
      case .refused: .refused
      case .timedOut, .abandoned, .disconnected: .failed
      case .misconduct: .misconduct
      }
  }
}
