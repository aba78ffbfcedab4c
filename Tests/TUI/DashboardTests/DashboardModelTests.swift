import ChainEvents
import Dashboard
import DashboardDemo
import Foundation
import Hashing
import NodeStatus
import Terminal
import Testing
import Theme

struct DashboardModelTests {
  private let theme = ThemeLibrary.defaultTheme(depth: .trueColor)

  private func text(_ moment: Scenes.Moment, _ size: String) throws -> String {
    Scenes.draw(moment, try #require(Size(size)), theme).lines.joined(separator: "\n")
  }

  @Test func `the JSON beside a picture is JSON and says what the screen says`() throws {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(Scenes.busy.json.utf8)) as? [String: Any])
    let nodes = try #require(object["nodes"] as? [[String: Any]])
    #expect(nodes.map { $0["node"] as? String } == ["node-0", "node-1", "node-2", "node-3"])
    #expect((nodes[1]["counters"] as? [String: Any])?["forfeited"] as? Int == 2)
  }

  @Test func `a forced fallback is offered with its cost, and refused once the leaf is spent`() {
    var state = ViewState()
    state.node = 1
    guard
      case .ask(let question) = Scenes.busy.offer(
        .forceFallback, state, at: Scenes.time(18_421, 2350))
    else {
      Issue.record("refused")
      return
    }
    #expect(question.order == OperatorOrder(node: "node-1", .forceFallback(slot: 18_425)))
    #expect(question.lines.contains { $0.contains("about 640 ms") })
    let refusal = Scenes.building.offer(.forceFallback, state, at: Scenes.time(18_420, 3480))
    #expect(
      refusal
        == .refuse("slot 18421 is signed: \(DemoDevnet.root(18_421).short) holds the leaf"))
  }

  @Test func `what is simulated is named at every size with room for words`() throws {
    for moment in Scenes.live + Scenes.states where moment.name != "silent" {
      for size in ["120x36", "200x50"] {
        let names = moment.name == "syncing" ? "simulated: network" : "prover 350 ms"
        #expect(try text(moment, size).contains(names), "\(moment.name) \(size)")
      }
      #expect(try text(moment, "80x24").contains("SIMULATED"))
    }
  }

  @Test func `a silent node stops the screen and says so`() throws {
    let moment = try #require(Scenes.states.first { $0.name == "silent" })
    let later = Scenes.Moment(
      name: "", dashboard: moment.dashboard, now: moment.now + 60_000, state: moment.state)
    #expect(try text(moment, "120x36").contains("SILENT"))
    // Each panel's border says how old it is; what is in it stands still.
    func insides(_ moment: Scenes.Moment) throws -> [Substring] {
      try text(moment, "120x36").split(separator: "\n").filter { $0.hasPrefix("│") }
    }
    #expect(try insides(moment) == insides(later))
    #expect(try text(moment, "120x36").contains("─ 6 s old ┐"))
    #expect(try text(later, "120x36").contains("─ 1m06s old ┐"))
  }

  @Test func `a frozen screen moves nothing but the distance to now`() throws {
    let moment = try #require(Scenes.states.first { $0.name == "frozen" })
    var later = moment
    later.state.travel?.liveMilliseconds += 60_000
    later.now += 60_000
    let rows = (try text(moment, "120x36"), try text(later, "120x36"))
    let differing = zip(rows.0.split(separator: "\n"), rows.1.split(separator: "\n"))
      .enumerated().filter { $0.element.0 != $0.element.1 }.map(\.offset)
    #expect(differing == [1])
  }

  @Test func `a bar that grows never shrinks`() {
    var before: [Bool] = []
    var state = ViewState()
    state.node = 1
    for time in stride(from: Int64(-780), through: -20, by: 20) {
      let dashboard = Scenes.dashboard(Scenes.devnet, through: 18_421, at: time)
      let moment = Scenes.Moment(
        name: "", dashboard: dashboard, now: Scenes.time(18_421, time), state: state)
      let grid = Scenes.draw(moment, Size(columns: 120, rows: 36), theme)
      // The lane of the merge, without the cursor.
      let ink = grid.row(9).dropFirst(13).dropLast(10).map {
        "▏▎▍▌▋▊▉█▐".unicodeScalars.contains($0.glyph)
      }
      if !before.isEmpty { #expect(zip(before, ink).allSatisfy { !$0 || $1 }) }
      before = ink
    }
  }

  @Test func `the machine of time draws the past`() {
    var machine = TimeMachine()
    for event in Scenes.devnet.events(18_300...18_320) { machine.update(event) }
    let past = machine.fleet(at: Scenes.time(18_310, 2000))
    #expect(past.nodes.first?.wallSlot == 18_310)
    #expect(past.genesisMilliseconds == DemoDevnet.genesisMilliseconds)
  }

  @Test func `counters start again from the moment of the reset`() throws {
    var state = ViewState()
    state.node = 1
    state.page = .prebuild
    state.countersSinceMilliseconds = Scenes.time(18_413, 0)
    let moment = Scenes.Moment(
      name: "", dashboard: Scenes.busy, now: Scenes.time(18_421, 2350), state: state)
    let rows = try text(moment, "120x36").split(separator: "\n")
    let row = try #require(rows.first { $0.contains("hits  ") })
    #expect(row.split(separator: " ").contains("3"))
  }

  @Test func `the log goes to a file line by line`() {
    var state = ViewState()
    state.node = 1
    state.filter = "proposal_outcome"
    let lines = Scenes.busy.logText(state).split(separator: "\n")
    #expect(lines.filter { !$0.contains("proposal_outcome") } == [])
    let root = DemoDevnet.root(18_421).short
    #expect(
      lines.last
        == "slot=18421 i=0 EVT node-1 proposal_outcome: slot 18421 hit +12 ms \(root)")
  }
}
