internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// Our validators with their keys.
struct ValidatorsPanel: RowPanel {
  static let rowsPage = Page.validators
  static let columns = [
    Table.Column(title: "index", width: 5),
    Table.Column(title: "next slot", width: 9, isNumber: true, rank: 3),
    Table.Column(title: "prepared window", width: 24, rank: 2),
    Table.Column(title: "votes left", width: 13, isNumber: true),
    Table.Column(title: "blocks left", width: 13, isNumber: true, rank: 1),
    Table.Column(title: "days", width: 4, isNumber: true),
    Table.Column(title: "attested", width: 8, isNumber: true, rank: 4),
    Table.Column(title: "missed", width: 6, isNumber: true, rank: 4),
    Table.Column(title: "proposed", width: 8, isNumber: true, rank: 5),
    Table.Column(title: "no block", width: 8, isNumber: true, rank: 5),
  ]

  let scene: Scene

  var page: Page? { .validators }
  var title: String { "validators \(scene.node.validators.count)" }

  var help: String {
    "Our validators: what is left of their keys, and how they did."
  }
  var note: [Span] {
    let words = ValidatorsPage(scene: scene).note
    return words.isEmpty
      ? [scene.span("one leaf a slot: signing a slot twice is refused", .dim)] : words
  }

  func drawRows(in body: Rect, _ window: RowWindow, into grid: inout Grid) {
    var table = Table(
      columns: Self.columns, hidden: scene.state.hiddenColumns[.validators] ?? [])
    table.rows = ValidatorsPage(scene: scene).shown.map { cells($0) }
    if scene.node.validators.isEmpty {
      let words =
        scene.node.description == nil ? "no validator was told of" : "this node has no validators"
      grid.put(words, at: body.column, body.row, scene.theme[.dim])
    } else if table.rows.isEmpty {
      Table.drawNothing(scene, in: body, into: &grid)
    } else {
      table.draw(scene, in: body, window, into: &grid)
    }
  }

  private func cells(_ validator: OwnValidator) -> [Span] {
    func left(_ key: KeyWindow?) -> Span {
      guard let key else { return scene.span("-", .dim) }
      return scene.span(
        Words.number(key.leavesLeft(after: scene.slot)), KeyWords.role(scene, key))
    }
    let shortest = validator.shortestKey
    return [
      scene.span("v\(validator.index)", .accent),
      scene.span(scene.nextProposal(of: validator.index).map { Words.number($0) } ?? "-"),
      window(validator.attestationKey), left(validator.attestationKey),
      left(validator.proposalKey),
      scene.span(
        shortest.map { KeyWords.days($0.leavesLeft(after: scene.slot)) } ?? "-",
        shortest.map { KeyWords.role(scene, $0) } ?? .dim),
      scene.span(Words.number(validator.attested)),
      scene.span("\(validator.unattested)", validator.unattested > 0 ? .warning : .dim),
      scene.span(Words.number(validator.proposed)),
      scene.span("\(validator.unproposed)", validator.unproposed > 0 ? .critical : .dim),
    ]
  }

  /// How much of the prepared trees is left.
  private func window(_ key: KeyWindow?) -> Span {
    guard let key, key.endPreparedSlot > key.firstPreparedSlot else {
      return scene.span("-", .dim)
    }
    let whole = key.endPreparedSlot - key.firstPreparedSlot
    let left = key.endPreparedSlot > scene.slot ? key.endPreparedSlot - scene.slot : 0
    return scene.span(
      Words.meter(Int(clamping: left), of: Int(clamping: whole), width: 14)
        + " \(Words.number(left))", left < 64 ? .warning : .spark)
  }
}

/// Signing: durations, refusals, the journal.
struct SigningPanel: Panel {
  let scene: Scene

  var title: String { "signing" }

  var help: String {
    "How long signatures take, what the journal does, and how votes ended."
  }
  var note: [Span] { [scene.span("last 64 slots, ms", .dim)] }

