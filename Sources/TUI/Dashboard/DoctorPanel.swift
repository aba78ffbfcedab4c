internal import ChainEvents
internal import Hashing
internal import NodeStatus
internal import Terminal
internal import Theme

/// Why justification stands where it does: every validator's vote at a glance.
struct DoctorPanel: Panel {
  let scene: Scene
  private let doctor: FinalityDoctor

  init(scene: Scene) {
    self.scene = scene
    doctor = FinalityDoctor(scene.node)
  }

  var page: Page? { .doctor }
  var title: String { "finality doctor" }

  var help: String {
    "Why justification stands where it does: the target, the votes that it has and lacks,"
      + " and who is silent."
  }

  var note: [Span] {
    switch doctor.isHealthy {
    case true?: [scene.span("healthy", .ok)]
    case false?: [scene.span("justification stalls", .critical)]
    case nil: [scene.span("not told", .dim)]
    }
  }

  /// The finding, an empty line, the facts and another one.
  private func lines(width: Int) -> [[Span]] {
    let role: Role = doctor.isHealthy.map { $0 ? .ok : .warning } ?? .dim
    return DisplayWidth.wrapped(Words.grouped(doctor.sentence), to: max(8, width))
      .map { [scene.span($0, role)] }
      + [[]] + facts.lines(scene, width: width, valueColumn: width < 48 ? 16 : 21) + [[]]
  }

  func height(width: Int) -> Int {
    lines(width: width).count + voterRows(width: width) + waiting.count + 1
  }

  func drawBody(in body: Rect, into grid: inout Grid) {
    var row = body.row
    for line in lines(width: body.width) {
      grid.put(line, at: body.column, row, width: body.width)
      row += 1
    }
    drawVoters(at: body.column, row, width: body.width, into: &grid)
    row += voterRows(width: body.width)
    drawTargets(
      in: Rect(column: body.column, row: row, width: body.width, height: body.endRow - row),
      into: &grid)
  }
  private var facts: Facts {
    let node = scene.node
    var facts = Facts()
    facts.add(
      "justified", scene.span(node.justified.map { Words.number($0.slot) } ?? "-"),
      scene.span("  \(Words.lag(node.justifiedLag)) behind the head", .dim))
    facts.add(
      "finalized", scene.span(node.finalized.map { Words.number($0.slot) } ?? "-"),
      scene.span("  \(Words.lag(node.finalizedLag)) behind the head; 3 is healthy", .dim))
    facts.add(
      "target", scene.span(doctor.target.map { Words.number($0.slot) } ?? "none"),
      scene.span(doctor.target.map { "  \($0.root.short)" } ?? "", .dim))
    facts.add(
      "votes \(doctor.place)", share(doctor.votes.count),
      scene.span(
        doctor.needed.map { "  needs \($0) of \(Words.told(node.validatorCount))" }
          ?? "  the number of validators is not told", .dim))
    if doctor.place == "on chain" { facts.add("aggregated", share(doctor.aggregated.count)) }
    facts.add("seen at all", share(doctor.seen.count))
    facts.add(
      "silent",
      scene.span(
        doctor.silent.map { $0.isEmpty ? "nobody" : $0.named(limit: 16) } ?? "not told yet",
        doctor.silent.map { $0.isEmpty ? .ok : .warning } ?? .dim))
    facts.add(
      "aggregator",
      scene.span(
        doctor.isAggregatorSeen.map { $0 ? "seen" : "NOT SEEN" } ?? "not told yet",
        doctor.isAggregatorSeen.map { $0 ? .ok : .critical } ?? .dim),
      scene.span(
        doctor.lastAggregateSlot.map { "  newest aggregate of slot \(Words.number($0))" }
          ?? "  no aggregate yet", .dim))
    return facts
  }

  private func share(_ count: Int) -> Span {
    guard let needed = doctor.needed else { return scene.span("\(count)") }
    let bars = min(20, count * 20 / max(needed, 1))
    return scene.span(
      String(repeating: "━", count: bars) + String(repeating: "─", count: 20 - bars) + " \(count)",
      count >= needed ? .ok : doctor.isHealthy == false ? .warning : .text)
  }

  /// Validators that have a cell: more than a registry has.
  private static let voterLimit: UInt64 = 4_096

  /// How each validator stands to the target, with its glyph.
  private static let kinds: [(glyph: Unicode.Scalar, word: String, role: Role)] = [
    ("●", "on chain", .ok), ("◆", "aggregated", .accent), ("○", "seen", .text),
    ("·", "missing", .dim), ("✕", "silent", .critical),
  ]

  private var voterCount: Int { Int(min(scene.node.validatorCount ?? 0, Self.voterLimit)) }

  /// Voters in a row of cells.
  private func voters(width: Int) -> Int { max(1, min(64, (width - 6) / 2 / 8 * 8)) }

  /// What the cells mean, in as many lines as it needs.
  private func legend(width: Int) -> [[Span]] {
    var lines = [[scene.span("votes for the target  ", .dim)]]
    var used = 22
    for kind in Self.kinds {
      if used + kind.word.count + 2 > width {
        lines.append([])
        used = 0
      }
      lines[lines.count - 1] += [
        scene.span("\(kind.glyph)", kind.role), scene.span(" \(kind.word)  ", .dim),
      ]
      used += kind.word.count + 4
    }
    return lines
  }

  /// Rows of the legend and the cells, and the empty one below.
  private func voterRows(width: Int) -> Int {
    let perRow = voters(width: width)
    return legend(width: width).count + (voterCount + perRow - 1) / perRow + 1
  }

