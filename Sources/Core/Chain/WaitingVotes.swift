internal import ChainWork
internal import Consensus
internal import Hashing

/// Votes that name a block which has not arrived, within a limit.
///
/// A block that is late makes every vote of its slot wait. At the limit the peer with most of them
/// loses its oldest: its slot is over first, and a flood loses its own.
/// - Complexity: O(1) for each message, and O(n) for n messages when a block arrives or a slot ends.
struct WaitingVotes: Sendable {
  /// Two slots of a full registry.
  static let limit = 8192

  typealias Entry = (message: VoteMessage, origin: MessageOrigin)

  private var queue = FairQueue<(entry: Entry, root: Bytes32)>(limit: WaitingVotes.limit)
  /// By the missing block.
  private var voterCounts: [Bytes32: Int] = [:]

  var count: Int { queue.count }

  /// Keeps a message until its block arrives, and returns the one that had to go for it.
  mutating func insert(
    _ message: VoteMessage, _ origin: MessageOrigin, waitingFor root: Bytes32
  ) -> Entry? {
    voterCounts[root, default: 0] += message.voterCount
    return queue.append(((message, origin), root), from: origin.peer).map { discount([$0])[0] }
  }

  /// How many voters wait for a block, a voter counting once for each of its messages.
  func voterCount(waitingFor root: Bytes32) -> Int { voterCounts[root] ?? 0 }

  /// Takes out what waited for a block, each peer's in order of arrival.
  mutating func take(waitingFor root: Bytes32) -> [Entry] {
    guard voterCounts[root] != nil else { return [] }
    return discount(queue.removeAll { $0.root == root })
  }

  /// Takes out votes of old slots, whose block never came, each peer's in order of arrival.
  mutating func takeOld(before slot: Slot) -> [Entry] {
    discount(queue.removeAll { $0.entry.message.data.slot < slot })
  }

  private mutating func discount(_ gone: [(entry: Entry, root: Bytes32)]) -> [Entry] {
    for (entry, root) in gone {
      let count = voterCount(waitingFor: root) - entry.message.voterCount
      voterCounts[root] = count > 0 ? count : nil
    }
    return gone.map(\.entry)
  }
}
