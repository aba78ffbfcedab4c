internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// A row of the timeline: the stages that share it, each in its own look.
struct Lane {
  let name: String
  let stages: [(stage: Stage, role: Role)]

  /// One stage a row, for screens with room.
  private static let all =
    [
      Lane(name: "select", stages: [(.select, .laneSelect)]),
      Lane(name: "compact", stages: [(.compact, .laneCompact)]),
      Lane(name: "seal", stages: [(.seal, .laneSeal)]),
      Lane(name: "sign", stages: [(.sign, .laneSign)]),
      Lane(name: "wrap", stages: [(.wrap, .laneWrap)]),
      Lane(name: "merge", stages: [(.merge, .laneMerge)]),
    ] + shared

  /// The rows of ``all`` that a node's prover has: one that folds the proposer's signature into the
  /// merge wraps nothing.
  static func all(of node: NodeStatus) -> [Lane] {
    node.costModel?.foldsProposer == true ? all.filter { $0.name != "wrap" } : all
  }

  /// Short stages together, for small screens.
  static let grouped =
    [
      Lane(
        name: "build",
        stages: [(.select, .laneSelect), (.compact, .laneCompact), (.seal, .laneSeal)]),
      Lane(name: "sign", stages: [(.sign, .laneSign), (.wrap, .laneWrap)]),
      Lane(name: "merge", stages: [(.merge, .laneMerge)]),
    ] + shared

  /// What a proposal of a node goes through.
  static func proposal(of node: NodeStatus) -> [Lane] {
    all(of: node).filter { $0.isOfProposals || $0.name == publish.name }
  }

  /// What every slot has.
  static let shared = [publish, attest, aggregate, safeTarget]

  /// Whether only our own proposals are in it.
  var isOfProposals: Bool { !Lane.shared.contains { $0.name == name } }

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

  /// The start of an interval: unlike any bar, also without colours and in ASCII.
  static let guide: Unicode.Scalar = "┊"
  static let nameWidth = 12
  static let numberWidth = 7
  /// Columns below which names and numbers are as narrow as their lanes allow.
  private static let narrow = 56

  func plot(in body: Rect) -> Rect {
    let isNarrow = body.width < Self.narrow
    let names = isNarrow ? (lanes.map(\.name.count).max() ?? 0) + 1 : Self.nameWidth
    let room = max(0, body.width - names - (isNarrow ? 6 : Self.numberWidth))
    // Whole columns for an interval: its border and its work begin at the same edge of a cell.
    let intervals = max(1, window.count / Int(EventStamp.intervalMilliseconds))
    return Rect(
      column: body.column + names, row: body.row,
      width: room < intervals ? room : room / intervals * intervals, height: body.height)
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
    guard start <= now else { return }
    defer {
      if offset == 0 {
        markEdges(start, span.end ?? end, isDimmed ? .guide : stage.role, plot, row, into: &grid)
      }
    }
    guard start < window.upperBound, end >= window.lowerBound else { return }
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

  /// Arrows at the edges of the picture for what began before it or goes on after it.
  private func markEdges(
    _ start: Int32, _ end: Int32, _ role: Role, _ plot: Rect, _ row: Int, into grid: inout Grid
  ) {
    if start < window.lowerBound {
      grid.put(Cell("◂", scene.theme[role]), at: plot.column, row)
    }
    if end > window.upperBound, now >= window.upperBound {
      grid.put(Cell("▸", scene.theme[role]), at: plot.endColumn - 1, row)
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
      let role = isDimmed ? .guide : mark.role
      if offset == 0 { markEdges(time, time, role, plot, row, into: &grid) }
      guard window.contains(time), time <= now else { continue }
      let style = scene.theme[role]
      grid.put(Cell("◆", style), at: Int(column(time, in: plot)), row)
    }
  }

  private func drawGuides(in plot: Rect, row: Int, into grid: inout Grid) {
    for boundary in boundaries {
      grid.put(Cell(Self.guide, scene.theme[.guide]), at: Int(column(boundary, in: plot)), row)
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
