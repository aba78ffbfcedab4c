internal import Hashing
internal import Wire

/// Which peers are asked for which blocks: one peer after the other until one has them.
struct BlockWants {
  /// Requests that go on at once; more would only share the same line.
  static let concurrentLimit = 8

  /// Roots in one request.
  ///
  /// Far below the protocol's 1,024: an answer of 32 blocks of 250 kB is 8 MB.
  static let rootsPerRequest = 32

  /// Roots that wait for a request; the newest are left out, the engine asks again.
  static let waitingLimit = 1_024

  /// Peers that are asked for a root before it is given up.
  static let triesLimit = 8

  struct Ask: Hashable {
    let peer: PeerID
    let roots: [Bytes32]
  }

  private struct Want {
    var tried: Set<PeerID> = []
    var isAsked = false
  }

  private var wants: [Bytes32: Want] = [:]
  private var order: [Bytes32] = []
  private var underWay = 0

  /// Roots that are wanted.
  var count: Int { wants.count }

  /// Wants blocks; those that are wanted already are not wanted twice.
  mutating func add(_ roots: [Bytes32]) {
    for root in roots where wants[root] == nil && wants.count < Self.waitingLimit {
      wants[root] = Want()
      order.append(root)
    }
  }

  /// A block is here, from wherever.
  mutating func found(_ root: Bytes32) {
    guard wants.removeValue(forKey: root) != nil else { return }
    order.removeAll { $0 == root }
  }

  /// An ask is over; what it did not bring is asked of another peer.
  mutating func ended(_ ask: Ask) {
    underWay -= 1
    for root in ask.roots { wants[root]?.isAsked = false }
  }

  /// The next ask, if one can be made of the `peers` that are connected, the first in front.
  mutating func next(of peers: [PeerID]) -> Ask? {
    guard underWay < Self.concurrentLimit else { return nil }
    for root in order {
      guard let want = wants[root], !want.isAsked else { continue }
      guard want.tried.count < Self.triesLimit,
        let peer = peers.first(where: { !want.tried.contains($0) })
      else {
        found(root)
        continue
      }
      let roots = order.filter { other in
        guard let want = wants[other] else { return false }
        return !want.isAsked && !want.tried.contains(peer)
      }.prefix(Self.rootsPerRequest)
      for root in roots {
        wants[root]?.isAsked = true
        wants[root]?.tried.insert(peer)
      }
      underWay += 1
      return Ask(peer: peer, roots: Array(roots))
    }
    return nil
  }
}
