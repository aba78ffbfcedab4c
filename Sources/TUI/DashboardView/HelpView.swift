internal import Dashboard
internal import DashboardControls
internal import Terminal
internal import Theme

/// Every key, every glyph, every alarm: made from the tables that the program itself uses.
struct HelpView {
  let scene: Scene

  func draw(in rect: Rect, into grid: inout Grid) {
    grid.fill(rect, " ", scene.theme[.text])
    grid.box(
      rect, scene.theme[.accent], title: [scene.span("help: every key, on every page", .title)],
      note: [scene.span("esc closes", .dim)])
    let body = Rect(
      column: rect.column + 2, row: rect.row + 1, width: rect.width - 4, height: rect.height - 2)
    let columns = max(1, min(3, body.width / 56))
    let entries = blocks.flatMap { $0 }
    let height = max(1, body.height)
    let perColumn = max(height, (entries.count + columns - 1) / columns)
    let width = body.width / columns
    grid.clipped(to: body) { grid in
      for (index, line) in entries.enumerated() {
        let column = body.column + index / perColumn * width
        grid.put(line, at: column, body.row + index % perColumn, width: width - 2)
      }
    }
  }

  private var blocks: [[[Span]]] {
    Binding.Section.allCases.map { section in
      let pages = Keymap.help(section).filter { $0.command.isPage }
      let others = Keymap.help(section).filter { !$0.command.isPage }
      guard section != .chaos else { return chaos }
      let names = Words.wrapped(pages.map(\.words).joined(separator: " "), to: 42)
      let first = names.enumerated().map { line($0 == 0 ? "1-\(pages.count)" : "", $1) }
      return [[scene.span(section.rawValue.uppercased(), .title)]] + first
        + others.map { line($0.keys.prefix(2).map(\.name).joined(separator: " "), $0.words) }
    } + [glyphs, alarms]
  }

  /// Two keys a line, since all of them do what their events then explain.
  private var chaos: [[Span]] {
    let entries = Keymap.help(.chaos).map { binding in
      let words = binding.words
      return [
        scene.span("  \(binding.keys.first?.name ?? "") ", .key),
        scene.span(words + String(repeating: " ", count: max(0, 22 - words.count)), .text),
      ]
    }
    let heading = [scene.span("CHAOS", .title), scene.span("  in a devnet; each asks first", .dim)]
    return [heading]
      + stride(from: 0, to: entries.count, by: 2).map { index in
        entries[index] + (index + 1 < entries.count ? entries[index + 1] : [])
      }
  }

  private func line(_ keys: String, _ words: String) -> [Span] {
    let padded = keys + String(repeating: " ", count: max(1, 11 - keys.count))
    return [scene.span("  \(padded)", .key), scene.span(words, .text)]
  }

  private var glyphs: [[Span]] {
    let meanings: [(SlotVerdict, String)] = [
      (.hit, "prebuilt, published at the boundary"), (.fallback, "built inside the slot"),
      (.forfeited, "signed, then thrown away"), (.missed, "our slot, no block"),
      (.foreign, "block of another proposer"), (.empty, "no block in the slot"),
    ]
    return [[scene.span("SLOTS", .title)]]
      + meanings.map { verdict, words in
        [
          scene.span("  \(verdict.glyph) ", verdict.role), scene.span("\(verdict.word): ", .dim),
          scene.span(words, .text),
        ]
      }
  }

  private var alarms: [[Span]] {
    [
      [scene.span("ALARMS", .title), scene.span("  A acknowledges", .dim)],
      [
        scene.span("  crit ", .critical),
        scene.span("finality > 16, head > 4 slots, own slot lost,", .text),
      ],
      [scene.span("       no peers, key < 7 days, clock > 400 ms", .text)],
      [
        scene.span("  warn ", .warning),
        scene.span("finality > 6, hits < 80 %, missed interval,", .text),
      ],
      [scene.span("       peers < 3, key < 30 days, clock > 100 ms", .text)],
    ]
  }
}

extension Command {
  /// Whether the command shows a page.
  fileprivate var isPage: Bool {
    if case .show = self { true } else { false }
  }
}
