internal import ChainEvents
internal import Hashing
internal import NodeStatus
internal import Terminal

/// Fork choice and the tree of blocks; a filter finds blocks and leaves none out.
struct ChainPage: PageContent {
  static let fields = ["slot", "root", "proposer", "weight", "votes", "arrival", "import"]

  static let columns = ForkTreePanel.columns

  let scene: Scene

  private var rows: ChainRows { ChainRows(scene) }

  func panels(_ layout: PageLayout) -> [PageLayout.Placed] {
    layout.rows(
      [
        (ForkTreePanel(scene: scene), .share(1)), (FinalityPanel(scene: scene), .cells(12)),
        (BlockPanel(scene: scene), .cells(7)),
      ], dropBelow: 30)
  }

  func opened(_ layout: PageLayout) -> [PageLayout.Placed]? { layout.slotStory }

  private var selected: BlockTree.Row? { scene.selected(of: rows.rows, on: .chain) }

  var rowCount: Int { rows.rows.count }

  var landmark: Int? {
    rows.rows.firstIndex { $0.block != nil && $0.block?.root == scene.node.finalized?.root }
  }

  var selectedName: String? { selected.map(ChainRows.name) }

  func row(named name: String) -> Int? {
    rows.rows.firstIndex { ChainRows.name(of: $0) == name }
  }

  var copyText: String? { selected?.block?.root.description }
  var shownSlot: UInt64 { scene.state.isOpen ? selected?.slot ?? scene.slot : scene.slot }
  var matches: [Int] { rows.matches(scene.state.filter) }

  static func problem(inFilter text: String) -> String? {
    RowFilter(text, fields: fields).problem?.description
  }
}
