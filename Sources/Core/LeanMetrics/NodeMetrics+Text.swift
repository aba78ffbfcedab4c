internal import ChainEvents
package import NodeStatus

/// What is known of a node without its events.
package struct MetricsFacts: Sendable {
  /// Where a chain stands.
  package struct ChainFacts: Sendable {
    /// The slot of the clock.
    package var wallSlot: UInt64
    /// The slot of the head.
    package var headSlot: UInt64
    /// The slot of the safe target; `nil` when it is older than the finalized block.
    package var safeTargetSlot: UInt64?
    /// The slot of the justified checkpoint.
    package var justifiedSlot: UInt64
    /// The slot of the finalized checkpoint.
    package var finalizedSlot: UInt64
    /// Signatures of single votes in the pool.
    package var pooledSignatures: Int
    /// Data with proofs that do not count yet.
    package var newPayloads: Int
    /// Data with proofs that count.
    package var knownPayloads: Int
    /// Whether votes are aggregated here.
    package var isAggregator: Bool

    /// Creates the facts.
    package init(
      wallSlot: UInt64, headSlot: UInt64, safeTargetSlot: UInt64?, justifiedSlot: UInt64,
      finalizedSlot: UInt64, pooledSignatures: Int, newPayloads: Int, knownPayloads: Int,
      isAggregator: Bool
    ) {
      self.wallSlot = wallSlot
      self.headSlot = headSlot
      self.safeTargetSlot = safeTargetSlot
      self.justifiedSlot = justifiedSlot
      self.finalizedSlot = finalizedSlot
      self.pooledSignatures = pooledSignatures
      self.newPayloads = newPayloads
      self.knownPayloads = knownPayloads
      self.isAggregator = isAggregator
    }
  }

  /// The node's name.
  package var name: String
  /// The program and its version.
  package var version: String
  /// Where the chain stands.
  package var chain: ChainFacts
  /// Validators of ours.
  package var ownValidators: Int
  /// When the process began, in seconds since 1970.
  package var startSeconds: Double
  /// Peers in the mesh of the blocks' topic; `nil` where there is no mesh.
  package var meshPeers: Int?
  /// Open event streams.
  package var eventReaders: Int

  /// Creates the facts.
  package init(
    name: String, version: String, chain: ChainFacts, ownValidators: Int, startSeconds: Double,
    meshPeers: Int?, eventReaders: Int
  ) {
    self.name = name
    self.version = version
    self.chain = chain
    self.ownValidators = ownValidators
    self.startSeconds = startSeconds
    self.meshPeers = meshPeers
    self.eventReaders = eventReaders
  }
}

extension NodeMetrics {
  /// Everything in Prometheus' text form: leanMetrics' names, then ours.
  ///
  /// A gauge whose value nobody told is left out.
  package func text(_ status: NodeStatus?, _ work: WorkTimes, _ facts: MetricsFacts) -> [UInt8] {
    var text = MetricsText()
    let measured = work.current
    gauge(
      &text, "lean_node_info", "The node",
      [([("name", facts.name), ("version", facts.version)], 1)])
    gauge(&text, "lean_node_start_time_seconds", "When the process began", facts.startSeconds)
    for counter in LeanCounter.allCases { write(counter, into: &text) }
    text.write(
      "lean_state_transition_slots_processed_total", "counter",
      "Slots that state transitions went through", [.init(value: Double(measured.slotsProcessed))])
    for histogram in LeanHistogram.allCases {
      guard let values = histograms[histogram] ?? measured.histograms[histogram] else { continue }
      text.write(histogram.rawValue, histogram.help, values)
    }
    chainGauges(&text, facts)
    coverageGauges(&text)
    peerGauges(&text, status, facts)
    if let status { gauges(&text, status) }
    gauge(
      &text, "swiftlet_event_streams", "Event streams that are open", Double(facts.eventReaders))
    return text.bytes
  }

  private func write(_ counter: LeanCounter, into text: inout MetricsText) {
    let names = counter.labels.map(\.name)
    let samples = (counters[counter] ?? [:]).sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map { labels, value in
        MetricsText.Sample(labels: zip(names, labels).map { ($0, $1) }, value: Double(value))
      }
    text.write(counter.rawValue, "counter", counter.help, samples)
  }

  private func coverageGauges(_ text: inout MetricsText) {
    let sections = [
      ("timely", coverage.timely), ("late", coverage.late), ("combined", coverage.combined),
    ]
    gauge(
      &text, "lean_attestation_aggregate_coverage_validators",
      "Validators whose vote of the newest slot is in an aggregate",
      sections.map { ([("section", $0.0), ("subnet", "combined")], Double($0.1.count)) })
    gauge(
      &text, "lean_attestation_aggregate_coverage_subnets",
      "Subnets with an aggregate of the newest slot",
      sections.map { ([("section", $0.0)], $0.1.isEmpty ? 0 : 1) })
    let onlyLate = coverage.combined.count - coverage.timely.count
    gauge(
      &text, "lean_attestation_aggregate_coverage_diff_validators",
      "Validators that only one side has",
      [([("direction", "block_only")], Double(onlyLate)), ([("direction", "timely_only")], 0)])
  }

