package import ChainEvents
package import NodeStatus
package import Simulation

/// What a devnet did: the status of all its nodes, and how its times and lags were spread.
package struct DevnetReport: Sendable {
  /// How the nodes stand and what they counted; the value that a screen draws.
  package private(set) var fleet = FleetStatus()

  /// Blocks that left, in milliseconds after their slot began.
  package private(set) var publishOffsets = Tally()

  /// Ticks, in milliseconds after their interval began.
  package private(set) var tickLateness = Tally()

  /// Wall slot minus head slot, each node once a slot at interval 1, where it is told.
  package private(set) var headLag = Tally()

  /// Head slot minus finalized slot, each node once a slot at interval 1, where both are told.
  package private(set) var finalityLag = Tally()

  /// Lines of the log that are errors, with the node's name; at most a hundred are kept.
  package private(set) var errors: [String] = []

  private static let errorLimit = 100

  /// Creates an empty report.
  package init() {}

  /// The counts of all nodes together, but for proposals that our own end cut off.
  package var counters: Counters {
    fleet.nodes.reduce(into: Counters()) { $0.add($1.counters) }.leavingOut(.shutdown)
  }

  /// The highest slot that any node has finalized; `nil` until one has told.
  package var finalizedSlot: UInt64? { fleet.nodes.compactMap { $0.finalized?.slot }.max() }

  /// Folds and counts one event.
  ///
  /// - Returns: The alarms that began or ended with it, as events.
  @discardableResult
  package mutating func update(_ event: TimedEvent) -> [TimedEvent] {
    let alarms = fleet.update(event)
    switch event.event {
    case .clock(.tick(let lateness)):
      tickLateness.count(Int(Int32(near: lateness)))
      if event.interval == 1, event.slot > 0 { countLags(of: event.node) }
    case .proposal(.outcome(let result)):
      if let offset = result.outcome.publishOffset {
        publishOffsets.count(Int(Int32(near: offset)))
      }
    case .node(.log(.error, let source, let message)) where errors.count < Self.errorLimit:
      errors.append("\(event.node) \(source): \(message)")
    case .node(.storage(let problem?)) where errors.count < Self.errorLimit:
      errors.append("\(event.node) \(problem)")
    case .clock, .proposal, .forkChoice, .duty, .network, .key, .node, .unknown: break
    }
    return alarms
  }

  /// Lets time pass, which tells who is silent.
  ///
  /// - Returns: The alarms that began with it, as events.
  mutating func advance(to moment: UInt64) -> [TimedEvent] { fleet.advance(to: moment) }

  private mutating func countLags(of name: String) {
    guard let node = fleet.nodes.first(where: { $0.name == name }) else { return }
    if let lag = node.headLag { headLag.count(Int(lag)) }
    if let lag = node.finalizedLag { finalityLag.count(Int(lag)) }
  }
}

// MARK: - As text

extension DevnetReport {
  /// One line for an alarm that began, reached another level or ended.
  static func line(_ alarm: TimedEvent) -> String? {
    guard case .node(.alarm(let news)) = alarm.event else { return nil }
    let place = "slot \(alarm.slot) · \(alarm.node)"
    guard news.isRaised else { return "\(place) over: \(news.text)" }
    let word = news.level == .critical ? "ALARM" : "warning"
    return "\(place) \(word): \(news.text): \(news.advice)"
  }

  /// One line for a slot that is over.
  package func line(slot: UInt64) -> String {
    let outcomes = fleet.nodes.compactMap { node in
      node.proposals[slot].flatMap { proposal in
        proposal.outcome.map { outcome in
          let offset = outcome.publishOffset.map { " at \($0 >= 0 ? "+" : "")\($0) ms" } ?? ""
          let validator = proposal.validator.map { "validator \($0)" } ?? node.name
          return "\(validator) \(outcome.name)\(offset)"
        }
      }
    }
    let head = fleet.nodes.compactMap { $0.head?.slot }.max()
    let lag = head.flatMap { head in finalizedSlot.map { Int(head) - Int($0) } }
    let columns = [
      "slot \(slot)", outcomes.isEmpty ? "no proposal" : outcomes.joined(separator: ", "),
      "head \(told(head))", "finalized \(told(finalizedSlot))", "lag \(told(lag))",
    ]
    return columns.joined(separator: " · ")
  }

  private func told(_ number: (some BinaryInteger)?) -> String { number.map { "\($0)" } ?? "-" }

  /// The table at the end, a row each.
  package var table: String {
    let counters = counters
    var rows: [(String, String)] = [("proposals", "\(counters.proposals)")]
    rows += counters.outcomes.map { ("  \($0.name)", share($0.count, of: counters.proposals)) }
    rows += [
      ("stale discards", "\(counters.staleCount)"), ("refreshes", "\(counters.refreshCount)"),
      ("missed intervals", "\(counters.missedIntervalCount)"),
      ("guard skips", "\(counters.guardSkips)"),
      ("publish offset ms p50/p99/max", quantiles(publishOffsets)),
      ("tick lateness ms p50/p99/max", quantiles(tickLateness)),
      ("head lag p50/p99/max", quantiles(headLag)),
      ("finality lag p50/p99/max", quantiles(finalityLag)),
      ("finalized slot", told(finalizedSlot)),
      ("errors in the log", "\(errors.count)" + (errors.count < Self.errorLimit ? "" : " or more")),
    ]
    if counters.orphans > 0 { rows.append(("own blocks orphaned", "\(counters.orphans)")) }
    if counters.thinBlocks > 0 {
      rows.append(("own blocks with few votes", "\(counters.thinBlocks)"))
    }
    if counters.faults > 0 { rows.append(("faults put in", "\(counters.faults)")) }
    let lost = fleet.nodes.reduce(0) { $0 + $1.lostEvents }
    if lost > 0 { rows.append(("events lost, not counted", "\(lost)")) }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { name, value in
      name + String(repeating: " ", count: width - name.count + 2) + value
    }.joined(separator: "\n")
  }

  private func share(_ count: Int, of proposals: Int) -> String {
    let perMille = (count * 1_000 + proposals / 2) / max(1, proposals)
    return "\(count)  (\(perMille / 10).\(perMille % 10) %)"
  }

  private func quantiles(_ tally: Tally) -> String {
    guard let median = tally.quantile(perMille: 500), let high = tally.quantile(perMille: 990),
      let maximum = tally.maximum
    else { return "-" }
    return "\(median) / \(high) / \(maximum)"
  }
}
