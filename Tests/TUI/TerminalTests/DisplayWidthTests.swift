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
}
