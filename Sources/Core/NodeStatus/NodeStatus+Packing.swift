internal import ChainEvents
internal import Hashing

extension NodeStatus {
  /// Reads how a node stands; `nil` for bytes that no fold has written.
  init?(_ event: TimedEvent, packed bytes: [UInt8]) {
    self.init(event)
    var coder = PackCoder(reading: bytes)
    code(&coder)
    guard coder.isWhole, isWithinLimits else { return nil }
  }

  /// Whether no list is longer than a fold lets it become; those with limits of their own are cut or
  /// refused as they are read.
  private var isWithinLimits: Bool {
    let points = [tally.heads, tally.targets, tally.sources]
    return tickLateness.count <= NodeStatus.sampleLimit && gossips.count <= BlockGossip.capacity
      && faults.count <= Fault.allCases.count && downtimes.count <= Downtime.limit
      && undecided.count <= NodeStatus.undecidedLimit
      && journal.commits.count <= JournalStatus.commitLimit
      && points.allSatisfy { $0.count <= VoteTally.pointLimit }
      && counters.aggregatorSkips.count <= Counters.reasonLimit + 1
      && counters.reorgs.count <= NodeStatus.reorgDepthLimit + 1
      && aggregator?.subnets.count ?? 0 <= EventBounds.listCount
      && description?.simulated.count ?? 0 <= EventBounds.listCount
      && alarms.ended.count <= AlarmBoard.endedLimit
      && peers.peers.allSatisfy { $0.roundTrips.count <= KnownPeer.roundTripLimit }
  }

  /// How the node stands, but for its name and the noise of its log.
  var packed: [UInt8] {
    var coder = PackCoder()
    var copy = self
    copy.code(&coder)
    return coder.bytes
  }

  private mutating func code(_ coder: inout PackCoder) {
    codeTime(&coder)
    coder(&self, \.slots, \.proposals, \.counters)
    codeChain(&coder)
    codeNetwork(&coder)
    codeDuties(&coder)
    coder(
      &self, \.alarms, \.downtimes, \.undecided, \.incidents, \.newestClockStep, \.restart, \.log)
  }

  private mutating func codeTime(_ coder: inout PackCoder) {
    coder(
      &self, \.description, \.stopped, \.genesisMilliseconds, \.firstTimeMilliseconds,
      \.timeMilliseconds, \.doubtfulTime, \.wallSlot, \.interval, \.slotEvents.now,
      \.slotEvents.before, \.lostEvents, \.futureEvents, \.unknownEvents, \.lastSequence,
      \.tickLateness)
    var skips = tickSkips.suffix(.max)
    coder(&skips)
    guard coder.isReading else { return }
    interval = min(max(interval, 0), 4)
    for skip in skips where skip.missedInterval.map({ (0..<5).contains($0) }) ?? true {
      tickSkips.append(skip)
    }
  }

  private mutating func codeChain(_ coder: inout PackCoder) {
    coder(
      &self, \.tree, \.gossips, \.votes, \.tally, \.head, \.justified, \.finalized, \.safeTarget)
    coder.optional(&lastAggregate, blank: (0, nil)) { coder, last in
      coder(&last.slot)
      coder(&last.from)
    }
    coder.optional(&lastReorg, blank: (0, 0)) { coder, last in
      coder(&last.slot)
      coder(&last.depth)
    }
  }

  private mutating func codeNetwork(_ coder: inout PackCoder) {
    coder(&self, \.peers, \.hasNetwork)
    coder.optional(&sync, blank: (.blank, 0, 0)) { coder, sync in
      coder(&sync.state)
      coder(&sync.head)
      coder(&sync.target)
    }
    coder.optional(&syncBegan, blank: (0, 0)) { coder, began in
      coder(&began.timeMilliseconds)
      coder(&began.head)
    }
    coder.optional(&gate, blank: (false, "")) { coder, gate in
      coder(&gate.isOpen)
      coder(&gate.reason)
    }
    coder.optional(&clock, blank: (0, "", 0)) { coder, clock in
      coder(&clock.offset)
      coder(&clock.source)
      coder(&clock.toldAt)
    }
    coder.optional(&resources, blank: (0, 0, 0, 0)) { coder, resources in
      coder(&resources.memory)
      coder(&resources.processorPermille)
      coder(&resources.database)
      coder(&resources.toldAt)
    }
    coder(&self, \.faults, \.storageProblem)
  }

  private mutating func codeDuties(_ coder: inout PackCoder) {
    coder(&self, \.validators, \.journal)
    coder.optional(&aggregator, blank: (false, [])) { coder, aggregator in
      coder(&aggregator.isEnabled)
      coder(&aggregator.subnets)
    }
    coder.optional(&lastAggregation, blank: (0, 0, 0, 0)) { coder, last in
      coder(&last.slot)
      coder(&last.votes)
      coder(&last.expected)
      coder(&last.leadMilliseconds)
    }
    coder.optional(&prover, blank: (.blank, nil, 0)) { coder, prover in
      coder(&prover.state)
      coder(&prover.slot)
      coder(&prover.waiting)
    }
    coder(&costModel)
    var (reports, times) = (workers.map(\.report), workers.map(\.toldAt))
    coder(&reports)
    coder(&times)
    guard coder.isReading else { return }
    workers = Array(zip(reports, times).prefix(NodeStatus.workerLimit)).map {
      (report: $0, toldAt: $1)
    }
    let isInOrder = zip(validators, validators.dropFirst()).allSatisfy { $0.index < $1.index }
    if !isInOrder || validators.count > OwnValidator.limit { coder.refuse() }
  }
}

