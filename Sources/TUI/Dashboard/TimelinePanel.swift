internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// The slot of now with its lanes, and the strip of the slots before.
struct TimelinePanel: Panel {
  let scene: Scene

  var page: Page? { .overview }

  var title: String {
    let title = "slot \(Words.number(scene.shownSlot))"
    if scene.shownSlot > scene.slot { return title + " (next)" }
    let back = scene.slot - scene.shownSlot
    return back > 0 ? title + " (\(Words.number(back)) back)" : title
  }

  var help: String {
    "What ran when in the slot, from interval 4 of the slot before to its end, and the last"
      + " slots below; \(scene.key(.zoomIn)) and \(scene.key(.zoomOut)) change the scale."
  }

  var note: [Span] {
    let record = scene.node.slots[scene.shownSlot]
    guard let proposer = proposer(of: scene.shownSlot) else { return [] }
    var words = [scene.span("proposer \(scene.proposerName(proposer))", .dim)]
    if let outcome = record?.outcome {
      words.append(scene.span("  \(outcome.verdict.glyph) \(outcome.words)", outcome.verdict.role))
    }
    return words
  }

  private func proposer(of slot: UInt64) -> UInt64? {
    scene.node.validatorCount.map { slot % $0 }
  }

  /// Milliseconds in sight at the time scale that was asked for.
  private var window: Range<Int32> {
    let now = scene.shownMilliseconds
    switch scene.state.timeScale {
    case .wholeSlot: return -800..<4000
    case .half: return now < 1600 ? -800..<1600 : 1600..<4000
    case .interval:
      let start = min(now / 800, 4) * 800
      return start..<start + 800
    }
  }

  /// The rows that the panel needs of those that it has for a slot of ours: a slot without a proposal
  /// leaves the others to its neighbours.
  func rows(of whole: Int) -> Int {
    guard !hasProposal else { return whole }
    let room = whole - 3 - Self.stripHeight(whole - 2, lanes: Lane.grouped)
    let all = Lane.all(of: scene.node)
    let lanes = room >= all.count ? all : Lane.grouped
    return whole - lanes.count { $0.isOfProposals }
  }

  /// Slots after the one of now in which a proposal of ours keeps the lanes open: rows that come and
  /// go every few slots would move everything below them.
  private static let outlook: UInt64 = 4

  /// Whether the slot is ours, or shows how the next one is built.
  private var hasProposal: Bool {
    let node = scene.node
    guard let count = node.validatorCount, let own = node.description?.ownValidators else {
      return true
    }
    let slot = scene.shownSlot
    let isLive = slot == scene.slot
    let near = isLive ? slot - min(slot, 1)...slot + Self.outlook : slot...slot + 1
    return near.contains { own.contains($0 % count) }
  }

  /// The lanes that fit, without those of a proposal where there is none.
  private func lanes(in rows: Int) -> [Lane] {
    if !hasProposal { return Lane.shared }
    let all = Lane.all(of: scene.node)
    return rows >= all.count ? all : Lane.grouped
  }

  /// Rows of the strip with its divider, where there is room.
  private static func stripHeight(_ rows: Int, lanes: [Lane]) -> Int {
    let spare = rows - 1 - lanes.count
    return spare >= 3 ? 3 : spare == 2 ? 2 : 0
  }

  private func stripHeight(in body: Rect) -> Int {
    Self.stripHeight(body.height, lanes: hasProposal ? Lane.grouped : Lane.shared)
  }

