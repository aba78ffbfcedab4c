internal import Chain
internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing

/// Agreement and liveness: what honest nodes finalize.
struct FinalityCheck: Sendable {
  /// Every finalized block by slot, of all honest nodes.
  private var finalized: [Slot: Bytes32] = [:]
  /// Checkpoints whose ancestors have been compared.
  private var compared: Set<Checkpoint> = []
  private var lastFaultySlot: Slot?
  private var finalizedWhenFaulty: Slot = 0

  /// Compares what a node calls finalized with what any node ever did; a text tells a conflict.
  mutating func check(_ store: Store) -> String? {
    let checkpoint = store.latestFinalized
    guard compared.insert(checkpoint).inserted else { return nil }
    for node in store.tree.chain(from: checkpoint.root) {
      guard let known = finalized[node.slot] else {
        finalized[node.slot] = node.root
        continue
      }
      guard known == node.root else {
        return "slot \(node.slot) finalized as \(node.root.short) and as \(known.short)"
      }
      if node.root != checkpoint.root { break }
    }
    return conflictAbove(store, checkpoint)
  }

  /// A finalized chain that skips a slot conflicts with one that has a block there.
  private func conflictAbove(_ store: Store, _ checkpoint: Checkpoint) -> String? {
    let chain = Dictionary(
      uniqueKeysWithValues: store.tree.chain(from: checkpoint.root).map { ($0.slot, $0.root) })
    guard let oldest = chain.keys.min() else { return nil }
    let conflicts = finalized.filter { slot, root in
      slot > oldest && slot < checkpoint.slot && chain[slot] != root
    }
    guard let (slot, root) = conflicts.min(by: { $0.key < $1.key }) else { return nil }
    return "slot \(slot) finalized as \(root.short) is not below \(checkpoint.root.short)"
  }

  /// Notes that faults still strike, and how far finality has come.
  mutating func noteFaultySlot(_ slot: Int, _ nodes: [SimulatedNode]) {
    lastFaultySlot = Slot(UInt64(slot))
    let finalized = nodes.compactMap { $0.chain?.store.latestFinalized.slot }
    finalizedWhenFaulty = finalized.min() ?? finalizedWhenFaulty
  }

  /// Whether every node finalized something newer than the faults by the deadline.
  func checkLiveness(_ slot: Int, _ nodes: [SimulatedNode]) -> String? {
    guard let lastFaultySlot, Slot(UInt64(slot)) == livenessDeadline(lastFaultySlot) else {
      return nil
    }
    let lagging = nodes.filter { node in
      guard let store = node.chain?.store else { return true }
      return store.latestFinalized.slot <= lastFaultySlot
    }
    guard !lagging.isEmpty else { return nil }
    let slots = lagging.map { node in
      "\(node.name) \(node.chain.map { "\($0.store.latestFinalized.slot)" } ?? "dead")"
    }
    return "faults ended with slot \(lastFaultySlot), finalized now: "
      + slots.joined(separator: ", ")
  }

  /// Sixteen slots, or more after a stall so long that the protocol itself needs more.
  ///
  /// The longer finality stood still, the farther apart are the slots that may be justified. Two of
  /// them must be, one may be empty, and five slots bring the votes for the last into a block.
  private func livenessDeadline(_ lastFaultySlot: Slot) -> Slot {
    var slot = lastFaultySlot
    for _ in 0..<3 {
      slot = slot + 1
      while !slot.isJustifiable(after: finalizedWhenFaulty) { slot = slot + 1 }
    }
    return max(slot + 5, lastFaultySlot + UInt64(SimulationOptions.livenessSlots))
  }
}

/// One root for each leaf of each key.
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

  /// Whether a validator's proposal key signed something in a slot.
  func hasProposal(of validator: ValidatorIndex, slot: Slot) -> Bool {
    roots[Leaf(validator: validator, isProposal: true, slot: slot)] != nil
  }
}
