package import ChainEvents
package import Dashboard
package import Terminal
package import Theme

/// A small model for tests of the program around the screen: a clock, a bar, a list of lines.
package struct DemoModel: DashboardModel, Equatable {
  /// The start of slot 0.
  package static let genesis: UInt64 = 1_800_000_000_000
  /// Lines that are kept.
  static let lineLimit = 200

  /// The newest lines.
  package var lines: [String] = []
  /// Events folded.
  package var count = 0

  /// Creates a model that has seen nothing.
  package init() {}

  mutating func update(_ event: TimedEvent) {
    count += 1
    lines.append(DemoModel.logLine(event))
    if lines.count > DemoModel.lineLimit { lines.removeFirst(lines.count - DemoModel.lineLimit) }
  }

  /// Draws a header, a timeline with a moving cursor, gauges, the lines and the footer.
  package func draw(
    _ state: ViewState, at nowMilliseconds: UInt64, theme: Theme, into grid: inout Grid
  ) {
    let inSlot = (nowMilliseconds - min(DemoModel.genesis, nowMilliseconds)) % 4_000
    let slot = (nowMilliseconds - min(DemoModel.genesis, nowMilliseconds)) / 4_000
    let mode = state.travel == nil ? "live" : "FROZEN"
    grid.put(
      [
        Span(" swiftlet demo", theme[.title]), Span("  slot \(slot)", theme[.text]),
        Span(" i\(inSlot / 800)", theme[.accent]), Span("  events \(count)", theme[.dim]),
        Span("  \(state.page.rawValue) row \(state.selection)", theme[.text]),
      ], at: 0, 0)
    grid.put(mode, endingAt: grid.size.columns - 1, 0, theme[state.travel == nil ? .ok : .warning])
    let areas = Rect(
      column: 0, row: 1, width: grid.size.columns, height: max(grid.size.rows - 2, 0)
    ).splitRows([.cells(6), .cells(6), .share(1)])
    drawTimeline(inSlot, theme, areas[0], into: &grid)
    for (index, rect) in areas[1].splitColumns([.share(1), .share(1), .share(1)]).enumerated() {
      drawGauges(index, theme, rect, into: &grid)
    }
    drawLines(state, theme, areas[2], into: &grid)
    drawFooter(state, theme, into: &grid)
    if state.showsHelp { drawHelp(theme, into: &grid) }
  }

  private func drawTimeline(_ inSlot: UInt64, _ theme: Theme, _ rect: Rect, into grid: inout Grid) {
    grid.box(
      rect, theme[.border], title: [Span("slot", theme[.title])], note: [Span("日本", theme[.dim])])
    let inner = rect.inset(columns: 2)
    let scale = Double(inner.width) / 4_000
    grid.clipped(to: inner) { grid in
      for (row, role) in [Role.laneSelect, .laneMerge, .lanePublish].enumerated() {
        let start = Double(row) * 900
        let end = min(start + 700, Double(inSlot))
        grid.bar(
          from: Double(inner.column) + start * scale, to: Double(inner.column) + end * scale,
          row: inner.row + row, theme[role])
      }
      let cursor = inner.column + Int(Double(inSlot) * scale)
      for row in inner.rows { grid.put("┃", at: cursor, row, theme[.cursor]) }
    }
  }

  private func drawGauges(_ index: Int, _ theme: Theme, _ rect: Rect, into grid: inout Grid) {
    grid.box(rect, theme[.border], title: [Span("panel \(index)", theme[.title])])
    let inner = rect.inset(columns: 2)
    grid.clipped(to: inner) { grid in
      for row in 0..<3 {
        grid.put("value", at: inner.column, inner.row + row, theme[.dim])
        let meter = Rect(
          column: inner.column + 8, row: inner.row + row, width: inner.width - 8, height: 1)
        grid.meter(
          Double(row + index + 1) / 6, in: meter, theme.shade(.load, at: Double(row) / 2),
          track: theme[.track])
      }
      let line = Rect(column: inner.column, row: inner.row + 3, width: inner.width, height: 1)
      grid.sparkline((0..<40).map { Double($0 * 7 % 9) }, in: line, top: 8) { _ in theme[.spark] }
    }
  }

  private func drawLines(
    _ state: ViewState, _ theme: Theme, _ rect: Rect, into grid: inout Grid
  ) {
    grid.box(rect, theme[.border], title: [Span("events", theme[.title])])
    let inner = rect.inset(columns: 2)
    let shown = lines.filter { state.filter.isEmpty || $0.contains(state.filter) }
    grid.clipped(to: inner) { grid in
      for (offset, line) in shown.suffix(inner.height).enumerated() {
        grid.put(line, at: inner.column, inner.row + offset, theme[.text])
      }
    }
  }

  private func drawFooter(_ state: ViewState, _ theme: Theme, into grid: inout Grid) {
    var column = 1
    for entry in state.keymap.footer(on: state.page, columns: grid.size.columns) {
      column = grid.put(entry.key, at: column, grid.size.rows - 1, theme[.key])
      column = grid.put(" " + entry.word, at: column, grid.size.rows - 1, theme[.dim]) + 2
    }
  }

  private func drawHelp(_ theme: Theme, into grid: inout Grid) {
    let rect = grid.bounds.inset(columns: 4, rows: 2)
    grid.fill(rect, " ", theme[.text])
    grid.box(rect, theme[.border], title: [Span("help", theme[.title])])
    for (offset, binding) in Keymap.builtIn.enumerated() {
      grid.clipped(to: rect.inset()) { grid in
        grid.put(binding.words, at: rect.column + 2, rect.row + 1 + offset, theme[.text])
      }
    }
  }

  /// As many rows as lines, three panels.
  package func extent(of state: ViewState) -> PageExtent {
    PageExtent(rows: lines.count, panels: 3)
  }

  /// Asks for all but disconnecting.
  package func offer(
    _ command: ActionCommand, _ state: ViewState, at nowMilliseconds: UInt64
  ) -> ActionOffer {
    switch command {
    case .forceFallback:
      .ask(
        Question(
          title: "force a fallback?", lines: ["next own slot 7", "cost about +655 ms"],
          order: OperatorOrder(node: "demo", .forceFallback(slot: 7)),
          logName: "operator.force_fallback slot=7"))
    case .toggleAggregator:
      .ask(
        Question(
          title: "be an aggregator?", lines: [],
          order: OperatorOrder(node: "demo", .setAggregator(true)),
          logName: "operator.aggregator on"))
    case .disconnectPeer: .refuse("no peer is selected")
    case .fault: .refuse("there is nothing to break")
    }
  }

  /// The newest line.
  package func copyText(_ state: ViewState) -> String? { lines.last }

  /// All lines.
  package func logText(_ state: ViewState) -> String { lines.joined(separator: "\n") }

  /// A question mark is no filter.
  package func filterProblem(_ text: String, on page: Page) -> String? {
    text == "?" ? "a question is no filter" : nil
  }

  /// The last row of the screen quits, the others are rows of the page.
  package func target(
    column: Int, row: Int, _ state: ViewState, at nowMilliseconds: UInt64
  ) -> ClickTarget? {
    row == state.size.rows - 1 ? .command(.quit) : .row(row)
  }

  /// Number and text.
  package static func logLine(_ event: TimedEvent) -> String {
    guard case .node(.log(_, let source, let message)) = event.event else {
      return "\(event.sequence) \(event.event.name)"
    }
    return "\(source) \(message)"
  }

  /// The number of events.
  package var json: String { "{\"events\":\(count)}" }

  /// Known from the start.
  package var genesisMilliseconds: UInt64? { DemoModel.genesis }
}

/// A history that keeps every event.
package struct DemoHistory: DashboardHistory {
  /// The present.
  package private(set) var live = DemoModel()
  private var events: [TimedEvent] = []

  /// Creates an empty history.
  package init() {}

  /// Folds and keeps an event.
  @discardableResult
  package mutating func update(_ event: TimedEvent) -> [TimedEvent] {
    live.update(event)
    events.append(event)
    return []
  }

  /// Nobody is silent.
  package mutating func advance(to moment: UInt64) {}

  /// From the first event to the last.
  package var times: ClosedRange<UInt64>? {
    guard let first = events.first, let last = events.last else { return nil }
    return first.timeMilliseconds...max(first.timeMilliseconds, last.timeMilliseconds)
  }

  /// Folds again up to a time.
  package func model(at timeMilliseconds: UInt64) -> DemoModel {
    var model = DemoModel()
    for event in events where event.timeMilliseconds <= timeMilliseconds { model.update(event) }
    return model
  }
}
