internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// A row of the timeline: the stages that share it, each in its own look.
struct Lane {
  let name: String
  let stages: [(stage: Stage, role: Role)]

  /// One stage a row, for screens with room.
  static let all = [
    Lane(name: "select", stages: [(.select, .laneSelect)]),
    Lane(name: "compact", stages: [(.compact, .laneCompact)]),
    Lane(name: "seal", stages: [(.seal, .laneSeal)]),
    Lane(name: "sign", stages: [(.sign, .laneSign)]),
    Lane(name: "wrap", stages: [(.wrap, .laneWrap)]),
    Lane(name: "merge", stages: [(.merge, .laneMerge)]),
    publish, attest, aggregate, safeTarget,
  ]

  /// Short stages together, for small screens.
  static let grouped = [
    Lane(
      name: "build",
      stages: [(.select, .laneSelect), (.compact, .laneCompact), (.seal, .laneSeal)]),
    Lane(name: "sign", stages: [(.sign, .laneSign), (.wrap, .laneWrap)]),
    Lane(name: "merge", stages: [(.merge, .laneMerge)]),
    publish, attest, aggregate, safeTarget,
  ]

  /// What a proposal goes through.
  static let proposal = Array(all.prefix(7))

  private static let publish = Lane(
    name: "publish",
    stages: [(.hold, .track), (.import, .lanePublish), (.publish, .lanePublish)])
  private static let attest = Lane(name: "attest", stages: [(.attest, .laneAttest)])
  private static let aggregate = Lane(name: "aggregate", stages: [(.aggregate, .laneAggregate)])
  private static let safeTarget = Lane(
    name: "safe target", stages: [(.safeTarget, .laneSafeTarget)])

  /// Milliseconds of all stages of the lane but waiting, until `now`.
  func milliseconds(_ record: SlotRecord?, until now: Int32) -> Int32? {
    let times = stages.filter { $0.stage != .hold }
      .compactMap { record?.milliseconds(of: $0.stage, until: now) }
    return times.isEmpty ? nil : times.reduce(0, &+)
  }
}

/// Lanes over time: which stage ran when, in a slot and in the parts of its neighbours in sight.
struct LaneChart {
  let scene: Scene
  let lanes: [Lane]
  /// The slot whose start is zero.
  let slot: UInt64
  /// Milliseconds in sight.
  let window: Range<Int32>
  /// Nothing after this moment is drawn.
  let now: Int32
  var isDimmed = false

  static let nameWidth = 12
  static let numberWidth = 7
  /// Columns below which names and numbers are as narrow as their lanes allow.
  private static let narrow = 56

  func plot(in body: Rect) -> Rect {
    let isNarrow = body.width < Self.narrow
    let names = isNarrow ? (lanes.map(\.name.count).max() ?? 0) + 1 : Self.nameWidth
    return Rect(
      column: body.column + names, row: body.row,
      width: body.width - names - (isNarrow ? 6 : Self.numberWidth), height: body.height)
  }

  func column(_ milliseconds: Int32, in plot: Rect) -> Double {
    let share =
      Double(milliseconds - window.lowerBound) / Double(window.upperBound - window.lowerBound)
    return Double(plot.column) + share * Double(plot.width)
  }

  /// Draws one row for each lane that has room.
  func draw(in body: Rect, into grid: inout Grid) {
    let plot = plot(in: body)
    let records = [(slot &- 1, Int32(-4000)), (slot, 0), (slot &+ 1, 4000)].map {
      (record: scene.node.slots[$0.0], offset: $0.1)
    }
    for (index, lane) in lanes.prefix(body.height).enumerated() {
      let row = body.row + index
      grid.put(lane.name, at: body.column, row, scene.theme[isDimmed ? .dim : .text])
      drawGuides(in: plot, row: row, into: &grid)
      grid.clipped(to: plot) { grid in
        for (record, offset) in records {
          for span in record?.spans ?? [] { draw(span, offset, lane, plot, row, into: &grid) }
          if let record { drawMarks(record, offset, lane, plot, row, into: &grid) }
        }
      }
      let time =
        lane.milliseconds(records[1].record, until: now)
        ?? lane.milliseconds(records[2].record, until: now - 4000)
      grid.put(
        time.map { Words.number(Int($0)) } ?? "-", endingAt: body.endColumn, row,
        scene.theme[time == nil || isDimmed ? .dim : .text])
    }
  }

  private func draw(
    _ span: StageSpan, _ offset: Int32, _ lane: Lane, _ plot: Rect, _ row: Int,
    into grid: inout Grid
  ) {
    guard let stage = lane.stages.first(where: { $0.stage == span.stage }) else { return }
    let start = span.start.addingReportingOverflow(offset).partialValue
    let end = min(now, (span.end ?? now - offset).addingReportingOverflow(offset).partialValue)
    guard start <= now, start < window.upperBound, end >= window.lowerBound else { return }
    let left = column(max(start, window.lowerBound), in: plot)
    let right = column(min(max(end, start + 1), window.upperBound), in: plot)
    if span.stage == .hold {
      let rect = Rect(
        column: Int(left), row: row, width: Int(right) - Int(left), height: 1)
      return grid.fill(rect, "░", scene.theme[.guide])
    }
    let role: Role = isDimmed ? .guide : span.failed ? .critical : stage.role
    grid.bar(from: left, to: right, row: row, scene.theme[role])
    if span.failed, !isDimmed {
      grid.put("✕", at: min(Int(right), plot.endColumn - 1), row, scene.theme[.critical])
    }
  }

