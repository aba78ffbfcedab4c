internal import Consensus
internal import ForkChoice
internal import Hashing

/// Agreement: no two honest nodes finalize conflicting blocks.
///
/// All that was ever finalized is one chain: what is new must grow out of its end, and what is not
/// newer must be part of it.
struct FinalityCheck: Sendable {
  /// Every block of the finalized chain, by slot.
  private var chain: [Slot: Bytes32] = [:]
  private var end: Slot?
  /// Checkpoints that are known to be part of the chain.
  private var compared: Set<Checkpoint> = []

  /// Compares what a node calls finalized with what any node ever did; a text tells a conflict.
  mutating func check(_ store: Store) -> String? {
    let checkpoint = store.latestFinalized
    guard compared.insert(checkpoint).inserted else { return nil }
    var unknown: [BlockNode] = []
    var root: BlockNode?
    for block in store.tree.chain(from: checkpoint.root) {
      guard let known = chain[block.slot] else {
        unknown.append(block)
        continue
      }
      guard known == block.root else {
        return "slot \(block.slot) finalized as \(block.root.short) and as \(known.short)"
      }
      root = block
      break
    }
    return grow(by: unknown, from: root)
  }

  /// Adds blocks, newest first, on top of `root`; without one the store has forgotten it.
  private mutating func grow(by blocks: [BlockNode], from root: BlockNode?) -> String? {
    guard let newest = blocks.first, let oldest = blocks.last else { return nil }
    if let end {
      guard newest.slot > end, root.map({ $0.slot == end }) ?? (oldest.slot > end) else {
        return "block \(newest.root.short) of slot \(newest.slot) was finalized beside the chain "
          + "that ends in slot \(end)"
      }
    }
    for block in blocks { chain[block.slot] = block.root }
    end = newest.slot
    return nil
  }
}
