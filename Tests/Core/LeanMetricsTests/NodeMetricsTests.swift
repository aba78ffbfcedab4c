import ChainEvents
import Hashing
import NodeStatus
import Testing

@testable import LeanMetrics

struct NodeMetricsTests {
  private let facts = MetricsFacts(
    name: "n\"0", version: "1.2.3",
    chain: MetricsFacts.ChainFacts(
      wallSlot: 9, headSlot: 8, safeTargetSlot: nil, justifiedSlot: 6, finalizedSlot: 5,
      pooledSignatures: 3, newPayloads: 1, knownPayloads: 2, isAggregator: true),
    ownValidators: 2, startSeconds: 1_000.5, meshPeers: nil, eventReaders: 0)

  private func lines(_ events: [ChainEvent]) -> [String] {
    var metrics = NodeMetrics()
    var fleet = FleetStatus()
    for (index, event) in events.enumerated() {
      let event = TimedEvent(
        timeMilliseconds: 1_000_000 + UInt64(index) * 800, slot: 5, interval: 1,
        sequence: UInt64(index), node: "n0", event: event)
      metrics.update(event)
      fleet.update(event)
    }
    return String(decoding: metrics.text(fleet.nodes.first, facts), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  @Test func `Every name is announced once, with its type, before its first sample`() throws {
    let root = Bytes32 { $0[0] = 1 }
    var announced: Set<String> = []
    for line in lines([.forkChoice(.head(slot: 4, block: root, state: nil))]) {
      if line.hasPrefix("# TYPE ") {
        let parts = line.split(separator: " ")
        #expect(announced.insert(String(parts[2])).inserted, "\(parts[2]) twice")
        #expect(["counter", "gauge", "histogram"].contains(parts[3]))
        continue
      }
      guard !line.hasPrefix("#") else { continue }
      var name = String(line.prefix { $0 != "{" && $0 != " " })
      for suffix in ["_bucket", "_sum", "_count"] where !announced.contains(name) {
        if name.hasSuffix(suffix) { name.removeLast(suffix.count) }
      }
      #expect(announced.contains(name), "\(line)")
      #expect(Double(line.split(separator: " ").last ?? "") != nil, "\(line)")
    }
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
        #"lean_peer_disconnection_events_total{direction="outbound",reason="error"} 1"#))
  }

  @Test func `Names in labels are escaped`() {
    #expect(lines([]).contains(#"lean_node_info{name="n\"0",version="1.2.3"} 1"#))
  }
}
