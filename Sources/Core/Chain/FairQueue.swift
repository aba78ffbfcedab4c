internal import DequeModule

/// What peers sent and nobody has looked at, within a limit, one line for each peer.
///
/// Peers take turns, so one that floods waits for itself. At the limit the longest line loses its
/// oldest: an honest peer sends no more than the others, and what is oldest matters least.
/// - Complexity: O(1), and O(peers) at the limit.
package struct FairQueue<Element: Sendable>: Sendable {
  package let limit: Int
  package private(set) var count = 0
  private var lines: [String: Deque<Element>] = [:]
  /// The peers that have something in line, in the order of their turns.
  private var turns: Deque<String> = []

  package init(limit: Int) {
    self.limit = limit
  }

  package var isEmpty: Bool { count == 0 }

  /// Puts an element in line, and returns the one that had to go for it.
  package mutating func append(_ element: Element, from peer: String) -> Element? {
    if lines[peer] == nil { turns.append(peer) }
    lines[peer, default: []].append(element)
    count += 1
    guard count > limit else { return nil }
    let longest = lines.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) }
    return longest.flatMap { popFirst(of: $0.key) }
  }

  /// Takes the oldest element of the peer whose turn it is.
  package mutating func popFirst() -> Element? {
    guard let peer = turns.popFirst() else { return nil }
    turns.append(peer)
    return popFirst(of: peer)
  }

  /// Takes out everything that satisfies a condition.
  package mutating func removeAll(where isRemoved: (Element) -> Bool) -> [Element] {
    var removed: [Element] = []
    for peer in turns {
      guard let line = lines[peer] else { continue }
      let gone = line.filter(isRemoved)
      guard !gone.isEmpty else { continue }
      removed += gone
      lines[peer] = line.filter { !isRemoved($0) }
    }
    count -= removed.count
    for peer in turns where lines[peer]?.isEmpty == true { leave(peer) }
    return removed
  }

  private mutating func popFirst(of peer: String) -> Element? {
    guard let element = lines[peer]?.popFirst() else { return nil }
    count -= 1
    if lines[peer]?.isEmpty == true { leave(peer) }
    return element
  }

  private mutating func leave(_ peer: String) {
    lines[peer] = nil
    turns.removeAll { $0 == peer }
  }
}
