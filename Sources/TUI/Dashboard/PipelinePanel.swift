internal import ChainEvents
internal import Hashing
internal import NodeStatus
internal import Terminal
internal import Theme

/// The proposal in progress, or the last one, around the boundary of its slot.
struct PipelinePanel: Panel {
  let scene: Scene
  private let slot: UInt64
  private let record: ProposalRecord?

  init(scene: Scene) {
    self.scene = scene
    let chosen: ProposalRecord?
    if scene.state.page == .prebuild, scene.selection(on: .prebuild) > 0 {
      chosen = ProposalsPage(scene: scene).selected
    } else {
      let newest = scene.node.proposals.newest(ProposalsPage.limit)
      chosen = newest.first { $0.preparedAt != nil || $0.outcome != nil } ?? newest.first
    }
    record = chosen
    slot = chosen?.slot ?? scene.slot
  }

  var page: Page? { .prebuild }

  var title: String {
    "proposal of slot \(Words.number(slot))" + (record?.validator.map { " by v\($0)" } ?? "")
  }

  var help: String {
    "The proposal in progress, or the last one, around the boundary of its slot: when each"
      + " stage ran and what decided."
  }

  var note: [Span] {
    guard let outcome = record?.outcome else {
      return record == nil ? [] : [scene.span("in progress", .accent)]
    }
    let verdict = outcome.verdict
    return [scene.span("\(verdict.glyph) \(outcome.words)", verdict.role)]
  }

  func drawBody(in body: Rect, into grid: inout Grid) {
    guard let record else {
      grid.put("no proposal of ours yet", at: body.column, body.row, scene.theme[.dim])
      return
    }
    let now = scene.node.milliseconds(of: scene.now, inSlot: slot)
    let lines = lines(record, width: body.width)
    let all = Lane.proposal(of: scene.node)
    let isRoomy = body.height >= all.count + 2 + lines.count
    let lanes = isRoomy ? all : Self.fewLanes
    let chart = LaneChart(scene: scene, lanes: lanes, slot: slot, window: window, now: now)
    let rows = Rect(
      column: body.column, row: body.row + 1, width: body.width,
      height: max(0, min(lanes.count, body.height - 1)))
    drawScale(chart, in: body, into: &grid)
    chart.draw(in: rows, into: &grid)
    let plot = chart.plot(in: rows)
    let boundary = Int(chart.column(0, in: plot))
    for row in rows.rows where grid[column: boundary, row: row]?.glyph == LaneChart.guide {
      grid.put(Cell(LaneChart.guide, scene.theme[.cursor]), at: boundary, row)
    }
    drawMilestones(record, chart, plot, from: body.column, row: rows.endRow, into: &grid)
    for (offset, line) in lines.enumerated() {
      grid.put(line, at: body.column, rows.endRow + 1 + offset, width: body.width)
    }
  }

  /// The lanes where not each stage has a row of its own.
  private static let fewLanes = Array(Lane.grouped.prefix(4))

  /// The scale, few lanes, the milestones and the sentences.
  func height(width: Int) -> Int {
    record.map { Self.fewLanes.count + 2 + lines($0, width: width).count } ?? 1
  }

  private func lines(_ record: ProposalRecord, width: Int) -> [[Span]] {
    (sentences(record) + [deadline]).flatMap { DisplayWidth.wrapped($0, to: width) }
  }

  /// From interval 4 of the slot before, or earlier when the work began earlier, to 0.8 s.
  private var window: Range<Int32> {
    let first = scene.node.slots[slot]?.spans.map(\.start).min() ?? 0
    let intervals = (max(first, -3200) - 799) / 800
    return min(-1, intervals) * 800..<800
  }

