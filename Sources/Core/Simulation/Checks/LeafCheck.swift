internal import Chain
internal import ChainEvents
internal import Consensus
internal import Hashing

/// Rule 1: one root for each leaf of each key, across crashes and restarts.
struct LeafCheck: Sendable {
  private struct Leaf: Hashable {
    let validator: ValidatorIndex
    let isProposal: Bool
    let slot: Slot
  }

  private var roots: [Leaf: Bytes32] = [:]

  /// Notes a signature; a text tells of a second root.
  mutating func sign(_ wanted: WantedLeaf) -> String? {
    let leaf = Leaf(
      validator: wanted.validator, isProposal: wanted.role == .proposal, slot: wanted.slot)
    guard let first = roots[leaf] else {
      roots[leaf] = wanted.root
      return nil
    }
    guard first != wanted.root else { return nil }
    return "validator \(wanted.validator) signed \(first.short) and \(wanted.root.short) "
      + "in slot \(wanted.slot)"
  }
}
