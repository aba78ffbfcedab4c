import Terminal
import Testing

struct RectTests {
  @Test func `a size is read from text and refused in any other form`() {
    #expect(Size("120x36") == Size(columns: 120, rows: 36))
    for text in ["", "120", "120x", "x36", "0x36", "120x0", "-1x5", "1x2x3", "1001x5", "a x b"] {
      #expect(Size(text) == nil, "\(text)")
    }
  }

  @Test func `sides are clamped, so no rectangle overflows`() {
    let rect = Rect(column: .max, row: .min, width: .max, height: -5)
    #expect(rect.endColumn > 0)
    #expect(rect.height == 0)
    #expect(rect.inset(columns: .max, rows: .min).width == 0)
    #expect(Size(columns: -3, rows: .max) == Size(columns: 0, rows: Size.limit))
  }

  @Test func `an intersection is what both cover`() {
    let left = Rect(column: 0, row: 0, width: 10, height: 5)
    let right = Rect(column: 7, row: 3, width: 10, height: 5)
    #expect(left.intersection(right) == Rect(column: 7, row: 3, width: 3, height: 2))
    #expect(left.intersection(Rect(column: 20, row: 0, width: 1, height: 1)).isEmpty)
  }

  @Test func `a dialog is centred and never larger than its screen`() {
    let screen = Rect(Size(columns: 80, rows: 24))
    #expect(
      screen.centered(width: 40, height: 10) == Rect(column: 20, row: 7, width: 40, height: 10))
    #expect(screen.centered(width: 400, height: 100) == screen)
  }
}

struct LayoutTests {
  @Test func `fixed parts come first and shares divide the rest, odd cells to the earlier`() {
    let rect = Rect(column: 2, row: 1, width: 20, height: 10)
    let rows = rect.splitRows([.cells(3), .share(1), .share(1), .cells(2)])
    #expect(rows.map(\.height) == [3, 3, 2, 2])
    #expect(rows.map(\.row) == [1, 4, 7, 9])
    let columns = rect.splitColumns([.share(2), .share(1), .atLeast(5)])
    #expect(columns.map(\.width) == [8, 4, 8])
    #expect(columns.map(\.column) == [2, 10, 14])
  }

  @Test func `where room ends, earlier parts get theirs and later ones are empty`() {
    let rect = Rect(column: 0, row: 0, width: 5, height: 1)
    #expect(rect.splitColumns([.cells(4), .cells(4), .share(1)]).map(\.width) == [4, 1, 0])
  }

  @Test(arguments: 0...40)
  func `parts fill a rectangle of any width without a gap`(width: Int) {
    let rect = Rect(column: 3, row: 0, width: width, height: 1)
    let parts = rect.splitColumns([.share(3), .cells(7), .atLeast(2), .share(1), .cells(-4)])
    #expect(parts.reduce(0) { $0 + $1.width } == width)
    for (part, next) in zip(parts, parts.dropFirst()) { #expect(part.endColumn == next.column) }
  }
}
