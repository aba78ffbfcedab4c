internal import ChainEvents

/// When a node can be restarted, and what that costs.
package struct RestartWindow: Equatable, Sendable {
  /// Slots that a restart loses whenever it comes: the one in which it happens, and the floor.
  package static let lostSlots = Restart.floorSlots + 1

  /// The slots in which to do it.
  package let slots: ClosedRange<UInt64>
  /// Blocks of ours that it costs then.
  package let blocks: Int
}

extension NodeStatus {
  /// The next slots from one on in which a restart costs the fewest blocks of ours; `nil` while the
  /// validators of the chain are not told.
  package func restartWindow(from slot: UInt64) -> RestartWindow? {
    guard let count = validatorCount, let own = description?.ownValidators else { return nil }
    func cost(_ slot: UInt64) -> Int {
      (slot..<slot + RestartWindow.lostSlots).count { own.contains($0 % count) }
    }
    // After as many slots as there are validators the turns begin again.
    let candidates = slot..<slot + count
    guard let first = candidates.min(by: { (cost($0), $0) < (cost($1), $1) }) else { return nil }
    let blocks = cost(first)
    var last = first
    while last + 1 < candidates.upperBound, cost(last + 1) == blocks { last += 1 }
    return RestartWindow(slots: first...last, blocks: blocks)
  }
}
