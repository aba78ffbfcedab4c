import Terminal
import Testing
import Theme

@testable import Dashboard

struct PaletteTests {
  private func typed(_ text: String, on page: Page = .overview) -> Palette {
    var palette = Palette()
    for character in text {
      if case .stays(let next) = palette.answer(.character(character), on: page) { palette = next }
    }
    return palette
  }

  @Test func `words find what keys do, on the page where they work`() {
    #expect(typed("fallback").bindings(on: .overview).map(\.command) == [.act(.forceFallback)])
    #expect(typed("disconnect").bindings(on: .overview) == [])
    #expect(typed("disconnect").bindings(on: .peers).map(\.command) == [.act(.disconnectPeer)])
    #expect(typed("peer").bindings(on: .overview).first?.command == .show(.peers))
    #expect(typed("theme list").bindings(on: .overview).map(\.command) == [.chooseTheme])
    #expect(typed("").bindings(on: .overview).count > 40)
  }

  @Test func `tab completes, enter does it, escape and an empty backspace leave`() {
    var palette = typed("aggreg")
    guard case .stays(let completed) = palette.answer(.tab, on: .overview) else { return }
    #expect(completed.text == "aggregator on or off")
    #expect(completed.answer(.enter, on: .overview) == .performs(.act(.toggleAggregator)))
    #expect(palette.answer(.escape, on: .overview) == .closes)
    #expect(Palette().answer(.backspace, on: .overview) == .closes)
    palette = typed("no such thing")
    #expect(palette.answer(.enter, on: .overview) == .stays(palette))
  }

  @Test func `the arrows choose, and stay within what was found`() {
    var palette = typed("page")
    let found = palette.bindings(on: .overview)
    for _ in 0..<found.count + 3 {
      if case .stays(let next) = palette.answer(.down, on: .overview) { palette = next }
    }
    #expect(palette.answer(.enter, on: .overview) == found.last.map { .performs($0.command) })
    for size in [
      Size(columns: 120, rows: 36), Size(columns: 20, rows: 5), Size(columns: 1, rows: 1),
    ] {
      let theme = ThemeLibrary.defaultTheme(depth: .none)
      var grid = Grid(size, theme[.text])
      palette.draw(on: .overview, Keymap(), theme, into: &grid)
      #expect(size.columns < 60 || grid.lines.contains { $0.contains(": page") })
    }
  }
}
