internal import NodeStatus
internal import Terminal
internal import Theme

/// The focused panel, every key, and what every word and glyph means: made from the tables that the
/// program itself uses, and found by search.
struct HelpView {
  /// Columns that the words of a line need.
  private static let lineWidth = 38

  let scene: Scene
  /// The panel that has the focus.
  let focused: (any Panel)?

  func draw(in rect: Rect, into grid: inout Grid) {
    let body = rect.inset(columns: 2)
    let search = scene.state.helpFilter
    let columns = search.isEmpty ? max(1, min(4, body.width / HelpView.lineWidth)) : 1
    let width = body.width / columns
    let height = max(1, body.height)
    let entries = HelpView.flow(
      search.isEmpty ? blocks(width) : [found(search, width)], height: height)
    let room = height * columns
    let first = min(scene.state.helpLine, max(0, entries.count - room))
    let last = min(entries.count, first + room)
    let place =
      "\(min(first + 1, last))-\(last) of \(entries.count), \(scene.key(.down)) \(scene.key(.up)) move  "
    grid.fill(rect, " ", scene.theme[.text])
    grid.box(
      rect, scene.theme[.accent],
      title: [
        scene.span(
          search.isEmpty
            ? body.width < 76 ? "help" : "help: every key, every word" : "help: /\(search)", .title)
      ],
      note: [
        scene.span(entries.count > room ? place : "", .accent),
        scene.span("\(scene.key(.filter)) finds a word  \(scene.key(.close)) closes", .dim),
      ])
    grid.clipped(to: body) { grid in
      for (index, line) in entries[first..<last].enumerated() {
        let column = body.column + index / height * width
        grid.put(line, at: column, body.row + index % height, width: width - 1)
      }
    }
  }

  /// What a search finds: keys first, then words.
  private func found(_ search: String, _ width: Int) -> [[Span]] {
    let wanted = search.lowercased().split(separator: " ")
    let keys = scene.state.keymap.bindings.filter { binding in
      !binding.keys.isEmpty && wanted.allSatisfy { binding.words.lowercased().contains($0) }
    }
    let lines =
      keys.flatMap { self.lines($0.keys.map(\.name).joined(separator: " "), $0.words, 26, width) }
      + Glossary.search(search).flatMap { self.lines($0.term, $0.words, 26, width) }
    return lines.isEmpty ? [[scene.span("no key, word or glyph like that", .warning)]] : lines
  }

  /// All lines one below the other; no heading stands alone at the foot of a column.
  private static func flow(_ blocks: [[[Span]]], height: Int) -> [[Span]] {
    var lines: [[Span]] = []
    for block in blocks {
      if height > 2, lines.count % height == height - 1 { lines.append([]) }
      lines += block
    }
    return lines
  }

  private func blocks(_ width: Int) -> [[[Span]]] {
    let sections = Binding.Section.allCases.map { section -> [[Span]] in
      [heading(section.rawValue.uppercased(), note(section))]
        + (section == .move ? pages : [])
        + scene.state.keymap.help(section).flatMap { lines($0.keys, $0.words) }
    }
    let words = Glossary.entries.flatMap { lines($0.term, $0.words, 12, width) }
    return panel(width) + sections + [glyphs, state(scene.state.size)]
      + [[heading("WORDS", "\(scene.key(.filter)) finds one")] + words]
  }

  /// The panel that has the focus, first of all.
  private func panel(_ width: Int) -> [[[Span]]] {
    guard let focused else { return [] }
    return [
      [heading(focused.title.uppercased())]
        + DisplayWidth.wrapped(focused.help, to: width - 3).map { [scene.span("  \($0)")] }
    ]
  }

  private func heading(_ title: String, _ note: String = "") -> [Span] {
    [scene.span(title, .title), scene.span(note.isEmpty ? "" : "  \(note)", .dim)]
  }

  private func note(_ section: Binding.Section) -> String {
    switch section {
    case .act: "asks first, is logged"
    case .chaos: "a devnet only; asks first"
    case .move, .look, .save: ""
    }
  }

  private var pages: [[Span]] {
    let names = Page.allCases.map(\.rawValue).joined(separator: " ")
    return lines("1-\(Page.allCases.count)", names)
  }

  /// Keys and words.
  ///
  /// Words that are too long go on in the next line; a term wider than its column has its own line.
  private func lines(
    _ keys: String, _ words: String, _ keyWidth: Int = 10, _ width: Int = HelpView.lineWidth
  ) -> [[Span]] {
    let isOwnLine = DisplayWidth.of(keys) > keyWidth - 1 || keyWidth >= width
    let indent = isOwnLine ? 4 : keyWidth + 2
    let parts = DisplayWidth.wrapped(words, to: max(8, width - indent - 1))
    func line(_ lead: String, _ part: String) -> [Span] {
      let padding = max(1, indent - 2 - DisplayWidth.of(lead))
      return [
        scene.span("  " + lead + String(repeating: " ", count: padding), .key), scene.span(part),
      ]
    }
    let rest = isOwnLine ? [[scene.span("  " + keys, .key)]] : [line(keys, parts.first ?? "")]
    return rest + parts.dropFirst(isOwnLine ? 0 : 1).map { line("", $0) }
  }

  private var glyphs: [[Span]] {
    let verdicts = SlotVerdict.allCases.filter { $0 != .pending }
    return [heading("SLOTS", "glyph, ASCII, meaning")]
      + verdicts.flatMap { verdict in
        let ascii = Grid.ascii(verdict.glyph)
        return DisplayWidth.wrapped(verdict.meaning, to: HelpView.lineWidth - 8).enumerated()
          .map { index, words in
            [
              scene.span(index == 0 ? "  \(verdict.glyph) " : "    ", verdict.role),
              scene.span(index == 0 ? "\(ascii)  " : "   ", .dim), scene.span(words, .text),
            ]
          }
      } + [heading("COLOURS", "and always a glyph or word")]
      + [
        [
          scene.span("  ok", .ok), scene.span(" as planned  ", .dim), scene.span("late", .warning),
          scene.span(" or a fallback", .dim),
        ],
        [
          scene.span("  lost", .critical), scene.span(" a duty failed  ", .dim),
          scene.span("dim", .dim), scene.span(" not ours", .dim),
        ],
      ]
  }

  /// What the screen runs with.
  private func state(_ size: Size) -> [[Span]] {
    let state = scene.state
    let facts = [
      ("theme", state.themeName.isEmpty ? "-" : state.themeName),
      ("colours", state.colorDepth.words), ("screen", "\(size.columns)x\(size.rows)"),
      ("mouse", state.isMouseOn ? "on" : "off"), ("recording", state.recordingPath ?? "off"),
    ]
    return [heading("THIS SCREEN")] + facts.flatMap { lines($0.0, $0.1) }
  }
}

extension ColorDepth {
  /// How many colours there are.
  fileprivate var words: String {
    switch self {
    case .none: "none"
    case .ansi8: "8"
    case .ansi16: "16"
    case .palette256: "256"
    case .trueColor: "true"
    }
  }
}
