internal import Dashboard
internal import Terminal
internal import Theme

extension DashboardCore {
  /// Draws what lies over the page: a question, the list of themes, the filter line, a notice.
  func drawOverlays(_ theme: Theme, into grid: inout Grid) {
    if state.isTyping {
      let problem = filterProblem
      drawLastLine(
        [
          Span(" / ", theme[.key]), Span(filter, theme[.title]), Span("▏", theme[.cursor]),
        ],
        hint: problem.map { Span($0, theme[.warning]) }
          ?? Span("enter keeps  esc clears", theme[.dim]), theme, into: &grid)
    } else if let notice {
      drawNotice(notice, theme, into: &grid)
    }
    switch overlay {
    case .question(let question, let askedAt):
      let answers: [(String, String)] = [("y", "yes, once"), ("n", "no (default)")]
      drawDialog(
        question.title, "ACT", question.lines, answers, askedAt: askedAt,
        last: "logged as \(question.logName)", theme, into: &grid)
    case .quit(let askedAt):
      let answers: [(String, String)] = [
        ("y", "stop the node"), ("l", "leave it running"), ("n", "stay"),
      ]
      drawDialog(
        "quit?", "NODE",
        ["The node lives in this process, and its duties end with it."], answers,
        askedAt: askedAt, last: "", theme, into: &grid)
    case .suspend(let askedAt):
      let answers: [(String, String)] = [("y", "stop until fg"), ("n", "no (default)")]
      drawDialog(
        "stop this process?", "NODE",
        [
          "The node lives in this process and stops with it:",
          "no votes, no blocks until it goes on.",
        ], answers, askedAt: askedAt, last: "", theme, into: &grid)
    case .themes(let selected, _):
      drawList(
        "themes", themeNames, selected, hint: "enter keeps  esc goes back", theme, into: &grid)
    case .columns(let selected):
      let hidden = state.hiddenColumns[state.page] ?? []
      let rows = state.page.optionalColumns
        .map { (hidden.contains($0) ? "[ ] " : "[x] ") + $0 }
      drawList(
        "columns", rows, selected, hint: "space changes  esc closes", theme, into: &grid)
    case .palette(let palette): palette.draw(on: rowsPage, state.keymap, theme, into: &grid)
    case nil: break
    }
  }

  /// A notice in as many of the last lines as it needs.
  private func drawNotice(_ notice: Notice, _ theme: Theme, into grid: inout Grid) {
    let width = grid.size.columns
    let lines = DisplayWidth.wrapped(notice.text, to: max(1, width - 2))
    let first = max(0, grid.size.rows - lines.count)
    for (offset, line) in lines.prefix(grid.size.rows).enumerated() {
      let rect = Rect(column: 0, row: first + offset, width: width, height: 1)
      grid.fill(rect, " ", theme[.text])
      grid.put(line, at: 1, first + offset, theme[notice.role])
    }
  }

  private func drawLastLine(
    _ spans: [Span], hint: Span, _ theme: Theme, into grid: inout Grid
  ) {
    let (row, width) = (grid.size.rows - 1, grid.size.columns)
    let used = spans.reduce(0) { $0 + DisplayWidth.of($1.text) }
    // A hint that has no room beside what is typed stands above it.
    let hints = DisplayWidth.wrapped(hint.text, to: max(1, width - 2))
    let isBeside = used + DisplayWidth.of(hint.text) + 2 <= width
    let first = isBeside ? row : max(0, row - hints.count)
    for line in first..<max(first, row + 1) {
      grid.fill(Rect(column: 0, row: line, width: width, height: 1), " ", theme[.text])
    }
    if isBeside {
      grid.put([hint], endingAt: width - 1, row)
    } else {
      for (offset, line) in hints.enumerated() { grid.put(line, at: 1, first + offset, hint.style) }
    }
    grid.put(spans, at: 0, row, width: width)
  }

