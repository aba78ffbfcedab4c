internal import Consensus
package import Hashing
internal import OrderedCollections

/// A block to fetch, and the peer that made us want it.
///
/// The network asks that peer first, then others, each once.
package struct BlockRequest: Hashable, Sendable {
  /// The root of the block.
  package let root: Bytes32

  /// Who sent what needs it.
  package let namedBy: String

  package init(root: Bytes32, namedBy: String) {
    self.root = root
    self.namedBy = namedBy
  }
}

/// Blocks that are missing, within limits: what was asked for longest ago comes first.
struct BlockRequests: Sendable {
  /// Roots that one peer can make us ask for; more of its wishes are not listened to.
  static let peerLimit = 16

  /// Roots in all: sixteen peers' worth; at the limit the peer with most loses its newest wish.
  static let limit = 256

  /// Roots asked for at once when a slot begins; requests are limited at the other end too.
  static let againLimit = 16

  /// Slots in which a root is asked for, before it and what waits for it are given up.
  static let triesLimit = 8

  private struct Wish {
    let namedBy: String
    var tries = 1
  }

  private var wishes: OrderedDictionary<Bytes32, Wish> = [:]

  /// The request for a root that was not wanted before, if the limits allow it.
  mutating func want(_ root: Bytes32, namedBy peer: String) -> BlockRequest? {
    guard wishes[root] == nil else { return nil }
    let counts = wishes.values.reduce(into: [:]) { $0[$1.namedBy, default: 0] += 1 }
    let ours = counts[peer] ?? 0
    guard ours < BlockRequests.peerLimit else { return nil }
    if wishes.count >= BlockRequests.limit {
      guard let most = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }),
        most.value > ours + 1,
        let newest = wishes.elements.last(where: { $0.value.namedBy == most.key })
      else { return nil }
      wishes[newest.key] = nil
    }
    wishes[root] = Wish(namedBy: peer)
    return BlockRequest(root: root, namedBy: peer)
  }

  /// The block is here.
  mutating func fulfil(_ root: Bytes32) {
    wishes[root] = nil
  }

  /// What to ask for again, and what has been asked for often enough.
  mutating func askAgain() -> (requests: [BlockRequest], givenUp: [Bytes32]) {
    let givenUp = wishes.filter { $0.value.tries >= BlockRequests.triesLimit }.map(\.key)
    for root in givenUp { wishes[root] = nil }
    // What is asked for goes to the back: many wishes that nobody fulfils must not hide the others.
    let again = wishes.prefix(BlockRequests.againLimit)
    for (root, wish) in again {
      wishes[root] = nil
      wishes[root] = Wish(namedBy: wish.namedBy, tries: wish.tries + 1)
    }
    return (again.map { BlockRequest(root: $0.key, namedBy: $0.value.namedBy) }, givenUp)
  }
}
