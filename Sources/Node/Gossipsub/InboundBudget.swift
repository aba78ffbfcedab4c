/// How much of each thing a peer may send in a slot's time; what is beyond is not looked at.
///
/// Each limit is a multiple of what an honest client can come to, so that reaching one is a flood.
struct InboundBudget: Sendable {
  /// A thing that is counted.
  enum Item: Int, CaseIterable, Sendable {
    /// Frames: four times the votes of a full registry, each in an RPC with its control messages.
    case frames
    /// Messages: twice the votes of a full registry.
    case messages
    /// Bytes of decoded messages: 20 times what a full slot has, or six messages of the largest
    /// size, which take some 25 ms each to decode and hash.
    case decodedBytes
    /// Changes of subscriptions: all topics of 64 subnets, fifteen times.
    case subscriptions
    /// GRAFT and PRUNE: both for all topics of 64 subnets in every heartbeat.
    case meshChanges
    /// Entries of IHAVE: all topics of 64 subnets in every heartbeat.
    case advertisements
    /// Ids of IHAVE: votes of a full registry, advertised in three heartbeats.
    case advertisedIDs
    /// Ids of IWANT: the same.
    case wantedIDs
    /// Ids of IDONTWANT: two for each of the messages.
    case unwantedIDs

    var limit: Int {
      switch self {
      case .frames: 32_768
      case .messages: 8192
      case .decodedBytes: 64 * 1024 * 1024
      case .subscriptions, .meshChanges, .advertisements: 1024
      case .advertisedIDs, .wantedIDs, .unwantedIDs: 16_384
      }
    }
  }

  /// What a spending comes to.
  enum Outcome: Equatable {
    case within
    /// The first above the limit in this time.
    case flood
    case above
  }

  /// The time after which everything may be sent again: one slot.
  static let window = Duration.seconds(4)

  private var spent = [Int](repeating: 0, count: Item.allCases.count)
  private var began: Duration

  init(at now: Duration) {
    began = now
  }

  /// Takes `amount` from what the peer may send.
  mutating func spend(_ amount: Int, on item: Item, at now: Duration) -> Outcome {
    if now - began >= Self.window { self = InboundBudget(at: now) }
    let before = spent[item.rawValue]
    spent[item.rawValue] = before + amount
    if before + amount <= item.limit { return .within }
    return before <= item.limit ? .flood : .above
  }
}
