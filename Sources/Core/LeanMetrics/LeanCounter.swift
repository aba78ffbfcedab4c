/// The counters of leanMetrics, with every value that their label may have.
package enum LeanCounter: String, CaseIterable, Sendable {
  case signatures = "lean_pq_sig_attestation_signatures_total"
  case validSignatures = "lean_pq_sig_attestation_signatures_valid_total"
  case invalidSignatures = "lean_pq_sig_attestation_signatures_invalid_total"
  case aggregates = "lean_pq_sig_aggregated_signatures_total"
  case validAggregates = "lean_pq_sig_aggregated_signatures_valid_total"
  case invalidAggregates = "lean_pq_sig_aggregated_signatures_invalid_total"
  case aggregatedAttestations = "lean_pq_sig_attestations_in_aggregated_signatures_total"
  case blocksBuilt = "lean_block_building_success_total"
  case blocksFailed = "lean_block_building_failures_total"
  case validAttestations = "lean_attestations_valid_total"
  case invalidAttestations = "lean_attestations_invalid_total"
  case reorgs = "lean_fork_choice_reorgs_total"
  case finalizations = "lean_finalizations_total"
  case attestationsProcessed = "lean_state_transition_attestations_processed_total"
  case aggregatorSkipped = "lean_aggregator_skipped_total"
  case connections = "lean_peer_connection_events_total"
  case disconnections = "lean_peer_disconnection_events_total"
  case blockArrivals = "lean_gossip_block_arrival_total"
  case attestationArrivals = "lean_gossip_attestation_arrival_total"
  case aggregationArrivals = "lean_gossip_aggregation_arrival_total"

  /// The names of the labels, each with the values that are shown from the start.
  var labels: [(name: String, values: [String])] {
    switch self {
    case .finalizations: [("result", ["success", "error"])]
    case .aggregatorSkipped:
      [("reason", ["not_aggregator", "not_synced", "missing_state", "spawn_failed", "other"])]
    case .connections:
      [("direction", Self.directions), ("result", ["success", "timeout", "error"])]
    case .disconnections:
      [
        ("direction", Self.directions),
        ("reason", ["timeout", "remote_close", "local_close", "error"]),
      ]
    case .blockArrivals, .attestationArrivals: [("position", ["before", "inside", "after"])]
    case .aggregationArrivals: [("position", ["inside", "after"])]
    default: []
    }
  }

  private static let directions = ["inbound", "outbound"]

  /// Every combination of values.
  var seeds: [[String]] {
    labels.reduce([[]]) { seeds, label in
      seeds.flatMap { seed in label.values.map { seed + [$0] } }
    }
  }

  var help: String {
    switch self {
    case .signatures: "Attestations that we signed"
    case .validSignatures: "Attestations whose signature is valid"
    case .invalidSignatures: "Attestations whose signature is invalid"
    case .aggregates: "Aggregates that we made"
    case .validAggregates: "Aggregates whose proof is valid"
    case .invalidAggregates: "Aggregates whose proof is invalid"
    case .aggregatedAttestations: "Attestations in the aggregates that we made"
    case .blocksBuilt: "Blocks of ours that were built"
    case .blocksFailed: "Blocks of ours that could not be built"
    case .validAttestations: "Attestations and aggregates that were accepted"
    case .invalidAttestations: "Attestations and aggregates that were refused"
    case .reorgs: "Moves of the head to another branch"
    case .finalizations: "Moves of the finalized checkpoint"
    case .attestationsProcessed: "Attestations in the blocks that were imported"
    case .aggregatorSkipped: "Slots without an aggregation of ours, by reason"
    case .connections: "Connections with peers"
    case .disconnections: "Connections with peers that ended"
    case .blockArrivals: "Blocks from gossip, against their slot"
    case .attestationArrivals: "Attestations from gossip, against their interval"
    case .aggregationArrivals: "Aggregates from gossip, against their interval"
    }
  }
}
