import ChainEvents
import Dashboard
import DashboardDemo
import NodeStatus
import Terminal
import Theme

/// The moments that golden screens and pictures show.
enum Scenes {
  struct Moment: Sendable, CustomStringConvertible {
    var name: String
    var dashboard: FleetStatus
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
  static let stalled: FleetStatus = {
    var silenced = devnet
    silenced.stallFrom = 18_390
    return dashboard(silenced, through: 18_421, at: 2350)
  }()

  static func dashboard(
    _ devnet: DemoDevnet, through slot: UInt64, at milliseconds: Int64
  ) -> FleetStatus {
    var dashboard = FleetStatus()
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

  /// The same chain with more events of the looked-at node at the end.
  static func busy(_ events: [ChainEvent], at milliseconds: Int64 = 2350) -> FleetStatus {
    var dashboard = busy
    let first = dashboard.nodes[1].log.total
    for (offset, event) in events.enumerated() {
      dashboard.update(
        TimedEvent(
          timeMilliseconds: time(18_421, milliseconds), slot: 18_421, interval: 2,
          sequence: UInt64(first + offset), node: "node-1", event: event))
    }
    return dashboard
  }

  /// A node that catches up: its gate is closed, its head moves fast.
  static let syncing: FleetStatus = {
    var dashboard = FleetStatus()
    let start = time(18_421, 2350) - 42_000
    let events: [(UInt64, ChainEvent)] = [
      (
        0,
        .node(
          .started(
            NodeDescription(
              network: "devnet-4", client: "swiftlet/0.1.0",
              genesisMilliseconds: DemoDevnet.genesisMilliseconds, validators: 16,
              ownValidators: [1, 5, 9, 13], committees: 4, simulated: ["network"],
              policies: "start auto, commit auto, stale forfeit")))
      ),
      (10, .network(.syncGate(open: false, reason: "head lag 12341 > 4"))),
      (20, .network(.sync(.syncing, headSlot: 6_080, targetSlot: 18_410))),
      (
        30,
        .network(
          .peerConnected(
            peer: "zeam_0", .outbound, client: "zeam/0.4.0",
            address: "/ip4/10.8.1.0/udp/9000/quic-v1"))
      ),
      (41_900, .network(.sync(.syncing, headSlot: 12_044, targetSlot: 18_421))),
    ]
    for (sequence, event) in events.enumerated() {
      let moment = start + event.0
      let sinceGenesis = moment - DemoDevnet.genesisMilliseconds
      dashboard.update(
        TimedEvent(
          timeMilliseconds: moment, slot: sinceGenesis / 4000,
          interval: Int(sinceGenesis % 4000 / 800), sequence: UInt64(sequence), node: "node-1",
          event: event.1))
    }
    return dashboard
  }()

  /// The clock is off, as all peers say.
  static let drifting: FleetStatus = {
    var dashboard = busy([.clock(.clockOffset(milliseconds: 431, source: "11 peers"))])
    for slot in UInt64(18_421)...18_422 {
      dashboard.update(
        TimedEvent(
          timeMilliseconds: time(slot, 2400), slot: slot, interval: 3, sequence: 90_000 + slot,
          node: "node-1", event: .clock(.tick(latenessMilliseconds: 0))))
    }
    return dashboard
  }()

  /// A node that does its duties while it syncs the last slots, and whose target has all votes.
  static let catchingUp: FleetStatus = busy([
    .network(.sync(.syncing, headSlot: 18_421, targetSlot: 18_423)),
    .forkChoice(
      .justification(
        target: VotePoint(root: DemoDevnet.root(18_420), slot: 18_420),
        voters: ValidatorSet(0..<16), validators: 16)),
  ])

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
    moment("autopsy-missed", busy, 2350) {
      $0.page = .prebuild
      $0.filter = "outcome=missed"
      $0.isOpen = true
    },
    moment("stall", stalled, 2350) { _ in },
    moment("stall-doctor", stalled, 2350) { $0.page = .doctor },
    moment("silent", busy, 9000) { _ in },
    moment("frozen", busy, 2350) {
      $0.travel = ViewState.Travel(
        shownMilliseconds: time(18_421, 2350), liveMilliseconds: time(18_436, 2350))
    },
    moment("syncing", syncing, 2350) { $0.node = 0 },
    moment("clock", drifting, 6500) { _ in },
    moment("catching-up", catchingUp, 2350) { _ in },
    moment("catching-up-doctor", catchingUp, 2350) { $0.page = .doctor },
    moment("dead", busy([.node(.chaos(.kill, active: true, detail: "it ended"))]), 9000) {
      _ in
    },
    moment("stopped", busy([.node(.stopping(reason: "SIGTERM"))]), 2350) { _ in },
    moment("replay", busy, 2350) {
      $0.replay = ViewState.Replay(file: "events-18300.jsonl", speed: 0.5, progress: 0.12)
      $0.isReadOnly = true
    },
    moment("acknowledged", busy, 2350) {
      $0.acknowledged = Set(busy.calls)
      $0.recordingPath = "recordings/events-18421-0.jsonl"
      $0.page = .events
      $0.selections[.events] = 5
    },
    moment("filter", busy, 2350) {
      $0.page = .events
      $0.filter = "proposal -scheduled"
      $0.isTyping = true
    },
    moment("peers-sorted", busy, 2350) {
      $0.page = .peers
      $0.filter = "lag<1"
      var sorting = ViewState.Sorting()
      sorting.column = 7
      sorting.isReversed = true
      sorting.order = ["zeam_0", "ream_1", "qlean_2", "lantern_3", "ethlambda_4"]
      $0.sortings[.peers] = sorting
      $0.selections[.peers] = 1
    },
    moment("peer-open", busy, 2350) {
      $0.page = .peers
      $0.isOpen = true
    },
    moment("validator-open", busy, 2350) {
      $0.page = .validators
      $0.selections[.validators] = 1
      $0.isOpen = true
    },
    moment("chain-found", forked, 2350) {
      $0.page = .chain
      $0.filter = "orphan"
      $0.selections[.chain] = 2
    },
    moment("only-misses", busy, 2350) {
      $0.page = .prebuild
      $0.showsOnlyMisses = true
      $0.countersSinceMilliseconds = time(18_330, 0)
    },
    moment("focused", busy, 2350) {
      $0.focusedPanel = 5
      $0.selections[.peers] = 7
    },
    moment("zoomed", busy, 2350) {
      $0.focusedPanel = 2
      $0.isZoomed = true
    },
  ]

  /// Two blocks in one slot: one came late and was left behind.
  static let forked: FleetStatus = busy([
    .forkChoice(
      .block(
        ImportedBlock(
          slot: 18_420, block: DemoDevnet.root(18_420, fork: 1),
          parent: DemoDevnet.root(18_419), proposer: 4, votes: 2, arrivalMilliseconds: 2610,
          importMilliseconds: 44, isOurs: false)))
  ])

  private static func moment(
    _ name: String, _ dashboard: FleetStatus, _ milliseconds: Int64,
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
