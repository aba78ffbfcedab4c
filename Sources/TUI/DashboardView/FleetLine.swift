internal import ChainEvents
internal import Dashboard
internal import DashboardControls
internal import Terminal
internal import Theme

/// One line below the overview: the heads, lags and faults of all nodes of this screen.
struct FleetLine {
  let scene: Scene

  /// Whether there are several nodes and a row to spare.
  func isShown(at size: Size) -> Bool {
    scene.dashboard.nodes.count > 1 && scene.state.page == .overview && !scene.state.showsHelp
      && !scene.state.isZoomed && ScreenClass(size) >= .normal && size.rows >= 36
  }

  /// Draws as many nodes as fit, the one that is looked at among them.
  func draw(row: Int, width: Int, into grid: inout Grid) {
    let nodes = scene.dashboard.nodes
    var shown = nodes[...]
    // The columns for `and 12 more`.
    let room = width - 12
    var used = columns(of: shown)
    while used > room, shown.count > 1, let first = shown.first {
      let drops = first.name == scene.node.name ? shown.removeLast() : nil
      used -= columns(of: [drops ?? shown.removeFirst()])
    }
    var column = grid.put("fleet", at: 1, row, scene.theme[.dim]) + 1
    for node in shown { column = grid.put(spans(of: node), at: column, row) + 1 }
    if shown.count < nodes.count {
      grid.put("and \(nodes.count - shown.count) more", at: column, row, scene.theme[.dim])
    }
  }

  private func columns(of nodes: ArraySlice<NodeModel>) -> Int {
    nodes.reduce(0) { sum, node in
      sum + spans(of: node).reduce(1) { $0 + DisplayWidth.of($1.text) }
    }
  }

  /// How far a node is behind its clock or the best head; the clock of a dead node stands still.
  private func headLag(of node: NodeModel) -> UInt64 {
    let head = node.head?.slot ?? 0
    let best = scene.dashboard.nodes.compactMap { $0.head?.slot }.max() ?? head
    return max(node.headLag, best > head ? best - head : 0)
  }

  private func spans(of node: NodeModel) -> [Span] {
    let isShown = node.name == scene.node.name
    let head = node.head.map { Words.number($0.slot) } ?? "-"
    let lag = headLag(of: node)
    let isBehind = lag > 2 || node.stopped != nil
    return [
      scene.span(isShown ? "▸" : " ", .key), scene.span(node.name, isShown ? .title : .dim),
      scene.span(" h ", .dim), scene.span(head, isBehind ? .warning : .text),
      scene.span(lag > 0 ? " -\(lag)" : "", isBehind ? .warning : .dim),
      scene.span(" f ", .dim),
      scene.span("-\(node.finalizedLag)", node.finalizedLag > 6 ? .warning : .text),
      scene.span(node.faults.map { " " + $0.name }.joined(), .critical),
    ]
  }
}
