internal import Wire

/// Messages that wait for the engine's verdict; none of them is passed on before.
struct PendingMessages: Sendable {
  /// The most bytes of all peers together.
  static let byteLimit = 64 * 1024 * 1024

  /// The most bytes of one peer: the votes of a full registry and some blocks.
  static let peerByteLimit = 16 * 1024 * 1024

  /// The most messages of one peer: two slots of votes of a full registry.
  static let peerCountLimit = 8192

  /// After this time no verdict is expected: the engine has given the message up without a word.
  static let timeLimit = Duration.seconds(24)

  struct Entry: Sendable {
    let message: CachedMessage
    let sender: PeerID
    let arrived: Duration
  }

  /// What one peer has waiting.
  private struct Share {
    var count = 0
    var bytes = 0
    /// Its messages, oldest first; may hold numbers that are judged.
    var numbers: [UInt64] = []
  }

  private var entries: [UInt64: Entry] = [:]
  private var shares: [PeerID: Share] = [:]
  private var nextNumber: UInt64 = 1
  /// The bytes of data.
  private(set) var bytes = 0

  /// The number of messages.
  var count: Int { entries.count }

  /// Whether a peer has too much waiting to be given more.
  ///
  /// What it sends is then forgotten as if it had not arrived, so another peer can bring it.
  func isFull(for peer: PeerID, adding bytes: Int) -> Bool {
    guard let share = shares[peer] else { return false }
    return share.count >= Self.peerCountLimit
      || (share.count > 0 && share.bytes + bytes > Self.peerByteLimit)
  }

  /// Keeps a message until its verdict.
  ///
  /// At the limit of all peers the oldest message of the peer with most bytes waiting is given up:
  /// a flood pushes itself out, not the others.
  ///
  /// - Returns: The number under which it waits.
  mutating func add(_ message: CachedMessage, from sender: PeerID, at now: Duration) -> UInt64 {
    while !entries.isEmpty, bytes + message.data.count > Self.byteLimit { giveUpOne() }
    let number = nextNumber
    nextNumber += 1
    entries[number] = Entry(message: message, sender: sender, arrived: now)
    bytes += message.data.count
    shares[sender, default: Share()].count += 1
    shares[sender, default: Share()].bytes += message.data.count
    shares[sender, default: Share()].numbers.append(number)
    return number
  }

  /// Takes a message out; `nil` when it is no longer waited for.
  mutating func take(_ number: UInt64) -> Entry? {
    guard let entry = entries.removeValue(forKey: number) else { return nil }
    bytes -= entry.message.data.count
    guard var share = shares.removeValue(forKey: entry.sender) else { return entry }
    share.count -= 1
    share.bytes -= entry.message.data.count
    guard share.count > 0 else { return entry }
    // Verdicts come nearly in order: the judged are at the front, and seldom elsewhere.
    if share.numbers.count > 2 * share.count {
      share.numbers.removeAll { entries[$0] == nil }
    }
    shares[entry.sender] = share
    return entry
  }

  /// Gives up what has waited too long.
  ///
  /// - Returns: How many messages that were.
  mutating func expire(at now: Duration) -> Int {
    let old = entries.filter { now - $0.value.arrived > Self.timeLimit }.keys
    for number in old { _ = take(number) }
    return old.count
  }

  private mutating func giveUpOne() {
    let largest = shares.max { ($0.value.bytes, $0.key) < ($1.value.bytes, $1.key) }
    guard let number = largest?.value.numbers.first(where: { entries[$0] != nil }) else { return }
    _ = take(number)
  }
}
