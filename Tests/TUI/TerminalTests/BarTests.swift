import Terminal
import Testing

struct BarTests {
  private func line(_ draw: (inout Grid) -> Void) -> String {
    var grid = Grid(Size(columns: 8, rows: 1))
    draw(&grid)
    return grid.lines[0]
  }

  @Test func `a bar ends at an eighth of a cell`() {
    #expect(line { $0.bar(from: 1, to: 3.25, row: 0, .plain) } == " ██▎    ")
    #expect(line { $0.bar(from: 1.5, to: 3, row: 0, .plain) } == " ▐█     ")
    #expect(line { $0.bar(from: 2, to: 2.01, row: 0, .plain) } == "  ▏     ")
    #expect(line { $0.bar(from: 2.6, to: 2.9, row: 0, .plain) } == "  ▐     ")
    #expect(line { $0.bar(from: 3, to: 3, row: 0, .plain) } == "        ")
    #expect(line { $0.bar(from: -4, to: 99, row: 0, .plain) } == "████████")
  }

  @Test func `a bar that grows never loses ink`() {
    let order = " ▏▎▍▌▋▊▉█"
    var before = line { _ in }
    for step in 1...56 {
      let now = line { $0.bar(from: 0.25, to: 0.25 + Double(step) / 8, row: 0, .plain) }
      for (old, new) in zip(before, now) {
        let oldInk = order.firstIndex(of: old)
        let newInk = order.firstIndex(of: new)
        #expect(
          oldInk != nil && newInk != nil
            && (oldInk ?? order.endIndex) <= (newInk ?? order.startIndex))
      }
      before = now
    }
  }

  @Test func `a sparkline shows the newest values, zero as a line, no news as nothing`() {
    func spark(_ values: [Double]) -> String {
      line {
        $0.sparkline(
          values, in: Rect(column: 0, row: 0, width: 6, height: 1), top: 8
        ) { _ in .plain }
      }
    }
    #expect(spark([9, 0, .nan, 4, 8]) == " █▁ ▄█  ")
    #expect(spark([1, 1, 1, 1, 1, 1, 2, 3]) == "▁▁▁▁▂▃  ")
    #expect(spark([]) == "        ")
  }

  @Test func `a tall sparkline stands on its last row`() {
    var grid = Grid(Size(columns: 3, rows: 2))
    grid.sparkline([4, 8, 16], in: grid.bounds, top: 16) { _ in .plain }
    #expect(grid.lines == ["  █", "▄██"])
  }
}
