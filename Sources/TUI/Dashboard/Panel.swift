internal import Terminal
internal import Theme

/// One framed part of a page.
protocol Panel {
  /// What the panel draws from.
  var scene: Scene { get }

  /// The page whose number stands before the title; `nil` for a panel that no key opens.
  var page: Page? { get }

  /// The page whose rows keys act on while the panel has the focus; `nil` where they act on none.
  var rows: Page? { get }

  /// The words on the upper border.
  var title: String { get }

  /// What the panel shows, in a sentence or two, for the help.
  var help: String { get }

  /// Words at the right of the upper border.
  var note: [Span] { get }

  /// Whether the panel has a frame, where there is room for one.
  var hasFrame: Bool { get }

  /// Lines that everything in the panel needs, which keys scroll where there are fewer; 0 for a panel
  /// that shows what fits.
  func height(width: Int) -> Int

  /// Draws what is inside the frame.
  func drawBody(in body: Rect, into grid: inout Grid)

  /// What a click inside the frame means, on the panel of this place in the order of the focus.
  func target(column: Int, row: Int, in body: Rect, index: Int) -> ClickTarget?
}

extension Panel {
  var page: Page? { nil }
  /// Most pages have one table, and panels that tell more of it; on the overview each stands for itself.
  var rows: Page? {
    let here = scene.state.page
    return page == here || page == nil && here != .overview ? here : nil
  }
  var note: [Span] { [] }
  var hasFrame: Bool { true }

  func height(width: Int) -> Int { 0 }

  func target(column: Int, row: Int, in body: Rect, index: Int) -> ClickTarget? { nil }

  /// What a click on the panel means: its title opens its page, its inside is its own affair.
  func target(column: Int, row: Int, inFrame rect: Rect, index: Int) -> ClickTarget? {
    guard rect.contains(column: column, row: row) else { return nil }
    if row == rect.row, isFramed(in: rect), let page { return .command(.show(page)) }
    return target(column: column, row: row, in: body(of: rect), index: index) ?? .panel(index)
  }

  /// The inside of the frame.
  func body(of rect: Rect) -> Rect {
    isFramed(in: rect) ? rect.inset(columns: 2) : rect
  }

  private func isFramed(in rect: Rect) -> Bool {
    hasFrame && rect.width >= 8 && rect.height >= 3
  }

  /// Draws frame and body; a rectangle without room for a frame gets the body alone.
  func draw(in rect: Rect, isFocused: Bool, isScrolled: Bool, into grid: inout Grid) {
    if isFramed(in: rect) {
      var words = [scene.span(title, .title)]
      if let page { words.insert(scene.span("\(scene.key(.show(page))) ", .key), at: 0) }
      grid.clipped(to: rect) { grid in
        // What the source told before it fell silent is no news of now.
        grid.box(
          rect, scene.theme[isFocused ? .accent : .border], title: words,
          note: scene.age(of: scene.node).map { [$0] } ?? note)
      }
    }
    let body = body(of: rect)
    if let scroll = scroll(in: rect) {
      drawPart(in: rect, scroll, isScrolled, into: &grid)
    } else if let list = self as? any RowPanel {
      let window = list.window(in: body, isFocused: isFocused)
      grid.clipped(to: body) { list.drawRows(in: body, window, into: &$0) }
    } else {
      grid.clipped(to: body) { drawBody(in: body, into: &$0) }
    }
  }

  /// Lines in sight of a panel that has more: without a frame, the last one says so.
  private func room(in rect: Rect) -> Int {
    isFramed(in: rect) || rect.height < 3 ? body(of: rect).height : rect.height - 1
  }

  /// How far keys can move the lines, and how many they move by; `nil` where all are in sight.
  func scroll(in rect: Rect) -> PageExtent.Scroll? {
    let body = body(of: rect)
    let room = room(in: rect)
    let height = height(width: body.width)
    guard height > body.height else { return nil }
    return PageExtent.Scroll(limit: height - room, page: max(1, room - 1))
  }