  /// The legend, and one cell for each validator.
  private func drawVoters(at left: Int, _ top: Int, width: Int, into grid: inout Grid) {
    let legend = legend(width: width)
    for (offset, line) in legend.enumerated() {
      grid.put(line, at: left, top + offset, width: width)
    }
    let silent = ValidatorSet(doctor.silent ?? [])
    let perRow = voters(width: width)
    for index in 0..<voterCount {
      let row = top + legend.count + index / perRow
      guard grid.clip.rows.contains(row) else { continue }
      let validator = UInt64(index)
      let kind =
        doctor.place == "on chain" && doctor.votes.contains(validator)
        ? 0
        : doctor.aggregated.contains(validator)
          ? 1 : silent.contains(validator) ? 4 : doctor.seen.contains(validator) ? 2 : 3
      if index % perRow == 0 { grid.put("v\(index)", at: left, row, scene.theme[.dim]) }
      let cell = Cell(Self.kinds[kind].glyph, scene.theme[Self.kinds[kind].role])
      grid.put(cell, at: left + 6 + index % perRow * 2, row)
    }
  }

  /// The newest targets that are not justified yet.
  private var waiting: [VoteBook.Target] {
    scene.node.votes.targets.filter { $0.point.slot > scene.node.justified?.slot ?? 0 }
  }

  /// The waiting targets with the voters that each lacks.
  private func drawTargets(in rect: Rect, into grid: inout Grid) {
    let (node, waiting) = (scene.node, waiting)
    guard !waiting.isEmpty else {
      grid.put("no target waits for votes", at: rect.column, rect.row, scene.theme[.dim])
      return
    }
    var table = Table(columns: [
      Table.Column(title: "target", width: 8, isNumber: true),
      Table.Column(title: "root", width: 10, rank: 4),
      Table.Column(title: "on chain", width: 8, isNumber: true, rank: 1),
      Table.Column(title: "aggregated", width: 10, isNumber: true, rank: 2),
      Table.Column(title: "seen", width: 4, isNumber: true, rank: 3),
      Table.Column(title: "lacks", width: 24),
    ])
    table.rows = waiting.reversed().map { target in
      let lacks = node.validatorCount.map { target.votes.missing(of: $0) }
      return [
        scene.span(Words.number(target.point.slot)), scene.span(target.point.root.short, .dim),
        scene.span(target.onChain.map { "\($0.count)" } ?? "-"),
        scene.span("\(target.aggregated.count)"), scene.span("\(target.seen.count)", .dim),
        lacks.map {
          scene.span($0.isEmpty ? "nobody" : $0.named(limit: 10), $0.isEmpty ? .ok : .text)
        } ?? scene.span("not told", .dim),
      ]
    }
    table.draw(scene, in: rect, into: &grid)
  }
}

/// All nodes of the screen, one row each.
struct FleetPanel: Panel {
  let scene: Scene

  var title: String { "nodes \(scene.dashboard.nodes.count)" }

  var help: String {
    "All nodes of this screen with their checkpoints, outcomes and gravest alarm."
  }
  var note: [Span] {
    let ignored = scene.dashboard.ignoredEvents
    return [
      scene.span(ignored > 0 ? "\(ignored) events of more nodes left out  " : "", .warning),
      scene.span("\(scene.key(.nextNode)) next node", .dim),
    ]
  }

  func drawBody(in body: Rect, into grid: inout Grid) {
    var table = Table(columns: [
      Table.Column(title: "node", width: 12),
      Table.Column(title: "head", width: 8, isNumber: true),
      Table.Column(title: "justified", width: 9, isNumber: true, rank: 3),
      Table.Column(title: "finalized", width: 9, isNumber: true),
      Table.Column(title: "hits", width: 6, isNumber: true),
      Table.Column(title: "fall", width: 5, isNumber: true, rank: 1),
      Table.Column(title: "forf", width: 5, isNumber: true, rank: 1),
      Table.Column(title: "miss", width: 5, isNumber: true, rank: 1),
      Table.Column(title: "ticks", width: 5, isNumber: true, rank: 2),
      Table.Column(title: "agg", width: 3, rank: 2), Table.Column(title: "alarm", width: 24),
    ])
    table.rows = scene.dashboard.nodes.map { cells($0) }
    let shown = scene.dashboard.nodes.firstIndex { $0.name == scene.node.name } ?? 0
    let room = body.height - 1
    let first = max(0, min(shown - room / 2, table.rows.count - room))
    table.draw(scene, in: body, RowWindow(first: first, selected: shown), into: &grid)
  }

  private func cells(_ node: NodeStatus) -> [Span] {
    let counters = node.counters
    let alarm = node.alarms.alarms.first
    return [
      scene.span(node.name, node.name == scene.node.name ? .accent : .text),
      scene.span(node.head.map { Words.number($0.slot) } ?? "-"),
      scene.span(node.justified.map { Words.number($0.slot) } ?? "-"),
      scene.span(node.finalized.map { Words.number($0.slot) } ?? "-"),
      scene.span(Words.number(counters.hits), .hit),
      scene.span("\(counters.fallbackCount)", counters.fallbackCount > 0 ? .fallback : .dim),
      scene.span("\(counters.forfeitCount)", counters.forfeitCount > 0 ? .forfeited : .dim),
      scene.span("\(counters.missCount)", counters.missCount > 0 ? .missed : .dim),
      scene.span(
        "\(counters.missedIntervalCount)", counters.missedIntervalCount > 0 ? .warning : .dim),
      scene.span(node.aggregator?.isEnabled == true ? "yes" : "", .ok),
      scene.age(of: node)
        ?? scene.span(Words.grouped(alarm?.text ?? ""), alarm?.level.severity.role ?? .dim),
    ]
  }
}
