/// How much of each thing a peer may send in a slot's time; what is beyond is not looked at.
///
/// Each limit is a multiple of what a node can come to while all go by the rules. Of messages, and
/// of what is said about them, an honest relay passes on more when somebody floods the network: it
/// is not blamed. The rest a peer does itself, and to reach the limit is a flood.
struct InboundBudget: Sendable {
  /// A thing that is counted.
  enum Item: Int, CaseIterable, Sendable {
    /// Frames: four times the votes of a full registry.
    case frames
    /// Bytes of frames: five times what a full slot has.
    case bytes
    /// Fields of frames: twice what all that is counted here comes to. As many as the bytes have room
    /// for would be two seconds' work.
    case fields
    /// Frames with nothing in them: zeam sends one when it was idle for 20 s.
    case emptyFrames
    /// Messages: twice the votes of a full registry.
    case messages
    /// Bytes of decoded messages: twice what a full slot has, or two messages of the largest size,
    /// which take some 20 ms each to decode and hash.
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
      case .frames: 16_384
      case .bytes: 64 * 1024 * 1024
      case .fields: 262_144
      case .emptyFrames: 64
      case .messages: 8192
      case .decodedBytes: 24 * 1024 * 1024
      case .subscriptions, .meshChanges, .advertisements: 1024
      case .advertisedIDs, .wantedIDs, .unwantedIDs: 16_384
      }
    }

    /// Whether the peer alone decides how many there are.
    var isOwnDoing: Bool {
      switch self {
      case .emptyFrames, .subscriptions, .meshChanges, .advertisements: true
      case .frames, .bytes, .fields, .messages, .decodedBytes, .advertisedIDs, .wantedIDs,
        .unwantedIDs:
        false
      }
    }
  }

  /// The time after which everything may be sent again: one slot.
  static let window = Duration.seconds(4)

  private var spent = [Int](repeating: 0, count: Item.allCases.count)
  private var began: Duration

  init(at now: Duration) {
    began = now
  }

  /// Takes `amount` from what the peer may send.
  ///
  /// - Returns: Whether it was within the limit.
  mutating func spend(_ amount: Int, on item: Item, at now: Duration) -> Bool {
    if now - began >= Self.window { self = InboundBudget(at: now) }
    spent[item.rawValue] += amount
    return spent[item.rawValue] <= item.limit
  }
}
