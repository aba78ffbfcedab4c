internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// The newest events, newest last.
struct EventsPanel: RowPanel {
  static let rowsPage = Page.events

  let scene: Scene

  var page: Page? { .events }
  var title: String { "events" }

  var help: String {
    "What the node tells, the newest at the bottom; \(scene.key(.filter)) filters,"
      + " \(scene.key(.logLevel)) sets the least level, \(scene.key(.newest)) follows again."
  }

  private var filter: EventFilter { EventFilter(scene.state.eventFilterText) }

  var note: [Span] {
    let node = scene.node
    var words = [
      scene.span("\(Words.number(node.log.count)) kept", .dim),
      scene.span("  \((node.slotEvents.before + 2) / 4)/s", .dim),
    ]
    if node.lostEvents > 0 { words.append(scene.span("  \(node.lostEvents) lost", .warning)) }
    words.append(scene.span("  /\(filter.text)", .key))
    guard scene.state.page == .events else { return words }
    let back = scene.selection(on: .events)
    return words + [
      back == 0
        ? scene.span("  following", .ok)
        : scene.span("  \(Words.number(back)) back, \(scene.key(.newest)) follows", .warning)
    ]
  }

  func list(in body: Rect) -> Rect { body }

  func drawRows(in body: Rect, _ window: RowWindow, into grid: inout Grid) {
    let events = scene.node.log.newest(body.height, skipping: window.first, filter)
    for (offset, event) in events.enumerated() {
      EventLine(scene: scene, event: event).draw(in: body, body.row + offset, into: &grid)
    }
    if events.isEmpty {
      grid.put(
        "no event passes the filter; \(scene.key(.clearFilter)) clears it", at: body.column,
        body.row,
        scene.theme[.warning])
    } else if let selected = window.selected {
      select(
        body.row + max(0, events.count - 1 - (selected - window.first)), in: body, &grid)
    }
  }
}

extension Grid {
  /// Puts the ground of the selected row below what a row shows.
  ///
  /// An ink that does not stand out from that ground gives way to the ground's own; with few colours,
  /// which are the user's, all do.
  mutating func select(_ row: Rect, _ ground: Style) {
    restyle(row) { style in
      switch ground.background.kind {
      case .terminalDefault: style.adding(ground.attributes)
      case .palette(..<16): ground
      case .palette, .rgb:
        style.foreground.contrast(with: ground.background) ?? 21 < 3
          ? Style(ground.foreground, on: ground.background, style.attributes)
          : style.on(ground.background)
      }
    }
  }
}

/// One event on one line.
struct EventLine {
  /// Columns below which the sentence needs the room of everything that only aligns.
  private static let narrow = 64

  let scene: Scene
  let event: TimedEvent

  func draw(in body: Rect, _ row: Int, into grid: inout Grid) {
    let severity = event.severity
    let milliseconds = scene.node.milliseconds(of: event.timeMilliseconds, inSlot: event.slot)
    var column = body.column
    column = grid.put(
      Words.padded(Words.number(event.slot), Words.number(scene.slot).count)
        + "\(Words.seconds(milliseconds)) ",
      at: column, row, scene.theme[.dim])
    let name = event.event.name.spaced
    if body.width < Self.narrow {
      column = grid.put(name, at: column, row, scene.theme[.accent]) + 1
    } else {
      column = grid.put(
        "\(severity.word) ", at: column, row, scene.theme[severity == .info ? .dim : severity.role])
      grid.put(name, at: column, row, scene.theme[.accent], width: 20)
      column += 21
    }
    // The slot stands at the beginning of the line.
    let sentence = event.sentence
    let lead = "slot \(event.slot) "
    grid.put(
      Words.grouped(sentence.hasPrefix(lead) ? String(sentence.dropFirst(lead.count)) : sentence),
      at: column, row,
      scene.theme[severity == .trace ? .dim : severity == .info ? .text : severity.role],
      width: body.endColumn - column)
  }
}

/// The selected event, whole.
struct EventPanel: TextPanel {
  let scene: Scene
  private let event: TimedEvent?

  init(scene: Scene) {
    self.scene = scene
    event =
      scene.node.log.newest(
        1, skipping: scene.selection(on: .events), EventFilter(scene.state.eventFilterText)
      ).last
  }

  var title: String {
    event.map { "event \(Words.number($0.sequence)): \($0.event.name)" } ?? "event"
  }

  var help: String {
    "The selected event whole, as a recording has it."
  }
  var note: [Span] { [scene.span("\(scene.key(.copy)) copies the line", .dim)] }

  func lines(width: Int) -> [[Span]] {
    guard let event else { return [] }
    let sentence = DisplayWidth.wrapped(Words.grouped(event.sentence), to: max(8, width))
      .map { [scene.span($0, event.severity.role)] }
    let bytes = Array(event.line)
    let line = stride(from: 0, to: bytes.count, by: max(1, width)).map { start in
      [scene.span(String(bytes[start..<min(bytes.count, start + max(1, width))]), .dim)]
    }
    // Counting goes through the whole log: not while new events stream by.
    guard scene.selection(on: .events) > 0 || scene.state.travel != nil else {
      return sentence + line
    }
    return sentence + line + [like(event)]
  }

  /// How often such an event is in the log, and when.
  private func like(_ event: TimedEvent) -> [Span] {
    let name = event.event.name
    let like = scene.node.log.newest(.max, EventFilter("")).filter { $0.event.name == name }
    let moments = like.suffix(3).reversed().map { other in
      let time = scene.node.milliseconds(of: other.timeMilliseconds, inSlot: other.slot)
      return "\(Words.number(other.slot))\(Words.seconds(time))"
    }
    return [
      scene.span("\(Words.number(like.count)) like it in the log; the newest: ", .dim),
      scene.span(moments.joined(separator: "  ")),
    ]
  }
}

extension ViewState {
  /// The filter of the log: what was typed, and the least level.
  var eventFilterText: String {
    let levels = ViewState.logLevels
    let text = levels[min(max(logLevel, 0), levels.count - 1)].filter + self[filterOf: .events]
    return text.isEmpty ? EventFilter.calm.text : text
  }
}
