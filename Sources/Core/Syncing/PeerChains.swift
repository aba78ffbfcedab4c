internal import Consensus

/// How far the chains of peers are by their own word, and which peers are left alone for a while.
///
/// Nothing is ever allocated by a number that a peer claims.
struct PeerChains<Peer: Hashable & Sendable>: Sendable {
  private struct Record {
    var head: Checkpoint?
    var avoidedUntil = Duration.zero
    var failures = 0
    /// The number of the last request, so that peers take turns.
    var lastAsk: UInt64 = 0
  }

  private var records: [Peer: Record] = [:]

  /// The peers that are connected, the one that was asked longest ago first.
  var inTurn: [Peer] {
    records.sorted {
      ($0.value.lastAsk, order[$0.key] ?? 0) < ($1.value.lastAsk, order[$1.key] ?? 0)
    }
    .map(\.key)
  }

  /// The order of arrival, so that runs are repeatable.
  private var order: [Peer: UInt64] = [:]
  private var arrivals: UInt64 = 0

  mutating func insert(_ peer: Peer) {
    guard records[peer] == nil else { return }
    records[peer] = Record()
    arrivals += 1
    order[peer] = arrivals
  }

  mutating func remove(_ peer: Peer) {
    records[peer] = nil
    order[peer] = nil
  }

  /// Takes a peer's word, unless the clock or our own chain says that it cannot be true.
  mutating func take(_ status: Status, of peer: Peer, finalized: Checkpoint, at time: SyncTime) {
    guard records[peer] != nil else { return }
    let isPossible =
      status.head.slot <= time.slot + 1 && status.finalized.slot <= status.head.slot
      && (status.finalized.slot != finalized.slot || finalized.slot == 0
        || status.finalized.root == finalized.root)
    records[peer]?.head = isPossible ? status.head : nil
  }

  /// Forgets what a peer said of its head: it did not have it.
  mutating func disbelieve(_ peer: Peer) { records[peer]?.head = nil }

  mutating func asked(_ peer: Peer, number: UInt64) { records[peer]?.lastAsk = number }

  mutating func succeeded(_ peer: Peer) { records[peer]?.failures = 0 }

  /// Leaves a peer alone for a time that doubles with each failure in a row.
  mutating func failed(_ peer: Peer, at time: SyncTime) {
    guard let failures = records[peer]?.failures else { return }
    let pause = min(Duration.seconds(1 << min(failures, 6)), SyncLimits.longestPause)
    records[peer]?.failures += 1
    avoid(peer, until: time.monotonic + pause)
  }

  /// Leaves a peer alone until a time.
  mutating func avoid(_ peer: Peer, until time: Duration) {
    let earlier = records[peer]?.avoidedUntil ?? .zero
    records[peer]?.avoidedUntil = max(time, earlier)
  }

  /// Whether a peer may be asked for ranges, and says to have the slot.
  func canServe(_ peer: Peer, _ slot: Slot, at time: SyncTime) -> Bool {
    guard let record = records[peer], let head = record.head else { return false }
    return head.slot >= slot && record.avoidedUntil <= time.monotonic
  }

  /// The head that a peer says to have, whether or not it may be asked.
  func head(of peer: Peer) -> Slot? { records[peer]?.head?.slot }

  /// The highest head of peers that may be asked for ranges.
  func highestHead(at time: SyncTime) -> Slot? {
    records.values.filter { $0.avoidedUntil <= time.monotonic }.compactMap(\.head?.slot).max()
  }

  /// When the next peer may be asked again.
  func nextReturn(after time: SyncTime) -> Duration? {
    records.values.filter { $0.head != nil && $0.avoidedUntil > time.monotonic }
      .map(\.avoidedUntil).min()
  }
}
