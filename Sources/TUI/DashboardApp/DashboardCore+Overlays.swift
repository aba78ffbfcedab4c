internal import Dashboard
internal import Terminal
internal import Theme

extension DashboardCore {
  /// Draws what lies over the page: a question, the list of themes, the filter line, a notice.
  func drawOverlays(_ theme: Theme, into grid: inout Grid) {
    if state.isTyping {
      let problem = shownModel.filterProblem(state.filter, on: state.page)
      drawLastLine(
        [
          Span(" / ", theme[.key]), Span(state.filter, theme[.title]), Span("▏", theme[.cursor]),
        ],
        hint: problem.map { Span($0, theme[.warning]) }
          ?? Span("enter keeps  esc clears", theme[.dim]), theme, into: &grid)
    } else if let notice {
      drawLastLine([Span(" " + notice.text, theme[notice.role])], hint: nil, theme, into: &grid)
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
        "quit?", "NODE", ["The node lives in this process."], answers, askedAt: askedAt,
        last: "its duties end with it", theme, into: &grid)
    case .suspend(let askedAt):
      let answers: [(String, String)] = [("y", "stop until fg"), ("n", "no (default)")]
      drawDialog(
        "stop this process?", "NODE", ["The node lives in this process and stops with it."],
        answers, askedAt: askedAt, last: "no votes, no blocks until it goes on", theme, into: &grid)
    case .themes(let selected, _): drawThemes(selected, theme, into: &grid)
    case nil: break
    }
  }

  private func drawLastLine(
    _ spans: [Span], hint: Span?, _ theme: Theme, into grid: inout Grid
  ) {
    let row = grid.size.rows - 1
    grid.fill(Rect(column: 0, row: row, width: grid.size.columns, height: 1), " ", theme[.text])
    if let hint { grid.put([hint], endingAt: grid.size.columns - 1, row) }
    grid.put(spans, at: 0, row, width: grid.size.columns)
  }

  private func drawDialog(
    _ title: String, _ note: String, _ lines: [String], _ answers: [(String, String)],
    askedAt: UInt64, last: String, _ theme: Theme, into grid: inout Grid
  ) {
    let rect = grid.bounds.centered(width: 72, height: lines.count + 6)
    grid.clipped(to: rect) { grid in
      grid.fill(rect, " ", theme[.text])
      grid.box(
        rect, theme[.warning], title: [Span(title, theme[.title])],
        note: [Span(note, theme[.alarm])])
    }
    grid.clipped(to: rect.inset(columns: 2)) { grid in
      var row = rect.row + 1
      for line in lines {
        grid.put(line, at: rect.column + 2, row, theme[.text])
        row += 1
      }
      row += 1
      var column = rect.column + 4
      for (key, words) in answers {
        column = grid.put("[\(key)]", at: column, row, theme[.key])
        column = grid.put(" \(words)", at: column, row, theme[.text]) + 4
      }
      let closesAt = askedAt + Self.questionMilliseconds
      let seconds = closesAt > uptime ? (closesAt - uptime + 999) / 1_000 : 0
      grid.put(last, at: rect.column + 2, row + 2, theme[.dim])
      grid.put("closes in \(seconds) s", endingAt: rect.endColumn - 2, row + 2, theme[.dim])
    }
  }

  private func drawThemes(_ selected: Int, _ theme: Theme, into grid: inout Grid) {
    let rect = grid.bounds.centered(width: 34, height: themeNames.count + 4)
    let inner = rect.inset(columns: 2)
    grid.clipped(to: rect) { grid in
      grid.fill(rect, " ", theme[.text])
      grid.box(rect, theme[.border], title: [Span("themes", theme[.title])])
    }
    grid.clipped(to: inner) { grid in
      // The selected name stays in sight however many themes there are.
      let offset = max(0, selected - max(inner.height - 3, 0))
      for (index, name) in themeNames.enumerated().dropFirst(offset) {
        let row = inner.row + index - offset
        let isSelected = index == selected
        let style = isSelected ? theme[.selected] : theme[.text]
        if row >= inner.endRow - 2 { break }
        grid.fill(Rect(column: inner.column, row: row, width: inner.width, height: 1), " ", style)
        grid.put((isSelected ? "▶ " : "  ") + name, at: inner.column, row, style)
      }
      grid.put("enter keeps  esc goes back", at: inner.column, inner.endRow - 1, theme[.dim])
    }
  }
}
