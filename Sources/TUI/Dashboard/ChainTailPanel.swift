internal import ChainEvents
internal import Hashing
internal import NodeStatus
internal import Terminal
internal import Theme

/// The newest blocks as a tree, with the marks of fork choice.
struct ChainTailPanel: RowPanel {
  static let rowsPage = Page.chain

  let scene: Scene

  var page: Page? { .chain }
  var title: String { "chain" }

  var help: String {
    "The newest blocks with their weight, their proposer and when they came."
  }

  var note: [Span] {
    [
      scene.span("H", .title), scene.span("ead ", .dim), scene.span("S", .accent),
      scene.span("afe ", .dim), scene.span("J", .accent), scene.span("ustified ", .dim),
      scene.span("F", .accent), scene.span("inalized", .dim),
    ]
  }

  func list(in body: Rect) -> Rect { body }

  func drawRows(in body: Rect, _ window: RowWindow, into grid: inout Grid) {
    let rows = ChainRows(scene, limit: window.first + body.height)
    for (offset, row) in rows.rows.dropFirst(window.first).prefix(body.height).enumerated() {
      let line = body.row + offset
      draw(row, rows, at: body, line, into: &grid)
      guard window.first + offset == window.selected else { continue }
      select(line, in: body, &grid)
    }
    if rows.rows.isEmpty { grid.put("no block yet", at: body.column, body.row, scene.theme[.dim]) }
  }

  private func draw(
    _ row: BlockTree.Row, _ rows: ChainRows, at body: Rect, _ line: Int, into grid: inout Grid
  ) {
    grid.put(rows.marks(row), at: body.column, line, width: 3)
    let column = grid.put(rows.tree(row), at: body.column + 4, line)
    var words = [scene.span(" " + Words.number(row.slot), row.isCanonical ? .text : .dim)]
    if let block = row.block {
      words += [
        scene.span(" \(block.root.short)", .dim), scene.span(" w\(rows.weight(block))", .text),
        scene.span(" \(scene.proposerName(block.proposer))", block.isOurs ? .ok : .dim),
        scene.span(" \(Words.moment(block.arrival))", rows.arrivalRole(block)),
      ]
    } else {
      words.append(scene.span(" no block", .dim))
    }
    grid.put(words, at: column, line, width: body.endColumn - column)
  }
}

/// The tree of blocks with what fork choice says of each.
struct ChainRows {
  /// Rows of the page of the chain; with one block a slot this is 17 minutes.
  static let pageLimit = 256

  let scene: Scene
  let rows: [BlockTree.Row]
  /// Blocks off the chain that folding hides, by their parent.
  private let folded: [Bytes32: Int]
  private let weights: BlockTree.Weights

  /// The newest blocks, without branches where those are folded.
  init(_ scene: Scene, limit: Int = ChainRows.pageLimit) {
    self.scene = scene
    weights = scene.node.tree.weights()
    let all = scene.node.head.map { scene.node.tree.rows(head: $0.root, limit: limit) } ?? []
    guard scene.state.isFolded else {
      (rows, folded) = (all, [:])
      return
    }
    rows = all.filter(\.isCanonical)
    folded = all.filter { !$0.isCanonical && $0.depth == 1 }
      .reduce(into: [:]) { $0[$1.block?.parent ?? .zero, default: 0] += 1 }
  }

  /// Branches that start at a block and are folded.
  func foldedBranches(of block: TreeBlock) -> Int { folded[block.root] ?? 0 }

  /// The rows that a search finds, from the head on.
  func matches(_ text: String) -> [Int] {
    let filter = RowFilter(text, fields: ChainPage.fields)
    return rows.indices.filter { filter.passes(tableRow(rows[$0])) }
  }

  /// What names a row while blocks come in above it.
  static func name(of row: BlockTree.Row) -> String {
    row.block?.root.description ?? "empty \(row.slot)"
  }

  /// A row as a search sees it.
  func tableRow(_ row: BlockTree.Row) -> TableRow {
    let block = row.block
    let marks = block.map { self.marks(of: $0).joined(separator: " ") } ?? ""
    let proposer = block.map { " v\(Words.told($0.proposer))" + ($0.isOurs ? " ours" : "") } ?? ""
    return TableRow(
      ChainRows.name(of: row), ChainPage.fields,
      [
        .init(row.slot), .text(block?.root.description ?? "no block"), .init(block?.proposer),
        .init(block.map { weight($0) } ?? 0), .init(block?.votes), .init(block?.arrival),
        .init(block?.importTime),
      ], aliases: marks + proposer + (row.isCanonical ? "" : " orphan"))
  }

  /// What fork choice calls a block.
  func marks(of block: TreeBlock) -> [String] {
    let node = scene.node
    return [
      (node.head, "HEAD"), (node.safeTarget, "SAFE"), (node.justified, "JUSTIFIED"),
      (node.finalized, "FINALIZED"),
    ].filter { $0.0?.root == block.root }.map(\.1)
  }

  /// Validators whose latest vote supports a block.
  func weight(_ block: TreeBlock) -> Int { weights[block.root] }

  /// Letters for head, safe target, justified, finalized.
  func marks(_ row: BlockTree.Row) -> [Span] {
    guard let block = row.block else { return [] }
    let node = scene.node
    var marks: [Span] = []
    if node.head?.root == block.root { marks.append(scene.span("H", .title)) }
    if node.safeTarget?.root == block.root { marks.append(scene.span("S", .accent)) }
    if node.justified?.root == block.root { marks.append(scene.span("J", .accent)) }
    if node.finalized?.root == block.root { marks.append(scene.span("F", .accent)) }
    return marks
  }

  /// The branch that a row is on.
  func tree(_ row: BlockTree.Row) -> [Span] {
    guard let block = row.block else { return [scene.span("╌", .empty)] }
    if row.isCanonical {
      let isFinal = scene.node.finalized.map { block.slot < $0.slot } ?? false
      let role: Role =
        block.isOurs
        ? scene.node.slots[block.slot]?.verdict(wallSlot: scene.slot).role ?? .ok : .text
      return [Span(isFinal ? "•" : "●", scene.theme[isFinal ? .dim : role])]
    }
    let depth = min(row.depth, 4)
    return [
      scene.span("├" + String(repeating: "─", count: depth), .border), scene.span("◇", .stale),
    ]
  }

  func arrivalRole(_ block: TreeBlock) -> Role {
    block.isLate ? .warning : .dim
  }
}
