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
  }
}
