package import ChainEvents

/// Who voted for which target, on chain and off.
package struct VoteBook: Sendable {
  /// Targets kept; without finality each slot may bring a new one.
  package static let capacity = 32

  /// The votes for one target.
  package struct Target: Equatable, Sendable {
    /// The checkpoint.
    package internal(set) var point: VotePoint
    /// Voters whose votes stand in blocks of our chain; `nil` when the node does not tell.
    package internal(set) var onChain: ValidatorSet?
    /// Voters whose single votes or aggregates reached us.
    package internal(set) var seen = ValidatorSet()
    /// Voters seen in aggregates, without which no vote gets into a block.
    package internal(set) var aggregated = ValidatorSet()

    init(point: VotePoint) {
      self.point = point
    }

    /// Voters that count: those on chain, or those in aggregates as long as nobody tells.
    package var votes: ValidatorSet { onChain ?? aggregated }
  }

  /// The targets in the order of their slots, newest last.
  package internal(set) var targets: [Target] = []

  /// The newest target that is later than the justified slot.
  package func newest(after justifiedSlot: UInt64) -> Target? {
    targets.last { $0.point.slot > justifiedSlot }
  }

  /// The target after the justified slot that most voters support; the later of equals.
  package func strongest(after justifiedSlot: UInt64) -> Target? {
    targets.filter { $0.point.slot > justifiedSlot }
      .max { ($0.votes.count, $0.seen.count) < ($1.votes.count, $1.seen.count) }
  }

  mutating func update(_ point: VotePoint, _ change: (inout Target) -> Void) {
    if let index = targets.lastIndex(where: { $0.point == point }) {
      return change(&targets[index])
    }
    var target = Target(point: point)
    change(&target)
    let index = targets.lastIndex { $0.point.slot <= point.slot }.map { $0 + 1 } ?? 0
    targets.insert(target, at: index)
    if targets.count > VoteBook.capacity { targets.removeFirst() }
  }
}
