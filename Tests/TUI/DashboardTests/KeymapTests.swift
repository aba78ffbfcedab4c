import ChainEvents
import Dashboard
import Foundation
import Terminal
import Testing

struct KeymapTests {
  private let keymap = Keymap()

  @Test(arguments: Page.allCases) func `no key is bound twice on a page`(page: Page) {
    let keys = keymap.bindings.filter { $0.works(on: page) }.flatMap(\.keys)
    let twice = keys.filter { key in keys.filter { $0 == key }.count > 1 }
    #expect(twice.map(\.name) == [])
  }

  @Test func `a key does what its row says, where the row says`() {
    #expect(keymap.command(for: .character("1"), on: .events) == .show(.overview))
    #expect(keymap.command(for: .character("d"), on: .peers) == .act(.disconnectPeer))
    #expect(keymap.command(for: .character("d"), on: .overview) == nil)
    #expect(keymap.command(for: .function(1), on: .chain) == .help)
    #expect(keymap.command(for: .character("K"), on: .doctor) == .act(.fault(.kill)))
  }

  @Test func `every page, heading and action has a row`() {
    let commands = Set(keymap.bindings.map(\.command))
    #expect(Page.allCases.allSatisfy { commands.contains(.show($0)) })
    #expect(ActionCommand.allCases.allSatisfy { commands.contains(.act($0)) })
    #expect(Binding.Section.allCases.allSatisfy { !keymap.help($0).isEmpty })
  }

  @Test func `the footer fits into any width and never loses the way out`() {
    for page in Page.allCases {
      for columns in 0...130 {
        let footer = keymap.footer(on: page, columns: columns)
        let width = footer.reduce(0) { $0 + $1.key.count + $1.word.count + 3 }
        #expect(width <= columns || footer.count == 1)
        #expect(footer.last?.word == "quit")
      }
    }
    #expect(
      keymap.footer(on: .peers, columns: 120).map { "\($0.key) \($0.word)" } == [
        "1-9 pages", "enter open", "/ filter", "o sort", "r reverse", "d disconnect", "e csv",
        "? help", "p freeze", "t theme", "s shot", "q quit",
      ])
  }

  @Test func `what a footer names does work there`() {
    for page in Page.allCases {
      for entry in keymap.footer(on: page, columns: 500) {
        #expect(keymap.bindings.contains { $0.command == entry.command && $0.works(on: page) })
      }
    }
  }

  @Test func `keys that belong together share a line of the help`() {
    let lines = keymap.help(.look).map { "\($0.keys): \($0.words)" }
    #expect(lines.contains("[ ]: one slot back, on"))
    #expect(lines.contains("o r: sort by column, reverse"))
    // Every key of the table is in the help.
    for section in Binding.Section.allCases {
      let shown = keymap.help(section).map(\.keys).joined(separator: " ").split(separator: " ")
      for binding in keymap.bindings where binding.section == section {
        if case .show = binding.command { continue }
        #expect(binding.keys.prefix(1).allSatisfy { shown.contains($0.name[...]) })
      }
    }
  }

  @Test func `the page of keys is the table`() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Docs/Keys.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    if ProcessInfo.processInfo.environment["SWIFTLET_GOLDEN"] == "record" {
      let words = text.split(separator: "| key | does | where |", maxSplits: 1)[0]
      try (words + Keymap.markdown).write(to: page, atomically: true, encoding: .utf8)
    } else {
      #expect(text.hasSuffix("\n\n" + Keymap.markdown))
    }
  }

  @Test func `keys that a person has bound are the ones that everything names`() {
    let keymap = Keymap([
      .character("X"): .character("A"), .character("Q"): .character("q"),
      .character("q"): .character("p"), .character("/"): .character("c"),
    ])
    #expect(keymap.command(for: .character("X"), on: .overview) == .acknowledge)
    #expect(keymap.command(for: .character("A"), on: .overview) == .acknowledge)
    #expect(keymap.name(.acknowledge) == "X" && keymap.name(.quit) == "Q")
    #expect(keymap.command(for: .character("q"), on: .overview) == .freeze)
    // A command that has lost its only key is found by its words.
    #expect(keymap.command(for: .character("/"), on: .peers) == .clearFilter)
    #expect(keymap.name(.filter) == ":")
    #expect(
      keymap.footer(on: .overview, columns: 200).last.map { "\($0.key) \($0.word)" } == "Q quit")
    #expect(!keymap.footer(on: .peers, columns: 200).contains { $0.command == .filter })
    let help = keymap.help(.look).map { "\($0.keys): \($0.words)" }
    #expect(help.contains("X A: acknowledge the alarms"))
    #expect(help.contains("/ c: clear filter"))
    #expect(Keymap([:]).bindings == Keymap.builtIn)
  }
}
