internal import Consensus
internal import Hashing
internal import OrderedCollections

/// Which peers are asked for which single blocks: one peer after the other until one has them.
///
/// Which blocks are wanted, and for how long, is the engine's decision; here is only whom to ask.
struct RootWants<Peer: Hashable & Sendable>: Sendable {
  private struct Want {
    let namedBy: Peer?
    var tried: Set<Peer> = []
    var isAsked = false
  }

  private var wants: OrderedDictionary<Bytes32, Want> = [:]
  private var asks: [UInt64: (peer: Peer, roots: [Bytes32])] = [:]

  /// Roots that are wanted.
  var count: Int { wants.count }

  /// Wants a block; one that is wanted already is not wanted twice.
  mutating func add(_ root: Bytes32, namedBy peer: Peer?) {
    guard wants[root] == nil, wants.count < SyncLimits.roots else { return }
    wants[root] = Want(namedBy: peer)
  }

  /// A block is here, from wherever.
  mutating func found(_ root: Bytes32) { wants[root] = nil }

  /// Who was asked in the request of this number, while it is under way.
  func peer(of number: UInt64) -> Peer? { asks[number]?.peer }

  /// A request is over; what it did not bring is asked of another peer.
  mutating func ended(_ number: UInt64) {
    guard let ask = asks.removeValue(forKey: number) else { return }
    for root in ask.roots { wants[root]?.isAsked = false }
  }

  /// The requests to a peer that is gone.
  func asks(to peer: Peer) -> [UInt64] { asks.filter { $0.value.peer == peer }.map(\.key).sorted() }

  /// The next request, if one can be made of the peers that are connected, the first in front.
  mutating func next(of peers: [Peer], number: UInt64) -> Ask<Peer>? {
    guard asks.count < SyncLimits.rootAsks else { return nil }
    let free = peers.filter { peer in
      asks.values.count { $0.peer == peer } < SyncLimits.asksToPeer
    }
    for (root, want) in wants where !want.isAsked {
      let untried = { (peer: Peer) in !want.tried.contains(peer) }
      guard want.tried.count < SyncLimits.triesPerRoot, peers.contains(where: untried) else {
        wants[root] = nil
        continue
      }
      let named = want.namedBy.flatMap { free.contains($0) && untried($0) ? $0 : nil }
      guard let peer = named ?? free.first(where: untried) else { continue }
      let roots = wants.filter { !$0.value.isAsked && !$0.value.tried.contains(peer) }.keys
        .prefix(SyncLimits.rootsPerAsk)
      for root in roots {
        wants[root]?.isAsked = true
        wants[root]?.tried.insert(peer)
      }
      asks[number] = (peer, Array(roots))
      return Ask(number: number, peer: peer, content: .roots(Array(roots)))
    }
    return nil
  }
}