extension NodeDescription: Packable {
  static let blank = NodeDescription(
    network: "", client: "", genesisMilliseconds: 0, validators: 0, ownValidators: [],
    committees: 0, simulated: [], policies: "")

  mutating func code(_ coder: inout PackCoder) {
    coder(
      &self, \.network, \.client, \.genesisMilliseconds, \.validators, \.ownValidators,
      \.committees, \.simulated, \.policies)
    validators = min(validators, ValidatorSet.limit)
  }
}

extension OwnValidator: Packable {
  static let blank = OwnValidator(index: 0)

  mutating func code(_ coder: inout PackCoder) {
    coder(
      &self, \.index, \.attestationKey, \.proposalKey, \.attested, \.unattested, \.proposed,
      \.unproposed)
  }
}

extension KeyWindow: Packable {
  static let blank = KeyWindow(
    validator: 0, role: .blank, firstPreparedSlot: 0, endPreparedSlot: 0, endSlot: 0)

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.validator, \.role, \.firstPreparedSlot, \.endPreparedSlot, \.endSlot)
  }
}

extension JournalStatus: Packable {
  static let blank = JournalStatus()

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.operation, \.entries, \.commits, \.failures, \.problem)
  }
}

extension WorkerReport: Packable {
  static let blank = WorkerReport(
    worker: 0, lane: "", place: "", activity: "", waiting: 0, starts: 0)

  mutating func code(_ coder: inout PackCoder) {
    coder(
      &self, \.worker, \.lane, \.place, \.generation, \.activity, \.activityMilliseconds,
      \.memoryBytes, \.processors, \.waiting, \.starts)
  }
}

extension CostModel: Packable {
  static let blank = CostModel(
    buildMilliseconds: 0, commitMilliseconds: 0, mergeMilliseconds: 0, samples: 0)

  mutating func code(_ coder: inout PackCoder) {
    coder(
      &self, \.buildMilliseconds, \.commitMilliseconds, \.mergeMilliseconds, \.samples,
      \.foldsProposer)
  }
}

extension VoteBook: Packable {
  static let blank = VoteBook()

  mutating func code(_ coder: inout PackCoder) {
    coder(&targets)
    guard coder.isReading else { return }
    targets = targets.suffix(VoteBook.capacity).sorted { $0.point.slot < $1.point.slot }
  }
}

extension VoteBook.Target: Packable {
  static let blank = VoteBook.Target(point: .blank)

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.point, \.onChain, \.seen, \.aggregated)
  }
}

extension VoteTally: Packable {
  static let blank = VoteTally()

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.slot, \.heads, \.targets, \.sources)
  }
}

extension VoteTally.Share: Packable {
  static let blank = VoteTally.Share(point: .blank, voters: [])

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.point, \.voters)
  }
}

extension Counters: Packable {
  static let blank = Counters()

  mutating func code(_ coder: inout PackCoder) {
    coder(
      &self, \.hits, \.lates, \.fallbacks, \.forfeits, \.misses, \.orphans, \.thinBlocks,
      \.staleDiscards, \.refreshes, \.forced, \.ticks, \.missedIntervals, \.guardSkips,
      \.attestations, \.aggregations, \.aggregatorSkips, \.reorgs, \.blocksRejected,
      \.blocksPending, \.votesRejected, \.signaturesRefused, \.faults)
    if missedIntervals.count != 5 { self = Counters() }
  }
}

extension TickSkip: Packable {
  static let blank = TickSkip(slot: 0, missedInterval: nil)

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.slot, \.missedInterval)
  }
}

extension StandingFault: Packable {
  static let blank = StandingFault(name: .blank, detail: "")

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.name, \.detail)
  }
}

extension AlarmBoard: Packable {
  static let blank = AlarmBoard()

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.standing, \.ended)
    if Set(standing.map(\.alarm.kind)).count != standing.count { coder.refuse() }
  }
}

extension AlarmBoard.Ended: Packable {
  static let blank = AlarmBoard.Ended(alarm: .blank, slot: 0)

  mutating func code(_ coder: inout PackCoder) { coder(&self, \.alarm, \.slot) }
}

extension Alarm: Packable {
  static let blank = Alarm(kind: .blank, level: .blank, text: "", advice: "", since: 0)

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.kind, \.level, \.text, \.advice, \.cause, \.since)
  }
}

extension AlarmBoard.Standing: Packable {
  static let blank = AlarmBoard.Standing(alarm: .blank, lastSeen: 0)

  mutating func code(_ coder: inout PackCoder) { coder(&self, \.alarm, \.lastSeen) }
}

extension Incidents: Packable {
  static let blank = Incidents()

  mutating func code(_ coder: inout PackCoder) {
    coder(
      &self, \.signingRefused, \.missedProposal, \.lateBlock, \.lateVotes, \.missedInterval,
      \.clockStep, \.lost, \.signerFailed, \.keyElsewhere)
  }
}

extension Restart: Packable {
  static let blank = Restart(slot: 0, isPlanned: false)

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.slot, \.isPlanned)
  }
}

extension Downtime: Packable {
  static let blank = Downtime(slots: 0...0, cause: .blank)

  mutating func code(_ coder: inout PackCoder) {
    var (first, last) = (slots.lowerBound, slots.upperBound)
    coder(&first)
    coder(&last)
    slots = first...max(first, last)
    coder(&cause)
    var (from, to) = (stop?.lowerBound, stop?.upperBound)
    coder(&from)
    coder(&to)
    stop = from.flatMap { from in to.map { from...max(from, $0) } }
  }
}
