import ChainEvents
import Foundation
import Hashing
import NodeStatus
import StateTransition
import Testing

@testable import LeanMetrics

struct NodeMetricsTests {
  private let facts = MetricsFacts(
    name: "n\"0", version: "1.2.3",
    chain: MetricsFacts.ChainFacts(
      wallSlot: 9, headSlot: 8, safeTargetSlot: nil, justifiedSlot: 6, finalizedSlot: 5,
      pooledSignatures: 3, newPayloads: 1, knownPayloads: 2, isAggregator: true),
    ownValidators: 2, startSeconds: 1_000.5, meshPeers: nil, eventReaders: 0)

  private func lines(_ events: [ChainEvent], _ told: MetricsFacts? = nil) -> [String] {
    var metrics = NodeMetrics()
    var fleet = FleetStatus()
    for (index, event) in events.enumerated() {
      let event = TimedEvent(
        timeMilliseconds: 1_000_000 + UInt64(index) * 800, slot: 5, interval: 1,
        sequence: UInt64(index), node: "n0", event: event)
      metrics.update(event)
      fleet.update(event)
    }
    return String(
      decoding: metrics.text(fleet.nodes.first, WorkTimes(), told ?? facts), as: UTF8.self
    )
    .split(separator: "\n").map(String.init)
  }

  /// Facts in which nothing is unknown.
  private var told: MetricsFacts {
    var told = facts
    told.chain.safeTargetSlot = 7
    told.meshPeers = 3
    return told
  }

  /// Events that tell what gauges need.
  private static let telling: [ChainEvent] = [
    .node(
      .started(
        NodeDescription(
          network: "net", client: "swiftlet", genesisMilliseconds: 0, validators: 4,
          ownValidators: [0], committees: 2, simulated: [], policies: ""))),
    .duty(.aggregatorRole(enabled: true, subnets: [1])),
    .network(.sync(.synced, headSlot: 4, targetSlot: 4)),
    .duty(.prover(.idle, slot: nil, waiting: 0)),
    .key(.journal(.opened, slot: nil, entries: 4, milliseconds: 1)),
    .node(.resources(memoryBytes: 1, processorPermille: 1, databaseBytes: 1)),
  ]

  /// The names of leanMetrics, each with its type and its labels or buckets.
  private static func list() throws -> [(name: String, type: String, detail: String)] {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Vectors/lean_metrics.txt")
    return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map { line in
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      return (words[0], words[1], words.count > 2 ? words[2] : "")
    }
  }

  /// One metric as a strict reader of the text form takes it.
  private struct Metric {
    var type: String
    var samples: [(name: String, labels: [String: String], value: Double)] = []
  }

  /// Reads the text form as Prometheus does, and fails at what it refuses.
  private func parse(_ lines: [String]) throws -> [String: Metric] {
    let sample = /(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>\S+)/
    let label = /(?<key>[a-zA-Z_]\w*)="(?<value>(?:[^"\\\n]|\\["\\n])*)",?/
    var metrics: [String: Metric] = [:]
    var current = ""
    var seen: Set<String> = []
    for line in lines {
      if line.hasPrefix("# TYPE ") {
        let words = line.split(separator: " ").map(String.init)
        current = words[2]
        #expect(metrics[current] == nil, "\(current) is announced twice")
        metrics[current] = Metric(type: words[3])
      } else if !line.hasPrefix("# HELP ") {
        let match = try #require(try sample.wholeMatch(in: line), "\(line)")
        let name = String(match.name)
        let type = metrics[current]?.type
        let isPart =
          type == "histogram"
          && ["_bucket", "_sum", "_count"].contains(
            name.hasPrefix(current) ? String(name.dropFirst(current.count)) : "")
        #expect(isPart || (name == current && type != "histogram"), "\(line) under \(current)")
        let text = match.labels ?? ""
        let labels = text.matches(of: label)
        #expect(labels.map { String($0.0) }.joined() == text, "\(line)")
        #expect(seen.insert("\(name){\(text)}").inserted, "\(line) twice")
        metrics[current]?.samples.append(
          (
            name,
            Dictionary(uniqueKeysWithValues: labels.map { (String($0.key), String($0.value)) }),
            try #require(Double(match.value), "\(line)")
          ))
      }
    }
    return metrics
  }

