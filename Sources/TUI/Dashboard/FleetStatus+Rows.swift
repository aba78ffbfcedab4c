internal import ChainEvents
internal import Hashing
package import NodeStatus
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
  package func extent(of state: ViewState) -> PageExtent {
    guard let scene = scene(state, at: timeMilliseconds) else { return PageExtent() }
    let layout = PageLayout(scene: scene, size: state.size)
    let panels = layout.panels
    let shown = layout.shown(of: panels)
    var extent = PageExtent(panels: panels.count, rowsPage: layout.rowsPage(of: panels))
    extent.scroll = layout.scrolledIndex(of: shown).map { shown[$0] }
      .flatMap { $0.panel.scroll(in: $0.rect) }
    if let focused = layout.focused(of: panels)?.panel, !state.isOpen, focused.page != state.page {
      extent.focusedPage = focused.page
    }
    guard let rowsPage = extent.rowsPage else { return extent }
    let page = rowsPage.content.init(scene: scene)
    extent.rows = page.rowCount
    extent.isBottomUp = page.isBottomUp
    extent.isNewestFirst = page.isNewestFirst
    extent.landmark = page.landmark
    let lists = shown.compactMap { placed in
      (placed.panel as? any RowPanel).flatMap {
        $0.rows == rowsPage ? $0.list(in: $0.body(of: placed.rect)).height : nil
      }
    }
    extent.room = lists.first ?? extent.room
    return extent
  }

  /// The page whose rows keys act on: that of the focused panel.
  package func rowsPage(of state: ViewState) -> Page? {
    // What has the focus at first is of the page itself.
    guard state.focusedPanel > 0, let scene = scene(state, at: timeMilliseconds) else {
      return state.page
    }
    let layout = PageLayout(scene: scene, size: state.size)
    return layout.rowsPage(of: layout.panels)
  }

  /// The panel at a place of the screen.
  package func panel(
    column: Int, row: Int, _ state: ViewState, at nowMilliseconds: UInt64
  ) -> Int? {
    guard let scene = scene(state, at: nowMilliseconds) else { return nil }
    return PageLayout(scene: scene, size: state.size).panels
      .firstIndex { $0.rect.contains(column: column, row: row) }
  }

  /// The root, the peer or the line to copy for what is selected.
  package func copyText(_ state: ViewState) -> String? {
    scene(state, at: timeMilliseconds)?.page.copyText
  }

  /// The table of the page as CSV.
  package func tableText(_ state: ViewState, at nowMilliseconds: UInt64) -> String? {
    scene(state, at: nowMilliseconds)?.page.table.map {
      TableRow.csv($0, fields: state.page.content.fields)
    }
  }

  /// The rows that a search goes through: those that match on the chain, all where a filter has
  /// left the others out.
  package func matches(_ state: ViewState, at nowMilliseconds: UInt64) -> [Int] {
    scene(state, at: nowMilliseconds)?.page.matches ?? []
  }

  /// The names of the rows in the order that the page's sorting asks for.
  package func sortedRows(_ state: ViewState, at nowMilliseconds: UInt64) -> [String] {
    guard let sorting = state.sortings[state.page] else { return [] }
    return scene(state, at: nowMilliseconds)?.page.names(sortedBy: sorting) ?? []
  }

  /// What names the selected row.
  package func rowName(_ state: ViewState, at nowMilliseconds: UInt64) -> String? {
    scene(state, at: nowMilliseconds)?.page.selectedName
  }

  /// The row of a name.
  package func row(
    named name: String, _ state: ViewState, at nowMilliseconds: UInt64
  ) -> Int? {
    scene(state, at: nowMilliseconds)?.page.row(named: name)
  }

  /// What stands at a place of the screen.
  package func target(
    column: Int, row: Int, _ state: ViewState, at nowMilliseconds: UInt64
  ) -> ClickTarget? {
    guard let scene = scene(state, at: nowMilliseconds), ScreenClass(state.size) >= .compact else {
      return nil
    }
    let size = state.size
    let layout = PageLayout(scene: scene, size: size)
    let panels = layout.panels
    if row == size.rows - 1 {
      return HeaderView.footer(state, on: layout.rowsPage(of: panels), width: size.columns)
        .first { $0.columns.contains(column) }.map { .command($0.command) }
    }
    if state.showsHelp { return .command(.close) }
    let fleet = FleetLine(scene: scene)
    if row == layout.body.endRow - 1, fleet.isShown(at: size),
      let place = fleet.places(width: size.columns).first(where: { $0.columns.contains(column) })
    {
      return .node(place.node)
    }
    for (index, placed) in layout.shown(of: panels).enumerated() {
      let index = state.isZoomed ? state.focusedPanel : index
      if let target = placed.panel.target(
        column: column, row: row, inFrame: placed.rect, index: index)
      {
        return target
      }
    }
    return nil
  }
}

/// What a click means.
package enum ClickTarget: Hashable, Sendable {
  /// The same as a key.
  case command(Command)
  /// A row of a panel, with the place where it stands among those in sight; a second click opens it.
  case row(Int, place: Int, panel: Int)
  /// A row that is opened at once, such as a slot of the strip.
  case opening(Int)
  /// A panel to focus.
  case panel(Int)
  /// A node to look at.
  case node(Int)
}

/// How far keys can move on a page.
package struct PageExtent: Hashable, Sendable {
  /// Rows to select from.
  package fileprivate(set) var rows = 0
  /// Panels to focus.
  package fileprivate(set) var panels = 0
  /// The page whose rows keys act on; `nil` where the focused panel has none.
  package fileprivate(set) var rowsPage: Page?
  /// Whether row 0 stands at the bottom, as the newest line of a log.
  package fileprivate(set) var isBottomUp = false
  /// Whether row 0 is the newest; where rows have no age, the last one counts as that.
  package fileprivate(set) var isNewestFirst = false
  /// The row that the key for the last one goes to, where that is another one.
  package fileprivate(set) var landmark: Int?
  /// Rows in sight at once.
  package fileprivate(set) var room = 10
  /// The page that the focused panel is a part of, where that is another one.
  package fileprivate(set) var focusedPage: Page?
  /// How far keys move the lines of the focused or open panel; `nil` where all are in sight.
  package fileprivate(set) var scroll: Scroll?

  /// How far lines move.
  package struct Scroll: Hashable, Sendable {
    /// The largest first line.
    package var limit: Int
    /// Lines of a page.
    package var page: Int
  }
}
