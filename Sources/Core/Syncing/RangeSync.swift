internal import ChainEvents
internal import Consensus
internal import DequeModule
internal import Hashing

/// Catching up with the heads of peers, range by range.
///
/// The cursor is the chain that we have imported: a block goes to the engine only when its parent
/// went there before it, so empty or wrong answers cannot move it. Batches of several peers are
/// joined by their blocks' parents. When they do not join, one peer is asked for all since our
/// finalized block; a peer whose chain does not contain that block is on another one.
struct RangeSync<Peer: Hashable & Sendable>: Sendable {
  enum Effect {
    case ask(Ask<Peer>)
    case cancel(UInt64)
    case deliver(FetchedBlock, from: Peer, ticket: UInt64)
    case refresh(Peer)
  }

  /// A part of the range, from the peers that were asked for it one after the other.
  private struct Batch {
    let first: Slot
    /// The first slot that nothing is known of yet.
    var start: Slot
    let end: Slot
    var blocks: Deque<(block: FetchedBlock, peer: Peer)> = []
    var ask: (number: UInt64, peer: Peer, at: Duration)?
    /// Who has said all that it has of it.
    var heard: Set<Peer> = []
    var isDone = false
    /// Whether a block came since the last end of an answer.
    var hasBlocks = false
    var progressAt = Duration.zero
  }

  private struct Run {
    /// The last block that went to the engine.
    var tip: Checkpoint
    /// The first slot of the next batch.
    var next: Slot
    /// The only peer that is asked, for all since our finalized block; `nil` while all are asked.
    let only: Peer?
    var batches: Deque<Batch> = []
    var deliveries: [UInt64: (peer: Peer, at: Duration)] = [:]
    var asked: Set<Peer> = []
    var hasDelivered = false
    var hasImported = false
  }

  private var run: Run?
  private var pausedUntil = Duration.zero
  private var averageBytes = 32 << 10

  /// Bytes of blocks that wait for their turn.
  private(set) var bufferedBytes = 0

  /// Whether so much is missing that single blocks are useless: they come anyway.
  func isFarBehind(_ peers: PeerChains<Peer>, at time: SyncTime) -> Bool {
    guard let run, let target = target(of: run, peers, at: time) else { return false }
    return target.rawValue > run.tip.slot.rawValue + SyncLimits.batchSlots.lowerBound
  }

  /// When `proceed` has to be called if nothing happens before.
  var deadline: Duration? {
    guard let run else { return pausedUntil == .zero ? nil : pausedUntil }
    let asks = run.batches.compactMap { batch in batch.ask.map { $0.at + SyncLimits.askTime } }
    let first = run.batches.first.flatMap { batch in
      batch.ask.map { _ in batch.progressAt + SyncLimits.patience }
    }
    let verdicts = run.deliveries.values.map { $0.at + SyncLimits.verdictTime }
    return (asks + [first].compactMap(\.self) + verdicts).min()
  }

  // MARK: What happens

  /// Takes a block of an answer; `nil` when the request is not ours.
  mutating func take(
    _ block: FetchedBlock, ask number: UInt64, at time: SyncTime
  ) -> [Effect]? {
    guard let index = batch(of: number), let peer = run?.batches[index].ask?.peer,
      let (start, end) = run.map({ ($0.batches[index].start, $0.batches[index].end) })
    else { return nil }
    // The shell has judged that it was asked for; after it was cut off it may come again.
    guard (start..<end).contains(block.slot) else { return [] }
    bufferedBytes += block.byteCount
    averageBytes = (averageBytes * 7 + block.byteCount) / 8
    run?.batches[index].blocks.append((block, peer))
    run?.batches[index].hasBlocks = true
    run?.batches[index].start = block.slot + 1
    run?.batches[index].progressAt = time.monotonic
    return bufferedBytes > SyncLimits.bufferBytes ? makeRoom() : []
  }

  /// Drops the batch that is needed last; the one that is needed next is cut off where it is.
  private mutating func makeRoom() -> [Effect] {
    guard let index = run?.batches.lastIndex(where: { !$0.blocks.isEmpty }),
      let batch = run?.batches[index]
    else { return [] }
    if index > 0 {
      bufferedBytes -= batch.blocks.reduce(0) { $0 + $1.block.byteCount }
      run?.batches[index] = Batch(first: batch.first, start: batch.first, end: batch.end)
    }
    run?.batches[index].ask = nil
    return batch.ask.map { [.cancel($0.number)] } ?? []
  }