  /// Draws the lines in sight, and how many there are below them.
  private func drawPart(
    in rect: Rect, _ scroll: PageExtent.Scroll, _ isScrolled: Bool, into grid: inout Grid
  ) {
    let body = body(of: rect)
    let room = room(in: rect)
    let first = isScrolled ? min(max(0, scene.state.scroll), scroll.limit) : 0
    let shown = Rect(column: body.column, row: body.row, width: body.width, height: room)
    let whole = Rect(
      column: body.column, row: body.row - first, width: body.width, height: scroll.limit + room)
    grid.clipped(to: shown) { drawBody(in: whole, into: &$0) }
    guard rect.height > 2 else { return }
    let rest = scroll.limit - first
    let keys = isScrolled ? "  \(scene.key(.pageUp)) \(scene.key(.pageDown))" : ""
    let words = (rest > 0 ? "\(rest) more line\(rest == 1 ? "" : "s")" : "the end") + keys
    grid.put(" \(words) ", endingAt: body.endColumn, rect.endRow - 1, scene.theme[.accent])
  }
}

/// A panel of lines.
protocol TextPanel: Panel {
  /// All lines, the first one first; none is wider than `width`.
  func lines(width: Int) -> [[Span]]
}

extension TextPanel {
  func height(width: Int) -> Int { lines(width: width).count }

  func drawBody(in body: Rect, into grid: inout Grid) {
    for (offset, line) in lines(width: body.width).enumerated() {
      grid.put(line, at: body.column, body.row + offset, width: body.width)
    }
  }
}

/// A panel that lists the rows of a page, one of which keys select.
protocol RowPanel: Panel {
  /// The page of the rows.
  static var rowsPage: Page { get }

  /// The part of a body that has the rows.
  func list(in body: Rect) -> Rect

  /// Draws rows from one on, and marks the selected one.
  func drawRows(in body: Rect, _ window: RowWindow, into grid: inout Grid)
}

/// The rows of a list that are in sight.
struct RowWindow {
  /// The first of them.
  var first = 0
  /// The row that keys act on; `nil` where they act on none of this list.
  var selected: Int?
}

extension RowPanel {
  var rows: Page? { Self.rowsPage }

  /// A table has its titles above the rows.
  func list(in body: Rect) -> Rect {
    Rect(column: body.column, row: body.row + 1, width: body.width, height: body.height - 1)
  }

  private var content: any PageContent { Self.rowsPage.content.init(scene: scene) }

  /// The rows in sight, among them the selected one as near as may be to the place where it stood;
  /// on the page of another, the newest ones as long as the panel is not the focused one.
  func window(in body: Rect, isFocused: Bool) -> RowWindow {
    guard Self.rowsPage == scene.state.page || isFocused else { return RowWindow() }
    let selected = scene.selection(on: Self.rowsPage)
    guard selected > 0 else { return RowWindow(selected: 0) }
    let (count, room) = (content.rowCount, list(in: body).height)
    let row = min(selected, max(0, count - 1))
    let place = min(scene.state.places[Self.rowsPage] ?? 0, max(0, room - 1))
    return RowWindow(first: max(0, min(row - max(0, place), count - room)), selected: row)
  }

  func drawBody(in body: Rect, into grid: inout Grid) {
    drawRows(in: body, window(in: body, isFocused: false), into: &grid)
  }

  func target(column: Int, row: Int, in body: Rect, index: Int) -> ClickTarget? {
    let isFocused = index == scene.state.focusedPanel
    let first = window(in: body, isFocused: isFocused).first
    let list = list(in: body)
    let content = content
    let count = min(content.rowCount - first, list.height)
    let line = row - list.row
    guard (0..<max(0, count)).contains(line) else { return nil }
    let place = content.isBottomUp ? count - 1 - line : line
    return .row(first + place, place: place, panel: index)
  }
}