  /// Rows of the durations, and the one below them.
  private static let chartRows = 4

  func height(width: Int) -> Int { Self.chartRows + facts.lines(scene, width: width).count }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let records = scene.node.slots.suffix(64, through: scene.slot)
    func times(_ stage: Stage) -> [Int64] {
      records.compactMap { $0.milliseconds(of: stage, until: 8000).map(Int64.init) }
    }
    draw("attest", times(.attest), .laneAttest, body.row, body, into: &grid)
    draw("sign block", times(.sign), .laneSign, body.row + 1, body, into: &grid)
    draw("commit", scene.node.journal.commits, .spark, body.row + 2, body, into: &grid)
    for (offset, line) in facts.lines(scene, width: body.width).enumerated() {
      grid.put(line, at: body.column, body.row + Self.chartRows + offset, width: body.width)
    }
  }

  private var facts: Facts {
    let counters = scene.node.counters
    var facts = Facts()
    facts.add(
      "journal",
      scene.span(
        scene.node.journal.entries.map { "\(Words.number($0)) entr\($0 == 1 ? "y" : "ies")" }
          ?? "not told"),
      scene.span(
        "  \(scene.node.journal.failures) failures",
        scene.node.journal.failures > 0 ? .critical : .dim))
    facts.add(
      "refused",
      scene.span(
        "\(counters.signaturesRefused) signatures",
        counters.signaturesRefused > 0 ? .critical : .text
      ))
    for outcome in [DutyOutcome.done, .late, .missed, .gated, .failed] {
      let count = counters.attestations[outcome] ?? 0
      facts.add(
        "votes \(outcome.rawValue)",
        scene.span(Words.number(count), outcome == .done || count == 0 ? .text : .warning))
    }
    return facts
  }

  private func draw(
    _ name: String, _ times: [Int64], _ role: Role, _ row: Int, _ body: Rect,
    into grid: inout Grid
  ) {
    grid.put(name, at: body.column, row, scene.theme[.dim])
    guard let middle = times.percentile(50), let high = times.percentile(95) else {
      grid.put("none yet", endingAt: body.endColumn, row, scene.theme[.dim])
      return
    }
    grid.put(
      [
        scene.span("p50 ", .dim), scene.span("\(middle)"), scene.span("  p95 ", .dim),
        scene.span("\(high)"),
      ], endingAt: body.endColumn, row)
    let line = Rect(column: body.column + 12, row: row, width: body.width - 32, height: 1)
    let values = times.map { Double($0) }
    grid.sparkline(values, in: line, top: scene.top(of: values)) { _ in scene.theme[role] }
  }
}

/// The aggregator role and what came of it.
struct AggregatorPanel: TextPanel {
  let scene: Scene

  var title: String { "aggregator" }

  var help: String {
    "Whether this node aggregates, what came of it, and the gate over duties."
  }

  func lines(width: Int) -> [[Span]] {
    let node = scene.node
    var facts = Facts()
    facts.add(
      "role", AggregatorWords.role(scene), scene.span(AggregatorWords.subnets(scene)),
      scene.span("   \(scene.key(.act(.toggleAggregator))) toggles, asks first", .dim))
    facts.add("newest", AggregatorWords.last(scene))
    if let begun = node.lastAggregation {
      let lead = begun.leadMilliseconds
      facts.add(
        "started",
        scene.span("slot \(Words.number(begun.slot)) with \(begun.votes)/\(begun.expected) votes"),
        scene.span(
          ", \(lead.magnitude) ms \(lead >= 0 ? "early" : "late")", lead >= 0 ? .dim : .warning))
    }
    let records = node.slots.suffix(64, through: scene.slot)
    let times = records.compactMap { $0.milliseconds(of: .aggregate, until: 8000).map(Int64.init) }
    if let middle = times.percentile(50), let high = times.percentile(95) {
      facts.add(
        "own proofs", scene.span("p50 \(middle) ms"),
        scene.span("  p95 \(high)", scene.role(.aggregation, high, calm: .dim)))
    } else {
      facts.add("own proofs", scene.span("none in the last 64 slots", .dim))
    }
    let votes = records.compactMap { $0.aggregate.map { Int($0.votes) } }
    let whole = votes.count * Int(node.validatorCount ?? 0)
    facts.add(
      "coverage", scene.span(Words.share(votes.reduce(0, +), of: whole)),
      scene.span("  of votes in the best aggregate", .dim))
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
        node.gate.map { $0.isOpen ? .ok : .critical } ?? .dim),
      scene.span("  \(Words.grouped(node.gate?.reason ?? ""))", .dim))
    if let description = node.description {
      facts.add(
        "committees", scene.span("\(description.committees)"),
        scene.span("  of \(Words.number(description.validators)) validators", .dim))
      facts.add("policies", scene.span(description.policies, .dim))
    }
    return facts.lines(scene, width: width)
  }
}