  func target(column: Int, row: Int, in body: Rect, index: Int) -> ClickTarget? {
    guard scene.state.page == .overview, row > body.endRow - stripHeight(in: body),
      body.columns.contains(column)
    else { return nil }
    let back = body.endColumn - 1 - column
    return UInt64(back) <= scene.slot ? .opening(back) : nil
  }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let stripHeight = stripHeight(in: body)
    let hasStrip = stripHeight > 0
    let room = body.height - 1 - stripHeight
    let lanes = lanes(in: room)
    let chart = LaneChart(
      scene: scene, lanes: lanes, slot: scene.shownSlot, window: window,
      now: scene.shownMilliseconds)
    let laneRows = Rect(
      column: body.column, row: body.row + 1, width: body.width,
      height: max(0, min(room, lanes.count)))
    let isLive = scene.shownSlot == scene.slot
    chart.drawRuler(in: body, running: isLive ? scene.interval : nil, into: &grid)
    chart.draw(in: laneRows, into: &grid)
    var next = laneRows.endRow
    if room - laneRows.height >= 9 {
      next = drawPrevious(below: laneRows, into: &grid)
    }
    if hasStrip {
      let strip = Rect(
        column: body.column, row: body.endRow - stripHeight, width: body.width, height: stripHeight)
      drawDivider(strip.row, body, into: &grid)
      SlotStrip(scene: scene).draw(
        in: Rect(
          column: strip.column, row: strip.row + 1, width: strip.width, height: stripHeight - 1),
        into: &grid)
      next = min(next, strip.row)
    }
    if isLive { chart.drawCursor(in: laneRows, into: &grid) }
  }

  /// The slot before below the first one, dimmed, so that drift is seen at once.
  private func drawPrevious(below lanes: Rect, into grid: inout Grid) -> Int {
    let row = lanes.endRow + 1
    guard scene.shownSlot > 0 else { return row }
    let previous = scene.shownSlot - 1
    let chart = LaneChart(
      scene: scene, lanes: Lane.grouped, slot: previous, window: window, now: 4000, isDimmed: true)
    grid.put(
      "slot \(Words.number(previous))", at: lanes.column, row, scene.theme[.dim])
    let rect = Rect(column: lanes.column, row: row + 1, width: lanes.width, height: 7)
    chart.draw(in: rect, into: &grid)
    return rect.endRow
  }

  private func drawDivider(_ row: Int, _ body: Rect, into grid: inout Grid) {
    let border = scene.theme[.border]
    grid.line(from: body.column, to: body.endColumn, row: row, border)
    let end = grid.put(
      [scene.span(" last slots ", .title)], at: body.column + 1, row, width: body.width)
    let verdicts: [SlotVerdict] = [
      .hit, .late, .fallback, .forfeited, .missed, .foreign, .empty,
    ]
    let legend = verdicts.flatMap { verdict in
      [
        scene.span(" ", .dim), scene.span("\(verdict.glyph)", verdict.glyphRole),
        scene.span(" \(verdict.word)", .dim),
      ]
    }
    let width = legend.reduce(1) { $0 + DisplayWidth.of($1.text) }
    if end + width < body.endColumn {
      grid.put(legend + [scene.span(" ", .dim)], endingAt: body.endColumn - 1, row)
    }
  }
}

/// One glyph for each of the last slots.
struct SlotStrip {
  let scene: Scene

  func draw(in rect: Rect, into grid: inout Grid) {
    guard rect.width > 0 else { return }
    let last = scene.slot
    for offset in 0..<UInt64(rect.width) where offset <= last {
      let slot = last - offset
      let column = rect.endColumn - 1 - Int(offset)
      let record = scene.node.slots[slot]
      let verdict = record.map { $0.verdict(wallSlot: scene.slot) } ?? .pending
      var style = scene.theme[verdict.glyphRole]
      if slot == last { style = style.adding(.underline) }
      if slot == scene.shownSlot, slot != last { style = scene.theme[.selected] }
      grid.put(Cell(verdict.glyph, style), at: column, rect.row)
      if rect.height > 1, slot.isMultiple(of: 10) {
        let text = slot.isMultiple(of: 100) ? Words.number(slot) : "\(slot % 100)"
        grid.put(text, endingAt: column + 1, rect.row + 1, scene.theme[.dim])
      }
    }
  }
}
