internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// The node itself: gate, aggregator, prover, ticks, journal, process.
struct NodePanel: TextPanel {
  let scene: Scene

  var title: String { scene.node.name }

  var help: String {
    "The node itself: gate, aggregator, prover, ticks, journal, memory."
  }

  var note: [Span] {
    switch scene.node.gate?.isOpen {
    case true?: [scene.span("sync gate open", .ok)]
    case false?: [scene.span("sync gate CLOSED", .critical)]
    case nil: []
    }
  }

  func lines(width: Int) -> [[Span]] { facts.lines(scene, width: width, valueColumn: 12) }

  private var facts: Facts {
    let node = scene.node
    var facts = Facts()
    if let gate = node.gate, !gate.isOpen {
      facts.add("gate", scene.span(Words.grouped(gate.reason), .critical))
    }
    facts.add("aggregator", AggregatorWords.role(scene), scene.span(AggregatorWords.subnets(scene)))
    facts.add("last agg", AggregatorWords.last(scene))
    if let prover = node.prover {
      facts.add(
        "prover", scene.span(prover.state.words, prover.state == .idle ? .dim : .accent),
        scene.span(
          (prover.slot.map { "  slot \(Words.number($0))" } ?? "")
            + (prover.waiting > 0 ? "  \(prover.waiting) waiting" : ""), .text))
    }
    facts.add(
      "ticks late",
      scene.span(
        node.tickLateness.percentile(99).map { "p99 \($0) ms" } ?? "-",
        scene.role(.tickLateness, node.tickLateness.percentile(99).map { max(0, $0) })),
      scene.span(node.tickLateness.max().map { "  max \($0)" } ?? "", .dim),
      scene.span(
        node.counters.guardSkips > 0 ? "  \(node.counters.guardSkips) skipped" : "", .dim))
    if let model = node.costModel {
      facts.add(
        "build takes", scene.span("\(Words.number(model.buildMilliseconds)) ms"),
        scene.span(", \(Words.number(model.commitMilliseconds)) signing on", .dim))
    }
    facts.add(
      "journal",
      scene.span(node.journal.commits.percentile(95).map { "commit p95 \($0) ms" } ?? "-"),
      scene.span(node.journal.failures > 0 ? "  \(node.journal.failures) failed" : "", .critical))
    if let resources = node.resources {
      facts.add(
        "memory cpu",
        [
          scene.span(Words.memory(resources.memory)),
          scene.span("  \((resources.processorPermille + 5) / 10) %"),
          scene.span("  db \(Words.memory(resources.database))", .dim),
        ] + (scene.age(of: resources.toldAt).map { [scene.span("  "), $0] } ?? []))
    }
    let lost = node.lostEvents
    facts.add(
      "events", scene.span("\((node.slotEvents.before + 2) / 4)/s"),
      scene.span("  \(lost) lost", lost > 0 ? .warning : .dim),
      scene.span(node.unknownEvents > 0 ? "  \(node.unknownEvents) unknown" : "", .warning),
      scene.span(node.futureEvents > 0 ? "  \(node.futureEvents) of the future" : "", .warning))
    return facts
  }
}

/// Words about the aggregator that several panels share.
enum AggregatorWords {
  static func role(_ scene: Scene) -> Span {
    switch scene.node.aggregator?.isEnabled {
    case true?: scene.span("on", .ok)
    case false?: scene.span("off", .dim)
    case nil: scene.span("-", .dim)
    }
  }

  static func subnets(_ scene: Scene) -> String {
    guard let role = scene.node.aggregator, role.isEnabled else { return "" }
    return "  subnets " + role.subnets.prefix(8).map(String.init).joined(separator: " ")
  }

  static func last(_ scene: Scene) -> Span {
    let node = scene.node
    guard let last = node.lastAggregate, let aggregate = node.slots[last.slot]?.aggregate else {
      return scene.span("none seen", .dim)
    }
    let age = scene.slot > last.slot ? scene.slot - last.slot : 0
    let text =
      "\(aggregate.votes)/\(Words.told(node.validatorCount)) votes"
      + (age > 1
        ? ", \(age) slots ago"
        : " \(Words.moment(aggregate.arrival))" + (aggregate.isOurs ? " ours" : ""))
    return scene.span(text, age > 2 ? .warning : .text)
  }
}
