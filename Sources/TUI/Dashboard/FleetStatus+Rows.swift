internal import ChainEvents
internal import Hashing
public import NodeStatus
internal import Terminal
internal import Theme

/// Rows of pages: how many there are, what names them, which are shown and where they stand.
extension FleetStatus {
  private static let plainTheme = ThemeLibrary.defaultTheme(depth: .none)

  /// What the panels draw from, for answers without a screen.
  func scene(_ state: ViewState, at nowMilliseconds: UInt64) -> Scene? {
    Scene(self, state, now: nowMilliseconds, theme: FleetStatus.plainTheme)
  }

  /// What a page has to move in.
  public func extent(of state: ViewState) -> PageExtent {
    guard let scene = scene(state, at: timeMilliseconds) else {
      return PageExtent(rows: 0, panels: 0)
    }
    var unzoomed = scene.state
    unzoomed.isZoomed = false
    let layout = self.scene(unzoomed, at: timeMilliseconds).map {
      PageLayout(scene: $0, size: state.size)
    }
    let panels = layout?.panels.count { !$0.rect.isEmpty } ?? 0
    let node = scene.node
    switch state.page {
    case .overview: return PageExtent(rows: node.slots.slots.count, panels: panels)
    case .prebuild: return PageExtent(rows: scene.proposals.count, panels: panels)
    case .chain:
      let rows = ChainRows(scene).rows
      let finalized = rows.firstIndex { $0.block != nil && $0.block?.root == node.finalized?.root }
      return PageExtent(rows: rows.count, panels: panels, landmark: finalized)
    case .peers: return PageExtent(rows: scene.peers.count, panels: panels)
    case .validators: return PageExtent(rows: scene.validators.count, panels: panels)
    case .events:
      let count = node.log.count(EventFilter(state.eventFilterText))
      return PageExtent(rows: count, panels: panels, isBottomUp: true)
    case .doctor, .calendar: return PageExtent(rows: 0, panels: panels)
    }
  }

  /// The root, the peer or the line to copy for what is selected.
  public func copyText(_ state: ViewState) -> String? {
    guard let scene = scene(state, at: timeMilliseconds) else { return nil }
    let node = scene.node
    switch state.page {
    case .chain: return scene.selected(of: ChainRows(scene).rows)?.block?.root.description
    case .events:
      return node.log.newest(1, skipping: scene.selection, EventFilter(state.eventFilterText))
        .last?.line
    case .peers: return scene.selected(of: scene.peers)?.peer
    case .prebuild:
      let proposal = scene.selected(of: scene.proposals)
      return (proposal?.committedRoot ?? proposal?.candidate?.root)?.description
    case .overview where scene.selection > 0:
      return node.slots[scene.shownSlot]?.block?.root.description
    case .overview, .validators, .doctor, .calendar: return node.head?.root.description
    }
  }

  /// The table of the page as CSV.
  public func tableText(_ state: ViewState, at nowMilliseconds: UInt64) -> String? {
    guard let scene = scene(state, at: nowMilliseconds) else { return nil }
    let rows: [TableRow]
    switch state.page {
    case .peers: rows = scene.peers.map { TableRow($0, scene) }
    case .validators: rows = scene.validators.map { TableRow($0, scene) }
    case .prebuild: rows = scene.proposals.map { TableRow($0, scene) }
    case .overview, .chain, .events, .doctor, .calendar: return nil
    }
    return TableRow.csv(rows, of: state.page)
  }

  /// What is wrong with a filter for the page.
  public func filterProblem(_ text: String, on page: Page) -> String? {
    switch page {
    case .overview, .events: EventFilter.problem(in: text)?.description
    case .prebuild, .chain, .peers, .validators:
      RowFilter(text, fields: TableRow.fields(of: page)).problem?.description
    case .doctor, .calendar: nil
    }
  }

