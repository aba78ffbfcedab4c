import Terminal
import Testing

struct GridTests {
  private let red = Style(.rgb(0xFF0000))

  private func grid(_ columns: Int, _ rows: Int) -> Grid {
    Grid(Size(columns: columns, rows: rows))
  }

  @Test func `text is written from left to right and cut at the edge`() {
    var grid = grid(8, 2)
    let next = grid.put("slot", at: 0, 0, .plain)
    #expect(next == 4)
    grid.put("18,421", at: 5, 0, red)
    grid.put("below", at: 0, 7, red)
    #expect(grid.lines == ["slot 18…", "        "])
    #expect(grid[column: 5, row: 0]?.style == red)
    #expect(grid[column: 8, row: 0] == nil)
  }

  @Test func `text keeps to its width`() {
    var grid = grid(10, 1)
    let next = grid.put("ethlambda", at: 1, 0, .plain, width: 3)
    #expect(next == 4)
    // Below three columns there is no room to say that something is missing.
    grid.put([Span("ab", red), Span("cd", .plain)], at: 5, 0, width: 3)
    #expect(grid.lines == [" et… ab…  "])
  }

  @Test func `numbers end where they are told, so ten moves nothing that nine did not`() {
    var grid = grid(10, 2)
    grid.put("9", endingAt: 6, 0, .plain)
    grid.put([Span("1", red), Span("0", red)], endingAt: 6, 1)
    #expect(grid.lines == ["     9    ", "    10    "])
  }

  @Test func `commands of a terminal never get into a cell`() {
    var grid = grid(12, 1)
    grid.put("a\u{1B}[2J\u{7}\u{9B}\n\u{202E}b", at: 0, 0, .plain)
    #expect(grid.lines == ["a?[2J???b   "])
    #expect(Cell("\u{301}", .plain).glyph == "?")
  }

  @Test func `a wide glyph is drawn whole or not at all`() {
    var grid = grid(5, 1)
    grid.put("日本語", at: 0, 0, .plain)
    #expect(grid.lines == ["日本…"])
    grid.put("x", at: 1, 0, .plain)
    #expect(grid.lines == [" x本…"])
    grid.put("y", at: 2, 0, .plain)
    #expect(grid.lines == [" xy …"])
    grid.put("日", at: -1, 0, .plain)
    #expect(grid.lines == [" xy …"])
    grid.put(Cell("日", red), at: 4, 0)
    #expect(grid.lines == [" xy  "])
    grid.fill(grid.bounds, "日", .plain)
    #expect(grid.lines == ["日日 "])
    grid.put("日", at: 1, 0, .plain)
    #expect(grid.lines == [" 日  "])
  }

  @Test func `nothing is written outside a clip, and clips nest`() {
    var grid = grid(6, 3)
    grid.clipped(to: Rect(column: 1, row: 1, width: 3, height: 1)) { grid in
      grid.fill(grid.bounds, "x", .plain)
      grid.clipped(to: Rect(column: 0, row: 0, width: 2, height: 3)) {
        $0.put("yyyyyy", at: 0, 1, .plain)
      }
    }
    #expect(grid.lines == ["      ", " …xx  ", "      "])
    #expect(grid.clip == grid.bounds)
  }

  @Test func `a word is marked wherever it is shown, but not outside a rectangle`() {
    var grid = grid(14, 2)
    grid.put("Zeam zEAM zea", at: 0, 0, .plain)
    grid.put("zeam", at: 0, 1, .plain)
    grid.mark("zeam", in: Rect(column: 0, row: 0, width: 14, height: 1))
    let marked = grid.row(0).map { $0.style.attributes.contains(.underline) }
    #expect(marked == (0..<14).map { (0..<4).contains($0) || (5..<9).contains($0) })
    #expect(grid.row(1).allSatisfy { $0.style == .plain })
    grid.mark("", in: grid.bounds)
  }

  @Test func `restyling keeps the glyphs`() {
    var grid = grid(4, 1)
    grid.put("日x", at: 0, 0, .plain)
    grid.restyle(Rect(column: 0, row: 0, width: 3, height: 1)) { $0.adding(.reverse) }
    #expect(grid.lines == ["日x "])
    #expect(grid.row(0).map(\.style.attributes) == [.reverse, .reverse, .reverse, []])
  }

  @Test func `a box has its title left, its note right, and the note yields`() {
    var wide = grid(24, 3)
    wide.box(wide.bounds, .plain, title: [Span("peers", red)], note: [Span("11", .plain)])
    #expect(
      wide.lines == [
        "┌─ peers ────────── 11 ┐", "│                      │", "└──────────────────────┘",
      ])
    var narrow = grid(10, 2)
    narrow.box(narrow.bounds, .plain, title: [Span("peers", red)], note: [Span("11", .plain)])
    #expect(narrow.lines == ["┌─ pee… ─┐", "└────────┘"])
    var tiny = grid(1, 1)
    tiny.box(tiny.bounds, .plain, title: [Span("peers", red)])
    #expect(tiny.lines == [" "])
  }

  @Test func `no size and no number traps`() {
    let wild = [Int.min, -1_000_001, -7, 0, 3, 1_000_001, Int.max]
    for columns in 0...6 {
      for rows in 0...4 {
        var grid = grid(columns, rows)
        for number in wild {
          grid.put("日a", at: number, number, .plain, width: number)
          grid.put([Span("日a", .plain)], at: number, 0, width: number)
          grid.put("日a", endingAt: number, 0, .plain)
          grid.box(
            Rect(column: number, row: -1, width: 9, height: 9), .plain,
            title: [Span("日日日", .plain)], note: [Span("x", .plain)])
          grid.fill(Rect(column: -3, row: -3, width: number, height: 9), "日", .plain)
        }
        for number in [Double.nan, -.infinity, .infinity, -1e300, 2.5, 1e300] {
          grid.bar(from: number, to: 3, row: 0, .plain)
          grid.bar(from: 0, to: number, row: 0, .plain)
          grid.sparkline([number, 1], in: grid.bounds, top: number) { _ in .plain }
        }
        #expect(grid.lines.allSatisfy { DisplayWidth.of($0) == columns })
      }
    }
  }
}