  @Test func `Every name of leanMetrics is there, with its type, labels and buckets`() throws {
    let metrics = try parse(lines(Self.telling, told))
    let list = try Self.list()
    #expect(list.count == 63)
    for (name, type, detail) in list {
      let metric = try #require(metrics[name], "\(name)")
      #expect(metric.type == type, "\(name)")
      guard type != "histogram" else {
        let buckets = metric.samples.filter { $0.name.hasSuffix("_bucket") }
        #expect(
          buckets.map { $0.labels["le"] }
            == detail.split(separator: " ").map(String.init) + ["+Inf"], "\(name)")
        #expect(zip(buckets, buckets.dropFirst()).allSatisfy { $0.value <= $1.value })
        #expect(metric.samples.last?.name == "\(name)_count")
        #expect(metric.samples.last?.value == buckets.last?.value)
        continue
      }
      let labels = detail.split(separator: ";").map { $0.split(separator: "=").map(String.init) }
      let expected = labels.reduce(into: [[String: String]()]) { all, label in
        all = all.flatMap { known in
          label[1].split(separator: ",").map { value in
            known.merging([label[0]: String(value).replacing("\"", with: "\\\"")]) { $1 }
          }
        }
      }
      #expect(Set(metric.samples.map(\.labels)) == Set(expected), "\(name)")
    }
  }

  @Test(arguments: ["proposals", "lag"])
  func `Dashboards ask for metrics that are there`(name: String) throws {
    struct Dashboard: Decodable {
      struct Panel: Decodable {
        struct Target: Decodable { let expr: String }
        let title: String
        let targets: [Target]
      }
      let panels: [Panel]
    }
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Docs/Grafana/\(name).json")
    let dashboard = try JSONDecoder().decode(Dashboard.self, from: Data(contentsOf: path))
    let known = try Set(
      parse(lines(Self.telling, told)).flatMap { [$0.key] + $0.value.samples.map(\.name) })
    #expect(dashboard.panels.count >= 10)
    for panel in dashboard.panels {
      for target in panel.targets {
        let names = target.expr.matches(of: /(lean|swiftlet)_\w+/).map { String($0.0) }
        #expect(!names.isEmpty && known.isSuperset(of: names), "\(panel.title): \(names)")
      }
    }
  }

  @Test func `What no event tells is measured where it is done`() {
    let work = WorkTimes()
    work.signed(in: .milliseconds(3))
    work.verified(attestations: 2, bytes: 560, in: .milliseconds(20))
    work.verifiedAggregate(in: .milliseconds(300))
    var times = TransitionTimes()
    (times.slotCount, times.total) = (3, .milliseconds(2))
    work.ran(times)
    let lines = String(decoding: NodeMetrics().text(nil, work, facts), as: UTF8.self)
      .split(separator: "\n").map(String.init)
    let signing = "lean_pq_sig_attestation_signing_time_seconds"
    #expect(lines.contains(#"\#(signing)_bucket{le="0.005"} 1"#))
    let verification = "lean_pq_sig_attestation_verification_time_seconds"
    #expect(lines.contains(#"\#(verification)_bucket{le="0.005"} 0"#))
    #expect(lines.contains(#"\#(verification)_bucket{le="0.01"} 2"#))
    #expect(lines.contains("lean_attestation_validation_time_seconds_sum 0.04"))
    #expect(lines.contains(#"lean_gossip_attestation_size_bytes_bucket{le="1024"} 2"#))
    #expect(
      lines.contains("lean_pq_sig_aggregated_signatures_verification_time_seconds_sum 0.3"))
    #expect(lines.contains("lean_state_transition_slots_processed_total 3"))
    #expect(lines.contains("lean_state_transition_time_seconds_sum 0.002"))
  }

  @Test func `Counters are shown as zero with every label from the start`() {
    let lines = lines([])
    #expect(lines.contains("lean_fork_choice_reorgs_total 0"))
    for reason in ["not_aggregator", "not_synced", "missing_state", "spawn_failed", "other"] {
      #expect(lines.contains(#"lean_aggregator_skipped_total{reason="\#(reason)"} 0"#))
    }
    #expect(lines.contains(#"lean_gossip_aggregation_arrival_total{position="inside"} 0"#))
  }

  @Test func `A gauge that nobody told is not shown`() {
    let lines = lines([.clock(.tick(latenessMilliseconds: 0))])
    #expect(!lines.contains { $0.hasPrefix("lean_safe_target_slot") })
    #expect(!lines.contains { $0.hasPrefix("lean_gossip_mesh_peers") })
    #expect(lines.contains("lean_head_slot 8"))
    #expect(lines.contains("swiftlet_finality_lag_slots 3"))
  }

  @Test func `Buckets add up`() {
    let block = { (time: Int64) in
      ChainEvent.forkChoice(
        .block(ImportedBlock(slot: 4, block: Bytes32(), votes: 3, importMilliseconds: time)))
    }
    let lines = lines([block(4), block(30), block(9000)])
    let name = "lean_fork_choice_block_processing_time_seconds"
    #expect(lines.contains(#"\#(name)_bucket{le="0.005"} 1"#))
    #expect(lines.contains(#"\#(name)_bucket{le="0.05"} 2"#))
    #expect(lines.contains(#"\#(name)_bucket{le="4"} 2"#))
    #expect(lines.contains(#"\#(name)_bucket{le="+Inf"} 3"#))
    #expect(lines.contains("\(name)_sum 9.034"))
    #expect(lines.contains("\(name)_count 3"))
    #expect(lines.contains("lean_state_transition_attestations_processed_total 9"))
  }

  @Test(arguments: [
    (-5, "before"), (0, "inside"), (799, "inside"), (800, "after"), (9000, "after"),
  ])
  func `A block's arrival is counted against its interval`(arrival: Int64, position: String) {
    let lines = lines([
      .forkChoice(
        .blockGossip(
          slot: 5, block: Bytes32(), proposer: nil, from: "p", arrivalMilliseconds: arrival,
          bytes: nil))
    ])
    #expect(lines.contains(#"lean_gossip_block_arrival_total{position="\#(position)"} 1"#))
  }

  @Test func `A label that a peer or a newer engine brings makes no new series`() {
    let lines = lines([
      .duty(.aggregatorSkipped(slot: 3, reason: "no_votes")),
      .network(.peerConnected(peer: "p", .inbound, client: nil, address: nil)),
      .network(.peerDisconnected(peer: "p", reason: "it said goodbye\"\n")),
      .network(.peerDisconnected(peer: "unknown", reason: "error")),
    ])
    #expect(lines.contains(#"lean_aggregator_skipped_total{reason="other"} 1"#))
    #expect(
      lines.contains(
        #"lean_peer_disconnection_events_total{direction="inbound",reason="error"} 1"#))
  }

  @Test func `Names in labels are escaped`() {
    #expect(lines([]).contains(#"lean_node_info{name="n\"0",version="1.2.3"} 1"#))
  }
}
