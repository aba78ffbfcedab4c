package import ChainEvents

/// What leanMetrics counts of one node beyond its status: folded from the same events.
///
/// Gauges are read from ``NodeStatus`` when they are asked for; here is only what adds up.
package struct NodeMetrics: Sendable {
  private(set) var counters: [LeanCounter: [[String]: UInt64]] = [:]
  private(set) var histograms: [LeanHistogram: Histogram] = [:]
  /// Time spent on the stages of a proposal that has not ended, by slot.
  private var building: [UInt64: Int64] = [:]
  private var lastTick: UInt64?
  private(set) var coverage = AggregateCoverage()
  /// How peers of now were connected; the event of the end does not tell.
  private var directions: [String: String] = [:]

  /// Proposals under way at once are two; more are leftovers of a node that died.
  private static let buildingLimit = 8

  /// Counts nothing yet: every counter is shown as 0 from the start, with every label.
  package init() {
    for counter in LeanCounter.allCases {
      counters[counter] = Dictionary(uniqueKeysWithValues: counter.seeds.map { ($0, 0) })
    }
    for histogram in LeanHistogram.allCases where !WorkTimes.names.contains(histogram) {
      histograms[histogram] = Histogram(histogram.bounds)
    }
  }

  /// Folds the next event.
  package mutating func update(_ event: TimedEvent) {
    switch event.event {
    case .clock(.tick): tick(at: event.timeMilliseconds)
    case .duty(let duty): update(duty)
    case .proposal(let proposal): update(proposal)
    case .forkChoice(let news): update(news, at: event)
    case .network(let news): update(news)
    case .key(.journal(.claimed, _, _, let milliseconds)):
      observe(.journalCommit, milliseconds: milliseconds)
    default: break
    }
  }

  mutating func count(_ counter: LeanCounter, _ labels: [String] = [], by number: Int = 1) {
    // A value that is not in the list is the last of it, so that peers cannot make series.
    let known = zip(counter.labels, labels).map { label, value in
      label.values.contains(value) ? value : label.values.last ?? value
    }
    counters[counter, default: [:]][known, default: 0] += UInt64(max(0, number))
  }

  mutating func observe(_ histogram: LeanHistogram, _ value: Double) {
    histograms[histogram]?.observe(value)
  }

  mutating func observe(_ histogram: LeanHistogram, milliseconds: Int64) {
    observe(histogram, Double(max(0, milliseconds)) / 1000)
  }

  // MARK: Kinds of events

  private mutating func tick(at time: UInt64) {
    defer { lastTick = time }
    guard let last = lastTick, time >= last else { return }
    observe(.tickInterval, milliseconds: Int64(time - last))
  }

  private mutating func update(_ event: DutyEvent) {
    switch event {
    case .attested(let validators, _, _): count(.signatures, by: validators.count)
    case .aggregatorSkipped(_, let reason): count(.aggregatorSkipped, [reason])
    case .stageEnded(let stage, let slot, let milliseconds, nil):
      switch stage {
      case .select, .compact, .seal, .sign, .wrap, .merge:
        if building.count >= Self.buildingLimit, building[slot] == nil {
          building[building.keys.min() ?? slot] = nil
        }
        building[slot, default: 0] += milliseconds
        if stage == .merge { observe(.payloadAggregation, milliseconds: milliseconds) }
      case .attest: observe(.attestationProduction, milliseconds: milliseconds)
      case .aggregate:
        observe(.committeeAggregation, milliseconds: milliseconds)
        observe(.aggregateBuilding, milliseconds: milliseconds)
      case .hold, .import, .publish, .safeTarget: break
      }
    default: break
    }
  }

  private mutating func update(_ event: ProposalEvent) {
    switch event {
    case .candidate(let candidate): observe(.blockPayloads, Double(candidate.aggregates))
    case .outcome(let result):
      let time = building.removeValue(forKey: result.slot)
      guard let offset = result.outcome.publishOffset else { return count(.blocksFailed) }
      count(.blocksBuilt)
      observe(.publishOffset, milliseconds: offset)
      if let time { observe(.blockBuilding, milliseconds: time) }
    default: break
    }
  }

  private mutating func update(_ event: ForkChoiceEvent, at moment: TimedEvent) {
    switch event {
    case .blockGossip(_, _, _, _, let arrival, let bytes):
      if let bytes { observe(.blockSize, Double(bytes)) }
      if let arrival { arrived(.blockArrival, .blockArrivals, arrival, at: 0) }
    case .block(let block):
      if let time = block.importMilliseconds { observe(.blockProcessing, milliseconds: time) }
      count(.attestationsProcessed, by: block.votes ?? 0)
    case .reorg(let depth, _, _, _, _):
      count(.reorgs)
      observe(.reorgDepth, Double(depth))
    case .finalized: count(.finalizations, ["success"])
    case .attestation(let vote): update(vote)
    case .aggregate(let aggregate): update(aggregate)
    default: break
    }
  }

  private mutating func update(_ vote: ReceivedAttestation) {
    switch vote.verdict {
    case .accepted?:
      count(.validAttestations)
      count(.validSignatures)
    case .rejected?: count(.invalidAttestations)
    case .ignored?, nil: break
    }
    if vote.verdict == .rejected, vote.reason == "INVALID_SIGNATURE" { count(.invalidSignatures) }
    guard vote.from != nil, let arrival = vote.arrivalMilliseconds else { return }
    arrived(.attestationArrival, .attestationArrivals, arrival, at: 1)
  }

  private mutating func update(_ aggregate: ReceivedAggregate) {
    switch aggregate.verdict {
    case .accepted?:
      count(.validAttestations)
      count(.validAggregates)
    case .rejected?: count(.invalidAttestations)
    case .ignored?, nil: break
    }
    if aggregate.verdict == .rejected, aggregate.reason == "INVALID_SIGNATURE" {
      count(.invalidAggregates)
    }
    if aggregate.from == nil, aggregate.verdict == .accepted {
      count(.aggregates)
      count(.aggregatedAttestations, by: aggregate.participants.count)
    } else if let bytes = aggregate.bytes {
      observe(.aggregationSize, Double(bytes))
    }
    guard let arrival = aggregate.arrivalMilliseconds else { return }
    if aggregate.verdict == .accepted { coverage.add(aggregate, arrival: arrival) }
    // Counted from the latest interval 2, so an aggregate never comes before its time.
    let slot = Int64(EventStamp.slotMilliseconds)
    let due = Int64(EventStamp.intervalMilliseconds) * 2
    let distance = ((arrival - due) % slot + slot) % slot
    observe(.aggregationArrival, milliseconds: distance)
    count(
      .aggregationArrivals,
      [distance < Int64(EventStamp.intervalMilliseconds) ? "inside" : "after"])
  }

  /// Counts an arrival against the interval in which it is due; `arrival` is from the slot's start.
  private mutating func arrived(
    _ histogram: LeanHistogram, _ counter: LeanCounter, _ arrival: Int64, at interval: Int64
  ) {
    let length = Int64(EventStamp.intervalMilliseconds)
    let distance = arrival - interval * length
    observe(histogram, milliseconds: abs(distance))
    count(counter, [distance < 0 ? "before" : distance < length ? "inside" : "after"])
  }

  private mutating func update(_ event: NetworkEvent) {
    switch event {
    case .peerConnected(let peer, let direction?, _, _):
      if directions.count < 4096 { directions[peer] = direction.rawValue }
      count(.connections, [direction.rawValue, "success"])
    case .peerDisconnected(let peer, let reason):
      // Where nobody told who dialled, neither is counted.
      guard let direction = directions.removeValue(forKey: peer) else { return }
      count(.disconnections, [direction, reason])
    default: break
    }
  }
}
