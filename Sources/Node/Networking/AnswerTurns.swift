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
    let peer: PeerID
  }

  private var turns: [UInt64: PeerID] = [:]
  private var held: [PeerID: Int] = [:]
  private var waiting: [Waiting] = []

  /// The answers that hold a block.
  var count: Int { turns.count }

  private func hasRoom(for peer: PeerID) -> Bool {
    let own = held[peer] ?? 0
    return own == 0 || (own < Self.peerLimit && turns.count - held.count < Self.sharedLimit)
  }

  /// An answer wants its next block.
  ///
  /// - Returns: Whether it has the turn; if not, ``end(_:)`` of another gives it.
  mutating func begin(_ exchange: UInt64, of peer: PeerID) -> Bool {
    if turns[exchange] != nil { return true }
    guard hasRoom(for: peer) else {
      waiting.append(Waiting(exchange: exchange, peer: peer))
      return false
    }
    turns[exchange] = peer
    held[peer, default: 0] += 1
    return true
  }

  /// An answer holds no block any more, or is over.
  ///
  /// - Returns: The answers that have a turn now.
  mutating func end(_ exchange: UInt64) -> [UInt64] {
    waiting.removeAll { $0.exchange == exchange }
    guard let peer = turns.removeValue(forKey: exchange) else { return [] }
    let own = (held[peer] ?? 0) - 1
    held[peer] = own > 0 ? own : nil
    var next: [UInt64] = []
    let stillWaiting = waiting
    waiting = []
    for one in stillWaiting where begin(one.exchange, of: one.peer) { next.append(one.exchange) }
    return next
  }
}
