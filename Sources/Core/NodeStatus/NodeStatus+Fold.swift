internal import ChainEvents

extension NodeStatus {
  /// Folds the next event of this node.
  ///
  /// - Returns: The alarms that began or ended with it.
  mutating func update(_ event: TimedEvent) -> [TimedEvent] {
    if case .node(.started(let node)) = event.event {
      // A prelude says again who the node is.
      if node == description, event.sequence == lastSequence { return [] }
      if isOfAnotherChain(node) { beginNewChain(with: event) }
    }
    timeMilliseconds = max(timeMilliseconds, believedTime(of: event))
    let slot = believedSlot(of: event)
    noteDowntime(before: event, slot: slot)
    let isNewInterval = (slot, event.interval) > (wallSlot, interval)
    if slot > wallSlot {
      wallSlot = slot
      slotEvents = (0, slotEvents.now)
    }
    if isNewInterval { interval = event.interval }
    slots.noteEvent()
    slotEvents.now += 1
    log.append(event)
    slots.extend(to: wallSlot)
    fold(event.event)
    // What a fault brings is told at once: a killed node has no next interval.
    if case .node(.chaos) = event.event { return refreshAlarms() }
    guard isNewInterval else { return [] }
    recordLags()
    return refreshAlarms()
  }

  /// Whether a node tells another genesis than before; one that was worked out from the time of an
  /// event may be wrong by a slot.
  private func isOfAnotherChain(_ node: NodeDescription) -> Bool {
    if let description { return description.genesisMilliseconds != node.genesisMilliseconds }
    let (early, late) = (
      min(genesisMilliseconds, node.genesisMilliseconds),
      max(genesisMilliseconds, node.genesisMilliseconds)
    )
    return late - early > EventStamp.slotMilliseconds
  }

  /// Forgets everything but the log: what was told of another chain says nothing of this one.
  private mutating func beginNewChain(with event: TimedEvent) {
    let log = log
    self = NodeStatus(event)
    self.log = log
  }

  /// The time of an event, unless it is a day ahead of all before it and no second one agrees.
  private mutating func believedTime(of event: TimedEvent) -> UInt64 {
    let time = event.timeMilliseconds
    guard time > timeMilliseconds + EventBounds.doubtMilliseconds else {
      doubtfulTime = nil
      return time
    }
    if let doubtfulTime, time >= doubtfulTime { return time }
    doubtfulTime = time
    return timeMilliseconds
  }

  /// The wall slot of an event: its own word where that fits its time.
  private func believedSlot(of event: TimedEvent) -> UInt64 {
    let sinceGenesis = timeMilliseconds - min(genesisMilliseconds, timeMilliseconds)
    let slot = sinceGenesis / EventStamp.slotMilliseconds
    return slot <= event.slot + 1 && event.slot <= slot + 1 ? event.slot : slot
  }

  private mutating func fold(_ event: ChainEvent) {
    switch event {
    case .clock(let event): fold(event)
    case .duty(let event): fold(event)
    case .proposal(let event): fold(event)
    case .forkChoice(let event): fold(event)
    case .network(let event): fold(event)
    case .key(let event): fold(event)
    case .node(let event): fold(event)
    case .unknown: unknownEvents += 1
    }
  }

  mutating func recordLags() {
    let lags = Lags(
      head: headLag.map { UInt16(clamping: $0) },
      justified: justifiedLag.map { UInt16(clamping: $0) },
      finalized: finalizedLag.map { UInt16(clamping: $0) },
      safeTarget: safeTargetLag.map { UInt16(clamping: $0) })
    updateSlot(wallSlot) { $0.lags = lags }
  }

  private mutating func fold(_ event: ClockEvent) {
    switch event {
    case .tick(let lateness):
      counters.ticks += 1
      tickLateness.append(lateness, limit: NodeStatus.sampleLimit)
    case .missedInterval(let slot, let interval, _, let busyWith):
      if counters.missedIntervals.indices.contains(interval) {
        counters.missedIntervals[interval] += 1
        tickSkips.append(TickSkip(slot: slot, missedInterval: interval))
      }
      incidents.missedInterval = wallSlot
      note(.missedInterval(interval: interval, busyWith: busyWith?.brief), slot: slot)
    case .guardSkip(let slot, _):
      counters.guardSkips += 1
      tickSkips.append(TickSkip(slot: slot, missedInterval: nil))
    case .clockStep(let milliseconds):
      incidents.clockStep = wallSlot
      newestClockStep = milliseconds
      note(.clockStep(milliseconds: milliseconds), slot: wallSlot)
    case .processStopped(let milliseconds): noteStop(UInt64(max(0, milliseconds)))
    case .clockOffset(let milliseconds, let source):
      clock = (milliseconds, source, timeMilliseconds)
    }
  }