/// The selected validator, whole: its keys and its last proposals.
struct ValidatorPanel: TextPanel {
  let scene: Scene
  private let validator: OwnValidator?

  init(scene: Scene) {
    self.scene = scene
    validator = ValidatorsPage(scene: scene).selected
  }

  var title: String { validator.map { "validator v\($0.index)" } ?? "validator" }

  var help: String {
    "The selected validator: its votes, its proposals, its keys."
  }
  var note: [Span] { [scene.span("\(scene.key(.close)) closes", .dim)] }

  func lines(width: Int) -> [[Span]] {
    guard let validator else { return [] }
    let votes = validator.attested + validator.unattested
    let proposals = validator.proposed + validator.unproposed
    var facts = Facts()
    facts.add(
      "votes", scene.span("\(Words.number(validator.attested)) in time"),
      scene.span("  \(Words.share(validator.attested, of: votes))", .dim),
      scene.span(
        "  \(validator.unattested) late or lost", validator.unattested > 0 ? .warning : .dim))
    facts.add(
      "proposals", scene.span("\(validator.proposed) published"),
      scene.span("  \(Words.share(validator.proposed, of: proposals))", .dim),
      scene.span(
        "  \(validator.unproposed) without a block", validator.unproposed > 0 ? .critical : .dim))
    facts.add(
      "next", scene.span(scene.nextProposal(of: validator.index).map { Words.number($0) } ?? "-"),
      scene.span(
        scene.nextProposal(of: validator.index).map {
          ", in \(Words.countdown(scene.milliseconds(until: $0)))"
        } ?? "", .dim))
    add(validator.attestationKey, "vote key", to: &facts)
    add(validator.proposalKey, "block key", to: &facts)
    let own = scene.node.proposals.newest(ProposalsPage.limit)
      .filter { $0.validator == validator.index }
    let last = own.map { proposal in
      let outcome = proposal.outcome
      let verdict = outcome?.verdict
      return [
        scene.span(Words.number(proposal.slot) + "  ", .text),
        scene.span(verdict.map { "\($0.glyph) " } ?? "… ", verdict?.role ?? .accent),
        scene.span(outcome?.words ?? "in progress", verdict?.role ?? .accent),
      ]
    }
    return facts.lines(scene, width: width) + [[], [scene.span("its last proposals", .title)]]
      + (last.isEmpty ? [[scene.span("none yet", .dim)]] : last)
  }

  private func add(_ key: KeyWindow?, _ name: String, to facts: inout Facts) {
    guard let key else { return facts.add(name, scene.span("not told yet", .dim)) }
    let left = key.leavesLeft(after: scene.slot)
    facts.add(
      name, scene.span(Words.number(left), KeyWords.role(scene, key)),
      scene.span(
        " leaves left, \(KeyWords.days(left)); ends at \(Words.number(key.endSlot))", .dim),
      scene.span(
        "   prepared \(Words.number(key.firstPreparedSlot)) to"
          + " \(Words.number(key.endPreparedSlot))", .dim))
  }
}
