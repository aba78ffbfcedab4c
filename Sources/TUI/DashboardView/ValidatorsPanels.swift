internal import ChainEvents
internal import Dashboard
internal import DashboardControls
internal import Terminal
internal import Theme

/// Our validators with their keys.
struct ValidatorsPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var page: Page? { .validators }
  var title: String { "validators \(scene.node.validators.count)" }
  var note: [Span] { [scene.span("one leaf a slot: signing a slot twice is refused", .dim)] }

  func drawBody(in body: Rect, into grid: inout Grid) {
    var table = Table(columns: [
      Table.Column(title: "index", width: 5),
      Table.Column(title: "next slot", width: 9, isNumber: true, rank: 3),
      Table.Column(title: "prepared window", width: 24, rank: 2),
      Table.Column(title: "votes left", width: 11, isNumber: true),
      Table.Column(title: "blocks left", width: 11, isNumber: true, rank: 1),
      Table.Column(title: "days", width: 4, isNumber: true),
      Table.Column(title: "attested", width: 8, isNumber: true, rank: 4),
      Table.Column(title: "missed", width: 6, isNumber: true, rank: 4),
      Table.Column(title: "proposed", width: 8, isNumber: true, rank: 5),
      Table.Column(title: "no block", width: 8, isNumber: true, rank: 5),
    ])
    table.rows = scene.node.validators.map { cells($0) }
    if table.rows.isEmpty {
      grid.put("this node has no validators", at: body.column, body.row, scene.theme[.dim])
    } else {
      table.draw(scene, in: body, selected: scene.selection, into: &grid)
    }
  }

  private func cells(_ validator: ValidatorModel) -> [Span] {
    func left(_ key: KeyWindow?) -> Span {
      guard let key else { return scene.span("-", .dim) }
      return scene.span(
        Words.number(key.leavesLeft(after: scene.slot)),
        KeyWords.role(key.outlook(after: scene.slot)))
    }
    let shortest = validator.shortestKey
    return [
      scene.span("v\(validator.index)", .accent),
      scene.span(next(validator.index).map { Words.number($0) } ?? "-"),
      window(validator.attestationKey), left(validator.attestationKey),
      left(validator.proposalKey),
      scene.span(
        shortest.map { KeyWords.days($0.leavesLeft(after: scene.slot)) } ?? "-",
        shortest.map { KeyWords.role($0.outlook(after: scene.slot)) } ?? .dim),
      scene.span(Words.number(validator.attested)),
      scene.span("\(validator.unattested)", validator.unattested > 0 ? .warning : .dim),
      scene.span(Words.number(validator.proposed)),
      scene.span("\(validator.unproposed)", validator.unproposed > 0 ? .critical : .dim),
    ]
  }

  private func next(_ index: UInt64) -> UInt64? {
    let count = scene.node.validatorCount
    guard count > 0, index < count else { return nil }
    return scene.slot + 1 + (index + count - (scene.slot + 1) % count) % count
  }

  /// How much of the prepared trees is left.
  private func window(_ key: KeyWindow?) -> Span {
    guard let key, key.endPreparedSlot > key.firstPreparedSlot else {
      return scene.span("-", .dim)
    }
    let whole = key.endPreparedSlot - key.firstPreparedSlot
    let left = key.endPreparedSlot > scene.slot ? key.endPreparedSlot - scene.slot : 0
    let share = Int(min(14, Double(left) / Double(whole) * 14))
    return scene.span(
      String(repeating: "━", count: share) + String(repeating: "─", count: 14 - share)
        + " \(Words.number(left))", left < 64 ? .warning : .spark)
  }
}

