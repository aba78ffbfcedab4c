internal import Terminal
internal import Theme

/// One framed part of a page.
protocol Panel {
  init(_ scene: Scene)

  /// What the panel draws from.
  var scene: Scene { get }

  /// The page whose number stands before the title; `nil` for a panel that no key opens.
  var page: Page? { get }

  /// The words on the upper border.
  var title: String { get }

  /// What the panel shows, in a sentence or two, for the help.
  var help: String { get }

  /// Words at the right of the upper border.
  var note: [Span] { get }

  /// Whether the panel has a frame, where there is room for one.
  var hasFrame: Bool { get }

  /// Draws what is inside the frame.
  func drawBody(in body: Rect, into grid: inout Grid)

  /// What a click inside the frame means.
  func target(column: Int, row: Int, in body: Rect) -> ClickTarget?
}

extension Panel {
  var page: Page? { nil }
  var note: [Span] { [] }
  var hasFrame: Bool { true }

  func target(column: Int, row: Int, in body: Rect) -> ClickTarget? { nil }

  /// What a click on the panel means: its title opens its page, its inside is its own affair.
  func target(column: Int, row: Int, in rect: Rect, index: Int) -> ClickTarget? {
    guard rect.contains(column: column, row: row) else { return nil }
    if row == rect.row, let page { return .command(.show(page)) }
    return target(column: column, row: row, in: body(of: rect)) ?? .panel(index)
  }

  /// The inside of the frame.
  private func body(of rect: Rect) -> Rect {
    isFramed(in: rect) ? rect.inset(columns: 2) : rect
  }

  private func isFramed(in rect: Rect) -> Bool {
    hasFrame && rect.width >= 8 && rect.height >= 3
  }

  /// Draws frame and body; a rectangle without room for a frame gets the body alone.
  func draw(in rect: Rect, isFocused: Bool, into grid: inout Grid) {
    guard isFramed(in: rect) else {
      return grid.clipped(to: rect) { drawBody(in: rect, into: &$0) }
    }
    var words = [scene.span(title, .title)]
    if let page, let index = Page.allCases.firstIndex(of: page) {
      words.insert(scene.span("\(index + 1) ", .key), at: 0)
    }
    grid.clipped(to: rect) { grid in
      // What the source told before it fell silent is no news of now.
      grid.box(
        rect, scene.theme[isFocused ? .accent : .border], title: words,
        note: scene.age(of: scene.node).map { [$0] } ?? note)
    }
    let body = body(of: rect)
    grid.clipped(to: body) { drawBody(in: body, into: &$0) }
  }
}
