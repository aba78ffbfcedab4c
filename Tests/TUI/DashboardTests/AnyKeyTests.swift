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

  private func lines(_ core: DashboardCore) -> [String] {
    core.draw(Size(columns: 120, rows: 36), ThemeLibrary.defaultTheme(depth: .none)).lines
  }

  /// The panels of the overview, in the order of the focus, with rows of another page.
  @Test(arguments: [(4, Page.chain), (5, .peers), (6, .validators), (7, .events)])
  func `the focus decides whose rows the keys act on`(tabs: Int, page: Page) {
    var core = core()
    for _ in 0..<tabs { _ = core.handle(.key(.tab)) }
    let up = page == .events
    for key in up ? [Key.up, .up] : [.down, .character("j")] { _ = core.handle(.key(key)) }
    #expect(core.state.page == .overview && core.state.selections == [page: 2])
    _ = core.handle(.key(up ? .character("j") : .character("k")))
    #expect(core.state.selections == [page: 1])
    // The filter is that of the panel's rows.
    for key in [Key.character("/"), .character("5"), .enter] { _ = core.handle(.key(key)) }
    #expect(core.state.page == .overview && core.state[filterOf: page] == "5")
    #expect(lines(core).contains { $0.contains("/5") || page == .chain })
    _ = core.handle(.key(.escape))
    #expect(core.state[filterOf: page] == "")
    // What is selected is the row that the page opens at.
    _ = core.handle(.key(up ? .up : .down))
    let selected = core.state.selections[page]
    _ = core.handle(.key(.enter))
    #expect(core.state.page == page && !core.state.isOpen && core.state.selection == selected)
  }

  @Test func `the selected row of a focused summary is marked and stays in sight`() {
    var core = core()
    let theme = ThemeLibrary.defaultTheme(depth: .none)
    func marked() -> [String] {
      let grid = core.draw(Size(columns: 120, rows: 36), theme)
      return (0..<36).filter { row in
        grid.row(row).dropFirst(70).prefix(10).allSatisfy {
          $0.style.attributes.contains(.reverse)
        }
      }.map { grid.lines[$0] }
    }
    for _ in 0..<5 { _ = core.handle(.key(.tab)) }
    let peers = core.history.live.nodes[1].peers.peers.map(\.peer)
    #expect(peers.count > 6)
    for (index, peer) in peers.enumerated() {
      #expect(marked().count == 1 && marked().first?.contains(peer) == true, "\(index)")
      _ = core.handle(.key(.down))
    }
    #expect(core.state.selections[.peers] == peers.count - 1)
    #expect(lines(core).contains { $0.contains("the end") })
    // Without the focus it shows the first ones again.
    _ = core.handle(.key(.tab))
    #expect(lines(core).contains { $0.contains(peers[0]) })
    // The key of a page acts on what the focused panel shows of it.
    _ = core.handle(.key(.backTab))
    _ = core.handle(.key(.character("o")))
    #expect(core.state.sortings[.peers]?.column == 1 && core.state.page == .overview)
    #expect(core.handle(.key(.character("y"))) == [.copy(peers[peers.count - 1])])
  }

  @Test func `a panel without rows is opened and not moved in`() {
    var core = core()
    for tabs in 1...2 {
      _ = core.handle(.key(.tab))
      for key in [Key.down, .right, .character("/")] { _ = core.handle(.key(key)) }
      #expect(core.state.selections == [:] && !core.state.isTyping, "\(tabs)")
      #expect(lines(core).last?.contains("this panel has no rows; enter opens its page") == true)
    }
    _ = core.handle(.key(.enter))
    #expect(core.state.page == .doctor && !core.state.isOpen)
  }

  @Test func `the slot that is looked at stays while another panel has the focus`() {
    var core = core()
    for key in [Key.down, .down, .tab, .tab, .tab, .tab, .down] { _ = core.handle(.key(key)) }
    let now = Scenes.time(18_412, 2350)
    let events = Scenes.devnet.events(18_410...18_412, until: now)
      .filter { $0.timeMilliseconds > core.history.live.timeMilliseconds }
    let block = core.handle(.key(.character("y")))
    _ = core.update(
      EventBatch(events: events, nowMilliseconds: now), replay: nil, uptimeMilliseconds: 0)
    #expect(core.state.selections[.overview] == 4)
    #expect(core.handle(.key(.character("y"))) == block)
  }

  @Test func `the wheel moves what is below the pointer`() {
    var core = core()
    _ = core.handle(.key(.character("m")))
    _ = core.handle(.mouse(MouseEvent(.wheelDown, column: 10, row: 5)))
    #expect(core.state.selections == [.overview: 1])
    _ = core.handle(.mouse(MouseEvent(.wheelUp, column: 10, row: 33)))
    #expect(core.state.page == .overview && core.state.selections == [.overview: 1, .events: 1])
  }

  /// Rows that stand far down are opened by two clicks, for the first one moves nothing.
  @Test(arguments: [(Page.events, 3), (.events, 18), (.peers, 6), (.chain, 12), (.prebuild, 31)])
  func `a second click on a row opens it`(page: Page, line: Int) throws {
    var core = core()
    let number = try #require(Page.allCases.firstIndex(of: page)) + 1
    for key in [Key.character("m"), .character(Character("\(number)"))] {
      _ = core.handle(.key(key))
    }
    let before = lines(core)
    let click = InputEvent.mouse(MouseEvent(.press, column: 10, row: line))
    _ = core.handle(click)
    let selected = core.state.selection
    #expect(selected > 0 && !core.state.isOpen)
    #expect(lines(core)[line].dropFirst(4).prefix(8) == before[line].dropFirst(4).prefix(8))
    _ = core.handle(click)
    #expect(core.state.isOpen && core.state.selection == selected)
  }

  @Test func `two clicks on a row of a summary go to it on its page`() throws {
    var core = core()
    _ = core.handle(.key(.character("m")))
    let peers = core.history.live.nodes[1].peers.peers.map(\.peer)
    let row = try #require(lines(core).firstIndex { $0.contains(peers[2]) })
    let click = InputEvent.mouse(MouseEvent(.press, column: 70, row: row))
    _ = core.handle(click)
    #expect(core.state.page == .overview && core.state.focusedPanel == 5)
    _ = core.handle(click)
    #expect(core.state.page == .peers && core.state.selection == 2)
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
