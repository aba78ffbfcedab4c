private import ChainEvents
private import DashboardDemo
private import NodeStatus

/// Events that one thread folds in a second, votes and news as a devnet has them.
enum FoldSpeed {
  static func figure() -> Figure {
    let events = DemoDevnet().events(100...399)
    let rates = (0..<5).map { _ in
      var fleet = FleetStatus()
      let start = Stopwatch.threadMilliseconds
      for event in events { fleet.update(event) }
      let end = Stopwatch.threadMilliseconds
      precondition(fleet.nodes.count == 4, "nodes are missing")
      return Double(events.count) / (end - start) * 1e3
    }
    return Figure("events folded in a second", rates.sorted()[2], "", atLeast: 500_000)
  }
}
