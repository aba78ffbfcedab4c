internal import Wire

/// Which answers hold a block: how many peers that ask and do not read can make us keep.
///
/// A block is looked up for one answer after the other, and its answer has the turn until the peer
/// has acknowledged it. Answers wait in the order in which they asked.
struct AnswerTurns {
  /// Blocks that one peer may make us hold.
  static let peerLimit = 4

  /// Blocks of all peers beyond the first of each, so that peers that never read hold up no other.
  static let sharedLimit = 32

  private struct Waiting {
    let exchange: UInt64
    /// Its place in the line of all peers' answers.
    let place: UInt64
  }

  private var turns: Set<UInt64> = []
  private var held: [PeerID: Int] = [:]
  private var waiting: [PeerID: [Waiting]] = [:]
  private var lastPlace: UInt64 = 0

  /// The answers that hold a block.
  var count: Int { turns.count }

  private func hasRoom(for peer: PeerID) -> Bool {
    let own = held[peer] ?? 0
    return own == 0 || (own < Self.peerLimit && turns.count - held.count < Self.sharedLimit)
  }

  /// An answer wants its next block.
  ///
  /// - Returns: Whether it has the turn; if not, ``end(_:of:)`` of another gives it.
  mutating func begin(_ exchange: UInt64, of peer: PeerID) -> Bool {
    if turns.contains(exchange) { return true }
    guard hasRoom(for: peer) else {
      lastPlace += 1
      waiting[peer, default: []].append(Waiting(exchange: exchange, place: lastPlace))
      return false
    }
    turns.insert(exchange)
    held[peer, default: 0] += 1
    return true
  }

  /// An answer holds no block any more, or is over.
  ///
  /// - Returns: The answer that has its turn.
  /// - Complexity: O(p) with p peers whose answers wait.
  mutating func end(_ exchange: UInt64, of peer: PeerID) -> UInt64? {
    guard turns.remove(exchange) != nil else {
      leave(exchange, of: peer)
      return nil
    }
    let own = (held[peer] ?? 0) - 1
    held[peer] = own > 0 ? own : nil
    // One turn is over, so one can begin: of the peers that have room the one that waits longest.
    let firsts = waiting.compactMap { peer, line in line.first.map { (peer: peer, answer: $0) } }
    let next = firsts.filter { hasRoom(for: $0.peer) }.min { $0.answer.place < $1.answer.place }
    guard let next, begin(next.answer.exchange, of: next.peer) else { return nil }
    leave(next.answer.exchange, of: next.peer)
    return next.answer.exchange
  }

  private mutating func leave(_ exchange: UInt64, of peer: PeerID) {
    waiting[peer]?.removeAll { $0.exchange == exchange }
    if waiting[peer]?.isEmpty == true { waiting[peer] = nil }
  }
}
