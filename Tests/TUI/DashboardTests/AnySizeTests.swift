import Dashboard
import DashboardDemo
import NodeStatus
import Terminal
import Testing
import Theme

struct AnySizeTests {
  private static let theme = ThemeLibrary.defaultTheme(depth: .trueColor)

  /// Every width with some heights and every height with some widths: 1x1 to 250x80.
  private static let sizes: [Size] =
    (1...250).flatMap { columns in
      [1, 2, 3, 4, 11, 19, 20, 24, 33, 34, 36, 50, 80].map { Size(columns: columns, rows: $0) }
    }
    + (1...80).flatMap { rows in
      [1, 7, 8, 40, 71, 72, 109, 110, 179, 180, 250].map { Size(columns: $0, rows: rows) }
    }

  @Test(arguments: Page.allCases)
  func `no size traps, and something is always shown`(page: Page) throws {
    var state = ViewState()
    state.node = 1
    state.page = page
    let moment = Scenes.Moment(
      name: "", dashboard: Scenes.busy, now: Scenes.time(18_421, 2350), state: state)
    for (index, size) in Self.sizes.enumerated()
    where index % Page.allCases.count == pageIndex(page) {
      let grid = Scenes.draw(moment, size, Self.theme)
      #expect(grid.size == size)
      #expect(grid.cells.contains { $0.glyph != " " }, "\(page) at \(size)")
    }
  }

  private func pageIndex(_ page: Page) -> Int { Page.allCases.firstIndex(of: page) ?? 0 }

  @Test(arguments: Scenes.live + Scenes.states)
  func `no state traps at sizes where layouts change`(moment: Scenes.Moment) {
    for columns in [1, 9, 19, 20, 71, 72, 109, 110, 179, 180] {
      for rows in [1, 3, 4, 5, 19, 20, 33, 34, 43, 44] {
        for zoom in [false, true] {
          var moment = moment
          moment.state.isZoomed = zoom
          moment.state.focusedPanel = rows % 5
          _ = Scenes.draw(moment, Size(columns: columns, rows: rows), Self.theme)
        }
      }
    }
  }

  @Test func `no state of the keys traps`() {
    for page in Page.allCases {
      for selection in [Int.min, -1, 0, 3, 1000, Int.max] {
        for focus in [-1, 0, 4, Int.max] {
          var state = ViewState()
          state.page = page
          state.node = selection
          state.selections[page] = selection
          state.focusedPanel = focus
          state.isZoomed = focus == 4
          state.isOpen = selection % 2 == 0
          state.logLevel = selection
          state.timeScale = ViewState.TimeScale.allCases[abs(focus % 3)]
          let moment = Scenes.Moment(
            name: "", dashboard: Scenes.busy, now: Scenes.time(18_421, 2350), state: state)
          _ = Scenes.draw(moment, Size(columns: 120, rows: 36), Self.theme)
          _ = Scenes.busy.extent(of: state)
          _ = Scenes.busy.copyText(state)
          for action in ActionCommand.allCases {
            _ = Scenes.busy.offer(action, state, at: moment.now)
          }
        }
      }
    }
  }

  @Test(arguments: [0, 1, 1 << 60, .max] as [UInt64])
  func `no moment traps, also before any event`(now: UInt64) {
    for dashboard in [FleetStatus(), Scenes.busy] {
      let moment = Scenes.Moment(
        name: "", dashboard: dashboard, now: now, state: ViewState())
      _ = Scenes.draw(moment, Size(columns: 120, rows: 36), Self.theme)
    }
  }

  @Test(arguments: ["fallback", "aggregator", "kill", "quit", "suspend"])
  func `a question keeps its cost and its answers at every size from 40x10 on`(name: String) throws
  {
    let dialog = try #require(Dialogs.all.first { $0.name == name })
    /// The words in the frame of the dialog, whatever lines they stand in.
    func words(_ size: Size) throws -> String {
      try dialog.draw(size, Self.theme).lines.flatMap { line in
        line.split(separator: "│").flatMap { $0.split(separator: " ") }
      }.joined(separator: " ")
    }
    let whole = try words(Size(columns: 72, rows: 36))
    let costs = [
      "quit": "its duties end with it.", "suspend": "no votes, no blocks until it goes on.",
    ]
    let cost = costs[name] ?? whole.firstMatch(of: /Cost: [^\[]*?\./).map { String($0.0) }
    #expect((cost == nil) == (name == "aggregator"))
    let answers =
      switch name {
      case "quit": ["[y] stop the node", "[l] leave it running", "[n] stay"]
      case "suspend": ["[y] stop until fg", "[n] no (default)"]
      default: ["[y] yes, once", "[n] no (default)"]
      }
    for columns in [40, 41, 55, 71, 72] {
      for rows in [10, 11, 12, 19, 20, 30] {
        let shown = try words(Size(columns: columns, rows: rows))
        for text in answers + [cost].compactMap(\.self) {
          #expect(shown.contains(text), "\(columns)x\(rows)")
        }
      }
    }
  }

  @Test func `from 40x10 on the overview has the timeline, the last slots, lags and the keys`() {
    for columns in [40, 47, 60, 71, 72, 80, 120, 200] {
      for rows in [10, 12, 15, 19, 20, 24, 30, 50] {
        let lines = Scenes.draw(Scenes.live[0], Size(columns: columns, rows: rows), Self.theme)
          .lines
        let text = lines.joined(separator: "\n")
        for word in ["build", "merge", "publish", "18,421", "head", "final", "q quit"] {
          #expect(text.contains(word), "\(word) at \(columns)x\(rows)")
        }
        #expect(lines.contains { $0.contains("···●") }, "\(columns)x\(rows)")
      }
    }
  }

  @Test func `at an operator's sizes the borders of every panel are whole`() throws {
    for moment in Scenes.live {
      for name in ["80x24", "120x36", "200x50"] {
        let grid = Scenes.draw(moment, try #require(Size(name)), Self.theme)
        let text = grid.lines.joined()
        for (corner, twin) in [("┌", "┐"), ("└", "┘"), ("┌", "└")] {
          #expect(
            text.count { String($0) == corner } == text.count { String($0) == twin },
            "\(moment.name) \(name)")
        }
      }
    }
  }
}