  /// Takes the end of an answer; says whether the request is ours.
  mutating func end(
    ask number: UInt64, _ end: AskEnd, _ peers: inout PeerChains<Peer>, at time: SyncTime
  ) -> Bool {
    guard let index = batch(of: number), let peer = run?.batches[index].ask?.peer else {
      return false
    }
    run?.batches[index].ask = nil
    switch end {
    case .answered:
      run?.batches[index].heard.insert(peer)
      let hasBlocks = run?.batches[index].hasBlocks == true
      let isHeard = (run?.batches[index].heard.count ?? 0) >= SyncLimits.emptyAnswers
      run?.batches[index].isDone = hasBlocks || isHeard
    case .refused, .failed: peers.failed(peer, at: time)
    case .misconduct: peers.avoid(peer, until: time.monotonic + SyncLimits.wrongChainTime)
    }
    return true
  }

  /// Takes the engine's verdict on a block.
  mutating func judged(
    _ ticket: UInt64, _ verdict: Verdict, _ peers: inout PeerChains<Peer>, at time: SyncTime
  ) -> [Effect] {
    guard let delivery = run?.deliveries.removeValue(forKey: ticket) else { return [] }
    switch verdict {
    case .accepted:
      run?.hasImported = true
      peers.succeeded(delivery.peer)
    // It is here already, or could not be judged now: then the next one does not join.
    case .ignored: break
    case .rejected:
      peers.avoid(delivery.peer, until: time.monotonic + SyncLimits.wrongChainTime)
      return stop(pausedUntil: time.monotonic)
    }
    return []
  }

  /// A peer is gone; what it did not bring is asked of others.
  mutating func lost(_ peer: Peer) {
    for index in run?.batches.indices ?? 0..<0 where run?.batches[index].ask?.peer == peer {
      run?.batches[index].ask = nil
    }
  }

  // MARK: Going on

  /// Does what can be done: begins a run, gives blocks to the engine, asks, ends the run.
  mutating func proceed(
    _ chain: ChainPosition, _ peers: inout PeerChains<Peer>, at time: SyncTime,
    number: inout UInt64
  ) -> [Effect] {
    var effects = checkTimes(&peers, at: time)
    begin(from: chain.head, peers, at: time)
    effects += deliver(chain.finalized, &peers, at: time, number: &number)
    effects += ask(&peers, at: time, number: &number)
    effects += finish(&peers, at: time)
    return effects
  }

  /// Begins a run when a peer is ahead by more than the block that gossip is bringing.
  private mutating func begin(
    from head: Checkpoint, _ peers: PeerChains<Peer>, at time: SyncTime
  ) {
    guard run == nil, time.monotonic >= pausedUntil else { return }
    pausedUntil = .zero
    guard let target = peers.highestHead(at: time), target > head.slot + 1 else { return }
    run = Run(tip: head, next: head.slot + 1, only: nil)
  }

  private mutating func checkTimes(
    _ peers: inout PeerChains<Peer>, at time: SyncTime
  ) -> [Effect] {
    guard let current = run else { return [] }
    if current.deliveries.values.contains(where: {
      time.monotonic >= $0.at + SyncLimits.verdictTime
    }) {
      return stop(pausedUntil: time.monotonic + SyncLimits.idlePause)
    }
    var effects: [Effect] = []
    for (index, batch) in current.batches.enumerated() {
      guard let ask = batch.ask else { continue }
      let isStuck =
        index == 0 && time.monotonic >= batch.progressAt + SyncLimits.patience
        && peers.inTurn.contains { $0 != ask.peer && peers.canServe($0, batch.start, at: time) }
      guard isStuck || time.monotonic >= ask.at + SyncLimits.askTime else { continue }
      effects.append(.cancel(ask.number))
      run?.batches[index].ask = nil
      peers.failed(ask.peer, at: time)
    }
    return effects
  }

  private mutating func deliver(
    _ finalized: Checkpoint, _ peers: inout PeerChains<Peer>, at time: SyncTime,
    number: inout UInt64
  ) -> [Effect] {
    var effects: [Effect] = []
    while let batch = run?.batches.first, let tip = run?.tip {
      guard let (block, peer) = batch.blocks.first else {
        guard batch.isDone else { break }
        run?.batches.removeFirst()
        continue
      }
      guard (run?.deliveries.count ?? 0) < SyncLimits.deliveries else { break }
      guard block.parentRoot == tip.root, block.slot > tip.slot else {
        effects += join(peer, finalized, &peers, at: time)
        continue
      }
      number += 1
      run?.batches[0].blocks.removeFirst()
      run?.deliveries[number] = (peer, time.monotonic)
      run?.tip = block.checkpoint
      run?.hasDelivered = true
      bufferedBytes -= block.byteCount
      effects.append(.deliver(block, from: peer, ticket: number))
    }
    return effects
  }

