package import Terminal
package import Theme

/// Everything that a key can do, found by its words.
package struct Palette: Hashable, Sendable {
  /// Characters that can be typed.
  private static let limit = 60
  /// Columns of the list.
  private static let width = 60

  /// What was typed.
  package private(set) var text = ""
  private var selected = 0

  /// What a key has led to.
  package enum Answer: Hashable, Sendable {
    /// The list stays, like this.
    case stays(Palette)
    /// The list closes.
    case closes
    /// The list closes and this is done.
    case performs(Command)
  }

  /// Opens the list.
  package init() {}

  /// The rows of the key table that work on a page and hold all typed words, those first of which a
  /// word begins with the first of them.
  package func bindings(on page: Page, _ keymap: Keymap = Keymap()) -> [Binding] {
    let wanted = text.lowercased().split(separator: " ")
    let all = keymap.bindings.filter { $0.works(on: page) && $0.command != .palette }
    let found = all.filter { binding in
      wanted.allSatisfy { binding.words.lowercased().contains($0) }
    }
    guard let first = wanted.first else { return found }
    func begins(_ binding: Binding) -> Bool {
      binding.words.lowercased().split(separator: " ").contains { $0.hasPrefix(first) }
    }
    return found.filter { begins($0) } + found.filter { !begins($0) }
  }

  /// Takes a key.
  package func answer(
    _ key: Key, on page: Page, _ keymap: Keymap = Keymap()
  ) -> Answer {
    var next = self
    // Looked for by the keys that need it: a letter that is typed does not.
    var found: [Binding] { bindings(on: page, keymap) }
    switch key {
    case .enter:
      return found.indices.contains(selected) ? .performs(found[selected].command) : .stays(self)
    case .escape, .control("c"): return .closes
    case .tab:
      if found.indices.contains(selected) { next.text = found[selected].words }
      next.selected = 0
    case .up: next.selected = max(0, selected - 1)
    case .down: next.selected = min(selected + 1, max(0, found.count - 1))
    case .backspace:
      if text.isEmpty { return .closes }
      next.text.removeLast()
      next.selected = 0
    case .control("u"): next.text = ""
    case .character(let character):
      let isText = character.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
      if isText, text.count < Palette.limit { next.text.append(character) }
      next.selected = 0
    default: break
    }
    return .stays(next)
  }

  /// Draws the list over the page.
  package func draw(
    on page: Page, _ keymap: Keymap, _ theme: Theme, into grid: inout Grid
  ) {
    let found = bindings(on: page, keymap)
    let rect = grid.bounds.centered(
      width: Palette.width, height: min(grid.size.rows - 2, max(found.count, 1) + 4))
    grid.clipped(to: rect) { grid in
      grid.fill(rect, " ", theme[.text])
      grid.box(
        rect, theme[.accent], title: [Span("find an action", theme[.title])],
        note: [Span("tab completes  enter does it  esc closes", theme[.dim])])
    }
    let inner = rect.inset(columns: 2)
    grid.clipped(to: inner) { grid in
      grid.put(
        [Span(": ", theme[.key]), Span(text, theme[.title]), Span("▏", theme[.cursor])],
        at: inner.column, inner.row)
      let room = max(1, inner.height - 2)
      let first = max(0, min(selected - room + 1, found.count - room))
      for (offset, binding) in found.dropFirst(first).prefix(room).enumerated() {
        let row = inner.row + 2 + offset
        let isSelected = first + offset == selected
        let line = Rect(column: inner.column, row: row, width: inner.width, height: 1)
        if isSelected { grid.fill(line, " ", theme[.selected]) }
        let style = theme[isSelected ? .selected : .text]
        grid.put(binding.words, at: inner.column + 1, row, style, width: inner.width - 12)
        grid.put(
          binding.keys.first?.name ?? "", endingAt: inner.endColumn - 1, row,
          isSelected ? style : theme[.key])
      }
      if found.isEmpty {
        grid.put("nothing is called that", at: inner.column + 1, inner.row + 2, theme[.warning])
      }
    }
  }
}
