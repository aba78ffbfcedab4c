internal import Consensus
internal import Hashing
internal import StateTransition

/// Which blocks keep their state, when not all can.
///
/// The latest blocks do, and of the others every block at a multiple of ``spacing``. So no state is
/// more than that many blocks from one that is kept, on any fork.
struct StateSchedule: Sendable, Equatable {
  /// Blocks that came last: forks mostly start from them.
  static let recentCount = 64

  /// The positions of the blocks with a state, ascending.
  private(set) var holders: [Int] = []
  /// The distance between two states that stay for good.
  private(set) var spacing = 8

  mutating func add(_ position: Int) {
    let index = holders.lastIndex { $0 < position }.map { $0 + 1 } ?? 0
    holders.insert(position, at: index)
  }

  /// Chooses the states to drop once there are more than `limit`, and takes them off the list.
  ///
  /// The spacing doubles until a quarter of the limit is free, so that this runs rarely.
  mutating func drop(
    beyond limit: Int, depth: (Int) -> Int, isNeeded: (Int) -> Bool
  ) -> [Int] {
    guard holders.count > limit else { return [] }
    let recent = holders.suffix(min(StateSchedule.recentCount, limit / 2))
    var older = holders.dropLast(recent.count)
    while older.count + recent.count > limit * 3 / 4 {
      let kept = older.filter { depth($0).isMultiple(of: spacing) || isNeeded($0) }
      if kept.count == older.count, older.allSatisfy(isNeeded) { break }
      older = kept[...]
      if older.count + recent.count > limit * 3 / 4 { spacing *= 2 }
    }
    let kept = Set(older).union(recent)
    defer { holders.removeAll { !kept.contains($0) } }
    return holders.filter { !kept.contains($0) }
  }
}

extension BlockTree {
  /// Drops states beyond `limit`, but none of the blocks at `needed` positions.
  mutating func dropStates(beyond limit: Int, needed: [Int]) {
    let dropped = states.drop(
      beyond: limit, depth: { [links] in links[$0].depth }, isNeeded: needed.contains)
    for position in dropped { setState(nil, at: position) }
  }

  /// Keeps the state of a block, making it again where it was dropped.
  mutating func keepState(at position: Int) {
    guard nodes[position].state == nil, let state = state(at: position) else { return }
    setState(state, at: position)
    states.add(position)
  }

  /// The state after the block at `position`: kept, or made again from the nearest one that is.
  ///
  /// `nil` below the first block with a state.
  /// - Complexity: O(s) state transitions where s is the spacing of the states that are kept.
  func state(at position: Int) -> State? {
    var path: [BlockNode] = []
    var next: Int? = position
    while let current = next {
      let node = nodes[current]
      if let state = node.state { return state.replaying(path.reversed(), on: node.block) }
      path.append(node)
      next = links[current].parent
    }
    return nil
  }
}

extension State {
  /// The state after blocks that were imported before, on top of the one that led to this state.
  fileprivate func replaying(_ nodes: [BlockNode], on parent: Block) -> State {
    var (state, parent) = (self, parent)
    for node in nodes {
      // The root is known: hashing the state would be most of the work.
      if state.latestBlockHeader.stateRoot == .zero {
        state.latestBlockHeader.stateRoot = parent.stateRoot
      }
      do throws(Rejection) {
        state = try state.processSlots(to: node.slot).processBlock(node.block)
      } catch {
        preconditionFailure("block \(node.root) was imported, and now: \(error)")
      }
      parent = node.block
    }
    return state
  }
}