  /// The chain of a peer does not go on where ours ends.
  private mutating func join(
    _ peer: Peer, _ finalized: Checkpoint, _ peers: inout PeerChains<Peer>, at time: SyncTime
  ) -> [Effect] {
    guard let current = run else { return [] }
    let effects = stop(pausedUntil: time.monotonic)
    if current.only == nil {
      run = Run(tip: finalized, next: finalized.slot + 1, only: peer)
    } else if current.hasDelivered {
      // Its head moved to another fork between two answers, or it plays with us.
      peers.failed(peer, at: time)
    } else {
      peers.avoid(peer, until: time.monotonic + SyncLimits.wrongChainTime)
    }
    return effects
  }

  private mutating func ask(
    _ peers: inout PeerChains<Peer>, at time: SyncTime, number: inout UInt64
  ) -> [Effect] {
    guard var current = run, let target = target(of: current, peers, at: time) else { return [] }
    let limit = current.only == nil ? SyncLimits.batches : SyncLimits.asksToPeer
    while current.batches.count < limit, current.next <= target {
      let count = min(batchSlots, target.rawValue - current.next.rawValue + 1)
      current.batches.append(
        Batch(first: current.next, start: current.next, end: current.next + count))
      current.next = current.next + count
    }
    var effects: [Effect] = []
    for index in current.batches.indices where current.batches[index].ask == nil {
      let batch = current.batches[index]
      guard !batch.isDone else { continue }
      guard batch.start < batch.end else {
        current.batches[index].isDone = true
        continue
      }
      // What waits has to become less before more is asked for, but never is nothing asked.
      let isBufferFull = bufferedBytes > SyncLimits.bufferBytes / 2
      guard !isBufferFull || (index == 0 && batch.blocks.isEmpty) else { continue }
      guard let peer = server(of: batch, in: current, peers, at: time) else {
        // All who could have it have said that they have nothing more.
        current.batches[index].isDone = !batch.heard.isEmpty
        continue
      }
      number += 1
      peers.asked(peer, number: number)
      current.asked.insert(peer)
      current.batches[index].ask = (number, peer, time.monotonic)
      current.batches[index].progressAt = time.monotonic
      let count = batch.end.rawValue - batch.start.rawValue
      effects.append(
        .ask(Ask(number: number, peer: peer, content: .range(start: batch.start, count: count))))
    }
    run = current
    return effects
  }

  private func server(
    of batch: Batch, in run: Run, _ peers: PeerChains<Peer>, at time: SyncTime
  ) -> Peer? {
    peers.inTurn.first { peer in
      (run.only == nil || run.only == peer) && !batch.heard.contains(peer)
        && peers.canServe(peer, batch.start, at: time)
        && run.batches.count { $0.ask?.peer == peer } < SyncLimits.asksToPeer
    }
  }

  /// Ends a run that has nothing to wait for.
  private mutating func finish(_ peers: inout PeerChains<Peer>, at time: SyncTime) -> [Effect] {
    guard let current = run, current.deliveries.isEmpty,
      current.batches.allSatisfy({ $0.ask == nil && $0.blocks.isEmpty })
    else { return [] }
    // Who said to have more did not: it counts again when it says something new.
    for peer in peers.inTurn
    where current.batches.isEmpty && current.asked.contains(peer)
      && peers.canServe(peer, current.tip.slot + 1, at: time)
    {
      peers.disbelieve(peer)
    }
    let asked = peers.inTurn.filter(current.asked.contains)
    return stop(pausedUntil: time.monotonic + (current.hasImported ? .zero : SyncLimits.idlePause))
      + asked.map(Effect.refresh)
  }

  private func target(
    of run: Run, _ peers: PeerChains<Peer>, at time: SyncTime
  ) -> Slot? {
    run.only.map { peers.canServe($0, 0, at: time) ? peers.head(of: $0) : nil }
      ?? peers.highestHead(at: time)
  }

  private var batchSlots: UInt64 {
    let slots = UInt64(SyncLimits.batchBytes / max(1, averageBytes))
    return min(max(slots, SyncLimits.batchSlots.lowerBound), SyncLimits.batchSlots.upperBound)
  }

  private func batch(of number: UInt64) -> Int? {
    run?.batches.firstIndex { $0.ask?.number == number }
  }

  private mutating func stop(pausedUntil time: Duration) -> [Effect] {
    let asks = run?.batches.compactMap(\.ask?.number) ?? []
    run = nil
    bufferedBytes = 0
    pausedUntil = max(pausedUntil, time)
    return asks.map(Effect.cancel)
  }
}
