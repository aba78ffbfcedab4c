private import Synchronization

/// The one way into the engine: bounded, and gossip waits behind everything else.
///
/// Ticks need no place of their own: the engine begins due intervals before it looks at any input.
/// What is urgent is an answer to something the engine asked for, so there are never more than it
/// asked for; what comes from peers has a limit, and at the limit the oldest is dropped and counted.
public final class ChainMailbox: Sendable {
  /// Messages of peers that wait: four slots of votes of a registry of a thousand.
  public static let gossipLimit = 4096

  fileprivate struct State {
    var urgent: [ChainState.Input] = []
    var gossip: [ChainState.Input] = []
    /// Where the oldest message of `gossip` is; the part before it has been taken.
    var gossipStart = 0
    var dropped: UInt64 = 0
    /// The gossip numbers among the dropped; at most as many as messages may wait.
    var droppedGossip: [UInt64] = []
    var waiter: CheckedContinuation<Void, Never>?
    var isClosed = false
    var isPaused = false
  }

  private let state = Mutex(State())

  /// Creates an empty mailbox.
  public init() {}

  /// Puts an input in; never blocks.
  public func post(_ input: ChainState.Input) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard !state.isClosed else { return nil }
      if input.isGossip { state.addGossip(input) } else { state.urgent.append(input) }
      return state.takeWaiter()
    }
    waiter?.resume()
  }

  /// The next input, urgent ones first; `nil` when the mailbox was closed.
  public func next() async -> ChainState.Input? {
    while true {
      let taken = state.withLock { (input: $0.take(), isClosed: $0.isClosed) }
      if let input = taken.input { return input }
      if taken.isClosed { return nil }
      await waitForInput()
    }
  }

  /// The messages of peers that were dropped since the last call: how many, and the numbers of those
  /// for which gossip waits for a verdict.
  public func takeDropped() -> (count: UInt64, gossip: [UInt64]) {
    state.withLock { state in
      defer { (state.dropped, state.droppedGossip) = (0, []) }
      return (state.dropped, state.droppedGossip)
    }
  }

  /// Holds everything back until it is told otherwise: to the engine, a process that was stopped.
  public func setPaused(_ isPaused: Bool) {
    let waiter = state.withLock { state in
      state.isPaused = isPaused
      return state.takeWaiter()
    }
    waiter?.resume()
  }

  /// Ends `next` for good; what is still inside is dropped.
  public func close() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.isClosed = true
      state.urgent.removeAll()
      state.gossip.removeAll()
      state.gossipStart = 0
      return state.takeWaiter()
    }
    waiter?.resume()
  }

  private func waitForInput() async {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        precondition(state.waiter == nil, "a mailbox has one reader")
        let isReady = state.isClosed || state.hasNext
        if !isReady { state.waiter = continuation }
        return isReady
      }
      if isReady { continuation.resume() }
    }
  }
}

extension ChainMailbox.State {
  fileprivate var hasNext: Bool {
    !isPaused && !(urgent.isEmpty && gossipStart == gossip.count)
  }

  fileprivate mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
    defer { waiter = nil }
    return waiter
  }

  fileprivate mutating func addGossip(_ input: ChainState.Input) {
    gossip.append(input)
    guard gossip.count - gossipStart > ChainMailbox.gossipLimit else { return }
    if let number = gossip[gossipStart].gossip, droppedGossip.count < ChainMailbox.gossipLimit {
      droppedGossip.append(number)
    }
    gossipStart += 1
    dropped += 1
    compact()
  }

  fileprivate mutating func take() -> ChainState.Input? {
    guard hasNext else { return nil }
    if !urgent.isEmpty { return urgent.removeFirst() }
    guard gossipStart < gossip.count else { return nil }
    defer {
      gossipStart += 1
      compact()
    }
    return gossip[gossipStart]
  }

  /// Gives back the room of taken messages, seldom enough to cost nothing.
  private mutating func compact() {
    guard gossipStart == gossip.count || gossipStart >= ChainMailbox.gossipLimit else { return }
    gossip.removeFirst(gossipStart)
    gossipStart = 0
  }
}

extension ChainState.Input {
  /// The number under which gossip waits for a verdict.
  fileprivate var gossip: UInt64? {
    switch self {
    case .block(_, let origin), .attestation(_, let origin), .aggregate(_, let origin):
      origin.gossip
    case .peer, .wake, .networkReady, .workEnded, .signed, .published, .publicationFailed,
      .command, .storageFailed, .shutDown:
      nil
    }
  }

  /// Whether a peer decides how many of these there are.
  var isGossip: Bool {
    switch self {
    case .block, .attestation, .aggregate, .peer: true
    case .wake, .networkReady, .workEnded, .signed, .published, .publicationFailed, .command,
      .storageFailed, .shutDown:
      false
    }
  }
}
