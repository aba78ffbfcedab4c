internal import Wire

/// Messages that wait for the engine's verdict; none of them is passed on before.
///
/// This is the one limit of what is expanded: a message counts as received and as decoded, because
/// the engine holds the second form as long as we hold the first.
struct PendingMessages: Sendable {
  /// The most bytes of all peers together, but for what is ``reservedBytes``.
  static let byteLimit = 64 * 1024 * 1024

  /// The most bytes of one peer: the votes of a full registry and some blocks.
  static let peerByteLimit = 32 * 1024 * 1024

  /// What a peer is given room for even when the others have taken all: a block of 500 kB.
  ///
  /// A flood thus holds up itself, and not the others. With ``Gossipsub/peerLimit`` peers it makes
  /// 320 MiB of all.
  static let reservedBytes = 1024 * 1024

  /// The most messages of one peer: two slots of votes of a full registry.
  static let peerCountLimit = 8192

  /// What a message takes beside its bytes: its ids in three sets, its places in tables.
  static let entryBytes = 512

  /// After this time no verdict is expected: the engine has given the message up without a word.
  static let timeLimit = Duration.seconds(24)

  struct Entry: Sendable {
    let message: CachedMessage
    let sender: PeerID
    let arrived: Duration
    let bytes: Int
  }

  /// What one peer has waiting.
  private struct Share {
    var count = 0
    var bytes = 0
  }

  private var entries: [UInt64: Entry] = [:]
  private var shares: [PeerID: Share] = [:]
  private var nextNumber: UInt64 = 1
  /// The bytes of all messages.
  private(set) var bytes = 0

  /// The number of messages.
  var count: Int { entries.count }

  /// Whether there is no room for a message of a peer.
  ///
  /// What it sends is then forgotten as if it had not arrived, so another peer can bring it.
  func isFull(for peer: PeerID, adding dataBytes: Int, decoded decodedBytes: Int) -> Bool {
    let share = shares[peer] ?? Share()
    let more = dataBytes + decodedBytes + Self.entryBytes
    let own = share.bytes + more
    return share.count >= Self.peerCountLimit || own > Self.peerByteLimit
      || (bytes + more > Self.byteLimit && own > Self.reservedBytes)
  }

  /// Keeps a message until its verdict.
  ///
  /// - Returns: The number under which it waits.
  mutating func add(
    _ message: CachedMessage, decodedBytes: Int, from sender: PeerID, at now: Duration
  ) -> UInt64 {
    let number = nextNumber
    nextNumber += 1
    let size = message.data.count + decodedBytes + Self.entryBytes
    entries[number] = Entry(message: message, sender: sender, arrived: now, bytes: size)
    bytes += size
    shares[sender, default: Share()].count += 1
    shares[sender, default: Share()].bytes += size
    return number
  }

  /// Takes a message out; `nil` when it is no longer waited for.
  mutating func take(_ number: UInt64) -> Entry? {
    guard let entry = entries.removeValue(forKey: number) else { return nil }
    bytes -= entry.bytes
    guard var share = shares[entry.sender] else { return entry }
    share.count -= 1
    share.bytes -= entry.bytes
    shares[entry.sender] = share.count > 0 ? share : nil
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
}
