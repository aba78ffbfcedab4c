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
  func body(of rect: Rect) -> Rect {
    isFramed(in: rect) ? rect.inset(columns: 2) : rect
  }

  private func isFramed(in rect: Rect) -> Bool {
    hasFrame && rect.width >= 8 && rect.height >= 3
  }

  /// Draws frame and body; a rectangle without room for a frame gets the body alone.
  func draw(in rect: Rect, isFocused: Bool, isScrolled: Bool, into grid: inout Grid) {
    guard isFramed(in: rect) else {
      return grid.clipped(to: rect) { drawInside(rect, isScrolled, into: &$0) }
    }
    var words = [scene.span(title, .title)]
    if let page { words.insert(scene.span("\(scene.key(.show(page))) ", .key), at: 0) }
    grid.clipped(to: rect) { grid in
      // What the source told before it fell silent is no news of now.
      grid.box(
        rect, scene.theme[isFocused ? .accent : .border], title: words,
        note: scene.age(of: scene.node).map { [$0] } ?? note)
    }
    let body = body(of: rect)
    grid.clipped(to: body) { drawInside(body, isScrolled, into: &$0) }
  }

  private func drawInside(_ body: Rect, _ isScrolled: Bool, into grid: inout Grid) {
    guard let text = self as? any TextPanel else { return drawBody(in: body, into: &grid) }
    text.drawLines(in: body, from: isScrolled ? scene.state.scroll : nil, into: &grid)
  }
}

/// A panel of lines, of which keys show the rest where there are more than it has room for.
protocol TextPanel: Panel {
  /// All lines, the first one first; none is wider than `width`.
  func lines(width: Int) -> [[Span]]
}

extension TextPanel {
  func drawBody(in body: Rect, into grid: inout Grid) {
    drawLines(in: body, from: nil, into: &grid)
  }

  /// Rows for lines in a body that has too few for all: the last one says how many more there are.
  private func room(_ body: Rect) -> Int { body.height > 2 ? body.height - 1 : body.height }

  /// How far keys can move the lines, and how many rows they move by.
  func scroll(in rect: Rect) -> PageExtent.Scroll? {
    let body = body(of: rect)
    let count = lines(width: body.width).count
    guard count > body.height else { return nil }
    return PageExtent.Scroll(limit: count - room(body), page: max(1, room(body) - 1))
  }

  /// Draws the lines from one on; `nil` where keys do not move them.
  func drawLines(in body: Rect, from first: Int?, into grid: inout Grid) {
    let lines = lines(width: body.width)
    let isWhole = lines.count <= body.height
    let room = isWhole ? body.height : room(body)
    let start = min(max(0, first ?? 0), max(0, lines.count - room))
    for (offset, line) in lines.dropFirst(start).prefix(room).enumerated() {
      grid.put(line, at: body.column, body.row + offset, width: body.width)
    }
    guard !isWhole, room < body.height else { return }
    let rest = lines.count - start - room
    let keys = "\(scene.key(.pageUp)) \(scene.key(.pageDown))"
    let words = rest > 0 ? "\(rest) more line\(rest == 1 ? "" : "s")" : "the end"
    grid.put(
      first == nil ? words : "\(words)  \(keys)", endingAt: body.endColumn, body.endRow - 1,
      scene.theme[.accent])
  }
}
