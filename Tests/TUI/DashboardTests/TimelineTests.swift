import ChainEvents
import DashboardDemo
import NodeStatus
import Terminal
import Testing
import Theme

@testable import Dashboard

struct TimelineTests {
  private static let theme = ThemeLibrary.defaultTheme(depth: .none)

  /// The overview of a node at a moment of slot 18,421.
  private func lines(
    _ dashboard: FleetStatus, at milliseconds: Int64 = 2350,
    _ change: (inout ViewState) -> Void = { _ in }
  ) -> [String] {
    var moment = Scenes.live[0]
    moment.dashboard = dashboard
    moment.now = Scenes.time(18_421, milliseconds)
    change(&moment.state)
    return Scenes.draw(moment, Size(columns: 120, rows: 36), Self.theme).lines
  }

  @Test func `what goes on outside the picture has an arrow at its edge`() {
    var devnet = DemoDevnet()
    devnet.troubles = [18_417: .miss]
    let dashboard = Scenes.dashboard(devnet, through: 18_421, at: 2350)
    func merge(_ change: (inout ViewState) -> Void) -> String? {
      lines(dashboard) {
        $0.selections[.overview] = 4
        change(&$0)
      }.first { $0.contains("merge") }
    }
    // The merge began at -0.5 s and ended with the slot: beyond half a slot on both sides.
    #expect(merge { $0.timeScale = .half }?.contains("◂") == true)
    #expect(merge { _ in }?.contains("◂") == false)
  }

  @Test func `a prover that folds the proposer's signature in has no lane for a wrap`() {
    var dashboard = Scenes.busy
    #expect(lines(dashboard).contains { $0.contains("│ wrap ") })
    dashboard.update(
      TimedEvent(
        timeMilliseconds: Scenes.time(18_421, 2_350), slot: 18_421, interval: 2, sequence: 1,
        node: "node-1",
        event: .duty(
          .costModel(
            CostModel(
              buildMilliseconds: 2_000, commitMilliseconds: 1_800, mergeMilliseconds: 1_500,
              samples: 4, foldsProposer: true)))))
    let folded = lines(dashboard)
    #expect(!folded.contains { $0.contains("│ wrap ") })
    #expect(folded.contains { $0.contains("│ merge ") })
  }

  @Test func `borders of intervals and work that begins on them share a column`() throws {
    let text = lines(Scenes.busy)
    let ruler = Array(try #require(text.first { $0.contains("1 attest") }))
    let attest = Array(try #require(text.first { $0.hasPrefix("│ attest") }))
    let column = try #require(ruler.indices.first { String(ruler[$0...].prefix(8)) == "1 attest" })
    // The votes left 2 ms after the interval began: in its first column, from its left edge on.
    #expect(attest[column] == "█")
    #expect(attest[column - 1] == " ")
  }

  @Test func `a slot without a proposal of ours near leaves its lanes to chain and events`() throws
  {
    var fleet = FleetStatus()
    var devnet = DemoDevnet(nodes: 4)
    devnet.voters = 64
    for event in devnet.events(18_400...18_421, until: Scenes.time(18_421, 2350)) {
      // Node 1 has only validator 1 of 64: its slots are rare.
      guard case .node(.started(var description)) = event.event else {
        fleet.update(event)
        continue
      }
      description.ownValidators = [1]
      fleet.update(
        TimedEvent(
          timeMilliseconds: event.timeMilliseconds, slot: event.slot, interval: event.interval,
          sequence: event.sequence, node: event.node, event: .node(.started(description))))
    }
    let text = lines(fleet)
    #expect(!text.contains { $0.hasPrefix("│ compact") || $0.hasPrefix("│ merge") })
    #expect(text.contains { $0.hasPrefix("│ attest") })
    let full = lines(Scenes.busy)
    func row(_ text: [String], _ word: String) -> Int {
      text.firstIndex { $0.contains(word) } ?? 0
    }
    #expect(row(text, "6 events") == row(full, "6 events") - 3)
    #expect(
      row(text, "6 events") - row(text, "3 chain") == row(full, "6 events") - row(full, "3 chain")
        + 3)
  }

  @Test func `names of intervals stand at their borders`() {
    for columns in 40...200 {
      for rows in [10, 20, 36, 44] {
        var moment = Scenes.live[0]
        moment.state.size = Size(columns: columns, rows: rows)
        let lines = Scenes.draw(moment, moment.state.size, Self.theme).lines.map(Array.init)
        let lanes = lines.indices.filter { lines[$0].contains("┊") }
        guard let first = lanes.first else {
          Issue.record("no lanes at \(columns)x\(rows)")
          continue
        }
        for lane in lanes where lane < first + Lane.all(of: moment.dashboard.nodes[1]).count {
          for column in lines[lane].indices where lines[lane][column] == "┊" {
            #expect(lines[first - 1][column].isNumber, "\(columns)x\(rows), column \(column)")
          }
        }
      }
    }
  }

  @Test func `the start of an interval is unlike any bar, without colours and in ASCII`() {
    var glyphs: Set<Unicode.Scalar> = ["░", "◆", "✕", "◂", "▸", "┃"]
    for start in stride(from: 0.0, to: 1, by: 0.125) {
      for length in stride(from: 0.01, to: 2, by: 0.1) {
        var grid = Grid(Size(columns: 4, rows: 1))
        grid.bar(from: start, to: start + length, row: 0, .plain)
        glyphs.formUnion(grid.cells.map(\.glyph))
      }
    }
    #expect(!glyphs.contains(LaneChart.guide))
    #expect(!glyphs.map(Grid.ascii).contains(Grid.ascii(LaneChart.guide)))
  }
}
