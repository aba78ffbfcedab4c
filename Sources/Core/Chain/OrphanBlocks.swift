internal import ChainWork
internal import Consensus
internal import Hashing

/// Blocks that wait for an ancestor, within limits.
///
/// They are unverified: their proofs need the state of the parent. When a peer has too many, its
/// block with the highest slot goes first: what is nearest to our chain can be used soonest, and what
/// an honest peer sends unasked is near it. When all have, the peer with most of them loses one.
struct OrphanBlocks: Sendable {
  /// leanSpec's MAX_CACHED_BLOCKS.
  static let limit = 1024

  /// Blocks of one peer: four slots of gossip from each of sixteen proposers that all fork.
  static let peerLimit = 64

  /// Bytes of all of them: 128 of the largest proofs.
  static let byteLimit = 64 * 1024 * 1024

  /// Copies of each block, which differ in their proofs.
  private var blocks: [Bytes32: [ReceivedBlock]] = [:]
  private var children: [Bytes32: [Bytes32]] = [:]
  private var countByPeer: [String: Int] = [:]
  private(set) var count = 0
  private var byteCount = 0

  /// The waiting copies of a block.
  func copies(of root: Bytes32) -> [ReceivedBlock] { blocks[root] ?? [] }

  /// Whether a block waits for this one.
  func hasChildren(of root: Bytes32) -> Bool { children[root] != nil }

  /// Keeps a block until its parent arrives, and returns what had to go for it.
  mutating func insert(_ received: ReceivedBlock) -> [ReceivedBlock] {
    let peer = received.origin.peer
    if blocks[received.root] == nil {
      children[received.parentRoot, default: []].append(received.root)
    }
    blocks[received.root, default: []].append(received)
    count(received, 1)
    var dropped: [ReceivedBlock] = []
    if countByPeer[peer, default: 0] > OrphanBlocks.peerLimit {
      dropped += removeFarthest(of: peer)
    }
    while count > OrphanBlocks.limit || byteCount > OrphanBlocks.byteLimit {
      let most = countByPeer.max { ($0.value, $0.key) < ($1.value, $1.key) }
      dropped += removeFarthest(of: most?.key ?? peer)
    }
    return dropped
  }

  /// The oldest ancestor of `root` that is not here: what has to be requested.
  func missingAncestor(of root: Bytes32) -> Bytes32 {
    var missing = root
    // Parents are hashes of earlier blocks, so this ends at the latest after `limit` steps.
    while let block = blocks[missing]?.first { missing = block.parentRoot }
    return missing
  }

  /// The parents that are not here, and who sent a block that needs them, in the order of the roots.
  var missing: [(root: Bytes32, namedBy: String)] {
    children.filter { blocks[$0.key] == nil }.sorted { $0.key < $1.key }.compactMap { parent in
      parent.value.first.flatMap { blocks[$0]?.first }.map { (parent.key, $0.origin.peer) }
    }
  }

  /// Takes out the blocks that waited for `parent`, in the order of their roots.
  mutating func takeChildren(of parent: Bytes32) -> [ReceivedBlock] {
    (children[parent] ?? []).sorted().flatMap { remove($0) }
  }

  /// Takes out everything that descends from `root`.
  mutating func discardDescendants(of root: Bytes32) -> [ReceivedBlock] {
    var discarded: [ReceivedBlock] = []
    var roots = [root]
    while let next = roots.popLast() {
      let taken = takeChildren(of: next)
      discarded += taken
      roots += taken.map(\.root)
    }
    return discarded
  }

  /// Takes out blocks of slots up to `slot`: they can no longer join the chain.
  mutating func discard(through slot: Slot) -> [ReceivedBlock] {
    blocks.values.compactMap(\.first).filter { $0.slot <= slot }.map(\.root).sorted()
      .flatMap { remove($0) }
  }

  private mutating func removeFarthest(of peer: String) -> [ReceivedBlock] {
    let ofPeer = blocks.values.joined().filter { $0.origin.peer == peer }
    guard let farthest = ofPeer.max(by: { ($0.slot, $0.root) < ($1.slot, $1.root) }) else {
      return []
    }
    let others = remove(farthest.root).filter { $0.origin != farthest.origin }
    for other in others { _ = insert(other) }
    return [farthest]
  }

  private mutating func remove(_ root: Bytes32) -> [ReceivedBlock] {
    guard let copies = blocks.removeValue(forKey: root), let parent = copies.first?.parentRoot
    else { return [] }
    for copy in copies { count(copy, -1) }
    children[parent]?.removeAll { $0 == root }
    if children[parent]?.isEmpty == true { children[parent] = nil }
    return copies
  }

  private mutating func count(_ received: ReceivedBlock, _ change: Int) {
    count += change
    byteCount += change * received.byteCount
    let peer = received.origin.peer
    let ofPeer = countByPeer[peer, default: 0] + change
    countByPeer[peer] = ofPeer == 0 ? nil : ofPeer
  }
}