  private func drawDialog(
    _ title: String, _ note: String, _ lines: [String], _ answers: [(String, String)],
    askedAt: UInt64, last: String, _ theme: Theme, into grid: inout Grid
  ) {
    let width = min(72, grid.size.columns)
    let answerRows = Self.rows(of: answers, width: width - 4)
    // Blank lines go first where height is short, then the last line, then the first words: what it
    // costs and how to answer are never cut.
    var words = lines.flatMap { $0.isEmpty ? [""] : DisplayWidth.wrapped($0, to: width - 4) }
    let room = grid.size.rows - 2 - answerRows.count
    let isTight = words.count + 3 > room
    if isTight { words.removeAll(where: \.isEmpty) }
    let hasLast = words.count < room
    words = Array(words.suffix(max(1, room - (hasLast ? 1 : 0))))
    let height = words.count + answerRows.count + (isTight ? (hasLast ? 1 : 0) : 3) + 2
    let rect = grid.bounds.centered(width: width, height: height)
    grid.clipped(to: rect) { grid in
      grid.fill(rect, " ", theme[.text])
      grid.box(
        rect, theme[.warning], title: [Span(title, theme[.title])],
        note: [Span(note, theme[.alarm])])
    }
    let inner = rect.inset(columns: 2)
    grid.clipped(to: inner) { grid in
      for (offset, line) in words.enumerated() {
        grid.put(line, at: inner.column, inner.row + offset, theme[.text])
      }
      let first = inner.row + words.count + (isTight ? 0 : 1)
      for (offset, row) in answerRows.enumerated() {
        var column = inner.column
        for (key, words) in row {
          column = grid.put("[\(key)]", at: column, first + offset, theme[.key])
          column = grid.put(" \(words)", at: column, first + offset, theme[.text]) + Self.answerGap
        }
      }
      guard hasLast else { return }
      let closesAt = askedAt + Self.questionMilliseconds
      let seconds = closesAt > uptime ? (closesAt - uptime + 999) / 1_000 : 0
      let time = "closes in \(seconds) s"
      if DisplayWidth.of(last) + 2 + time.count <= inner.width {
        grid.put(last, at: inner.column, inner.endRow - 1, theme[.dim])
      }
      grid.put(time, endingAt: inner.endColumn, inner.endRow - 1, theme[.dim])
    }
  }

  /// Columns between two answers.
  private static var answerGap: Int { 4 }

  /// Answers in as many rows as they need.
  private static func rows(
    of answers: [(String, String)], width: Int
  ) -> [[(String, String)]] {
    var rows: [[(String, String)]] = []
    var left = 0
    for answer in answers {
      let columns = answer.0.count + answer.1.count + 3
      if columns > left {
        rows.append([])
        left = width
      }
      rows[rows.count - 1].append(answer)
      left -= columns + answerGap
    }
    return rows
  }

  private func drawList(
    _ title: String, _ rows: [String], _ selected: Int, hint: String, _ theme: Theme,
    into grid: inout Grid
  ) {
    let rect = grid.bounds.centered(width: 34, height: rows.count + 4)
    let inner = rect.inset(columns: 2)
    grid.clipped(to: rect) { grid in
      grid.fill(rect, " ", theme[.text])
      grid.box(rect, theme[.border], title: [Span(title, theme[.title])])
    }
    grid.clipped(to: inner) { grid in
      // The selected row stays in sight however many there are.
      let offset = max(0, selected - max(inner.height - 3, 0))
      for (index, name) in rows.enumerated().dropFirst(offset) {
        let row = inner.row + index - offset
        let isSelected = index == selected
        let style = isSelected ? theme[.selected] : theme[.text]
        if row >= inner.endRow - 2 { break }
        grid.fill(Rect(column: inner.column, row: row, width: inner.width, height: 1), " ", style)
        grid.put((isSelected ? "▶ " : "  ") + name, at: inner.column, row, style)
      }
      grid.put(hint, at: inner.column, inner.endRow - 1, theme[.dim])
    }
  }
}
