internal import ChainEvents
internal import Dashboard
internal import DashboardControls
internal import Hashing
internal import Terminal
internal import Theme

/// Fork choice since the finalized block, one row a block.
struct ForkTreePanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var page: Page? { .chain }

  var title: String {
    "fork choice" + (scene.node.finalized.map { " since \(Words.number($0.slot))" } ?? "")
  }

  var note: [Span] {
    [
      scene.span("•", .dim), scene.span(" finalized  ", .dim), scene.span("◇", .stale),
      scene.span(" off the chain  ", .dim), scene.span("╌", .empty), scene.span(" no block", .dim),
    ]
  }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let chain = ChainRows(scene, limit: 256)
    var table = Table(columns: [
      Table.Column(title: "slot", width: 8, isNumber: true),
      Table.Column(title: "tree", width: 8),
      Table.Column(title: "root", width: 10, rank: 2),
      Table.Column(title: "proposer", width: 10, rank: 3),
      Table.Column(title: "weight", width: 22, rank: 1),
      Table.Column(title: "votes", width: 5, isNumber: true, rank: 5),
      Table.Column(title: "arrival", width: 8, isNumber: true, rank: 4),
      Table.Column(title: "import", width: 6, isNumber: true, rank: 6),
      Table.Column(title: "mark", width: 16),
    ])
    table.rows = chain.rows.map { cells($0, chain) }
    if chain.rows.isEmpty {
      grid.put("no head yet", at: body.column, body.row, scene.theme[.dim])
    } else {
      table.draw(scene, in: body, selected: scene.selection, into: &grid)
    }
  }

  private func cells(_ row: BlockTree.Row, _ chain: ChainRows) -> [Span] {
    let slot = scene.span(Words.number(row.slot), row.isCanonical ? .text : .dim)
    let branch = chain.tree(row)
    let tree = Span(branch.map(\.text).joined(), branch.last?.style ?? scene.theme[.dim])
    guard let block = row.block else {
      return [slot, tree, scene.span("no block", .dim)]
    }
    return [
      slot, tree, scene.span(block.root.short, .dim),
      scene.span(scene.proposerName(block.proposer), block.isOurs ? .ok : .text),
      weight(chain.weight(block)), scene.span("\(block.votes)"),
      scene.span(
        Words.seconds(Int32(clamping: block.arrival)),
        block.arrival >= 800 ? .warning : .text),
      scene.span("\(block.importTime)", .dim), mark(block, row.isCanonical),
    ]
  }

  private func weight(_ weight: Int) -> Span {
    let total = Int(clamping: scene.node.validatorCount)
    guard total > 0 else { return scene.span("\(weight)") }
    let number = "\(weight)"
    let padded = String(repeating: " ", count: max(0, 4 - number.count)) + number
    let bars = min(16, weight * 16 / total)
    return scene.span(
      "\(padded) " + String(repeating: "━", count: bars)
        + String(repeating: "─", count: 16 - bars),
      weight >= scene.node.votesNeeded ? .ok : .spark)
  }

  private func mark(_ block: TreeBlock, _ isCanonical: Bool) -> Span {
    let node = scene.node
    var words: [String] = []
    if node.head?.root == block.root { words.append("HEAD") }
    if node.safeTarget?.root == block.root { words.append("SAFE") }
    if node.justified?.root == block.root { words.append("JUSTIFIED") }
    if node.finalized?.root == block.root { words.append("FINALIZED") }
    if !isCanonical { words.append(block.arrival >= 800 ? "off chain: late" : "off chain") }
    if block.isOurs, let outcome = node.slots[block.slot]?.outcome {
      words.append(outcome.verdict.word)
    }
    return scene.span(words.joined(separator: " "), isCanonical ? .accent : .stale)
  }
}

/// Checkpoints, reorganisations and the votes for the next target.
struct FinalityPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var title: String { "justification" }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let node = scene.node
    let doctor = FinalityDoctor(node)
    var facts = Facts()
    facts.add("justified", point(node.justified, lag: node.justifiedLag))
    facts.add("finalized", point(node.finalized, lag: node.finalizedLag))
    facts.add("safe target", point(node.safeTarget, lag: node.safeTargetLag))
    if let target = doctor.target {
      facts.add(
        "next target", scene.span(Words.number(target.slot)),
        scene.span(" \(target.root.short)", .dim),
        scene.span("  \(doctor.votes.count)/\(doctor.needed) \(doctor.place)", .text),
        scene.span("  \(doctor.seen.count) seen", .dim))
    } else {
      facts.add("next target", scene.span("no vote seen", .dim))
    }
    let reorgs = node.counters.reorgs.sorted { $0.key < $1.key }.prefix(4)
      .map { "depth \($0.key): \($0.value)" }.joined(separator: "  ")
    facts.add(
      "reorgs", scene.span("\(node.counters.reorgCount)"), scene.span("  \(reorgs)", .dim),
      scene.span(node.lastReorg.map { "  last at \(Words.number($0.slot))" } ?? "", .dim))
    facts.add("finding", scene.span(doctor.sentence, doctor.isHealthy ? .ok : .warning))
    facts.draw(scene, in: body, into: &grid)
  }

  private func point(_ point: VotePoint?, lag: UInt64) -> Span {
    guard let point else { return scene.span("-", .dim) }
    return scene.span("\(Words.number(point.slot)) \(point.root.short)  \(lag) behind the head")
  }
}

/// The selected block.
struct BlockPanel: Panel {
  let scene: Scene
  private let block: TreeBlock?

  init(_ scene: Scene) {
    self.scene = scene
    let rows = ChainRows(scene, limit: 256).rows
    let index = scene.selection
    block = index < rows.count ? rows[index].block : nil
  }

  var title: String { "block" + (block.map { " \($0.root.short)" } ?? "") }

  func drawBody(in body: Rect, into grid: inout Grid) {
    guard let block else {
      grid.put("no block in this slot", at: body.column, body.row, scene.theme[.dim])
      return
    }
    var facts = Facts()
    facts.add("root", scene.span("\(block.root)"))
    facts.add("parent", scene.span("\(block.parent)", .dim))
    facts.add(
      "slot", scene.span(Words.number(block.slot)),
      scene.span("  proposer \(scene.proposerName(block.proposer))", block.isOurs ? .ok : .text),
      scene.span("  votes \(block.votes)/\(scene.node.validatorCount)", .text))
    facts.add(
      "arrival", scene.span(Words.seconds(Int32(clamping: block.arrival))),
      scene.span("  imported in \(block.importTime) ms", .dim))
    if let sentence = Autopsy(scene.node, slot: block.slot)?.sentence {
      facts.add("story", scene.span(sentence, .text))
    }
    facts.draw(scene, in: body, valueColumn: 9, into: &grid)
  }
}
