internal import ChainWork
internal import Consensus
internal import DequeModule
internal import Hashing
internal import OrderedCollections

/// Votes that name a block which has not arrived, within a limit.
///
/// A block that is late makes every vote of its slot wait. At the limit the oldest goes: its slot is
/// over first.
/// - Complexity: O(1) for each message.
struct WaitingVotes: Sendable {
  /// Two slots of a full registry.
  static let limit = 8192

  /// What one peer may keep waiting: one slot of a full registry, which is what a honest one relays.
  static let peerLimit = 4096

  typealias Entry = (message: VoteMessage, origin: MessageOrigin)

  private struct Line {
    var entries: Deque<Entry> = []
    var voterCount = 0
  }

  /// By the missing block; the one that was missed first comes first.
  private var lines: OrderedDictionary<Bytes32, Line> = [:]
  private var countByPeer: [String: Int] = [:]
  private(set) var count = 0

  /// Keeps a message until its block arrives, and returns the one that had to go for it.
  mutating func insert(
    _ message: VoteMessage, _ origin: MessageOrigin, waitingFor root: Bytes32
  ) -> Entry? {
    guard countByPeer[origin.peer, default: 0] < WaitingVotes.peerLimit else {
      return (message, origin)
    }
    lines[root, default: Line()].entries.append((message, origin))
    lines[root]?.voterCount += message.voterCount
    count(origin, 1)
    return count > WaitingVotes.limit ? removeOldest() : nil
  }

  /// How many voters wait for a block, a voter counting once for each of its messages.
  func voterCount(waitingFor root: Bytes32) -> Int { lines[root]?.voterCount ?? 0 }

  /// Takes out what waited for a block, in order of arrival.
  mutating func take(waitingFor root: Bytes32) -> [Entry] {
    let taken = Array(lines.removeValue(forKey: root)?.entries ?? [])
    for entry in taken { count(entry.origin, -1) }
    return taken
  }

  /// Takes out votes of old slots, whose block never came, by block and in order of arrival.
  mutating func takeOld(before slot: Slot) -> [Entry] {
    let isOld = { (entry: Entry) in entry.message.data.slot < slot }
    var old: [Entry] = []
    for (root, line) in lines where line.entries.contains(where: isOld) {
      let taken = take(waitingFor: root)
      old += taken.filter(isOld)
      for kept in taken where !isOld(kept) {
        _ = insert(kept.message, kept.origin, waitingFor: root)
      }
    }
    return old
  }

  private mutating func removeOldest() -> Entry? {
    guard let root = lines.keys.first, let oldest = lines[root]?.entries.popFirst() else {
      return nil
    }
    lines[root]?.voterCount -= oldest.message.voterCount
    if lines[root]?.entries.isEmpty == true { lines[root] = nil }
    count(oldest.origin, -1)
    return oldest
  }

  private mutating func count(_ origin: MessageOrigin, _ change: Int) {
    count += change
    let ofPeer = countByPeer[origin.peer, default: 0] + change
    countByPeer[origin.peer] = ofPeer == 0 ? nil : ofPeer
  }
}
