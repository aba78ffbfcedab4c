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
      Keymap.bindings.filter { $0.command != .quit && $0.command != .suspend }.flatMap(\.keys)
      + "slot=18 level>=W -v5".map(Key.character)
    var core = DashboardCore(
      history: TimeMachine(), state: ViewState(), themeNames: ThemeLibrary().names, ownsNode: true)
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

  @Test func `an opened slot stays open while slots go by`() throws {
    var core = DashboardCore(
      history: TimeMachine(), state: ViewState(), themeNames: [], ownsNode: false)
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
