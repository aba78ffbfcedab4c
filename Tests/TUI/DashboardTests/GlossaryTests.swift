import Foundation
import Testing

@testable import Dashboard

struct GlossaryTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/TUI/Dashboard")

  /// The text of every panel and page.
  private func code() throws -> String {
    try FileManager.default.contentsOfDirectory(at: Self.sources, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "swift" }
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
  }

  @Test func `every column of every table has a meaning`() throws {
    let titles = try code().matches(of: /Column\(title: "([^"]+)"/).map { String($0.output.1) }
    #expect(titles.count > 60)
    #expect(Set(titles).subtracting(Glossary.entries.map(\.term)) == [])
    // And none is left of a table that is gone.
    #expect(Set(Glossary.columns.map(\.0)).subtracting(titles) == [])
  }

  @Test func `every label of a fact has a meaning`() throws {
    let labels = try code().matches(of: /facts\.add\(\s*"([^"\\]+)"/).map { String($0.output.1) }
    let known = Set(Glossary.words.map(\.0)).union(Glossary.columns.map(\.0))
    #expect(labels.count > 40)
    #expect(Set(labels).subtracting(known) == [])
  }

  @Test func `a search finds terms first, then meanings, and needs all words`() {
    #expect(Glossary.search("orphaned").first?.term == "orphaned")
    #expect(Glossary.search("restart floor").first?.term == "missed: restart floor")
    #expect(Glossary.search("leaf one-time").map(\.term) == ["leaf"])
    #expect(Glossary.search("◆").first?.term == "◆")
    #expect(Glossary.search("no such word") == [])
    #expect(Glossary.search("  ").count == Glossary.entries.count)
  }
}
