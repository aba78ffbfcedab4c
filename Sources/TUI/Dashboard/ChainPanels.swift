internal import ChainEvents
internal import Hashing
internal import NodeStatus
internal import Terminal
internal import Theme

/// Fork choice since the finalized block, one row a block.
struct ForkTreePanel: RowPanel {
  static let rowsPage = Page.chain

  static let columns = [
    Table.Column(title: "slot", width: 8, isNumber: true),
    Table.Column(title: "tree", width: 8),
    Table.Column(title: "root", width: 10, rank: 2),
    Table.Column(title: "proposer", width: 10, rank: 3),
    Table.Column(title: "weight", width: 22, rank: 1),
    Table.Column(title: "votes", width: 5, isNumber: true, rank: 5),
    Table.Column(title: "arrival", width: 8, isNumber: true, rank: 4),
    Table.Column(title: "import", width: 6, isNumber: true, rank: 6),
    Table.Column(title: "mark", width: 12),
  ]

  let scene: Scene
  private let chain: ChainRows

  init(scene: Scene) {
    self.scene = scene
    chain = ChainRows(scene)
  }

  var page: Page? { .chain }

  var title: String {
    "fork choice" + (scene.node.finalized.map { " since \(Words.number($0.slot))" } ?? "")
  }

  var help: String {
    "Blocks since the finalized one, a row each, with the validators whose newest vote"
      + " supports them; \(scene.key(.left)) folds what is off the chain."
  }

  var note: [Span] {
    var words: [Span] = []
    if !scene.state.filter.isEmpty, scene.state.page == .chain {
      let count = chain.matches(scene.state.filter).count
      words += [
        scene.span("\(count) found ", count == 0 ? .warning : .dim),
        scene.span("/\(scene.state.filter)   ", .key),
      ]
    }
    if scene.state.isFolded {
      words.append(scene.span("branches folded (\(scene.key(.right)))   ", .accent))
    }
    return words + [
      scene.span("•", .dim), scene.span(" finalized  ", .dim), scene.span("◇", .stale),
      scene.span(" off the chain  ", .dim), scene.span("╌", .empty), scene.span(" no block", .dim),
    ]
  }

  func drawRows(in body: Rect, _ window: RowWindow, into grid: inout Grid) {
    var table = Table(
      columns: Self.columns, hidden: scene.state.hiddenColumns[.chain] ?? [])
    table.rows = chain.rows.map { cells($0) }
    if chain.rows.isEmpty {
      grid.put("no head yet", at: body.column, body.row, scene.theme[.dim])
    } else {
      table.draw(scene, in: body, window, into: &grid)
    }
  }

  private func cells(_ row: BlockTree.Row) -> [Span] {
    let slot = scene.span(Words.number(row.slot), row.isCanonical ? .text : .dim)
    let branch = chain.tree(row)
    let tree = Span(branch.map(\.text).joined(), branch.last?.style ?? scene.theme[.dim])
    guard let block = row.block else {
      return [slot, tree, scene.span("no block", .dim)]
    }
    return [
      slot, tree, scene.span(block.root.short, .dim),
      scene.span(scene.proposerName(block.proposer), block.isOurs ? .ok : .text),
      weight(chain.weight(block)), scene.span(Words.told(block.votes)),
      scene.span(
        Words.moment(block.arrival), block.isLate ? .warning : .text),
      scene.span(Words.told(block.importTime), .dim), mark(row, block),
    ]
  }

  private func weight(_ weight: Int) -> Span {
    guard let total = scene.node.validatorCount.map(Int.init), let needed = scene.node.votesNeeded
    else { return scene.span("\(weight)") }
    let number = "\(weight)"
    let padded = String(repeating: " ", count: max(0, 4 - number.count)) + number
    return scene.span(
      "\(padded) " + Words.meter(weight, of: total, width: 16),
      weight >= needed ? .ok : .spark)
  }

  private func mark(_ row: BlockTree.Row, _ block: TreeBlock) -> Span {
    var words = chain.marks(of: block)
    if !row.isCanonical { words.append(block.isLate ? "orphan: late" : "orphan") }
    if let outcome = scene.node.slots[block.slot]?.outcome, block.isOurs {
      words.append(outcome.verdict.word)
    }
    let branches = chain.foldedBranches(of: block)
    if branches > 0 { words.append("+\(branches) off the chain") }
    return scene.span(words.joined(separator: " "), row.isCanonical ? .accent : .stale)
  }
}

/// Checkpoints, reorganisations and the votes for the next target.
struct FinalityPanel: TextPanel {
  let scene: Scene
  private let doctor: FinalityDoctor

  init(scene: Scene) {
    self.scene = scene
    doctor = FinalityDoctor(scene.node)
  }

  var title: String { "justification" }

  var help: String {
    "How far the checkpoints are, which target is next, and whether the voters of the"
      + " newest slot agree."
  }
  var note: [Span] {
    switch doctor.isHealthy {
    case true?: [scene.span("keeps up", .ok)]
    case false?:
      [
        scene.span("stalls", .critical),
        scene.span("  \(scene.key(.show(.doctor))) names the silent", .dim),
      ]
    case nil: [scene.span("not told", .dim)]
    }
  }

