package import ChainEvents
internal import Hashing
package import NodeStatus
package import Terminal
package import Theme

/// The screen of a fleet, and what of it other programs tell.
extension FleetStatus {
  /// Draws the whole screen; any size, any state.
  package func draw(
    _ state: ViewState, at nowMilliseconds: UInt64, theme: Theme, into grid: inout Grid
  ) {
    let moment = state.travel?.shownMilliseconds ?? nowMilliseconds
    let size = grid.size
    guard let scene = Scene(self, state, now: moment, theme: theme) else {
      grid.put("swiftlet: waiting for the first event", at: 0, 0, theme[.dim])
      return
    }
    let screen = ScreenClass(size)
    switch screen {
    case .line: StatusList(scene: scene).draw(in: grid.bounds, into: &grid)
    case .list where state.page == .overview && !state.showsHelp && !state.isZoomed:
      StatusList(scene: scene).draw(in: grid.bounds, into: &grid)
    case .list, .compact, .small, .normal, .wide:
      drawPage(scene, screen, into: &grid)
    }
  }

  private func drawPage(_ scene: Scene, _ screen: ScreenClass, into grid: inout Grid) {
    let header = HeaderView(scene: scene)
    let (width, rows) = (grid.size.columns, grid.size.rows)
    header.drawHeader(row: 0, width: width, into: &grid)
    header.drawBanner(row: 1, width: width, into: &grid)
    let layout = PageLayout(scene: scene, size: grid.size)
    let panels = layout.panels
    if scene.state.showsHelp {
      HelpView(scene: scene, focused: layout.focused(of: panels)?.panel)
        .draw(in: layout.body, into: &grid)
    } else {
      let (focused, shown) = (scene.state.focusedPanel, layout.shown(of: panels))
      let scrolled = layout.scrolledIndex(of: shown)
      for (index, placed) in shown.enumerated() {
        placed.panel.draw(
          in: placed.rect, isFocused: scene.state.isZoomed || (index == focused && focused > 0),
          isScrolled: index == scrolled, into: &grid)
        if let rows = placed.panel.rows {
          mark(scene.state[filterOf: rows], in: placed.rect, &grid)
        }
      }
    }
    let fleet = FleetLine(scene: scene)
    if fleet.isShown(at: grid.size) {
      fleet.draw(row: layout.body.endRow - 1, width: width, into: &grid)
    }
    header.drawFooter(
      row: rows - 1, width: width, on: layout.rowsPage(of: panels), into: &grid)
  }

  /// Underlines the words of a filter, numbers also as the screen writes them.
  private func mark(_ filter: String, in rect: Rect, _ grid: inout Grid) {
    guard !filter.isEmpty else { return }
    for word in EventFilter(filter).words {
      for form in Set([word, Words.grouped(word)]) { grid.mark(form, in: rect.inset()) }
    }
  }

  /// The name of the node that is looked at.
  package func nodeName(_ state: ViewState) -> String? { node(state)?.name }

  /// The node that is looked at.
  func node(_ state: ViewState) -> NodeStatus? {
    guard !nodes.isEmpty else { return nil }
    return nodes[(state.node % nodes.count + nodes.count) % nodes.count]
  }

  /// The log lines that the filter lets through.
  package func logText(_ state: ViewState) -> String {
    guard let node = node(state) else { return "" }
    let events = node.log.newest(.max, EventFilter(state.eventFilterText))
    return events.map { FleetStatus.logLine($0) + "\n" }.joined()
  }

  /// An event as one plain line.
  package static func logLine(_ event: TimedEvent) -> String {
    "slot=\(event.slot) i=\(event.interval) \(event.severity.word) \(event.node)"
      + " \(event.event.name): \(event.sentence)"
  }

  /// The start of slot 0, when an event has said it.
  package var genesisMilliseconds: UInt64? {
    nodes.first { $0.description != nil }?.genesisMilliseconds
  }
}
