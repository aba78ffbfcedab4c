internal import NodeStatus
internal import Terminal
internal import Theme

/// Every key, every glyph, every alarm: made from the tables that the program itself uses.
struct HelpView {
  /// Columns that the words of a line need.
  private static let lineWidth = 38

  let scene: Scene

  func draw(in rect: Rect, into grid: inout Grid) {
    let body = Rect(
      column: rect.column + 2, row: rect.row + 1, width: rect.width - 4, height: rect.height - 2)
    let columns = max(1, min(4, body.width / HelpView.lineWidth))
    // The alarms are sentences: they have the whole width, below the columns.
    let hasFoot = body.height >= 24 && columns >= 3
    let foot = foot(grid.size)
    let height = max(1, body.height - (hasFoot ? foot.count + 1 : 0))
    let entries = HelpView.flow(hasFoot ? blocks : blocks + [foot], height: height)
    let room = height * columns
    let first = min(scene.state.helpLine, max(0, entries.count - room))
    let last = min(entries.count, first + room)
    let place = "\(first + 1)-\(last) of \(entries.count), j k move  "
    grid.fill(rect, " ", scene.theme[.text])
    grid.box(
      rect, scene.theme[.accent],
      title: [
        scene.span(body.width < 76 ? "help" : "help: every key, on every page", .title)
      ],
      note: [
        scene.span(entries.count > room ? place : "", .accent), scene.span("esc closes", .dim),
      ])
    let width = body.width / columns
    grid.clipped(to: body) { grid in
      for (index, line) in entries[first..<last].enumerated() {
        let column = body.column + index / height * width
        grid.put(line, at: column, body.row + index % height, width: width - 1)
      }
      if hasFoot {
        for (offset, line) in foot.enumerated() {
          grid.put(line, at: body.column, body.row + height + 1 + offset, width: body.width)
        }
      }
    }
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

  private var blocks: [[[Span]]] {
    let sections = Binding.Section.allCases.map { section -> [[Span]] in
      [heading(section.rawValue.uppercased(), note(section))]
        + (section == .move ? pages : [])
        + Keymap.help(section).flatMap { lines($0.keys, $0.words) }
    }
    return sections + [glyphs]
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

  /// Keys and words; words that are too long go on in the next line.
  private func lines(_ keys: String, _ words: String) -> [[Span]] {
    let keyWidth = 10
    let wide = keys.count > keyWidth - 1
    let parts = DisplayWidth.wrapped(words, to: HelpView.lineWidth - keyWidth - 3 - (wide ? 4 : 0))
    return parts.enumerated().map { index, part in
      let name = index == 0 ? keys : ""
      let padding = max(1, keyWidth - name.count)
      return [
        scene.span("  " + name + String(repeating: " ", count: padding), .key),
        scene.span(part, .text),
      ]
    }
  }

  private var glyphs: [[Span]] {
    let meanings: [(SlotVerdict, String, String)] = [
      (.hit, "H", "prebuilt, left before votes"), (.late, "L", "prebuilt, left after them"),
      (.fallback, "m", "built inside the slot"),
      (.forfeited, "s", "signed, then thrown away"), (.missed, "X", "our slot, no block"),
      (.foreign, ".", "block of another proposer"), (.empty, "-", "no block in the slot"),
    ]
    return [heading("SLOTS", "glyph, ASCII, meaning")]
      + meanings.map { verdict, ascii, words in
        [
          scene.span("  \(verdict.glyph) ", verdict.role), scene.span("\(ascii)  ", .dim),
          scene.span(words, .text),
        ]
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

  /// The alarms, and what the screen runs with.
  private func foot(_ size: Size) -> [[Span]] {
    let state = scene.state
    return [
      heading("ALARMS", "in the header until they end; A acknowledges, page 6 lists them"),
      [
        scene.span("  crit ", .critical),
        scene.span("finality > 16 slots, head > 4, own slot lost, no peers,", .text),
        scene.span(" key < 7 days, clock > 400 ms, signature refused", .text),
      ],
      [
        scene.span("  warn ", .warning),
        scene.span("finality > 6 slots, hits < 80 %, missed interval, peers < 3,", .text),
        scene.span(" key < 30 days, clock > 100 ms, events lost", .text),
      ],
      [
        scene.span("  theme ", .dim), scene.span(state.themeName.isEmpty ? "-" : state.themeName),
        scene.span("   colours ", .dim), scene.span(state.colorDepth.words),
        scene.span("   screen ", .dim), scene.span("\(size.columns)x\(size.rows)"),
        scene.span("   mouse ", .dim), scene.span(state.isMouseOn ? "on" : "off"),
        scene.span("   recording ", .dim), scene.span(state.recordingPath ?? "off"),
      ],
    ]
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