  private func chainGauges(_ text: inout MetricsText, _ facts: MetricsFacts) {
    let chain = facts.chain
    let gauges: [(name: String, help: String, value: UInt64?)] = [
      ("lean_current_slot", "The slot of the clock", chain.wallSlot),
      ("lean_head_slot", "The slot of the head", chain.headSlot),
      ("lean_safe_target_slot", "The slot of the safe target", chain.safeTargetSlot),
      ("lean_latest_justified_slot", "The justified slot", chain.justifiedSlot),
      ("lean_justified_slot", "The justified slot", chain.justifiedSlot),
      ("lean_latest_finalized_slot", "The finalized slot", chain.finalizedSlot),
      ("lean_finalized_slot", "The finalized slot", chain.finalizedSlot),
      ("lean_gossip_signatures", "Signatures in the pool", UInt64(chain.pooledSignatures)),
      (
        "lean_latest_new_aggregated_payloads", "Data with proofs that do not count yet",
        UInt64(chain.newPayloads)
      ),
      (
        "lean_latest_known_aggregated_payloads", "Data with proofs that count",
        UInt64(chain.knownPayloads)
      ),
      ("lean_validators_count", "Validators of this node", UInt64(facts.ownValidators)),
      ("lean_is_aggregator", "Whether votes are aggregated here", chain.isAggregator ? 1 : 0),
      (
        "swiftlet_head_lag_slots", "Slots from the head to the clock",
        chain.wallSlot - min(chain.wallSlot, chain.headSlot)
      ),
      (
        "swiftlet_finality_lag_slots", "Slots from the finalized block to the head",
        chain.headSlot - min(chain.headSlot, chain.finalizedSlot)
      ),
    ]
    for (name, help, value) in gauges { gauge(&text, name, help, value.map { Double($0) }) }
  }

  private func gauges(_ text: inout MetricsText, _ status: NodeStatus) {
    gauge(
      &text, "lean_node_sync_status", "1 for what the node does",
      status.sync.map { sync in
        ["idle", "syncing", "synced"].map { name in
          // A network without news is a standstill of others: we have what there is.
          let now = sync.state == .stalled ? "synced" : sync.state.rawValue
          return ([("status", name)], name == now ? 1 : 0)
        }
      } ?? [])
    gauge(
      &text, "lean_attestation_committee_count", "Attestation committees",
      status.description.map { Double($0.committees) })
    gauge(
      &text, "lean_attestation_committee_subnet", "The lowest subnet of ours",
      status.aggregator?.subnets.min().map { Double($0) })
    ownGauges(&text, status)
  }

  private func peerGauges(_ text: inout MetricsText, _ status: NodeStatus?, _ facts: MetricsFacts) {
    var clients: [String: Int] = ["unknown": 0]
    for peer in status?.peers.peers ?? [] {
      let client = peer.client.flatMap { name in
        Self.clientNames.first { name.lowercased().hasPrefix($0) }
      }
      clients[client ?? "unknown", default: 0] += 1
    }
    gauge(
      &text, "lean_connected_peers", "Peers that are connected, by their program",
      clients.sorted { $0.key < $1.key }.map { ([("client", $0.key)], Double($0.value)) })
    gauge(
      &text, "lean_gossip_mesh_peers", "Peers in the mesh of the blocks' topic",
      facts.meshPeers.map { [([("client", "unknown")], Double($0))] } ?? [])
  }

  /// Programs that have a series of their own, so that a peer's word makes none.
  private static let clientNames = [
    "ethlambda", "gean", "grandine", "lantern", "lean-spec", "nlean", "qlean", "ream", "swiftlet",
    "zeam",
  ]

  private func ownGauges(_ text: inout MetricsText, _ status: NodeStatus) {
    let counters = status.counters
    let outcomes = [
      ("hit", [("", counters.hits)]), ("late", [("", counters.lates)]),
      ("fallback", FallbackReason.allCases.map { ($0.rawValue, counters.fallbacks[$0] ?? 0) }),
      ("forfeited", StaleReason.allCases.map { ($0.rawValue, counters.forfeits[$0] ?? 0) }),
      ("missed", MissReason.allCases.map { ($0.rawValue, counters.misses[$0] ?? 0) }),
    ]
    text.write(
      "swiftlet_proposals_total", "counter", "Proposals of ours by how they ended",
      outcomes.flatMap { outcome, reasons in
        reasons.sorted { $0.0 < $1.0 }.map { reason, count in
          MetricsText.Sample(
            labels: [("outcome", outcome), ("reason", reason)], value: Double(count))
        }
      })
    counter(
      &text, "swiftlet_stale_discards_total", "Signed blocks thrown away", counters.staleCount)
    counter(
      &text, "swiftlet_missed_intervals_total", "Intervals that the engine was late past",
      counters.missedIntervalCount)
    counter(
      &text, "swiftlet_events_lost_total", "Events that a reader lost", Int(status.lostEvents))
    gauge(
      &text, "swiftlet_journal_entries", "Claims in the signing journal",
      status.journal.entries.map { Double($0) })
    gauge(
      &text, "swiftlet_prover_waiting_jobs", "Jobs that wait for the prover",
      status.prover.map { Double($0.waiting) })
    gauge(
      &text, "swiftlet_memory_bytes", "Resident memory of the process",
      status.resources.map { Double($0.memory) })
    gauge(
      &text, "swiftlet_database_bytes", "Size of the chain database",
      status.resources.map { Double($0.database) })
  }

  private func gauge(
    _ text: inout MetricsText, _ name: String, _ help: String,
    _ samples: [(labels: [(String, String)], value: Double)]
  ) {
    text.write(
      name, "gauge", help,
      samples.map { MetricsText.Sample(labels: $0.labels.map { ($0, $1) }, value: $0.value) })
  }

  private func gauge(
    _ text: inout MetricsText, _ name: String, _ help: String, _ value: Double?
  ) {
    gauge(&text, name, help, value.map { [([], $0)] } ?? [])
  }

  private func counter(_ text: inout MetricsText, _ name: String, _ help: String, _ value: Int) {
    text.write(name, "counter", help, [MetricsText.Sample(value: Double(value))])
  }
}
