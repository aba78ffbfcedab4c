package import Chain
internal import ChainWork
package import Consensus
internal import DequeModule
private import Synchronization

/// The one way into the engine: what it asked for first, then what peers send, kind by kind.
///
/// Ticks need no place of their own: the engine begins due intervals before it looks at any input.
/// Answers are never more than the engine asked for. Each kind of message has a limit of its own, and
/// its peers take turns: many votes cannot push a block out, nor one peer those of others.
package final class ChainMailbox: Sendable {
  /// The kinds of messages, in the order in which they are served.
  package enum Kind: Int, Sendable, CaseIterable {
    /// Blocks: everything else waits for them.
    case block
    /// Proofs of many votes.
    case aggregate
    /// Single votes.
    case vote
    /// What peers say of themselves.
    case news

    /// How many may wait: what comes in two slots of a full registry.
    ///
    /// Blocks and aggregates are up to half a megabyte each.
    package var limit: Int {
      switch self {
      case .block: 64
      case .aggregate: 256
      case .vote: 8192
      case .news: 256
      }
    }
  }

  /// Messages that were dropped.
  package struct Dropped: Sendable {
    /// How many of each kind.
    package var counts: [Kind: Int] = [:]
    /// The numbers of those for which gossip waits for a verdict; at most ``numberLimit``.
    package var gossip: [UInt64] = []

    /// Numbers that are kept; beyond it gossip forgets by itself.
    static let numberLimit = 4096
  }

  fileprivate struct State {
    /// Answers to our own proposals, ticks, commands: a late block costs a slot.
    var first: Deque<ChainEngine.Input> = []
    var answers: Deque<ChainEngine.Input> = []
    var messages = Kind.allCases.map { FairQueue<ChainEngine.Input>(limit: $0.limit) }
    var dropped = Dropped()
    var waiter: CheckedContinuation<Void, Never>?
    var isClosed = false
    var isPaused = false
  }

  private let state = Mutex(State())

  /// Creates an empty mailbox.
  package init() {}

  /// Puts an input in; never blocks.
  package func post(_ input: ChainEngine.Input) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard !state.isClosed else { return nil }
      switch input.place {
      case .first: state.first.append(input)
      case .answers: state.answers.append(input)
      case .message(let kind, let peer):
        let dropped = state.messages[kind.rawValue].append(input, from: peer)
        state.drop([dropped].compactMap(\.self), kind)
      }
      return state.takeWaiter()
    }
    waiter?.resume()
  }

  /// The next input; `nil` when the mailbox was closed.
  package func next() async -> ChainEngine.Input? {
    while true {
      let taken = state.withLock { (input: $0.take(), isClosed: $0.isClosed) }
      if let input = taken.input { return input }
      if taken.isClosed { return nil }
      await waitForInput()
    }
  }

  /// Drops the votes of slots before this one: nobody can use them any more.
  package func expire(before slot: Slot) {
    state.withLock { state in
      for kind in [Kind.aggregate, .vote] {
        let old = state.messages[kind.rawValue].removeAll { ($0.voteSlot ?? slot) < slot }
        state.drop(old, kind)
      }
    }
  }

  /// The messages that were dropped since the last call.
  package func takeDropped() -> Dropped {
    state.withLock { state in
      defer { state.dropped = Dropped() }
      return state.dropped
    }
  }

  /// Holds everything back until it is told otherwise: to the engine, a process that was stopped.
  package func setPaused(_ isPaused: Bool) {
    let waiter = state.withLock { state in
      state.isPaused = isPaused
      return state.takeWaiter()
    }
    waiter?.resume()
  }

  /// Ends `next` for good; what is still inside is dropped.
  package func close() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      let waiter = state.takeWaiter()
      state = State()
      state.isClosed = true
      return waiter
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
    !isPaused
      && !(first.isEmpty && answers.isEmpty && messages.allSatisfy(\.isEmpty))
  }

  fileprivate mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
    defer { waiter = nil }
    return waiter
  }

  fileprivate mutating func take() -> ChainEngine.Input? {
    guard !isPaused else { return nil }
    if let input = first.popFirst() ?? answers.popFirst() { return input }
    for kind in messages.indices {
      if let input = messages[kind].popFirst() { return input }
    }
    return nil
  }

  fileprivate mutating func drop(_ inputs: [ChainEngine.Input], _ kind: ChainMailbox.Kind) {
    guard !inputs.isEmpty else { return }
    dropped.counts[kind, default: 0] += inputs.count
    let room = ChainMailbox.Dropped.numberLimit - dropped.gossip.count
    dropped.gossip += inputs.compactMap(\.gossip).prefix(max(0, room))
  }
}

extension ChainEngine.Input {
  fileprivate enum Place {
    case first
    case answers
    case message(ChainMailbox.Kind, peer: String)
  }

  fileprivate var place: Place {
    switch self {
    case .block(_, let origin): .message(.block, peer: origin.peer)
    case .aggregate(_, let origin): .message(.aggregate, peer: origin.peer)
    case .attestation(_, let origin): .message(.vote, peer: origin.peer)
    case .peer(let name, _): .message(.news, peer: name)
    case .workEnded(_, let result): result.isOfProposal ? .first : .answers
    case .signed, .wake, .networkReady, .published, .publicationFailed, .command, .shutDown:
      .first
    }
  }

  /// The number under which the network waits for a verdict.
  fileprivate var gossip: UInt64? {
    switch self {
    case .block(_, let origin), .attestation(_, let origin), .aggregate(_, let origin):
      origin.awaited
    case .peer, .wake, .networkReady, .workEnded, .signed, .published, .publicationFailed,
      .command, .shutDown:
      nil
    }
  }

  /// The slot of a vote.
  fileprivate var voteSlot: Slot? {
    switch self {
    case .attestation(let vote, _): vote.data.slot
    case .aggregate(let aggregate, _): aggregate.data.slot
    case .block, .peer, .wake, .networkReady, .workEnded, .signed, .published,
      .publicationFailed, .command, .shutDown:
      nil
    }
  }
}

extension JobResult {
  fileprivate var isOfProposal: Bool {
    switch self {
    case .selected, .compacted, .sealed, .wrapped, .merged: true
    case .failed(let job, _): job.traits.priority == .proposal && job.owner != nil
    case .aggregated, .reaggregated, .verifiedBlock, .verifiedAggregate, .verifiedVotes: false
    }
  }
}
