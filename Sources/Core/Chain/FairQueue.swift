internal import DequeModule
internal import OrderedCollections

/// What peers sent and nobody has looked at, within a limit, one line for each peer.
///
/// Peers take turns, so one that floods waits for itself. Those whose last message was good go before
/// unknown ones, and those before liars: a name is cheap. At the limit the longest line loses its
/// oldest, of equal lines that of the peer who is worth least: what is oldest matters least.
/// - Complexity: O(1), and O(peers) at the limit or where peers are told apart.
package struct FairQueue<Element: Sendable>: Sendable {
  /// What the last check of a message of a peer came to.
  private enum Standing: Int {
    case good
    case unknown
    case bad
  }

  /// Peers whose standing is remembered: as many as gossip has, the one judged first goes first.
  static var standingLimit: Int { 256 }

  private let limit: Int
  package private(set) var count = 0
  private var lines: [String: Deque<Element>] = [:]
  /// The peers that have something in line, in the order of their turns.
  private var turns: Deque<String> = []
  private var standings: OrderedDictionary<String, Standing> = [:]
  private var checking: (peer: String, element: Element)?

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
    takeTurn().flatMap { popFirst(of: $0) }
  }

  /// Takes it to be checked; nothing while another is.
  mutating func beginCheck() -> Element? {
    guard checking == nil, let peer = takeTurn(), let element = popFirst(of: peer) else {
      return nil
    }
    checking = (peer, element)
    return element
  }

  /// Ends the check, and remembers of the peer what it came to, if anything.
  mutating func endCheck(isGood: Bool? = nil) {
    if let isGood, let peer = checking?.peer {
      standings[peer] = nil
      standings[peer] = isGood ? .good : .bad
      if standings.count > Self.standingLimit { standings.removeFirst() }
    }
    checking = nil
  }

  /// Whether something in line, or what is being checked, satisfies a condition.
  func contains(where isWanted: (Element) -> Bool) -> Bool {
    checking.map { isWanted($0.element) } == true
      || lines.values.contains { $0.contains(where: isWanted) }
  }

  /// Takes out everything that satisfies a condition.
  package mutating func removeAll(where isRemoved: (Element) -> Bool) -> [Element] {
    var removed: [Element] = []
    for peer in turns {
      let gone = lines[peer]?.filter(isRemoved) ?? []
      guard !gone.isEmpty else { continue }
      removed += gone
      lines[peer]?.removeAll(where: isRemoved)
      if lines[peer]?.isEmpty == true { leave(peer) }
    }
    count -= removed.count
    return removed
  }

  private mutating func takeTurn() -> String? {
    let first =
      standings.isEmpty
      ? turns.indices.first : turns.indices.min { standing(turns[$0]) < standing(turns[$1]) }
    guard let peer = first.map({ turns.remove(at: $0) }) else { return nil }
    turns.append(peer)
    return peer
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
