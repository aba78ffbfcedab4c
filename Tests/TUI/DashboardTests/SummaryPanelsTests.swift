import Testing

@testable import Dashboard

struct SummaryPanelsTests {
  @Test(
    arguments: [
      (0, "<1d"), (21_599, "<1d"), (21_600, "1d"), (999 * 21_600, "999d"), (1_000 * 21_600, "2y"),
      (1 << 32, "544y"), (UInt64.max, ">1ky"),
    ] as [(UInt64, String)])
  func `how long leaves last fits four characters, centuries too`(leaves: UInt64, words: String) {
    #expect(KeyWords.days(leaves) == words)
  }
}
