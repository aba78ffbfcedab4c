import ChainEvents
import Dashboard
import DashboardControls
import DashboardDemo
import DashboardView
import Terminal
import Theme

/// The moments that golden screens and pictures show.
enum Scenes {
  struct Moment: Sendable, CustomStringConvertible {
    var name: String
    var dashboard: Dashboard
    var now: UInt64
    var state: ViewState

    var description: String { name }
  }

  static let devnet: DemoDevnet = {
    var devnet = DemoDevnet()
    for slot in stride(from: UInt64(18_301), through: 18_420, by: 4) {
      switch slot % 52 {
      case 1: devnet.troubles[slot] = .fallback
      case 9: devnet.troubles[slot] = .refresh
      case 21: devnet.troubles[slot] = .forfeit
      case 33: devnet.troubles[slot] = .miss
      default: break
      }
    }
    devnet.troubles[18_370] = .empty
    devnet.troubles[18_398] = .missedInterval
    return devnet
  }()

  /// Slot 18,421 is ours (validator 5 of node-1); drawn 2.35 s into it.
  static let busy = dashboard(devnet, through: 18_421, at: 2350)

  /// In interval 4, while our next block is being built.
  static let building = dashboard(devnet, through: 18_421, at: -520)

  /// Half of the voters and the aggregator are gone since 18,390.
  static let stalled: Dashboard = {
    var silenced = devnet
    silenced.stallFrom = 18_390
    return dashboard(silenced, through: 18_421, at: 2350)
  }()

  static func dashboard(
    _ devnet: DemoDevnet, through slot: UInt64, at milliseconds: Int64
  ) -> Dashboard {
    var dashboard = Dashboard()
    let end = time(slot, milliseconds)
    for event in devnet.events(18_300...slot, until: end) { dashboard.update(event) }
    return dashboard
  }

  static func time(_ slot: UInt64, _ milliseconds: Int64) -> UInt64 {
    DemoDevnet.start(of: slot) &+ UInt64(bitPattern: milliseconds)
  }

  static let live: [Moment] = Page.allCases.map { page in
    moment(page.rawValue, busy, 2350) { $0.page = page }
  }

  static let states: [Moment] = [
    moment("building", building, -520) { _ in },
    moment("building-prebuild", building, -520) { $0.page = .prebuild },
    moment("help", busy, 2350) { $0.showsHelp = true },
    moment("autopsy-forfeit", busy, 2350) {
      $0.selections[.overview] = 44
      $0.isOpen = true
    },
    moment("autopsy-fallback", busy, 2350) {
      $0.selections[.overview] = 12
      $0.isOpen = true
    },
    moment("stall", stalled, 2350) { _ in },
    moment("stall-doctor", stalled, 2350) { $0.page = .doctor },
    moment("silent", busy, 9000) { _ in },
    moment("frozen", busy, 2350) {
      $0.travel = ViewState.Travel(
        shownMilliseconds: time(18_421, 2350), liveMilliseconds: time(18_436, 2350))
    },
    moment("filter", busy, 2350) {
      $0.page = .events
      $0.filter = "proposal -scheduled"
      $0.isTyping = true
    },
  ]

  private static func moment(
    _ name: String, _ dashboard: Dashboard, _ milliseconds: Int64,
    _ change: (inout ViewState) -> Void
  ) -> Moment {
    var state = ViewState()
    state.node = 1
    change(&state)
    return Moment(
      name: name, dashboard: dashboard, now: time(18_421, milliseconds), state: state)
  }

  static func draw(_ moment: Moment, _ size: Size, _ theme: Theme) -> Grid {
    var grid = Grid(size, theme[.text])
    moment.dashboard.draw(moment.state, at: moment.now, theme: theme, into: &grid)
    return grid
  }
}