/// Signing: durations, refusals, the journal.
struct SigningPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var title: String { "signing" }
  var note: [Span] { [scene.span("last 64 slots, ms", .dim)] }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let records = scene.node.slots.suffix(64, through: scene.slot)
    let rows: [(String, Stage, Role)] = [
      ("attest", .attest, .laneAttest), ("sign block", .sign, .laneSign),
    ]
    var row = body.row
    for (name, stage, role) in rows where row < body.endRow {
      let times = records.compactMap { $0.milliseconds(of: stage, until: 8000).map(Int64.init) }
      draw(name, times, role, row, body, into: &grid)
      row += 1
    }
    draw("journal", scene.node.journal.commits, .spark, row, body, into: &grid)
    let counters = scene.node.counters
    var facts = Facts()
    facts.add(
      "journal", scene.span("\(Words.number(scene.node.journal.entries)) entries"),
      scene.span(
        "  \(scene.node.journal.failures) failures",
        scene.node.journal.failures > 0 ? .critical : .dim))
    facts.add(
      "refused",
      scene.span(
        "\(counters.signaturesRefused) signatures", counters.signaturesRefused > 0 ? .critical : .ok
      ))
    for outcome in [DutyOutcome.done, .late, .missed, .gated, .failed] {
      let count = counters.attestations[outcome] ?? 0
      facts.add(
        "votes \(outcome.rawValue)",
        scene.span(Words.number(count), outcome == .done || count == 0 ? .text : .warning))
    }
    let below = Rect(
      column: body.column, row: row + 1, width: body.width, height: body.endRow - row - 1)
    facts.draw(scene, in: below, into: &grid)
  }

  private func draw(
    _ name: String, _ times: [Int64], _ role: Role, _ row: Int, _ body: Rect,
    into grid: inout Grid
  ) {
    grid.put(name, at: body.column, row, scene.theme[.dim])
    let words = "p50 \(times.percentile(50) ?? 0)  p95 \(times.percentile(95) ?? 0)"
    grid.put(words, endingAt: body.endColumn, row, scene.theme[.text])
    let line = Rect(column: body.column + 12, row: row, width: body.width - 32, height: 1)
    let values = times.map { Double($0) }
    grid.sparkline(values, in: line, top: max(values.max() ?? 0, 1)) { _ in scene.theme[role] }
  }
}

/// The aggregator role and what came of it.
struct AggregatorPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var title: String { "aggregator" }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let node = scene.node
    var facts = Facts()
    facts.add(
      "role", AggregatorWords.role(scene), scene.span(AggregatorWords.subnets(scene)),
      scene.span("   a toggles, asks first", .dim))
    facts.add("newest", AggregatorWords.last(scene))
    let records = node.slots.suffix(64, through: scene.slot)
    let times = records.compactMap { $0.milliseconds(of: .aggregate, until: 8000).map(Int64.init) }
    facts.add(
      "own proofs", scene.span("p50 \(times.percentile(50) ?? 0) ms"),
      scene.span("  p95 \(times.percentile(95) ?? 0)", .dim))
    let votes = records.compactMap { $0.aggregate.map { Int($0.votes) } }
    let whole = votes.count * Int(clamping: node.validatorCount)
    facts.add(
      "coverage", scene.span(Words.share(votes.reduce(0, +), of: whole)),
      scene.span("  of votes in the best aggregate, \(votes.count) slots", .dim))
    let done = node.counters.aggregations[.done] ?? 0
    let others = node.counters.aggregations.values.reduce(0, +) - done
    facts.add(
      "duties", scene.span("\(Words.number(done)) done"),
      scene.span("  \(others) late or lost", others > 0 ? .warning : .dim))
    let skips = node.counters.aggregatorSkips.sorted { $0.key < $1.key }
      .map { "\($0.key) \($0.value)" }.joined(separator: "  ")
    facts.add("skipped", scene.span(skips.isEmpty ? "never" : skips, .dim))
    facts.add(
      "sync gate",
      scene.span(
        node.gate.map { $0.isOpen ? "open" : "CLOSED" } ?? "-",
        node.gate?.isOpen == false ? .critical : .ok),
      scene.span("  \(node.gate?.reason ?? "")", .dim))
    facts.draw(scene, in: body, into: &grid)
  }
}

/// Our next proposals.
struct CalendarPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var page: Page? { .calendar }
  var title: String { "next proposals" }
  var note: [Span] { [scene.span("votes are due in every slot", .dim)] }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let columns = max(1, body.width / 38)
    let room = columns * max(0, body.height)
    let duties = scene.node.proposalCalendar(
      from: scene.slot + 1, slots: min(4096, room * Int(clamping: scene.node.validatorCount)))
    if duties.isEmpty {
      grid.put("no proposal of ours in sight", at: body.column, body.row, scene.theme[.dim])
    }
    for (index, duty) in duties.prefix(room).enumerated() {
      let column = body.column + index / max(1, body.height) * 38
      let row = body.row + index % max(1, body.height)
      let distance = (duty.slot - scene.slot) * 4000 - UInt64(max(0, scene.milliseconds))
      let isArmed = scene.node.proposals[duty.slot]?.force == .armed
      grid.put(
        [
          scene.span(Words.number(duty.slot), index == 0 ? .accent : .text),
          scene.span("  v\(duty.validator)", .dim),
        ], at: column, row)
      grid.put(Words.countdown(distance), endingAt: column + 28, row, scene.theme[.text])
      if isArmed { grid.put("fallback", at: column + 29, row, scene.theme[.warning]) }
    }
  }
}
