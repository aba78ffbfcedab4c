import Terminal
import Testing

struct FallbackTests {
  @Test func `a screen in ASCII has only ASCII, the same size and distinct outcomes`() {
    var grid = Grid(Size(columns: 24, rows: 3))
    grid.box(grid.bounds, .plain, title: [Span("日 ●○◐✕·╌", .plain)])
    grid.put("▁▂▃▄▅▆▇█…→±", at: 2, 1, .plain)
    let plain = grid.asciiOnly()
    #expect(
      plain.lines == [
        "+- ?  HmsX.- ----------+", "| __.-=*##~>~          |",
        "+----------------------+",
      ])
    #expect(plain.size == grid.size)
  }

  @Test func `a screen in fewer colours keeps glyphs and attributes`() {
    var grid = Grid(Size(columns: 3, rows: 1))
    grid.put("日x", at: 0, 0, Style(.rgb(0xFF0000), on: .rgb(0x000000), .bold))
    let reduced = grid.reduced(to: .palette256)
    #expect(reduced.lines == grid.lines)
    #expect(
      reduced.row(0).map(\.style)
        == Array(repeating: Style(.palette(196), on: .palette(16), .bold), count: 3))
    #expect(grid.reduced(to: .none).row(0).first?.style == Style(.terminalDefault, .bold))
  }
}
