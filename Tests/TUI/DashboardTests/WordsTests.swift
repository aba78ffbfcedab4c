import NodeStatus
import Terminal
import Testing
import Theme

@testable import Dashboard

struct WordsTests {
  private static let theme = ThemeLibrary.defaultTheme(depth: .none)

  @Test(arguments: [
    ("slot 18421 14 votes", "slot 18,421 14 votes"), ("2100 ms too late", "2,100 ms too late"),
    ("stepped +9000 ms", "stepped +9,000 ms"), ("from slot 4 +3.8 s", "from slot 4 +3.8 s"),
    ("0x12345678", "0x12345678"), ("v1234 of 1234567", "v1234 of 1,234,567"),
    ("/ip4/10.8.1.4/udp/9000/quic-v1", "/ip4/10.8.1.4/udp/9000/quic-v1"),
    ("slot=18421", "slot=18421"), ("127.0.0.1:9000", "127.0.0.1:9000"),
    ("18389: lag", "18,389: lag"),
    ("1.2345 s", "1.2345 s"), ("12,345", "12,345"), ("", ""), ("日本1234", "日本1234"),
  ])
  func `numbers in sentences are written as everywhere, and nothing else changes`(
    text: String, words: String
  ) {
    #expect(Words.grouped(text) == words)
  }

  @Test func `a number has one form, whatever its sign`() {
    #expect(
      [0, 999, 1_000, -1_200, 1_234_567].map { Words.number($0) } == [
        "0", "999", "1,000", "-1,200", "1,234,567",
      ])
    #expect(Words.signedMilliseconds(1_500) == "+1,500 ms")
    #expect(Words.told(18_421 as UInt64?) == "18,421")
  }

  /// An event is shown whole below its sentence, as a recording has it: that is no screen's number.
  @Test(arguments: Scenes.live + Scenes.states)
  func `all numbers of all pages have one format`(moment: Scenes.Moment) throws {
    for name in GoldenTests.sizes {
      let size = try #require(Size(name))
      var lines = Scenes.draw(moment, size, Self.theme).lines
      if let whole = lines.firstIndex(where: { $0.contains("─ event ") }) {
        lines.removeSubrange((whole + 2)..<lines.count)
      }
      for line in lines {
        let words = line.split { " │─();".contains($0) }
        let raw = words.filter { word in
          let number = word.drop { "+-".contains($0) }.prefix { $0.isNumber }
          let rest = word.drop { "+-".contains($0) }.dropFirst(number.count)
          return number.count > 3 && (rest.isEmpty || "+-:%k".contains(rest.first ?? " "))
        }
        #expect(raw == [], "\(name): \(line)")
      }
    }
  }
}
