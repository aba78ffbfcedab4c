import Terminal
import Testing

struct ScreenshotTests {
  private let paper = Style(.rgb(0xC8D0E0), on: .rgb(0x11151F))

  private var sample: Grid {
    var grid = Grid(Size(columns: 10, rows: 3))
    grid.box(grid.bounds, Style(.palette(60)), title: [Span("a<b", Style(.rgb(0xFF0000), .bold))])
    grid.put("日█●", at: 2, 1, Style(.rgb(0x00FF00), on: .palette(16)))
    return grid
  }

  @Test func `text is the rows without trailing spaces`() {
    var grid = Grid(Size(columns: 6, rows: 3))
    grid.put("日 x", at: 1, 1, .plain)
    #expect(Screenshot(grid, paper: paper).text == "\n 日 x\n\n")
    #expect(Screenshot(Grid(Size(columns: 0, rows: 0)), paper: paper).text == "")
  }

  @Test func `ANSI changes style only where the style changes`() {
    #expect(
      Screenshot(sample, paper: paper).ansi == """
        \u{1B}[0;38;5;60m┌─ \u{1B}[0;1;38;2;255;0;0ma<b\u{1B}[0;38;5;60m ──┐\u{1B}[0m
        \u{1B}[0;38;5;60m│\u{1B}[0m \u{1B}[0;38;2;0;255;0;48;5;16m日█●\u{1B}[0m   \
        \u{1B}[0;38;5;60m│\u{1B}[0m
        \u{1B}[0;38;5;60m└────────┘\u{1B}[0m

        """)
  }

  @Test func `SVG draws lines as rectangles, discs as circles and words as text`() {
    let svg = Screenshot(sample, paper: paper).svg
    #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"70\""))
    #expect(svg.hasSuffix("</g>\n</svg>\n"))
    #expect(svg.contains(">a&lt;b</text>"))
    #expect(svg.contains("<circle "))
    #expect(!svg.contains(">─"))
    // The lower border: eight cells of line are one rectangle.
    #expect(svg.contains("width=\"67.2\""))
  }

  @Test func `a picture has spaces that no browser folds`() {
    var grid = Grid(Size(columns: 6, rows: 1), paper)
    grid.put("a   b", at: 0, 0, paper)
    #expect(Screenshot(grid, paper: paper).svg.contains(">a\u{A0}\u{A0}\u{A0}b</text>"))
  }

  @Test func `a reversed cell exchanges ink and ground`() {
    var grid = Grid(Size(columns: 1, rows: 1))
    grid.put("x", at: 0, 0, Style.plain.adding(.reverse))
    let svg = Screenshot(grid, paper: paper).svg
    #expect(svg.contains("fill=\"#11151f\">x</text>"))
    #expect(svg.contains("height=\"18.3\" fill=\"#c8d0e0\""))
  }
}
