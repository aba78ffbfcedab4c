public import ChainEvents
public import Simulation

/// What a devnet did, counted from the events of all its nodes.
public struct DevnetReport: Sendable, Equatable {
  /// Proposals by outcome, as `hit` or `fallback: head_moved`; not those that our own end cut off.
  public private(set) var outcomes: [String: Int] = [:]

  /// Signed blocks that were thrown away.
  public private(set) var staleDiscards = 0

  /// Intervals that an engine was late past.
  public private(set) var missedIntervals = 0

  /// Ticks for intervals that were handled already; harmless.
  public private(set) var guardSkips = 0

  /// Candidates that were built again before they were signed.
  public private(set) var refreshes = 0

  /// Blocks that left, in milliseconds after their slot began.
  public private(set) var publishOffsets = Tally()

  /// Ticks, in milliseconds after their interval began.
  public private(set) var tickLateness = Tally()

  /// Wall slot minus head slot, each node once a slot at interval 1.
  public private(set) var headLag = Tally()

  /// Head slot minus finalized slot, each node once a slot at interval 1.
  public private(set) var finalityLag = Tally()

  /// The highest slot that any node has finalized.
  public private(set) var finalizedSlot: UInt64 = 0

  /// Lines of the log that are errors, with the node's name; at most a hundred are kept.
  public private(set) var errors: [String] = []

  /// Faults that a person switched on.
  public private(set) var chaosCount = 0

  /// Events that were lost before they were counted.
  public private(set) var lostEvents: UInt64 = 0

  private var heads: [String: UInt64] = [:]
  private var finalized: [String: UInt64] = [:]

  private static let errorLimit = 100

  /// Creates an empty report.
  public init() {}

  /// Proposals that ended.
  public var proposals: Int { outcomes.values.reduce(0, +) }

  /// Proposals that ended as a hit.
  public var hits: Int { outcomes["hit"] ?? 0 }

  /// Counts one event.
  public mutating func update(_ event: TimedEvent) {
    switch event.event {
    case .clock(let clock): count(clock, event)
    case .proposal(let proposal): count(proposal)
    case .forkChoice(.head(let slot, _, _)): heads[event.node] = slot
    case .forkChoice(.finalized(let slot, _, _)):
      finalized[event.node] = slot
      finalizedSlot = max(finalizedSlot, slot)
    case .node(let node): count(node, event)
    case .forkChoice, .duty, .network, .key, .unknown: break
    }
  }

  private mutating func count(_ clock: ClockEvent, _ event: TimedEvent) {
    switch clock {
    case .tick(let lateness):
      tickLateness.count(Int(lateness))
      if event.interval == 1, event.slot > 0 { countLags(event) }
    case .missedInterval: missedIntervals += 1
    case .guardSkip: guardSkips += 1
    case .clockStep, .clockOffset: break
    }
  }

  private mutating func countLags(_ event: TimedEvent) {
    let head = heads[event.node] ?? 0
    headLag.count(Int(event.slot) - Int(head))
    finalityLag.count(Int(head) - Int(finalized[event.node] ?? 0))
  }

  private mutating func count(_ proposal: ProposalEvent) {
    switch proposal {
    case .outcome(let result) where result.outcome == .missed(.shutdown):
      break  // The devnet was told to end: nothing was missed.
    case .outcome(let result):
      outcomes[result.outcome.line, default: 0] += 1
      if let offset = result.outcome.publishOffset { publishOffsets.count(Int(offset)) }
    case .staleDiscard: staleDiscards += 1
    case .refreshed: refreshes += 1
    case .scheduled, .prebuildStarted, .candidate, .committed, .prepared, .forceFallback,
      .coverage:
      break
    }
  }

  private mutating func count(_ node: NodeEvent, _ event: TimedEvent) {
    switch node {
    case .log(.error, let source, let message) where errors.count < Self.errorLimit:
      errors.append("\(event.node) \(source): \(message)")
    case .chaos(_, true, _): chaosCount += 1
    case .lost(let count): lostEvents += count
    case .log, .chaos, .started, .stopping, .resources, .operatorAction: break
    }
  }
}

extension ProposalOutcome {
  /// The outcome and its reason, as they stand in tables.
  var line: String {
    switch self {
    case .hit: "hit"
    case .fallback(let reason, _): "fallback: \(reason.rawValue)"
    case .forfeited(let reason): "forfeited: \(reason.rawValue)"
    case .missed(let reason): "missed: \(reason.rawValue)"
    }
  }

  /// When the block left, counted from the start of its slot.
  var publishOffset: Int64? {
    switch self {
    case .hit(let offset), .fallback(_, let offset): offset
    case .forfeited, .missed: nil
    }
  }
}

// MARK: - As text

extension DevnetReport {
  /// One line for a slot that is over.
  public func line(slot: UInt64, results: [ProposalResult]) -> String {
    let outcome = results.map { result in
      let offset = result.outcome.publishOffset.map { " at \($0 >= 0 ? "+" : "")\($0) ms" } ?? ""
      return "validator \(result.validator) \(result.outcome.line)\(offset)"
    }
    let head = heads.values.max() ?? 0
    let columns = [
      "slot \(slot)", outcome.isEmpty ? "no proposal" : outcome.joined(separator: ", "),
      "head \(head)", "finalized \(finalizedSlot)",
      "lag \(Int(head) - Int(finalizedSlot))",
    ]
    return columns.joined(separator: " · ")
  }

  /// The table at the end, a row each.
  public var table: String {
    var rows: [(String, String)] = [("proposals", "\(proposals)")]
    rows += outcomes.sorted { $0.key < $1.key }.map { ("  \($0.key)", share($0.value)) }
    rows += [
      ("stale discards", "\(staleDiscards)"), ("refreshes", "\(refreshes)"),
      ("missed intervals", "\(missedIntervals)"), ("guard skips", "\(guardSkips)"),
      ("publish offset ms p50/p99/max", quantiles(publishOffsets)),
      ("tick lateness ms p50/p99/max", quantiles(tickLateness)),
      ("head lag p50/p99/max", quantiles(headLag)),
      ("finality lag p50/p99/max", quantiles(finalityLag)),
      ("finalized slot", "\(finalizedSlot)"), ("errors in the log", "\(errors.count)"),
    ]
    if chaosCount > 0 { rows.append(("faults put in", "\(chaosCount)")) }
    if lostEvents > 0 { rows.append(("events lost, not counted", "\(lostEvents)")) }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { name, value in
      name + String(repeating: " ", count: width - name.count + 2) + value
    }.joined(separator: "\n")
  }

  private func share(_ count: Int) -> String {
    let perMille = count * 1_000 / max(1, proposals)
    return "\(count)  (\(perMille / 10).\(perMille % 10) %)"
  }

  private func quantiles(_ tally: Tally) -> String {
    guard let median = tally.quantile(perMille: 500), let high = tally.quantile(perMille: 990),
      let maximum = tally.maximum
    else { return "-" }
    return "\(median) / \(high) / \(maximum)"
  }
}
