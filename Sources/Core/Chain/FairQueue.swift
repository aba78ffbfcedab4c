internal import DequeModule
internal import OrderedCollections

/// What peers sent and nobody has looked at, within a limit, one line for each peer.
///
/// Peers take turns, so one that floods waits for itself. Where checks tell what a peer is worth,
/// those whose last message was good go before unknown ones, and those before liars: a name is
/// cheap, and many of them must not stand in front of the honest. At the limit the longest line
/// loses its oldest, of equal lines that of the peer who is worth least: an honest peer sends no
/// more than the others, and what is oldest matters least.
/// - Complexity: O(1), and O(peers) at the limit or where peers are told apart.
package struct FairQueue<Element: Sendable>: Sendable {
  /// What the last check of a message of a peer came to.
  private enum Standing: Int {
    case good
    case unknown
    case bad
  }

  /// Peers whose standing is remembered: as many as gossip has, the one judged first goes first.
  package static var standingLimit: Int { 256 }

  package let limit: Int
  package private(set) var count = 0
  private var lines: [String: Deque<Element>] = [:]
  /// The peers that have something in line, in the order of their turns.
  private var turns: Deque<String> = []
  private var standings: OrderedDictionary<String, Standing> = [:]

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
    let longest = lines.max {
      ($0.value.count, standing($0.key), $0.key) < ($1.value.count, standing($1.key), $1.key)
    }
    return longest.flatMap { popFirst(of: $0.key) }
  }

  /// Takes the oldest element of the peer whose turn it is.
  package mutating func popFirst() -> Element? {
    let first =
      standings.isEmpty
      ? turns.indices.first : turns.indices.min { standing(turns[$0]) < standing(turns[$1]) }
    guard let peer = first.map({ turns.remove(at: $0) }) else { return nil }
    turns.append(peer)
    return popFirst(of: peer)
  }

  /// Notes what a message of a peer turned out to be worth.
  package mutating func note(_ peer: String, isGood: Bool) {
    standings[peer] = nil
    standings[peer] = isGood ? .good : .bad
    if standings.count > Self.standingLimit { standings.removeFirst() }
  }

  /// Whether something in line satisfies a condition.
  package func contains(where isWanted: (Element) -> Bool) -> Bool {
    lines.values.contains { $0.contains(where: isWanted) }
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

  private func standing(_ peer: String) -> Int { (standings[peer] ?? .unknown).rawValue }

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
