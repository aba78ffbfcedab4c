internal import Aggregation
private import Consensus
internal import Devnet
private import Foundation
private import NodeStatus
internal import Proposing
internal import Simulation

/// When blocks leave in real time: a devnet with real keys, proofs, journals and clocks, slot after
/// slot, for several costs of a merge.
///
/// It takes minutes, and a busy machine shows in the figures: it is a bench and no test.
struct PublicationBench: Sendable {
  /// One devnet.
  struct Case: Sendable, Equatable {
    let mergeMilliseconds: Int
    let start: ProposalPolicy.Start

    var name: String { "merge \(mergeMilliseconds) ms, \(start.rawValue)" }
  }

  /// The suite's name on the command line.
  static let name = "publication"

  static let cases = [
    Case(mergeMilliseconds: 0, start: .auto), Case(mergeMilliseconds: 500, start: .auto),
    Case(mergeMilliseconds: 1500, start: .interval4), Case(mergeMilliseconds: 1500, start: .auto),
  ]

  /// Slots of each devnet.
  let slots: UInt64
  /// Takes a line for each slot that is over.
  let onSlot: @Sendable (String) -> Void

  /// Runs every case; when the task is cancelled, what has run so far counts.
  func run() async throws -> [PublicationFigures] {
    var figures: [PublicationFigures] = []
    for item in PublicationBench.cases where !Task.isCancelled {
      let report = try await run(item)
      if report.counters.proposals > 0 { figures.append(PublicationFigures(item, report)) }
    }
    return figures
  }

  private func run(_ item: Case) async throws -> DevnetReport {
    let folder = NSTemporaryDirectory() + "swiftlet-bench-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var settings = DevnetSettings()
    settings.directory = folder
    settings.isFresh = true
    settings.keySlots = slots + 64
    settings.slotLimit = slots
    settings.policy.start = item.start
    if item.mergeMilliseconds > 0 {
      settings.proverCost = AggregationCostModel(mergeMilliseconds: item.mergeMilliseconds)
    }
    let validated = try settings.validated()
    let chain = try await onThread {
      try DevnetChain.open(validated, unixSeconds: unixSeconds) { _ in }
    }
    let devnet = try Devnet(
      validated, chain: chain, leaves: try LeafWatch(path: chain.leafRecordPath))
    let monitor = EventMonitor(devnet) { onSlot("\(item.name): \($0)") }
    let lastSlot = devnet.currentSlot + slots
    try devnet.start()
    while devnet.currentSlot <= lastSlot, !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(100))
    }
    await devnet.stop()
    return monitor.finish()
  }
}

/// What one devnet of the bench did.
struct PublicationFigures: Encodable, Equatable {
  /// Three points of a distribution.
  struct Spread: Encodable, Equatable {
    let p50: Int
    let p99: Int
    let worst: Int

    init(_ tally: Tally) {
      p50 = tally.quantile(perMille: 500) ?? 0
      p99 = tally.quantile(perMille: 990) ?? 0
      worst = tally.maximum ?? 0
    }

    var line: String { "\(p50) / \(p99) / \(worst)" }
  }

  let mergeMilliseconds: Int
  let start: String
  let proposals: Int
  let hits: Int
  let staleDiscards: Int
  let missedIntervals: Int
  let publishOffset: Spread
  /// Blocks that left at most ten milliseconds after their slot began.
  let onBoundary: Int
  let tickLateness: Spread
  let finalityLag: Spread

  init(_ item: PublicationBench.Case, _ report: DevnetReport) {
    mergeMilliseconds = item.mergeMilliseconds
    start = item.start.rawValue
    let counters = report.counters
    proposals = counters.proposals
    hits = counters.hits
    staleDiscards = counters.staleCount
    missedIntervals = counters.missedIntervalCount
    publishOffset = Spread(report.publishOffsets)
    onBoundary = report.publishOffsets.count(atMost: PublicationFigures.boundaryMilliseconds)
    tickLateness = Spread(report.tickLateness)
    finalityLag = Spread(report.finalityLag)
  }

  /// How late a block on the boundary may be.
  static let boundaryMilliseconds = 10

  /// Whether the goal of the case is met; `interval4` after a long merge has none of its own.
  func goal(among all: [PublicationFigures]) -> String {
    guard mergeMilliseconds > 500 else {
      return publishOffset.p99 <= PublicationFigures.boundaryMilliseconds ? "met" : "missed"
    }
    guard start == ProposalPolicy.Start.auto.rawValue else { return "" }
    let other = all.first { $0.mergeMilliseconds == mergeMilliseconds && $0.start != start }
    let isSlower = other.map { finalityLag.p50 > $0.finalityLag.p50 } ?? false
    return onBoundary * 2 > proposals && !isSlower ? "met" : "missed"
  }

  /// All figures as JSON with sorted keys.
  static func json(_ figures: [PublicationFigures]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(figures), as: UTF8.self)
  }

  /// All figures as a table.
  static func table(_ figures: [PublicationFigures]) -> String {
    var rows = [
      [
        "merge", "start", "hits", "stale", "missed ticks", "offset ms p50/p99/max", "within 10 ms",
        "tick late ms", "finality lag", "goal",
      ]
    ]
    for line in figures {
      rows.append([
        "\(line.mergeMilliseconds) ms", line.start, "\(line.hits) of \(line.proposals)",
        "\(line.staleDiscards)", "\(line.missedIntervals)", line.publishOffset.line,
        "\(line.onBoundary) of \(line.proposals)", line.tickLateness.line, line.finalityLag.line,
        line.goal(among: figures),
      ])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
        .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }.joined(separator: "\n")
  }
}