  private func drawScale(_ chart: LaneChart, in body: Rect, into grid: inout Grid) {
    let plot = chart.plot(in: body)
    let window = chart.window
    let perColumn = Int32(window.count) / Int32(max(plot.width, 1)) + 1
    let step: Int32 = [100, 200, 400, 800].first { $0 / perColumn >= 6 } ?? 800
    for time in stride(from: window.lowerBound, to: window.upperBound, by: Int(step)) {
      let text = (time > 0 ? "+" : "") + Words.number(time)
      grid.put(
        text, at: Int(chart.column(time, in: plot)), body.row,
        scene.theme[time == 0 ? .title : .dim])
    }
    grid.put("ms", endingAt: body.endColumn, body.row, scene.theme[.dim])
  }

  /// When the leaf was claimed and when the block was ready.
  private func drawMilestones(
    _ record: ProposalRecord, _ chart: LaneChart, _ plot: Rect, from left: Int, row: Int,
    into grid: inout Grid
  ) {
    grid.put("milestones", at: left, row, scene.theme[.dim], width: plot.column - left - 1)
    let ready = record.lead.map { Int(chart.column(Int32(near: -$0), in: plot)) }
    grid.clipped(to: Rect(column: plot.column, row: row, width: plot.width, height: 1)) { grid in
      if let time = record.committedAt {
        let column = Int(chart.column(time, in: plot))
        grid.put(Cell("◆", scene.theme[.laneSign]), at: column, row)
        let isBefore = ready.map { $0 > column } ?? false
        grid.put(
          "signed", at: column + 2, row, scene.theme[.dim],
          width: isBefore ? (ready ?? 0) - column - 3 : Size.limit)
      }
      if let lead = record.lead, let column = ready {
        grid.put(Cell("◆", scene.theme[.ok]), at: column, row)
        grid.put(
          "ready \(Words.number(lead.magnitude)) ms \(lead >= 0 ? "early" : "late")",
          at: column + 2, row,
          scene.theme[lead >= 0 ? .ok : .warning])
      }
    }
  }

  /// What decides between a hit and a fallback, and what a fallback costs.
  private var deadline: [Span] {
    guard let model = scene.node.costModel else {
      return [scene.span("deadline    ", .dim), scene.span("the boundary; no cost is known yet")]
    }
    return [
      scene.span("deadline    ", .dim), scene.span("the boundary, 0 ms"),
      scene.span("   a build takes about \(model.buildMilliseconds) ms, ", .dim),
      scene.span("\(model.commitMilliseconds) of it after signing, ", .dim),
      scene.span("by \(model.samples) sample\(model.samples == 1 ? "" : "s")", .dim),
    ]
  }

  private func sentences(_ record: ProposalRecord) -> [[Span]] {
    var lines: [[Span]] = []
    if let candidate = record.candidate {
      let isHead = scene.node.head?.root == candidate.parent
      lines.append([
        scene.span("candidate   ", .dim), scene.span(candidate.root.short, .text),
        scene.span(" on ", .dim), scene.span(candidate.parent.short, .text),
        scene.span(isHead ? " (= head)" : "", .ok),
        scene.span("  votes ", .dim),
        scene.span("\(candidate.votes)/\(candidate.validators)", .text),
        scene.span(
          " in \(candidate.aggregates) attestation\(candidate.aggregates == 1 ? "" : "s")", .dim),
        scene.span(record.bytes.map { "  \(Words.bytes($0))" } ?? "", .text),
        scene.span(
          record.refreshCount > 0 ? "  refreshed \(record.refreshCount)x" : "", .accent),
      ])
    }
    let leaf =
      record.committedRoot.map {
        [scene.span("leaf        ", .dim), scene.span("spent on \($0.short)", .text)]
      } ?? [scene.span("leaf        ", .dim), scene.span("unspent: free to rebuild", .ok)]
    let force: [Span] =
      record.force.map { [scene.span("   forced fallback \($0.rawValue)", .warning)] } ?? []
    let known =
      record.knownVotes.map { [scene.span("   \($0) votes were known when it left", .dim)] } ?? []
    lines.append(leaf + force + known)
    return lines
  }
}

/// How long before the boundary our blocks were ready.
struct LeadPanel: Panel {
  let scene: Scene

  var title: String { "ready before the boundary" }