  func lines(width: Int) -> [[Span]] {
    var facts = Facts()
    let node = scene.node
    facts.add("justified", point(node.justified), lag(node.justifiedLag, .justifiedLag))
    facts.add(
      "finalized", point(node.finalized), lag(node.finalizedLag, .finalizedLag),
      scene.span(
        node.justified.map { "; \(Words.number($0.slot)) is next, with the next justified target" }
          ?? "", .dim))
    let moved = node.slots[node.wallSlot]?.safeTargetMoved.map { ", moved at \(Words.seconds($0))" }
    facts.add(
      "safe target", point(node.safeTarget), lag(node.safeTargetLag, .safeTargetLag),
      scene.span(moved ?? "", .dim))
    addNextTarget(to: &facts)
    addVotes(to: &facts)
    let reorgs = node.counters.reorgs.sorted { $0.key < $1.key }.prefix(4)
      .map { "depth \($0.key): \($0.value)" }.joined(separator: "  ")
    facts.add(
      "reorgs", scene.span("\(node.counters.reorgCount)"), scene.span("  \(reorgs)", .dim),
      scene.span(
        node.lastReorg.map { "  last at slot \(Words.number($0.slot))" } ?? "", .dim))
    if doctor.isHealthy == false {
      facts.add("finding", scene.span(Words.grouped(doctor.sentence), .warning))
    }
    return facts.lines(scene, width: width)
  }

  private func point(_ point: VotePoint?) -> Span {
    scene.span(point.map { "\(Words.number($0.slot)) \($0.root.short)" } ?? "-")
  }

  private func lag(_ lag: UInt64?, _ threshold: Threshold) -> Span {
    guard let lag else { return scene.span("  not told", .dim) }
    return scene.span("  \(lag) behind the head", scene.role(threshold, lag, calm: .dim))
  }

  private func addNextTarget(to facts: inout Facts) {
    guard let target = doctor.target else {
      return facts.add("next target", scene.span("no vote seen yet", .dim))
    }
    let needed = doctor.needed ?? 0
    let hasEnough = needed > 0 && doctor.votes.count >= needed
    let meter = Words.meter(doctor.votes.count, of: max(needed, 1), width: 16)
    facts.add(
      "next target", point(target), scene.span("  \(meter)", hasEnough ? .ok : .spark),
      scene.span(" \(doctor.votes.count) \(doctor.place), needs \(Words.told(doctor.needed))"),
      scene.span("  \(doctor.seen.count) seen", .dim),
      scene.span(hasEnough ? "  due with the next block" : "", .ok))
  }

  /// What the voters of the newest slot say; honest ones agree.
  private func addVotes(to facts: inout Facts) {
    let tally = scene.node.tally
    guard !tally.targets.isEmpty else {
      return facts.add("votes", scene.span("none seen yet", .dim))
    }
    facts.add("votes of", scene.span("slot \(Words.number(tally.slot))", .dim))
    for (name, shares) in [
      ("  heads", tally.heads), ("  targets", tally.targets), ("  sources", tally.sources),
    ] {
      let sorted = shares.sorted { $0.voters.count > $1.voters.count }
      let spans = sorted.prefix(3).enumerated().map { index, share in
        scene.span(
          (index == 0 ? "" : "   ") + "\(share.voters.count) on \(Words.number(share.point.slot))"
            + " \(share.point.root.short)", index == 0 ? .text : .warning)
      }
      let rest = sorted.dropFirst(3).reduce(0) { $0 + $1.voters.count }
      facts.add(
        name,
        spans + (rest > 0 ? [scene.span("   \(rest) on others", .warning)] : [])
          + (sorted.count == 1 ? [scene.span("   all agree", .dim)] : []))
    }
  }
}

/// The selected block.
struct BlockPanel: TextPanel {
  let scene: Scene
  private let row: BlockTree.Row?

  init(scene: Scene) {
    self.scene = scene
    row = scene.selected(of: ChainRows(scene).rows, on: .chain)
  }

  var title: String { "block" + (row?.block.map { " \($0.root.short)" } ?? "") }

  var help: String {
    "The selected block: its roots, when it came and from whom, and the story of its slot."
  }
  var note: [Span] {
    row?.block == nil ? [] : [scene.span("\(scene.key(.copy)) copies the root", .dim)]
  }

  func lines(width: Int) -> [[Span]] {
    guard let block = row?.block else {
      let words = row.map { "no block in slot \(Words.number($0.slot))" } ?? "no block yet"
      return [[scene.span(words, .dim)]]
    }
    var facts = Facts()
    facts.add("root", scene.span("\(block.root)"))
    facts.add("parent", scene.span(block.parent.map { "\($0)" } ?? "not told", .dim))
    facts.add(
      "slot", scene.span(Words.number(block.slot)),
      scene.span("  proposer \(scene.proposerName(block.proposer))", block.isOurs ? .ok : .text),
      scene.span(
        "  votes \(Words.told(block.votes))/\(Words.told(scene.node.validatorCount))", .text),
      scene.span(size(block).map { "  \(Words.bytes($0))" } ?? "", .text))
    // A client that tells of no peers does not tell how a block came either.
    let untold = scene.node.hasNetwork && block.gossip == nil ? " not by gossip" : ""
    let source = block.gossip?.from.map { " from \($0)" } ?? (block.isOurs ? " (ours)" : untold)
    facts.add(
      "arrival", scene.span(Words.moment(block.arrival)), scene.span(source, .dim),
      scene.span(block.importTime.map { "  imported in \($0) ms" } ?? "", .text))
    if row?.isCanonical == false {
      facts.add("story", scene.span("off the chain: fewer voters stand behind it", .stale))
    } else if let sentence = Autopsy(scene.node, slot: block.slot)?.sentence {
      facts.add("story", scene.span(sentence, .text))
    }
    return facts.lines(scene, width: width, valueColumn: 9)
  }

  private func size(_ block: TreeBlock) -> Int? {
    block.gossip?.bytes ?? (block.isOurs ? scene.node.proposals[block.slot]?.bytes : nil)
  }
}
