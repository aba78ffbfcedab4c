package import ChainEvents
package import Consensus
package import Hashing

/// Our own chain, as far as syncing has to know it.
package struct ChainPosition: Hashable, Sendable {
  /// The head.
  package let head: Checkpoint

  /// The finalized block: every chain that can become ours goes through it.
  package let finalized: Checkpoint

  /// Creates a position.
  package init(head: Checkpoint, finalized: Checkpoint) {
    self.head = head
    self.finalized = finalized
  }
}

/// Which peer is asked for which blocks: a value without sockets.
///
/// ``RangeSync`` catches up with the heads that peers tell, ``RootWants`` gets single blocks that
/// the engine misses. While much is missing single blocks wait: they are in the ranges too.
package struct BlockFetcher<Peer: Hashable & Sendable>: Sendable {
  /// What happens.
  package enum Input: Sendable {
    /// A peer can be asked.
    case connected(Peer)
    /// A peer cannot be asked any more; its requests have ended.
    case disconnected(Peer)
    /// What a peer says of its chain.
    case status(Peer, Status)
    /// Where our own chain is.
    case chain(ChainPosition)
    /// The engine misses a block that a peer named.
    case want(Bytes32, namedBy: Peer?)
    /// A block has come from elsewhere.
    case found(Bytes32)
    /// A block of an answer.
    case block(FetchedBlock, ask: UInt64)
    /// The end of an answer.
    case ended(ask: UInt64, AskEnd)
    /// The engine's verdict on a block.
    case judged(ticket: UInt64, Verdict)
    /// Nothing: ``BlockFetcher/deadline`` may have passed.
    case time
  }

  /// What is to be done.
  package enum Effect: Sendable {
    /// Ask; the answer comes as ``Input/block(_:ask:)`` and ``Input/ended(ask:_:)``.
    case ask(Ask<Peer>)
    /// Nobody waits for the answer any more.
    case cancel(UInt64)
    /// Give a block to the engine; with a ticket the verdict is wanted.
    case deliver(FetchedBlock, from: Peer, ticket: UInt64?)
    /// Ask a peer where it stands.
    case askStatus(Peer)
  }

  private var chains = PeerChains<Peer>()
  private var ranges = RangeSync<Peer>()
  private var roots = RootWants<Peer>()
  private var position: ChainPosition?
  private var number: UInt64 = 0
  private var refreshedAt = Duration.zero

  /// Creates a fetcher that knows no peer.
  package init() {}

  /// Bytes of blocks that wait for the engine.
  package var bufferedBytes: Int { ranges.bufferedBytes }

  /// Single blocks that are wanted.
  package var wantedRoots: Int { roots.count }

  /// When ``Input/time`` must be handed over; `nil` when only something that happens changes
  /// anything.
  package func deadline(after time: SyncTime) -> Duration? {
    let isLate = position.map { isOld($0, at: time) } ?? false
    return [
      ranges.deadline, chains.nextReturn(after: time),
      isLate ? refreshedAt + SyncLimits.refreshTime : nil,
    ].compactMap(\.self).min()
  }

  /// Takes what happened and says what to do.
  package mutating func handle(_ input: Input, at time: SyncTime) -> [Effect] {
    var effects: [Effect] = []
    switch input {
    case .connected(let peer): chains.insert(peer)
    case .disconnected(let peer):
      chains.remove(peer)
      ranges.lost(peer)
      for ask in roots.asks(to: peer) { roots.ended(ask) }
    case .status(let peer, let status):
      guard let position else { break }
      chains.take(status, of: peer, finalized: position.finalized, at: time)
    case .chain(let chain): position = chain
    case .want(let root, let peer): roots.add(root, namedBy: peer)
    case .found(let root): roots.found(root)
    case .block(let block, let ask): effects += take(block, ask, at: time)
    case .ended(let ask, let end):
      guard !ranges.end(ask: ask, end, &chains, at: time) else { break }
      roots.ended(ask)
    case .judged(let ticket, let verdict):
      effects += ranges.judged(ticket, verdict, &chains, at: time).map(effect)
    case .time: break
    }
    return effects + proceed(at: time)
  }

  private mutating func take(
    _ block: FetchedBlock, _ ask: UInt64, at time: SyncTime
  ) -> [Effect] {
    if let effects = ranges.take(block, ask: ask, at: time) { return effects.map(effect) }
    guard let peer = roots.peer(of: ask) else { return [] }
    roots.found(block.root)
    return [.deliver(block, from: peer, ticket: nil)]
  }

  private mutating func proceed(at time: SyncTime) -> [Effect] {
    var effects =
      position.map { ranges.proceed($0, &chains, at: time, number: &number).map(effect) } ?? []
    for case .deliver(let block, _, _) in effects { roots.found(block.root) }
    if !ranges.isFarBehind(chains, at: time) {
      while let ask = roots.next(of: chains.inTurn, number: number + 1) {
        number += 1
        chains.asked(ask.peer, number: number)
        effects.append(.ask(ask))
      }
    }
    // Who is behind without knowing it has to ask: nobody tells it unasked.
    if let position, isOld(position, at: time),
      time.monotonic >= refreshedAt + SyncLimits.refreshTime
    {
      refreshedAt = time.monotonic
      effects += chains.inTurn.map(Effect.askStatus)
    }
    return effects
  }

  private func isOld(_ position: ChainPosition, at time: SyncTime) -> Bool {
    time.slot.rawValue > position.head.slot.rawValue + SyncLimits.usualLag
  }

  private func effect(_ effect: RangeSync<Peer>.Effect) -> Effect {
    switch effect {
    case .ask(let ask): .ask(ask)
    case .cancel(let number): .cancel(number)
    case .deliver(let block, let peer, let ticket): .deliver(block, from: peer, ticket: ticket)
    case .refresh(let peer): .askStatus(peer)
    }
  }
}
