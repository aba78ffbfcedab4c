import ChainEvents
import Dashboard
import DashboardDemo
import NodeStatus
import Terminal
import Testing
import Theme

struct AlarmCallTests {
  /// The devnet through a slot; half of its votes are missing from slot 18,390 on.
  private func fleet(through slot: UInt64) -> FleetStatus {
    var devnet = Scenes.devnet
    devnet.stallFrom = 18_390
    return Scenes.dashboard(devnet, through: slot, at: 2350)
  }

  private func header(_ fleet: FleetStatus, _ slot: UInt64, seen: Set<AlarmCall>) -> String {
    var state = ViewState()
    state.acknowledged = seen
    let moment = Scenes.Moment(
      name: "", dashboard: fleet, now: Scenes.time(slot, 2350), state: state)
    let theme = ThemeLibrary.defaultTheme(depth: .none)
    return Scenes.draw(moment, Size(columns: 200, rows: 50), theme).lines[0]
  }

  @Test func `who has seen an alarm is told of it again when it gets worse`() throws {
    let early = fleet(through: 18_397)
    let warning = try #require(early.calls.first { $0.node == "node-0" })
    #expect((warning.kind, warning.level) == (.finality, .warning))
    #expect(header(early, 18_397, seen: []).contains(" WARN 1 "))
    #expect(!header(early, 18_397, seen: [warning]).contains("WARN"))
    #expect(header(early, 18_397, seen: [warning]).contains("ack 1"))
    let late = fleet(through: 18_421)
    let critical = try #require(late.calls.first { $0.node == "node-0" })
    #expect((critical.kind, critical.since) == (warning.kind, warning.since))
    #expect(header(late, 18_421, seen: [warning]).contains(" CRIT "))
    #expect(!header(late, 18_421, seen: Set(late.calls)).contains("CRIT"))
    // What was seen of one node says nothing of another.
    let others = Set(late.calls.filter { $0.node != "node-0" })
    #expect(header(late, 18_421, seen: others).contains(" CRIT "))
  }
}
