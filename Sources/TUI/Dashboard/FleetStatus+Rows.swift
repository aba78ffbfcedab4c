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
    guard let scene = scene(state, at: timeMilliseconds) else {
      return PageExtent(rows: 0, panels: 0)
    }
    var unzoomed = scene.state
    unzoomed.isZoomed = false
    let layout = self.scene(unzoomed, at: timeMilliseconds).map {
      PageLayout(scene: $0, size: state.size)
    }
    let panels = layout?.panels.filter { !$0.rect.isEmpty } ?? []
    let page = scene.page
    let focused = state.focusedPanel
    let focusedPage =
      focused > 0 && focused < panels.count ? panels[focused].panel.page : nil
    let shown = PageLayout(scene: scene, size: state.size)
    let shownPanels = shown.panels
    let scrolled = shown.scrolledIndex(of: shownPanels).map { shownPanels[$0] }
    return PageExtent(
      rows: page.rowCount, panels: panels.count, isBottomUp: page.isBottomUp,
      isNewestFirst: page.isNewestFirst, landmark: page.landmark,
      focusedPage: focusedPage == state.page ? nil : focusedPage,
      scroll: scrolled.flatMap { ($0.panel as? any TextPanel)?.scroll(in: $0.rect) })
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
    if row == size.rows - 1 {
      return HeaderView.footer(state, width: size.columns)
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

/// What a click means.
package enum ClickTarget: Hashable, Sendable {
  /// The same as a key.
  case command(Command)
  /// A row of the page; a second click on it opens it.
  case row(Int)
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
  package var rows: Int
  /// Panels to focus.
  package var panels: Int
  /// Whether row 0 stands at the bottom, as the newest line of a log.
  package var isBottomUp: Bool
  /// Whether row 0 is the newest; where rows have no age, the last one counts as that.
  package var isNewestFirst: Bool
  /// The row that the key for the last one goes to, where that is another one.
  package var landmark: Int?
  /// The page that the focused panel is a part of, where that is another one.
  package var focusedPage: Page?
  /// How far keys move the lines of the focused or open panel; `nil` where all are in sight.
  package var scroll: Scroll?

  /// How far lines move.
  package struct Scroll: Hashable, Sendable {
    /// The largest first line.
    package var limit: Int
    /// Lines of a page.
    package var page: Int
  }

  /// Creates an extent.
  package init(
    rows: Int, panels: Int, isBottomUp: Bool = false, isNewestFirst: Bool = false,
    landmark: Int? = nil, focusedPage: Page? = nil, scroll: Scroll? = nil
  ) {
    self.rows = rows
    self.panels = panels
    self.isBottomUp = isBottomUp
    self.isNewestFirst = isNewestFirst
    self.landmark = landmark
    self.focusedPage = focusedPage
    self.scroll = scroll
  }
}
