internal import Consensus
internal import Hashing

/// Blocks that wait for an ancestor, within a limit.
///
/// They are unverified: their proofs need the state of the parent. At the limit the block with the
/// highest slot goes first, because what is nearest to our chain can be used soonest.
struct PendingBlocks: Sendable {
  /// leanSpec's MAX_CACHED_BLOCKS.
  static let limit = 1024

  struct Entry: Sendable {
    let block: SignedBlock
    let root: Bytes32
  }

  private(set) var entries: [Bytes32: Entry] = [:]
  private var children: [Bytes32: [Bytes32]] = [:]

  var count: Int { entries.count }

  func contains(_ root: Bytes32) -> Bool {
    entries[root] != nil
  }

  /// Keeps a block until its parent arrives.
  mutating func insert(_ block: SignedBlock, root: Bytes32) {
    guard entries[root] == nil else { return }
    entries[root] = Entry(block: block, root: root)
    children[block.block.parentRoot, default: []].append(root)
    if entries.count > PendingBlocks.limit { evict() }
  }

  /// The oldest ancestor of `root` that is not here: what has to be requested.
  func missingAncestor(of root: Bytes32) -> Bytes32 {
    var missing = root
    // Parents are hashes of earlier blocks, so this ends at the latest after `limit` steps.
    while let entry = entries[missing] { missing = entry.block.block.parentRoot }
    return missing
  }

  /// The blocks that others wait for and that are not here, in the order of their roots.
  var missingRoots: [Bytes32] {
    children.keys.filter { entries[$0] == nil }.sorted()
  }

  /// Takes out the blocks that waited for `parent`, in the order of their roots.
  mutating func takeChildren(of parent: Bytes32) -> [Entry] {
    let roots = children.removeValue(forKey: parent) ?? []
    return roots.sorted().compactMap { entries.removeValue(forKey: $0) }
  }

  /// Removes everything that descends from `root`, which turned out to be worthless.
  mutating func discardDescendants(of root: Bytes32) {
    var roots = [root]
    while let next = roots.popLast() {
      roots += takeChildren(of: next).map(\.root)
    }
  }

  /// Removes blocks of slots up to `slot`: they can no longer join the chain.
  mutating func discard(through slot: Slot) {
    for entry in entries.values.filter({ $0.block.block.slot <= slot }) { remove(entry) }
  }

  private mutating func evict() {
    let farthest = entries.values.max {
      ($0.block.block.slot, $0.root) < ($1.block.block.slot, $1.root)
    }
    if let farthest { remove(farthest) }
  }

  private mutating func remove(_ entry: Entry) {
    entries[entry.root] = nil
    let parent = entry.block.block.parentRoot
    children[parent]?.removeAll { $0 == entry.root }
    if children[parent]?.isEmpty == true { children[parent] = nil }
  }
}
