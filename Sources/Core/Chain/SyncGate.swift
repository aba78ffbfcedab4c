public import Consensus
internal import Proposing

/// Decides whether our view is fresh enough to sign anything, with hysteresis.
///
/// It closes when our head lags and the network is known to be ahead of us; when the whole network
/// stands still it stays open, because somebody has to go on.
public struct SyncGate: Hashable, Sendable {
  /// Open or closed, and why.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// The head is recent.
    case synced

    /// The head is old, but so is everybody's: duties go on.
    case networkStalled = "network_stalled"

    /// The head is old and others are ahead.
    case behind

    /// Whether duties may run.
    public var isOpen: Bool { self != .behind }
  }

  /// Slots of head lag past which the view is too stale to sign.
  public static let closingLag: UInt64 = 4

  /// Slots of head lag at which a closed gate opens again; the band keeps it from flapping.
  public static let openingLag: UInt64 = 2

  /// Slots without a block anywhere after which the network counts as stalled.
  public static let stallLag: UInt64 = 8

  /// Peers whose head is remembered; at the limit the first name in order goes.
  static let peerLimit = 256

  /// The decision as of the last update.
  public private(set) var state = State.synced

  private var peerHeads: [String: Slot] = [:]

  /// Creates an open gate: nothing is known yet.
  public init() {}

  /// Remembers what a peer says its head is; `nil` when it left.
  public mutating func peer(_ peer: String, hasHead slot: Slot?) {
    peerHeads[peer] = slot
    if peerHeads.count > SyncGate.peerLimit, let first = peerHeads.keys.min() {
      peerHeads[first] = nil
    }
  }

  /// Whether any peer has said where it stands.
  var hasPeers: Bool { !peerHeads.isEmpty }

  /// Decides anew.
  ///
  /// - Parameters:
  ///   - wallSlot: The slot by the wall clock.
  ///   - headSlot: The slot of our head.
  ///   - newestBlockSlot: The highest slot of any verified block of ours.
  /// - Returns: Whether the state changed.
  @discardableResult
  public mutating func update(wallSlot: Slot, headSlot: Slot, newestBlockSlot: Slot) -> Bool {
    let headLag = wallSlot.saturatingDistance(from: headSlot)
    let networkLag = wallSlot.saturatingDistance(from: max(newestBlockSlot, usualPeerHead))
    let before = state
    if networkLag > SyncGate.stallLag {
      state = .networkStalled
    } else {
      let limit = state == .behind ? SyncGate.openingLag : SyncGate.closingLag
      state = headLag > limit ? .behind : .synced
    }
    return state != before
  }

  /// The head that half of the peers have reached.
  ///
  /// The lower median: a lying minority can neither close the gate nor hide that others are ahead.
  var usualPeerHead: Slot {
    let heads = peerHeads.values.sorted()
    return heads.isEmpty ? Slot(0) : heads[(heads.count - 1) / 2]
  }
}
