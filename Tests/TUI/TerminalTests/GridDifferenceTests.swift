import Terminal
import Testing

struct GridDifferenceTests {
  private func grid(_ lines: [String]) -> Grid {
    var grid = Grid(Size(columns: 10, rows: lines.count))
    for (row, line) in lines.enumerated() { grid.put(line, at: 0, row, .plain) }
    return grid
  }

  @Test func `equal grids differ nowhere`() {
    #expect(grid(["a", "b"]).changes(since: grid(["a", "b"])) == [])
  }

  @Test func `only what changed is a run`() {
    let changes = grid(["slot 18422", "same"]).changes(since: grid(["slot 18421", "same"]))
    #expect(changes == [ChangedRun(row: 0, columns: 9..<10)])
  }

  @Test func `runs never cut a wide glyph`() {
    let changes = grid(["a日b"]).changes(since: grid(["a本b"]))
    #expect(changes == [ChangedRun(row: 0, columns: 1..<3)])
    #expect(
      grid(["a日"]).changes(since: grid(["a  "])) == [ChangedRun(row: 0, columns: 1..<3)])
  }

  @Test func `another size changes every row`() {
    let small = Grid(Size(columns: 3, rows: 2))
    #expect(
      small.changes(since: grid(["x"])) == [
        ChangedRun(row: 0, columns: 0..<3), ChangedRun(row: 1, columns: 0..<3),
      ])
  }

  @Test func `runs parted by a few blanks are joined`() {
    let new = grid(["1  2 x 3", "4"])
    let runs = [0..<1, 3..<4, 7..<8].map { ChangedRun(row: 0, columns: $0) }
    let next = ChangedRun(row: 1, columns: 0..<1)
    #expect(
      (runs + [next]).joinedOverBlanks(in: new) == [
        ChangedRun(row: 0, columns: 0..<4), ChangedRun(row: 0, columns: 7..<8), next,
      ])
    #expect([ChangedRun].joinedOverBlanks([])(in: new) == [])
  }

  @Test func `what nobody sees makes no difference`() {
    var plain = Grid(Size(columns: 3, rows: 1))
    var styled = plain
    styled.put(Cell(" ", Style(.palette(9), on: .terminalDefault, .bold)), at: 0, 0)
    #expect(plain != styled)
    #expect(plain.seen == styled.seen)
    styled.put(Cell(" ", Style(.palette(9), on: .terminalDefault, .underline)), at: 0, 0)
    #expect(plain.seen != styled.seen)
    plain.put(Cell(" ", Style(on: .palette(9))), at: 0, 0)
    #expect(plain.seen != styled.seen)
  }

  @Test func `drawing the runs over the old grid gives the new one`() {
    var random = SystemlessRandom(state: 7)
    var old = Grid(Size(columns: 12, rows: 4))
    for _ in 0..<300 {
      var new = old
      for _ in 0..<Int(random.next() % 6) {
        let glyphs: [Unicode.Scalar] = ["a", "日", " ", "█"]
        new.put(
          Cell(glyphs[Int(random.next() % 4)], .plain), at: Int(random.next() % 12),
          Int(random.next() % 4))
      }
      var patched = old
      for run in new.changes(since: old) {
        for column in run.columns {
          if let cell = new[column: column, row: run.row], !cell.isRightHalf {
            patched.put(cell, at: column, run.row)
          }
        }
      }
      #expect(patched == new)
      old = new
    }
  }
}

/// SplitMix64: the same numbers in every run.
struct SystemlessRandom {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
