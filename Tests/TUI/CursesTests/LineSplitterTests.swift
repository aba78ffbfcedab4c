import Testing

@testable import Curses

struct LineSplitterTests {
  @Test func `lines are whole however their bytes are cut`() {
    let text = "one\n\ntwo é\nthree"
    for size in 1...8 {
      var splitter = LineSplitter()
      var lines: [String] = []
      let bytes = Array(text.utf8)
      for start in stride(from: 0, to: bytes.count, by: size) {
        lines += splitter.add(bytes[start..<min(start + size, bytes.count)])
      }
      #expect(lines == ["one", "two é"])
      #expect(splitter.add([10]) == ["three"])
    }
  }

  @Test func `a line without an end is cut`() {
    var splitter = LineSplitter()
    let lines = splitter.add([UInt8](repeating: 65, count: 10_000))
    #expect(lines.map(\.utf8.count) == [4_096, 4_096])
  }
}