  private mutating func fold(_ event: NetworkEvent) {
    switch event {
    case .peerConnected(let peer, let direction, let client, let address):
      hasNetwork = true
      peers.connect(
        peer, direction, client: client, address: address, time: timeMilliseconds)
    case .peerDisconnected(let peer, let reason):
      hasNetwork = true
      peers.disconnect(peer, reason: reason, time: timeMilliseconds)
    case .peerStatus(let status):
      hasNetwork = true
      peers.update(status.peer, time: timeMilliseconds) { [timeMilliseconds] in
        $0.status = status
        $0.statusAt = timeMilliseconds
        $0.roundTrips.append(status.roundTripMilliseconds, limit: KnownPeer.roundTripLimit)
      }
    case .sync(let state, let headSlot, let targetSlot):
      if state != .syncing {
        syncBegan = nil
      } else if syncBegan == nil {
        syncBegan = (timeMilliseconds, headSlot)
      }
      sync = (state, headSlot, targetSlot)
    case .syncGate(let isOpen, let reason):
      gate = (isOpen, reason)
      note(.gate(open: isOpen, reason: reason.brief), slot: wallSlot)
    }
  }

  private mutating func fold(_ event: KeyEvent) {
    switch event {
    case .window(let window):
      updateValidator(window.validator) { validator in
        switch window.role {
        case .attestation: validator.attestationKey = window
        case .proposal: validator.proposalKey = window
        }
      }
    case .journal(let operation, _, let entries, let milliseconds):
      journal.operation = operation
      journal.entries = entries
      switch operation {
      case .claimed:
        journal.commits.append(milliseconds, limit: JournalStatus.commitLimit)
        journal.problem = nil
      case .failed: journal.failures += 1
      case .opened, .pruned: break
      }
    case .signingRefused(let slot, let validator, _, let cause, let reason):
      counters.signaturesRefused += 1
      // Only these are signs of a second node.
      if cause == .alreadySigned { incidents.signingRefused = wallSlot }
      if cause == .duplicateKeySeen { incidents.keyElsewhere = wallSlot }
      if cause == .signerFailed { incidents.signerFailed = wallSlot }
      if cause == .journalUnavailable { journal.problem = reason.brief }
      note(.signingRefused(validator: validator, reason: reason.brief), slot: slot)
    }
  }

  private mutating func fold(_ event: NodeEvent) {
    switch event {
    case .started(let node):
      restart = Restart(slot: wallSlot, isPlanned: stopped != nil || description == nil)
      description = node
      stopped = nil
      genesisMilliseconds = node.genesisMilliseconds
      for index in node.ownValidators.members { updateValidator(index) { _ in } }
    case .stopping(let reason): stopped = reason
    case .resources(let memory, let processor, let database):
      resources = (memory, processor, database, timeMilliseconds)
    case .chaos(let fault, let isActive, let detail):
      faults.removeAll { $0.name == fault }
      if isActive {
        counters.faults += 1
        faults.append(StandingFault(name: fault, detail: detail))
      }
    case .storage(let problem): storageProblem = problem
    case .worker(let report):
      let place = workers.firstIndex { $0.report.worker >= report.worker } ?? workers.count
      if place < workers.count, workers[place].report.worker == report.worker {
        workers[place] = (report, timeMilliseconds)
      } else if workers.count < NodeStatus.workerLimit {
        workers.insert((report, timeMilliseconds), at: place)
      }
    case .operatorAction, .log, .alarm, .status: break
    case .lost(let count):
      let (sum, isTooMuch) = lostEvents.addingReportingOverflow(count)
      lostEvents = isTooMuch ? .max : sum
      incidents.lost = wallSlot
    }
  }

  /// Changes a validator of ours; a new index is taken in while there is room.
  mutating func updateValidator(_ index: UInt64, _ change: (inout OwnValidator) -> Void) {
    let place = validators.firstIndex { $0.index >= index } ?? validators.count
    if place == validators.count || validators[place].index != index {
      guard validators.count < OwnValidator.limit else { return }
      validators.insert(OwnValidator(index: index), at: place)
    }
    change(&validators[place])
  }
}
