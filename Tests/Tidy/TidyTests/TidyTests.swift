import Foundation
import Testing

/// The few rules of style that a machine can check; `CONTRIBUTING.md` has them all.
struct TidyTests {
  @Test func `the tree is found`() {
    #expect(SourceTree.sources.count > 3)
  }

  @Test func `a file has at most 400 lines`() {
    let long = SourceTree.sources.filter { file in
      file.lines.count > 401 && AllowList.longFiles[file.path] == nil
    }
    #expect(long.map { "\($0.path): \($0.lines.count) lines" } == [])
  }

  @Test func `a function has at most 70 lines`() {
    let long = SourceTree.sources.flatMap { file in
      longFunctions(file).filter { AllowList.longFunctions[$0.name] == nil }
        .map { "\(file.path): \($0.name) has \($0.lines) lines" }
    }
    #expect(long == [])
  }

  @Test func `Core imports neither Node nor TUI nor Foundation, and Node and TUI never meet`() {
    let groups = Dictionary(
      SourceTree.sources.compactMap { file in file.group.map { (file.target, $0) } },
      uniquingKeysWith: { first, _ in first })
    var wrong: [String] = []
    for file in SourceTree.sources where !AllowList.meetingPlaces.contains(file.target) {
      for imported in file.imports {
        switch (file.group, groups[imported]) {
        case ("Core", "Node"), ("Core", "TUI"), ("Node", "TUI"), ("TUI", "Node"):
          wrong.append("\(file.path) imports \(imported)")
        default:
          if file.group == "Core", imported == "Foundation" || imported == "Dispatch" {
            wrong.append("\(file.path) imports \(imported)")
          }
        }
      }
    }
    #expect(wrong == [])
  }

  @Test func `Core takes time and randomness as arguments`() {
    let words = [
      "Date(", "Date.now", "Clock.now", "Instant.now", ".random(", "SystemRandomNumberGenerator",
      "clock_gettime",
    ]
    let found = SourceTree.sources.filter { $0.group == "Core" }.flatMap { file in
      findings(words, in: file, allowed: AllowList.clocksInCore)
    }
    #expect(found == [])
  }

  @Test func `escape hatches of the concurrency checker stay inside C-shim targets`() {
    let words = ["@unchecked Sendable", "nonisolated(unsafe)", "Task.detached", "try!"]
    let found = SourceTree.sources.flatMap { findings(words, in: $0, allowed: AllowList.shims) }
    #expect(found == [])
  }

  @Test func `only the signing ledger makes permits to sign`() {
    let found = SourceTree.sources.flatMap {
      findings(["SigningPermit("], in: $0, allowed: AllowList.permits)
    }
    #expect(found == [])
  }

  @Test func `nothing is left open without an issue`() {
    let found = SourceTree.sources.flatMap { file in
      file.lines.filter { $0.contains(/\b(TODO|FIXME|XXX)\b/) }.map { "\(file.path): \($0)" }
    }
    #expect(found == [])
  }

  @Test func `Markdown has one title and no dead relative link`() {
    var wrong: [String] = []
    let pages = ["README.md", "CONTRIBUTING.md"] + SourceTree.paths(below: "Docs", suffix: ".md")
    for page in pages {
      let text = SourceTree.text(page)
      let titles = outsideCode(text).filter { $0.hasPrefix("# ") }
      if titles.count != 1 { wrong.append("\(page): \(titles.count) titles") }
      for link in relativeLinks(text) where !exists(link, from: page) {
        wrong.append("\(page): dead link \(link)")
      }
    }
    #expect(wrong == [])
  }
}

/// Exceptions, each with its reason.
enum AllowList {
  /// Files of constants or of one indivisible table.
  static let longFiles: [String: String] = [:]

  /// Functions that are one long exhaustive switch.
  static let longFunctions: [String: String] = [:]

  /// Targets that join Node and TUI: the executable only.
  static let meetingPlaces: Set<String> = ["SwiftletCommand"]

  /// Files of Core that may read a clock: shells of an actor.
  static let clocksInCore: [String: String] = [:]

  /// The one place that turns a recorded claim into a permit.
  static let permits = ["Sources/Core/SigningLedger/SigningLedger.swift": "the record is there"]

  /// Files that talk to C in ways the checker cannot follow.
  static let shims = [
    "Sources/Core/Hashing/PairHasher.swift": "its pointer is to a constant table of C functions"
  ]
}

private func findings(
  _ words: [String], in file: SourceFile, allowed: [String: String]
) -> [String] {
  guard allowed[file.path] == nil else { return [] }
  return file.lines.enumerated().flatMap { index, line in
    words.filter { line.contains($0) }.map { "\(file.path):\(index + 1): \($0)" }
  }
}

/// Functions of more than 70 lines, found by the indentation that the formatter guarantees.
private func longFunctions(_ file: SourceFile) -> [(name: String, lines: Int)] {
  var open: [(name: String, indentation: Int, line: Int)] = []
  var long: [(name: String, lines: Int)] = []
  for (index, line) in file.lines.enumerated() {
    let indentation = line.prefix(while: { $0 == " " }).count
    let isWhole = line.contains("{") && line.hasSuffix("}")
    if let match = line.firstMatch(of: /\bfunc ([^ (<]+)|\b(init)[?(<]/), !isWhole,
      !line.contains("//")
    {
      open.append((String(match.1 ?? match.2 ?? ""), indentation, index))
    }
    guard line.dropFirst(indentation).hasPrefix("}") else { continue }
    // Requirements of protocols and calls of initialisers never close.
    open.removeAll { $0.indentation > indentation }
    guard let last = open.last, last.indentation == indentation else { continue }
    open.removeLast()
    if index - last.line + 1 > 70 { long.append((last.name, index - last.line + 1)) }
  }
  return long
}

private func outsideCode(_ text: String) -> [Substring] {
  var inCode = false
  return text.split(separator: "\n").filter { line in
    if line.hasPrefix("```") { inCode.toggle() }
    return !inCode
  }
}

private func relativeLinks(_ text: String) -> [String] {
  text.matches(of: /\]\(([^)#\s]+)[^)]*\)/).map { String($0.1) }.filter { !$0.contains("://") }
}

private func exists(_ link: String, from page: String) -> Bool {
  let base = SourceTree.root.appending(path: page).deletingLastPathComponent()
  return FileManager.default.fileExists(atPath: base.appending(path: link).path)
}