  var help: String {
    "How long before their slot our blocks were complete; what is late missed the boundary."
  }
  var note: [Span] { [scene.span("ms, last 256", .dim)] }

  func height(width: Int) -> Int { Self.bins.count + 1 }

  private static let bins: [(name: String, range: ClosedRange<Int64>)] = [
    ("late", .min ... -1), ("0-50", 0...49), ("50-100", 50...99), ("100-200", 100...199),
    ("200-400", 200...399), ("400+", 400 ... .max),
  ]

  private var leads: [Int64] { scene.node.proposals.newest(256).compactMap(\.lead) }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let counts = Self.bins.map { bin in leads.count { bin.range.contains($0) } }
    let top = Double(max(counts.max() ?? 0, 1))
    for (offset, bin) in Self.bins.enumerated() {
      let row = body.row + offset
      grid.put(bin.name, endingAt: body.column + 8, row, scene.theme[.dim])
      grid.put(Words.number(counts[offset]), endingAt: body.column + 14, row, scene.theme[.text])
      let start = Double(body.column + 16)
      let length = Double(max(0, body.width - 16)) * Double(counts[offset]) / top
      grid.bar(
        from: start, to: start + length, row: row, scene.theme[offset == 0 ? .warning : .hit])
    }
    guard let low = leads.percentile(5), let middle = leads.percentile(50),
      let high = leads.percentile(95)
    else {
      grid.put("no block was ready yet", at: body.column, body.endRow - 1, scene.theme[.dim])
      return
    }
    grid.put(
      [
        scene.span("p05 ", .dim), scene.span("\(low)", .text), scene.span("  p50 ", .dim),
        scene.span("\(middle)", .text), scene.span("  p95 ", .dim), scene.span("\(high)", .text),
      ], at: body.column, body.endRow - 1)
  }
}

/// Our last slots, one row each.
struct OwnSlotsPanel: RowPanel {
  static let rowsPage = Page.prebuild

  static let columns = [
    Table.Column(title: "slot", width: 8, isNumber: true),
    Table.Column(title: "by", width: 5, rank: 3),
    Table.Column(title: "parent", width: 10, rank: 6),
    Table.Column(title: "prepared", width: 8, isNumber: true, rank: 7),
    Table.Column(title: "outcome", width: 11),
    Table.Column(title: "build", width: 5, isNumber: true, rank: 4),
    Table.Column(title: "sign", width: 5, isNumber: true, rank: 4),
    Table.Column(title: "merge", width: 5, isNumber: true, rank: 4),
    Table.Column(title: "ready", width: 8, isNumber: true, rank: 2),
    Table.Column(title: "publish", width: 8, isNumber: true, rank: 1),
    Table.Column(title: "votes", width: 7, isNumber: true, rank: 5),
    Table.Column(title: "note", width: 18, rank: 1),
  ]

  let scene: Scene

  var title: String { scene.state.showsOnlyMisses ? "own slots, only misses" : "own slots" }

  var help: String {
    "Our slots, the newest first, with what each stage took; \(scene.key(.open)) tells why one"
      + " ended as it did."
  }

  var note: [Span] {
    let words = ProposalsPage(scene: scene).note
    return words + (words.isEmpty ? [] : [scene.span("  ")])
      + [scene.span("\(Words.number(scene.node.counters.proposals)) ended", .dim)]
  }

  func drawRows(in body: Rect, _ window: RowWindow, into grid: inout Grid) {
    let proposals = ProposalsPage(scene: scene).shown
    var table = Table(
      columns: Self.columns, hidden: scene.state.hiddenColumns[.prebuild] ?? [])
    table.rows = proposals.map { cells($0) }
    if scene.node.proposals.count == 0 {
      grid.put("no proposal of ours yet", at: body.column, body.row, scene.theme[.dim])
    } else if proposals.isEmpty, scene.state.filter.isEmpty {
      grid.put("every proposal was a hit", at: body.column, body.row, scene.theme[.ok])
    } else if proposals.isEmpty {
      Table.drawNothing(scene, in: body, into: &grid)
    } else {
      table.draw(scene, in: body, window, into: &grid)
    }
  }

