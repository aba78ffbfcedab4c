import ChainEvents
import Dashboard
import DashboardApp
import DashboardDemo
import NodeStatus
import Terminal
import Testing
import Theme

/// A person without a plan in front of the real screen.
struct AnyKeyTests {
  private static let sizes = ["200x50", "120x36", "80x24", "60x12", "30x5", "1x1"]

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `any key and any click at any time do no harm`(seed: UInt64) throws {
    var random = seed
    func next(_ count: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % count
    }
    let theme = ThemeLibrary.defaultTheme(depth: .trueColor)
    // Not the keys that leave, and the letters of a filter.
    let keys =
      Keymap.builtIn.filter { $0.command != .quit && $0.command != .suspend }.flatMap(\.keys)
      + "slot=18 level>=W -v5".map(Key.character)
    var core = DashboardCore(
      state: ViewState(), themeNames: ThemeLibrary().names, ownsNode: true)
    var events = Scenes.devnet.events(18_395...18_421)[...]
    var size = try #require(Size("120x36"))
    for step in 0..<1_200 {
      let batch = events.prefix(next(12))
      events = events.dropFirst(batch.count)
      let now = batch.last?.timeMilliseconds ?? core.history.live.timeMilliseconds
      _ = core.update(
        EventBatch(events: Array(batch), nowMilliseconds: now), replay: nil,
        uptimeMilliseconds: UInt64(step) * 100)
      _ = core.handle(.key(keys[next(keys.count)]))
      if step.isMultiple(of: 7) {
        let place = (column: next(size.columns + 4) - 2, row: next(size.rows + 4) - 2)
        _ = core.handle(.mouse(MouseEvent(.press, column: place.column, row: place.row)))
      }
      if step.isMultiple(of: 50) { size = try #require(Size(Self.sizes[next(Self.sizes.count)])) }
      core.noteSize(size)
      if step.isMultiple(of: 5) {
        let rows = core.history.live.extent(of: core.state).rows
        #expect(core.state.selection >= 0 && core.state.selection <= max(rows, 32_768))
        #expect(core.draw(size, theme).size == size)
      }
    }
  }

  /// A screen of node-1 in the middle of slot 18,410.
  private func core() -> DashboardCore {
    var state = ViewState()
    state.node = 1
    var core = DashboardCore(
      state: state, themeNames: [], ownsNode: false)
    let now = Scenes.time(18_410, 2350)
    _ = core.update(
      EventBatch(events: Scenes.devnet.events(18_390...18_410, until: now), nowMilliseconds: now),
      replay: nil, uptimeMilliseconds: 0)
    core.noteSize(Size(columns: 120, rows: 36))
    return core
  }

  /// The panels of the overview, in the order of the focus, with rows of another page.
  @Test(arguments: [(1, Page.prebuild), (4, .chain), (5, .peers), (6, .validators), (7, .events)])
  func `the focus decides whose rows the keys act on`(tabs: Int, page: Page) {
    for key in [Key.character("/"), .character("G"), .down] {
      var core = core()
      for _ in 0..<tabs { _ = core.handle(.key(.tab)) }
      #expect(core.state.page == .overview)
      _ = core.handle(.key(key))
      #expect(core.state.page == page, "\(key.name)")
      #expect(core.state.isTyping == (key == .character("/")))
    }
  }

  @Test func `a panel without rows is opened and not moved in`() {
    var core = core()
    _ = core.handle(.key(.tab))
    _ = core.handle(.key(.tab))
    _ = core.handle(.key(.down))
    #expect(core.state.page == .overview && core.state.selection == 1)
    _ = core.handle(.key(.enter))
    #expect(core.state.page == .doctor && !core.state.isOpen)
  }

  @Test func `the wheel moves what is below the pointer`() {
    var core = core()
    _ = core.handle(.key(.character("m")))
    _ = core.handle(.mouse(MouseEvent(.wheelDown, column: 10, row: 5)))
    #expect(core.state.page == .overview && core.state.selection == 1)
    _ = core.handle(.mouse(MouseEvent(.wheelUp, column: 10, row: 33)))
    #expect(core.state.page == .events && core.state.selection == 1)
  }

  @Test func `columns are left out and come back`() throws {
    var core = core()
    let theme = ThemeLibrary.defaultTheme(depth: .none)
    func shows(_ words: String) -> Bool {
      core.draw(Size(columns: 120, rows: 36), theme).lines.contains { $0.contains(words) }
    }
    _ = core.handle(.key(.character("4")))
    #expect(shows("  client  "))
    for key in [Key.character("v"), .character(" ")] { _ = core.handle(.key(key)) }
    #expect(shows("[ ] client"))
    _ = core.handle(.key(.escape))
    #expect(!shows("  client  ") && shows("  dir  "))
    for key in [Key.character("v"), .down, .up, .up, .character(" "), .enter] {
      _ = core.handle(.key(key))
    }
    #expect(shows("  client  "))
  }

  @Test func `own keys act as others, and presets come into the prompt`() {
    var state = ViewState()
    state.keymap = Keymap([.character("X"): .character("6")])
    var core = DashboardCore(
      state: state, themeNames: [], ownsNode: false,
      presets: ["level>=WRN", "peer"])
    _ = core.handle(.key(.character("X")))
    #expect(core.state.page == .events)
    for (key, text) in [
      (Key.character("/"), ""), (.character("X"), "X"), (.tab, "level>=WRN"), (.tab, "peer"),
      (.tab, "level>=WRN"),
    ] {
      _ = core.handle(.key(key))
      #expect(core.state.filter == text)
    }
  }

  @Test func `home, escape and g come back to now, and G goes to the newest`() {
    for key in [Key.home, .escape, .character("g")] {
      var core = core()
      _ = core.handle(.key(.character("[")))
      #expect(core.state.travel != nil)
      _ = core.handle(.key(key))
      #expect(core.state.travel == nil, "\(key.name)")
    }
    for page in Page.allCases where page.hasRows {
      var core = core()
      _ = core.handle(
        .key(.character(Character("\((Page.allCases.firstIndex(of: page) ?? 0) + 1)"))))
      for key in [Key.pageDown, .pageUp, .pageUp, .character("G")] { _ = core.handle(.key(key)) }
      let rows = core.history.live.extent(of: core.state)
      #expect(core.state.selection == (rows.isNewestFirst ? 0 : rows.rows - 1), "\(page)")
    }
  }

  @Test func `an opened slot stays open while slots go by`() throws {
    var core = DashboardCore(
      state: ViewState(), themeNames: [], ownsNode: false)
    func run(to slot: UInt64) {
      let now = Scenes.time(slot, 2350)
      let events = Scenes.devnet.events(18_390...slot, until: now)
        .filter { $0.timeMilliseconds > core.history.live.timeMilliseconds }
      _ = core.update(
        EventBatch(events: events, nowMilliseconds: now), replay: nil, uptimeMilliseconds: 0)
    }
    run(to: 18_410)
    for key in [Key.character("."), .down, .down, .enter] { _ = core.handle(.key(key)) }
    let theme = ThemeLibrary.defaultTheme(depth: .none)
    func title() -> Bool {
      core.draw(Size(columns: 120, rows: 36), theme).lines.contains {
        $0.contains("autopsy of slot 18,408")
      }
    }
    #expect(title())
    run(to: 18_413)
    #expect(title())
    #expect(core.state.selection == 5)
  }
}