  /// The rows that a search goes through: those that match on the chain, all where a filter has
  /// left the others out.
  public func matches(_ state: ViewState, at nowMilliseconds: UInt64) -> [Int] {
    guard state.page == .chain else {
      return state.page == .overview ? [] : Array(0..<extent(of: state).rows)
    }
    return scene(state, at: nowMilliseconds).map { ChainRows($0).matches(state.filter) } ?? []
  }

  /// The columns that a key can sort the page's table by.
  public func sortColumns(of page: Page) -> [String] {
    page == .peers || page == .validators ? TableRow.fields(of: page) : []
  }

  /// The names of the rows in the order that the page's sorting asks for.
  public func sortedRows(_ state: ViewState, at nowMilliseconds: UInt64) -> [String] {
    guard let sorting = state.sortings[state.page] else { return [] }
    return scene(state, at: nowMilliseconds)?.sortedRows(of: state.page, by: sorting) ?? []
  }

  /// What names the selected row.
  public func rowName(_ state: ViewState, at nowMilliseconds: UInt64) -> String? {
    guard let scene = scene(state, at: nowMilliseconds) else { return nil }
    switch state.page {
    case .overview: return "\(scene.shownSlot)"
    case .prebuild: return scene.selected(of: scene.proposals).map { "\($0.slot)" }
    case .chain: return scene.selected(of: ChainRows(scene).rows).map { ChainRows.name(of: $0) }
    case .peers: return scene.selected(of: scene.peers)?.peer
    case .validators: return scene.selected(of: scene.validators).map { "\($0.index)" }
    case .events:
      return scene.node.log.newest(
        1, skipping: scene.selection, EventFilter(state.eventFilterText)
      ).last.map { "\($0.sequence)" }
    case .doctor, .calendar: return nil
    }
  }

  /// The row of a name.
  public func row(
    named name: String, _ state: ViewState, at nowMilliseconds: UInt64
  ) -> Int? {
    guard let scene = scene(state, at: nowMilliseconds) else { return nil }
    switch state.page {
    case .overview:
      return UInt64(name).flatMap { $0 <= scene.slot ? Int(clamping: scene.slot - $0) : nil }
    case .prebuild: return scene.proposals.firstIndex { "\($0.slot)" == name }
    case .chain: return ChainRows(scene).rows.firstIndex { ChainRows.name(of: $0) == name }
    case .peers: return scene.peers.firstIndex { $0.peer == name }
    case .validators: return scene.validators.firstIndex { "\($0.index)" == name }
    case .events:
      guard let sequence = UInt64(name) else { return nil }
      return scene.node.log.count(
        EventFilter(state.eventFilterText), after: sequence)
    case .doctor, .calendar: return nil
    }
  }

  /// What stands at a place of the screen.
  public func target(
    column: Int, row: Int, _ state: ViewState, at nowMilliseconds: UInt64
  ) -> ClickTarget? {
    guard let scene = scene(state, at: nowMilliseconds), ScreenClass(state.size) >= .small else {
      return nil
    }
    let size = state.size
    if row == size.rows - 1 {
      return HeaderView.footer(state.page, width: size.columns)
        .first { $0.columns.contains(column) }.map { .command($0.command) }
    }
    if state.showsHelp { return .command(.close) }
    let layout = PageLayout(scene: scene, size: size)
    let fleet = FleetLine(scene: scene)
    if row == layout.body.endRow - 1, fleet.isShown(at: size),
      let place = fleet.places(width: size.columns).first(where: { $0.columns.contains(column) })
    {
      return .node(place.node)
    }
    for (index, placed) in layout.panels.enumerated() {
      if let target = placed.panel.target(column: column, row: row, in: placed.rect, index: index) {
        return target
      }
    }
    return nil
  }
}

extension ChainRows {
  /// What names a row while blocks come in above it.
  static func name(of row: BlockTree.Row) -> String {
    row.block?.root.description ?? "empty \(row.slot)"
  }
}