  private func cells(_ proposal: ProposalRecord) -> [Span] {
    let record = scene.node.slots[proposal.slot]
    let verdict = proposal.outcome?.verdict
    func time(_ lane: Lane) -> Span {
      let time = lane.milliseconds(record, until: 4000)
      return scene.span(Words.told(time), time == nil ? .dim : .text)
    }
    return [
      scene.span(Words.number(proposal.slot)),
      scene.span(proposal.validator.map { "v\($0)" } ?? "-", .dim),
      scene.span(proposal.parent?.short ?? "-", .dim),
      scene.span(Words.told(proposal.preparedAt), .dim),
      verdict.map { scene.span("\($0.glyph) \($0.word)", $0.role) } ?? scene.span("…", .accent),
      time(Lane.grouped[0]), time(Lane.grouped[1]), time(Lane.grouped[2]),
      scene.span(
        proposal.lead.map { "\(Words.number($0)) ms" } ?? "-",
        proposal.lead.map { $0 < 0 ? .warning : .text } ?? .dim),
      scene.span(
        proposal.outcome?.publishOffset.map { Words.signedMilliseconds($0) } ?? "-",
        scene.role(.publish, proposal.outcome?.publishOffset.map { max(0, $0) })),
      scene.span(
        proposal.votes.map { "\($0)/\(Words.told(scene.node.validatorCount))" } ?? "-",
        proposal.votes == nil ? .dim : proposal.isThin ? .warning : .text),
      scene.span(remark(proposal), .dim),
    ]
  }

  private func remark(_ proposal: ProposalRecord) -> String {
    if let discard = proposal.discard {
      return "\(proposal.reason) to \(discard.newParent.short)"
    }
    let refreshes = proposal.refreshCount > 0 ? "refreshed \(proposal.refreshCount)x" : ""
    let fate = proposal.fate == .orphaned ? "orphaned" : ""
    let votes = proposal.isThin ? "of \(Words.told(proposal.knownVotes)) known votes" : ""
    return [proposal.reason, fate, votes, refreshes].filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

/// Why proposals were no hits.
struct ReasonsPanel: Panel {
  let scene: Scene

  var title: String { "why not a hit" }

  var help: String {
    "Why proposals were no hits, the commonest first."
  }

  func height(width: Int) -> Int { reasons.count }

  private var reasons: [(words: String, count: Int, role: Role)] {
    let counters = scene.node.counters
    let late = counters.lates > 0 ? [("late", counters.lates, Role.fallback)] : []
    let all =
      late + counters.fallbacks.map { ("fallback: \($0.key.words)", $0.value, Role.fallback) }
      + counters.forfeits.map { ("forfeited: \($0.key.words)", $0.value, Role.forfeited) }
      + counters.misses.map { ("missed: \($0.key.words)", $0.value, Role.missed) }
    return all.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
      .map { (words: $0.0, count: $0.1, role: $0.2) }
  }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let reasons = reasons
    let ended = scene.node.counters.proposals
    if reasons.isEmpty {
      let words = ended == 0 ? "no proposal has ended yet" : "every proposal was a hit"
      grid.put(words, at: body.column, body.row, scene.theme[ended == 0 ? .dim : .ok])
    }
    let top = Double(max(reasons.map(\.count).max() ?? 0, 1))
    for (offset, reason) in reasons.enumerated() {
      let row = body.row + offset
      grid.put(
        DisplayWidth.clip(reason.words, to: min(24, max(1, body.width - 6))), at: body.column, row,
        scene.theme[.text])
      grid.put(
        Words.number(reason.count), endingAt: min(body.column + 29, body.endColumn), row,
        scene.theme[reason.role])
      let start = Double(body.column + 30)
      let length = max(0, Double(body.width - 30)) * Double(reason.count) / top
      grid.bar(from: start, to: start + length, row: row, scene.theme[reason.role])
    }
  }
}
