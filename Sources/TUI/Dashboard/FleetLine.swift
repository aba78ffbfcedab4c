internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// The heads, lags and faults of all nodes of this screen, on the lowest border of the overview.
struct FleetLine {
  let scene: Scene

  /// Whether there are several nodes and a border to write on.
  func isShown(at size: Size) -> Bool {
    scene.dashboard.nodes.count > 1 && scene.state.page == .overview && !scene.state.showsHelp
      && !scene.state.isZoomed && !scene.state.isOpen && ScreenClass(size) >= .normal
  }

  /// Draws as many nodes as fit, the one that is looked at among them.
  func draw(row: Int, width: Int, into grid: inout Grid) {
    let places = places(width: width)
    grid.put([scene.span(" fleet ", .title)], at: 2, row)
    for place in places {
      grid.put(spans(of: scene.dashboard.nodes[place.node]), at: place.columns.lowerBound, row)
    }
    let end = places.last?.columns.upperBound ?? 9
    let left = scene.dashboard.nodes.count - places.count
    grid.put(left > 0 ? " and \(left) more " : " ", at: end, row, scene.theme[.dim])
  }

  /// The nodes that fit, with their columns.
  func places(width: Int) -> [(node: Int, columns: Range<Int>)] {
    let nodes = scene.dashboard.nodes
    var shown = nodes.indices[...]
    // The columns for `and 12 more`, the word before and the corners.
    let room = width - 25
    func used() -> Int { shown.reduce(0) { $0 + columns(of: nodes[$1]) } }
    while used() > room, shown.count > 1, let first = shown.first {
      if nodes[first].name == scene.node.name { shown.removeLast() } else { shown.removeFirst() }
    }
    var column = 9
    return shown.map { index in
      let width = columns(of: nodes[index])
      defer { column += width }
      return (index, column..<column + width)
    }
  }

  private func columns(of node: NodeStatus) -> Int {
    spans(of: node).reduce(0) { $0 + DisplayWidth.of($1.text) }
  }

  /// How far a node is behind its clock or the best head; the clock of a dead node stands still.
  func headLag(of node: NodeStatus) -> UInt64? {
    guard let head = node.head?.slot, let lag = node.headLag else { return nil }
    let best = scene.dashboard.nodes.compactMap { $0.head?.slot }.max() ?? head
    return max(lag, best - head)
  }

  private func spans(of node: NodeStatus) -> [Span] {
    let isShown = node.name == scene.node.name
    let head = node.head.map { Words.number($0.slot) } ?? "-"
    let lag = headLag(of: node)
    let isBehind = lag ?? 0 > 2 || node.stopped != nil
    return [
      scene.span(isShown ? "▸" : " ", .key), scene.span(node.name, isShown ? .title : .dim),
      scene.span(" h ", .dim), scene.span(head, isBehind ? .warning : .text),
      scene.span(lag.map { $0 > 0 ? " -\($0)" : "" } ?? "", isBehind ? .warning : .dim),
      scene.span(" f ", .dim),
      scene.span(
        node.finalizedLag.map { "-\($0)" } ?? "?", scene.role(.finalizedLag, node.finalizedLag)),
      scene.age(of: node).map { scene.span(" \($0.text)", .warning) } ?? scene.span(""),
      scene.span(node.faults.map { " " + $0.name.words }.joined() + " ", .critical),
    ]
  }
}
