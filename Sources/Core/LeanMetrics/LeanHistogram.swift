/// The histograms of leanMetrics, with the buckets that its page gives, and ours.
package enum LeanHistogram: String, CaseIterable, Sendable {
  case attestationSigning = "lean_pq_sig_attestation_signing_time_seconds"
  case attestationVerification = "lean_pq_sig_attestation_verification_time_seconds"
  case aggregateBuilding = "lean_pq_sig_aggregated_signatures_building_time_seconds"
  case aggregateVerification = "lean_pq_sig_aggregated_signatures_verification_time_seconds"
  case blockPayloads = "lean_block_aggregated_payloads"
  case payloadAggregation = "lean_block_building_payload_aggregation_time_seconds"
  case blockBuilding = "lean_block_building_time_seconds"
  case blockProcessing = "lean_fork_choice_block_processing_time_seconds"
  case attestationValidation = "lean_attestation_validation_time_seconds"
  case reorgDepth = "lean_fork_choice_reorg_depth"
  case committeeAggregation = "lean_committee_signatures_aggregation_time_seconds"
  case tickInterval = "lean_tick_interval_duration_seconds"
  case stateTransition = "lean_state_transition_time_seconds"
  case slotsProcessing = "lean_state_transition_slots_processing_time_seconds"
  case blockTransition = "lean_state_transition_block_processing_time_seconds"
  case attestationsProcessing = "lean_state_transition_attestations_processing_time_seconds"
  case attestationProduction = "lean_attestations_production_time_seconds"
  case blockSize = "lean_gossip_block_size_bytes"
  case attestationSize = "lean_gossip_attestation_size_bytes"
  case aggregationSize = "lean_gossip_aggregation_size_bytes"
  case blockArrival = "lean_gossip_block_arrival_delay_seconds"
  case attestationArrival = "lean_gossip_attestation_arrival_delay_seconds"
  case aggregationArrival = "lean_gossip_aggregation_arrival_delay_seconds"
  case publishOffset = "swiftlet_publish_offset_seconds"
  case journalCommit = "swiftlet_journal_commit_seconds"

  private static let signatures = [0.005, 0.01, 0.025, 0.05, 0.1, 1]
  private static let proofs = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 4]
  private static let arrivals = [0.05, 0.1, 0.2, 0.4, 0.8, 1.2, 1.6, 2.4, 4, 8, 16]

  var bounds: [Double] {
    switch self {
    case .attestationSigning, .attestationVerification, .attestationValidation, .slotsProcessing,
      .blockTransition, .attestationsProcessing:
      Self.signatures
    case .aggregateBuilding, .aggregateVerification: Self.proofs
    case .blockPayloads: [1, 2, 4, 8, 16, 32, 64, 128]
    case .payloadAggregation: [0.1, 0.25, 0.5, 0.75, 1, 2, 3, 4]
    case .blockBuilding, .attestationProduction: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1]
    case .blockProcessing: [0.005, 0.01, 0.025, 0.05, 0.1, 1, 1.25, 1.5, 2, 4]
    case .reorgDepth: [1, 2, 3, 5, 7, 10, 20, 30, 50, 100]
    case .committeeAggregation: [0.05, 0.1, 0.25, 0.5, 0.75, 1, 2, 3, 4]
    case .tickInterval:
      [0.4, 0.6, 0.75, 0.8, 0.805, 0.81, 0.815, 0.82, 0.825, 0.85, 0.9, 1, 1.2, 1.6]
    case .stateTransition: [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4]
    case .blockSize: [1e4, 5e4, 1e5, 2.5e5, 5e5, 1e6, 2e6, 5e6]
    case .attestationSize: [512, 1024, 2048, 4096, 8192, 16384]
    case .aggregationSize: [1024, 4096, 16384, 65536, 131_072, 262_144, 524_288, 1_048_576]
    case .blockArrival, .attestationArrival, .aggregationArrival: Self.arrivals
    // Until peers attest, at 0.8 s, a block of ours is in time.
    case .publishOffset: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.8, 1.6, 4]
    case .journalCommit: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1]
    }
  }

  var help: String {
    switch self {
    case .attestationSigning: "Time to sign an attestation"
    case .attestationVerification: "Time to verify an attestation's signature"
    case .aggregateBuilding: "Time to build an aggregate proof"
    case .aggregateVerification: "Time to verify an aggregate proof"
    case .blockPayloads: "Aggregates in a block of ours"
    case .payloadAggregation: "Time to merge the aggregates of a block of ours"
    case .blockBuilding: "Time to build a block of ours, without waiting for its slot"
    case .blockProcessing: "Time to import a block"
    case .attestationValidation: "Time to judge an attestation"
    case .reorgDepth: "Blocks that a reorganisation left behind"
    case .committeeAggregation: "Time to aggregate the votes of a committee"
    case .tickInterval: "Time between the handling of two intervals"
    case .stateTransition: "Time of a state transition"
    case .slotsProcessing: "Time to process empty slots"
    case .blockTransition: "Time to process a block"
    case .attestationsProcessing: "Time to process the attestations of a block"
    case .attestationProduction: "Time to make our attestations of a slot"
    case .blockSize: "Bytes of a block from gossip"
    case .attestationSize: "Bytes of an attestation from gossip"
    case .aggregationSize: "Bytes of an aggregate from gossip"
    case .blockArrival: "Distance of a block's arrival from its slot's start"
    case .attestationArrival: "Distance of an attestation's arrival from its interval 1"
    case .aggregationArrival: "Distance of an aggregate's arrival from the latest interval 2"
    case .publishOffset: "Time from the start of the slot until a block of ours left"
    case .journalCommit: "Time until the claims of a slot were durable"
    }
  }
}