  /// Marks of moments: a block or an aggregate came, ours left, the safe target moved.
  private func drawMarks(
    _ record: SlotRecord, _ offset: Int32, _ lane: Lane, _ plot: Rect, _ row: Int,
    into grid: inout Grid
  ) {
    var marks: [(time: Int32, role: Role)] = []
    switch lane.stages.last?.stage {
    case .publish?:
      if let block = record.block, !block.isOurs, let arrival = block.arrival {
        let isLate = arrival >= Int32(EventStamp.intervalMilliseconds)
        marks.append((arrival, isLate ? .warning : .foreign))
      }
      if let offset = record.outcome?.publishOffset,
        !record.spans.contains(where: { $0.stage == .publish })
      {
        marks.append((Int32(near: offset), .lanePublish))
      }
    case .aggregate?:
      if let aggregate = record.aggregate, !aggregate.isOurs, let arrival = aggregate.arrival {
        marks.append((arrival, .foreign))
      }
    case .safeTarget?:
      if let time = record.safeTargetMoved { marks.append((time, .laneSafeTarget)) }
    default: break
    }
    for mark in marks {
      let time = mark.time.addingReportingOverflow(offset).partialValue
      guard window.contains(time), time <= now else { continue }
      let style = scene.theme[isDimmed ? .guide : mark.role]
      grid.put(Cell("◆", style), at: Int(column(time, in: plot)), row)
    }
  }

  private func drawGuides(in plot: Rect, row: Int, into grid: inout Grid) {
    for boundary in boundaries {
      grid.put(Cell("┆", scene.theme[.guide]), at: Int(column(boundary, in: plot)), row)
    }
  }

  /// Starts of intervals in sight.
  var boundaries: [Int32] {
    stride(from: Int32(-4000), through: 8000, by: 800).filter { window.contains($0) }
  }

  /// The line of now over all lanes.
  func drawCursor(in body: Rect, into grid: inout Grid) {
    guard window.contains(now) else { return }
    let plot = plot(in: body)
    let column = min(Int(column(now, in: plot)), plot.endColumn - 1)
    for row in body.rows { grid.put(Cell("┃", scene.theme[.cursor]), at: column, row) }
    let below = (column - 1...column + 1).map { grid[column: $0, row: body.endRow]?.glyph }
    if Set(below).count == 1, below[0] == "─" || below[0] == " " {
      grid.put(Cell("▲", scene.theme[.cursor]), at: column, body.endRow)
    }
  }

  /// Numbers and names of the intervals, the running one bright.
  func drawRuler(in body: Rect, running: Int?, into grid: inout Grid) {
    let plot = plot(in: body)
    let names = ["propose", "attest", "aggregate", "safe", "prebuild"]
    let shortNames = ["prop", "att", "agg", "safe", "pre"]
    let marks = boundaries.map { ($0, Int(column($0, in: plot))) }
    grid.put("ms", endingAt: body.endColumn, body.row, scene.theme[.dim])
    for (index, mark) in marks.enumerated() {
      let interval = Int((mark.0 + 8000) / 800) % 5
      let end = index + 1 < marks.count ? marks[index + 1].1 : plot.endColumn
      let isRunning = running.map { Int32($0) * 800 == mark.0 } ?? false
      let room = end - mark.1 - 1
      let name = room >= 11 ? names[interval] : shortNames[interval]
      // A narrow interval has its number alone.
      let text = room >= name.count + 2 ? "\(interval) \(name)" : "\(interval)"
      grid.put(text, at: mark.1, body.row, scene.theme[isRunning ? .accent : .dim])
    }
  }
}

/// The slot of now with its lanes, and the strip of the slots before.
struct TimelinePanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var page: Page? { .overview }

  var title: String {
    let title = "slot \(Words.number(scene.shownSlot))"
    if scene.shownSlot > scene.slot { return title + " (next)" }
    let back = scene.slot - scene.shownSlot
    return back > 0 ? title + " (\(Words.number(back)) back)" : title
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

  /// Rows of the strip with its divider, where there is room.
  private func stripHeight(in body: Rect) -> Int {
    body.height >= 13 ? 3 : body.height >= 10 ? 2 : 0
  }

  func target(column: Int, row: Int, in body: Rect) -> ClickTarget? {
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
    let lanes = room >= Lane.all.count ? Lane.all : Lane.grouped
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
        scene.span(" ", .dim), scene.span("\(verdict.glyph)", verdict.role),
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
      var style = scene.theme[verdict.role]
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
