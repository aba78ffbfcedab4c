internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// Our next duties.
struct CalendarPage: PageContent {
  let scene: Scene

  func panels(_ layout: PageLayout) -> [PageLayout.Placed] {
    layout.rows(
      [(CalendarPanel(scene: scene), .share(1)), (ValidatorsPanel(scene: scene), .cells(9))],
      dropBelow: 24)
  }
}

/// Our next proposals.
struct CalendarPanel: Panel {
  let scene: Scene

  var page: Page? { .calendar }
  var title: String { "next proposals" }

  var help: String {
    "When our next blocks are due, and when a restart costs least."
  }
  var note: [Span] { [scene.span("votes are due in every slot", .dim)] }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let top = drawNext(in: body, into: &grid)
    let rows = max(0, body.endRow - top)
    let columns = max(1, body.width / CalendarPanel.width)
    let room = columns * rows
    let duties = scene.node.proposalCalendar(
      from: scene.slot + 1, slots: min(4096, room * Int(scene.node.validatorCount ?? 0)))
    if duties.isEmpty {
      grid.put("no proposal of ours in sight", at: body.column, top, scene.theme[.dim])
    }
    let width = duties.prefix(room).last.map { Words.number($0.slot).count } ?? 0
    for (index, duty) in duties.prefix(room).enumerated() {
      let column = body.column + index / max(1, rows) * CalendarPanel.width
      let row = top + index % max(1, rows)
      grid.put(
        Words.number(duty.slot), endingAt: column + width, row,
        scene.theme[index == 0 ? .accent : .text])
      grid.put("v\(duty.validator)", at: column + width + 2, row, scene.theme[.dim])
      grid.put(
        Words.countdown(scene.milliseconds(until: duty.slot)), endingAt: column + 22, row,
        scene.theme[.text])
      grid.put(scene.wallTime(of: duty.slot), at: column + 24, row, scene.theme[.dim])
      if let (words, role) = remark(duty.slot, duty.validator) {
        grid.put(words, at: column + 38, row, scene.theme[role], width: 10)
      }
    }
  }

  /// Columns of a duty.
  private static let width = 50

  /// When a restart costs least.
  private var restart: [Span] {
    guard let window = scene.node.restartWindow(from: scene.slot) else {
      return [
        scene.span("restart  ", .dim), scene.span("not told how many validators there are", .dim),
      ]
    }
    let isNow = window.slots.lowerBound <= scene.slot
    let last = Words.number(window.slots.upperBound)
    let place =
      isNow
      ? "now, until slot \(last) is over (\(scene.wallTime(of: window.slots.upperBound + 1)))"
      : (window.slots.count > 1 ? "slots \(Words.number(window.slots.lowerBound)) to " : "in slot ")
        + "\(last), from \(scene.wallTime(of: window.slots.lowerBound)) on"
    let cost =
      window.blocks == 0 ? "no block" : "\(window.blocks) block\(window.blocks == 1 ? "" : "s")"
    return [
      scene.span("safe to restart  ", .dim),
      scene.span(place, window.blocks > 0 ? .warning : isNow ? .ok : .text),
      scene.span(
        "; it costs \(cost) of ours and the votes of \(RestartWindow.lostSlots) slots", .dim),
    ]
  }

  /// The next proposal with a line that runs out, and when to restart, where there is room; answers
  /// with the row below.
  private func drawNext(in body: Rect, into grid: inout Grid) -> Int {
    guard scene.state.page == .calendar, body.height >= 5 else { return body.row }
    guard body.height >= 10, let next = scene.node.nextProposal(from: scene.slot + 1) else {
      return drawRestart(in: body, from: body.row, into: &grid)
    }
    let left = scene.milliseconds(until: next.slot)
    let whole = Int(scene.node.validatorCount ?? 0) * Int(EventStamp.slotMilliseconds)
    grid.put(
      [
        scene.span("next  ", .dim), scene.span(Words.number(next.slot), .title),
        scene.span("  v\(next.validator)  in ", .dim),
        scene.span(Words.padded(Words.countdown(left), 7), .title),
        scene.span("  " + Words.meter(Int(clamping: left), of: whole, width: 32), .accent),
      ], at: body.column, body.row, width: body.width)
    return drawRestart(in: body, from: body.row + 1, into: &grid) + 1
  }

  /// Draws when to restart in as many rows as it needs, for the cost stands last; answers with the row
  /// below.
  private func drawRestart(in body: Rect, from first: Int, into grid: inout Grid) -> Int {
    let lines = DisplayWidth.wrapped(restart, to: body.width)
    for (offset, line) in lines.enumerated() { grid.put(line, at: body.column, first + offset) }
    return first + lines.count
  }

  /// What is special about a duty.
  private func remark(_ slot: UInt64, _ validator: UInt64) -> (String, Role)? {
    if scene.node.proposals[slot]?.force == .armed { return ("fallback", .warning) }
    let key = scene.node.validators.first { $0.index == validator }?.proposalKey
    return key.map { $0.endSlot <= slot } == true ? ("no leaf", .critical) : nil
  }
}
