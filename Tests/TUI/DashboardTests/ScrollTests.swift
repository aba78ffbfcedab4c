import DashboardApp
import DashboardDemo
import NodeStatus
import Terminal
import Testing
import Theme

@testable import Dashboard

/// What is longer than its panel can be read whole.
struct ScrollTests {
  private static let theme = ThemeLibrary.defaultTheme(depth: .none)

  private func core(_ size: Size, _ keys: Key...) -> DashboardCore {
    var state = ViewState()
    state.node = 1
    var core = DashboardCore(state: state, themeNames: [], ownsNode: false)
    let now = Scenes.time(18_421, 2350)
    _ = core.update(
      EventBatch(events: Scenes.devnet.events(18_300...18_421, until: now), nowMilliseconds: now),
      replay: nil, uptimeMilliseconds: 0)
    core.noteSize(size)
    for key in keys { _ = core.handle(.key(key)) }
    return core
  }

  private func text(_ core: DashboardCore, _ size: Size) -> [String] {
    core.draw(size, Self.theme).lines
  }

  @Test(arguments: ["40x10", "60x12", "80x24"])
  func `pages of a long autopsy show every line of it, at every size`(name: String) throws {
    let size = try #require(Size(name))
    var core = core(size, .character("2"), .character("/"))
    for key in "outcome=forfeited".map(Key.character) + [.enter, .enter] {
      _ = core.handle(.key(key))
    }
    let node = core.history.live.nodes[1]
    let lost = node.proposals.newest(256).first { $0.outcome?.name.hasPrefix("forfeited") == true }
    let slot = try #require(lost?.slot)
    let autopsy = try #require(Autopsy(node, slot: slot))
    var seen = ""
    for _ in 0..<40 {
      seen += text(core, size).joined(separator: " ") + " "
      _ = core.handle(.key(.pageDown))
    }
    let words = { (text: String) in text.replacing(",", with: "").split(separator: " ") }
    let shown = Set(words(seen))
    for word in words(autopsy.sentence) + words(autopsy.advice ?? "") {
      #expect(shown.contains(word), "\(word) at \(name)")
    }
    #expect(text(core, size).contains { $0.contains("the end") } || size.rows > 12)
    // Going to another slot begins at its first line.
    _ = core.handle(.key(.down))
    #expect(core.state.scroll == 0)
  }

  @Test func `alarms are read whole on the smallest screen`() {
    let size = Size(columns: 40, rows: 10)
    var core = core(size, .character("9"))
    var seen: Set<String> = []
    for _ in 0..<60 {
      seen.formUnion(text(core, size))
      _ = core.handle(.key(.character("j")))
    }
    let advice = core.history.live.nodes[1].alarms.alarms.map(\.advice)
    let shown = seen.joined(separator: " ")
    for word in advice.joined(separator: " ").split(separator: " ") {
      #expect(shown.contains(word), "\(word)")
    }
    _ = core.handle(.key(.character("g")))
    #expect(core.state.scroll == 0)
  }

  @Test func `a notice has as many lines as it needs`() {
    let size = Size(columns: 40, rows: 10)
    var core = core(size)
    core.tell("this terminal draws some glyphs two columns wide: ASCII instead; u changes it")
    let lines = text(core, size)
    #expect(
      lines.suffix(3).map { $0.split(separator: " ").joined(separator: " ") } == [
        "this terminal draws some glyphs two", "columns wide: ASCII instead; u changes", "it",
      ])
  }

  @Test func `a focused panel without rows of a page moves its own lines`() {
    let size = Size(columns: 110, rows: 34)
    var core = core(size, .character("6"), .tab)
    _ = core.handle(.key(.character("k")))
    // The event fits here: the key goes on to the rows of the page.
    #expect(core.state.selection == 1 && core.state.scroll == 0)
    core = self.core(Size(columns: 60, rows: 14), .character("9"), .tab)
    for _ in 0..<3 { _ = core.handle(.key(.character("j"))) }
    #expect(core.state.scroll == 3 && core.state.selection == 0)
    _ = core.handle(.key(.character("k")))
    #expect(core.state.scroll == 2)
    _ = core.handle(.key(.tab))
    #expect(core.state.scroll == 0)
  }

  /// Pages and panels that hold more than the smallest screen has room for, with words of their end.
  @Test(arguments: [
    ("7", "lacks"), ("8", "UTC"), ("2", "deadline"), ("3", ""), ("4", ""), ("5", ""),
  ])
  func `everything of a page is read on the smallest screen`(page: String, last: String) throws {
    let size = Size(columns: 40, rows: 10)
    for panel in 0..<3 {
      var core = core(size, .character(Character(page)))
      for _ in 0..<panel { _ = core.handle(.key(.tab)) }
      _ = core.handle(.key(.character("z")))
      let scene = try #require(
        core.shownFleet.scene(core.state, at: core.shownMilliseconds))
      let layout = PageLayout(scene: scene, size: size)
      let placed = try #require(layout.shown(of: layout.panels).first)
      let height = placed.panel.height(width: placed.panel.body(of: placed.rect).width)
      guard height > 0 else { continue }
      var whole = Grid(Size(columns: 36, rows: height))
      placed.panel.drawBody(in: whole.bounds, into: &whole)
      var seen: Set<String> = []
      for _ in 0..<60 {
        seen.formUnion(text(core, size).map { String($0.dropFirst(2).prefix(36)) })
        _ = core.handle(.key(.pageDown))
      }
      for line in whole.lines where line.contains(where: { $0 != " " }) {
        #expect(seen.contains(line), "\(placed.panel.title)")
      }
      if panel == 0, !last.isEmpty { #expect(whole.lines.contains { $0.contains(last) }) }
    }
  }
}
