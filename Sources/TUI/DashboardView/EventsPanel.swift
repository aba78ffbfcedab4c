internal import ChainEvents
internal import Dashboard
internal import DashboardControls
internal import Terminal
internal import Theme

/// The newest events, newest last.
struct EventsPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var page: Page? { .events }
  var title: String { "events" }

  var note: [Span] {
    let log = scene.node.log
    let lost = scene.node.lostEvents
    var words = [scene.span("\(Words.number(log.count)) kept", .dim)]
    if lost > 0 { words.append(scene.span(", \(lost) lost", .warning)) }
    if !filter.text.isEmpty { words.append(scene.span("  /\(filter.text)", .key)) }
    return words
  }

  private var filter: EventFilter { EventFilter(scene.state.eventFilterText) }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let skip = scene.state.page == .events ? scene.selection : 0
    let events = scene.node.log.newest(body.height, skipping: skip, filter)
    for (offset, event) in events.enumerated() {
      EventLine(scene: scene, event: event).draw(in: body, body.row + offset, into: &grid)
    }
    if events.isEmpty {
      grid.put("nothing passes the filter", at: body.column, body.row, scene.theme[.dim])
    }
  }
}

/// One event on one line.
struct EventLine {
  let scene: Scene
  let event: TimedEvent

  func draw(in body: Rect, _ row: Int, into grid: inout Grid) {
    let severity = event.severity
    let milliseconds = scene.node.milliseconds(of: event.timeMilliseconds, inSlot: event.slot)
    var column = body.column
    column = grid.put(
      "\(event.slot)\(Words.seconds(milliseconds)) ", at: column, row, scene.theme[.dim])
    column = grid.put(
      "\(severity.word) ", at: column, row, scene.theme[severity == .info ? .dim : severity.role])
    let name = event.event.name.spaced
    grid.put(name, at: column, row, scene.theme[.accent], width: 20)
    column += 21
    grid.put(
      event.sentence, at: column, row,
      scene.theme[severity == .trace ? .dim : severity == .info ? .text : severity.role],
      width: body.endColumn - column)
  }
}

extension ViewState {
  /// The filter of the log: what was typed, and the least level.
  var eventFilterText: String {
    let levels = ["", "level>=INF ", "level>=EVT ", "level>=WRN "]
    let level = levels[min(max(logLevel, 0), levels.count - 1)]
    let typed = filter.text
    if typed.isEmpty, level.isEmpty { return EventFilter.calm.text }
    return level + typed
  }
}
