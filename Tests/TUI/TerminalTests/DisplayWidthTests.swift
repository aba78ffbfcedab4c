import Terminal
import Testing

struct DisplayWidthTests {
  @Test func `letters take one column, ideographs two, marks none`() {
    #expect(DisplayWidth.of("slot 18,421") == 11)
    #expect(DisplayWidth.of("日本") == 4)
    #expect(DisplayWidth.of("e\u{301}") == 1)
    #expect(DisplayWidth.of("한") == 2)
    #expect(DisplayWidth.of("\u{1112}\u{1161}\u{11AB}") == 2)
    #expect(DisplayWidth.of("●○◐✕·╌┆▲█▌…") == 11)
    #expect(DisplayWidth.of("🦜") == 2)
    #expect(DisplayWidth.of("\u{AD}") == 0)
  }

  @Test func `clipped text ends with an ellipsis and never exceeds its columns`() {
    #expect(DisplayWidth.clip("ethlambda", to: 9) == "ethlambda")
    #expect(DisplayWidth.clip("ethlambda", to: 5) == "ethl…")
    #expect(DisplayWidth.clip("日本語", to: 4) == "日…")
    #expect(DisplayWidth.clip("日本語", to: 1) == "…")
    #expect(DisplayWidth.clip("日本語", to: 0) == "")
    #expect(DisplayWidth.clip("x", to: -1) == "")
    #expect(DisplayWidth.clip("ends  ", to: 5) == "ends ")
  }

  @Test func `text is cut at a word, and only a long word inside`() {
    #expect(DisplayWidth.clip("14 votes for target 18420", to: 24) == "14 votes for target …")
    #expect(DisplayWidth.clip("14 votes for target 18420", to: 20) == "14 votes for target…")
    #expect(DisplayWidth.clip("14 votes for target 18420", to: 19) == "14 votes for …")
    #expect(DisplayWidth.clip("root 0x6f3becbc00112233", to: 20) == "root 0x6f3becbc0011…")
  }

  @Test func `of a name the beginning and the end remain`() {
    #expect(DisplayWidth.elided("zeam_0", to: 6) == "zeam_0")
    #expect(DisplayWidth.elided("16Uiu2HAm7abcdefWXYZ", to: 11) == "16Uiu…fWXYZ")
    #expect(DisplayWidth.elided("16Uiu2HAm7abcdefWXYZ", to: 10) == "16Uiu…WXYZ")
    #expect(DisplayWidth.elided("日本語日本語", to: 7) == "日…語")
    #expect(DisplayWidth.elided("zeam", to: 2) == "z…")
    #expect(DisplayWidth.elided("zeam", to: 0) == "")
  }

  @Test func `text is wrapped at spaces, and a long word has its own line`() {
    #expect(
      DisplayWidth.wrapped("its votes and its slots", to: 10) == ["its votes", "and its", "slots"])
    #expect(DisplayWidth.wrapped("a 0123456789ab c", to: 8) == ["a", "0123456789ab", "c"])
    #expect(DisplayWidth.wrapped("", to: 8) == [])
  }

  @Test func `pieces of text go on in the next line, at two spaces where they can`() {
    func lines(_ pieces: [String], _ columns: Int) -> [String] {
      let styles: [Style] = [.plain, Style(.palette(1))]
      let spans = pieces.enumerated().map { Span($1, styles[$0 % 2]) }
      return DisplayWidth.wrapped(spans, to: columns).map { $0.map(\.text).joined(separator: "|") }
    }
    #expect(lines(["122 in time", "  100.0 %"], 20) == ["122 in time|  100.0 %"])
    #expect(
      lines(["122 in time", "  100.0 %", "  0 late or lost"], 24)
        == ["122 in time|  100.0 %", "0 late or lost"])
    #expect(lines(["18,419", "  2 behind the head"], 20) == ["18,419", "2 behind the head"])
    // Not where the line would be left with little, and inside a word only where it must be.
    #expect(lines(["29", "  2 behind the head"], 20) == ["29|  2 behind the", "head"])
    #expect(lines(["0x0123456789ab", "cdef"], 8) == ["0x012345", "6789ab|cd", "ef"])
    #expect(lines(["日本語"], 3) == ["日", "本", "語"] && lines([""], 3) == [""])
    #expect(lines(["a b"], 0) == ["a b"] && lines(["日"], 1) == ["日"])
  }
}
