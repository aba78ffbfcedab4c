import ChainEvents
import Dashboard
import DashboardDemo
import Hashing
import NodeStatus
import Terminal
import Testing
import Theme

struct ChaosTests {
  private let now = Scenes.time(18_421, 2_350)

  private var state: ViewState {
    var state = ViewState()
    state.node = 1
    return state
  }

  private func dashboard(_ faults: [Fault], of node: String = "node-1") -> FleetStatus {
    var dashboard = Scenes.busy
    for fault in faults { dashboard.update(chaos(fault, true, of: node)) }
    return dashboard
  }

  private func chaos(_ fault: Fault, _ isActive: Bool, of node: String) -> TimedEvent {
    TimedEvent(
      timeMilliseconds: now, slot: 18_421, interval: 2, sequence: 1, node: node,
      event: .node(.chaos(fault, active: isActive, detail: "as told")))
  }

  private func question(_ fault: Fault, _ dashboard: FleetStatus) -> Question? {
    guard case .ask(let question) = dashboard.offer(.fault(fault), state, at: now) else {
      return nil
    }
    return question
  }

  @Test func `a fault is for the node that is looked at, and its taking back too`() throws {
    for fault in Fault.allCases where fault != .silence && fault != .delayBlock {
      let order = OperatorOrder(node: "node-1", .toggleFault(fault))
      let entry = try #require(question(fault, dashboard([])))
      let way = try #require(question(fault, dashboard([fault])))
      #expect([entry.order, way.order] == [order, order])
      #expect(way.lines.first == "now: as told")
      #expect(entry.lines != way.lines)
    }
    #expect(question(.pause, dashboard([]))?.title == "pause node-1?")
    #expect(question(.pause, dashboard([.pause]))?.title == "let node-1 go on?")
  }

  @Test func `a question names the key that a person has bound`() {
    let bound: [(fault: Fault, key: Character, words: String)] = [
      (.pause, "P", "Ä lets it go on"), (.cut, "C", "Ä heals the cut"),
      (.kill, "K", "Ä restarts it"), (.stepClock, "J", "Ä sets it right"),
    ]
    for (fault, key, words) in bound {
      var state = state
      state.keymap = Keymap([.character("Ä"): .character(key)])
      guard case .ask(let question) = dashboard([]).offer(.fault(fault), state, at: now) else {
        Issue.record("\(fault) is refused")
        continue
      }
      #expect(question.lines.joined(separator: " ").contains(words))
    }
  }

  @Test func `what alarms and autopsies advise names no key`() {
    let fleets = [Scenes.busy, Scenes.stalled, Scenes.syncing, Scenes.drifting]
    let nodes = fleets.flatMap(\.nodes)
    let advice =
      nodes.flatMap { node in (node.alarms.alarms + node.alarms.ended.map(\.alarm)).map(\.advice) }
      + nodes.flatMap { node in
        node.slots.suffix(128, through: node.wallSlot)
          .compactMap { Autopsy(node, slot: $0.slot)?.advice }
      }
    #expect(advice.count > 20)
    for words in Set(advice) {
      #expect(!words.contains("enter") && !words.contains(/page [0-9]/), "\(words)")
    }
  }

  @Test func `a fault that has ended can be put in again`() {
    var dashboard = dashboard([.cut])
    dashboard.update(chaos(.cut, false, of: "node-1"))
    #expect(question(.cut, dashboard)?.title == "cut node-1 off?")
  }

  @Test func `what cannot be broken is refused with the reason`() {
    func refusal(_ fault: Fault, _ dashboard: FleetStatus) -> ActionOffer {
      dashboard.offer(.fault(fault), state, at: now)
    }
    #expect(
      refusal(.pause, dashboard([.kill])) == .refuse("node-1 is dead: K starts it again"))
    #expect(
      refusal(.silence, dashboard([]))
        == .refuse("node-1 does not aggregate: . shows the next node"))
    #expect(
      refusal(.delayBlock, dashboard([.delayBlock]))
        == .refuse("the next block is already to be held back"))
  }

  @Test func `a devnet takes faults over a real network too, and no other node does`() {
    var real = FleetStatus()
    real.update(chaos(.pause, false, of: "node-1"))
    #expect(question(.kill, real)?.title == "kill node-1?")
    var state = state
    state.takesFaults = false
    for fault in Fault.allCases {
      #expect(
        real.offer(.fault(fault), state, at: now)
          == .refuse("faults are for the nodes of a devnet: swiftlet devnet has some"))
    }
  }

  @Test func `a dead node falls behind the heads of the others`() throws {
    var dashboard = dashboard([.kill], of: "node-2")
    dashboard.update(
      TimedEvent(
        timeMilliseconds: now + 20_000, slot: 18_426, interval: 2, sequence: 2, node: "node-0",
        event: .forkChoice(.head(slot: 18_426, block: .zero, state: .zero))))
    let moment = Scenes.Moment(name: "", dashboard: dashboard, now: now, state: state)
    let grid = Scenes.draw(
      moment, Size(columns: 160, rows: 36), ThemeLibrary.defaultTheme(depth: .trueColor))
    let fleet = try #require(grid.lines.dropLast().last)
    #expect(fleet.contains("node-2 h 18,421 -5 f -3 kill"))
  }

  @Test func `the fleet stands below the overview with heads, lags and faults`() throws {
    let theme = ThemeLibrary.defaultTheme(depth: .trueColor)
    func line(_ dashboard: FleetStatus, _ columns: Int) -> Substring? {
      let moment = Scenes.Moment(name: "", dashboard: dashboard, now: now, state: state)
      let grid = Scenes.draw(moment, Size(columns: columns, rows: 36), theme)
      return grid.lines.dropLast().last?.drop { "└─ ".contains($0) }
    }
    let fleet = try #require(line(dashboard([.pause], of: "node-2"), 160))
    #expect(fleet.hasPrefix("fleet  node-0 h 18,421 f -3 ▸node-1 h 18,421 f -3  node-2 h 18,421"))
    #expect(fleet.contains("f -3 pause  node-3 h 18,421 f -3"))
    let narrow = try #require(line(dashboard([.slowProver, .stepClock], of: "node-2"), 110))
    #expect(narrow.contains("▸node-1"))
    #expect(narrow.contains("and 2 more"))
  }
}
