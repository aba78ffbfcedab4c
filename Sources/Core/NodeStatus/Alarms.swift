package import ChainEvents

/// One thing that is wrong, with what to do.
package struct Alarm: Equatable, Sendable {
  /// What is wrong.
  package var kind: AlarmKind
  /// How much it matters.
  package var level: AlarmLevel
  /// The sentence with its numbers.
  package var text: String
  /// The cause, where it is known, and what a person can do.
  package var advice: String
  /// The fault that someone put in on purpose and that explains it.
  package var cause: Fault?
  /// The slot in which it began.
  package var since: UInt64
}

/// The alarms that stand; one ends, or falls to a lower level, when its condition was false for two
/// slots, so none blinks.
package struct AlarmBoard: Equatable, Sendable {
  /// Slots without the condition after which an alarm ends.
  static let hysteresis: UInt64 = 2

  struct Standing: Equatable, Sendable {
    var alarm: Alarm
    /// The newest slot in which its condition held at this level.
    var lastSeen: UInt64

    func isOver(in slot: UInt64) -> Bool {
      slot > lastSeen && slot - lastSeen > AlarmBoard.hysteresis
    }
  }

  /// Alarms that have ended and are remembered.
  static let endedLimit = 32

  /// An alarm that is over.
  package struct Ended: Equatable, Sendable {
    /// The alarm as it last stood.
    package var alarm: Alarm
    /// The slot in which it ended.
    package var slot: UInt64
  }

  var standing: [Standing] = []
  /// The newest alarms that have ended, oldest first.
  package internal(set) var ended: [Ended] = []

  /// The alarms, critical ones first, in the order of ``AlarmKind``.
  package var alarms: [Alarm] {
    [AlarmLevel.critical, .warning].flatMap { level in
      AlarmKind.allCases.compactMap { kind in
        standing.first { $0.alarm.kind == kind && $0.alarm.level == level }?.alarm
      }
    }
  }

  /// Takes the conditions that hold in a slot.
  ///
  /// - Returns: The alarms that began, rose, fell or ended.
  mutating func update(_ conditions: [Alarm], slot: UInt64) -> [AlarmNews] {
    var news: [AlarmNews] = []
    for condition in conditions {
      guard let index = standing.firstIndex(where: { $0.alarm.kind == condition.kind }) else {
        standing.append(Standing(alarm: condition, lastSeen: slot))
        news.append(AlarmNews(condition, isRaised: true))
        continue
      }
      let old = standing[index]
      guard condition.level >= old.alarm.level || old.isOver(in: slot) else { continue }
      standing[index] = Standing(alarm: condition, lastSeen: slot)
      standing[index].alarm.since = old.alarm.since
      if condition.level != old.alarm.level {
        news.append(AlarmNews(condition, isRaised: true))
      }
    }
    for over in standing where over.isOver(in: slot) {
      news.append(AlarmNews(over.alarm, isRaised: false))
      ended.append(Ended(alarm: over.alarm, slot: slot), limit: AlarmBoard.endedLimit)
    }
    standing.removeAll { $0.isOver(in: slot) }
    return news
  }
}

extension AlarmNews {
  init(_ alarm: Alarm, isRaised: Bool) {
    self.init(
      kind: alarm.kind, level: alarm.level, isRaised: isRaised, text: alarm.text,
      advice: alarm.advice)
  }
}

extension AlarmLevel {
  /// The level as a line of the log has it.
  package var severity: Severity { self == .critical ? .critical : .warning }
}

/// The newest incidents that raise an alarm for a while, by their slots.
struct Incidents: Equatable, Sendable {
  /// Slots for which an incident is shown in the header.
  static let memory: UInt64 = 8

  var signingRefused: UInt64?
  var keyElsewhere: UInt64?
  var signerFailed: UInt64?
  var missedProposal: UInt64?
  var lateBlock: UInt64?
  var lateVotes: UInt64?
  var missedInterval: UInt64?
  var clockStep: UInt64?
  var lost: UInt64?
}

/// The newest start of a node that was watched.
struct Restart: Equatable, Sendable {
  /// Slots in which no key may sign after a start, because an earlier run may have: the floor.
  static let floorSlots: UInt64 = 2

  /// The slot of the start.
  var slot: UInt64
  /// Whether the life before had ended in order.
  var isPlanned: Bool
}

extension Fault {
  /// The alarms that the fault explains.
  fileprivate var explains: Set<AlarmKind> {
    switch self {
    case .pause:
      [.silent, .missedInterval, .missedProposal, .head, .finality, .latePublishing, .hitRate]
    case .cut: [.peers, .head, .finality, .stalled, .gate]
    case .kill: [.dead, .missedProposal]
    case .delayBlock: [.missedProposal, .hitRate]
    case .slowProver: [.slowProver, .missedProposal, .hitRate, .latePublishing]
    case .stepClock: [.clock, .missedInterval, .missedProposal, .latePublishing, .hitRate]
    case .silence: [.finality]
    }
  }
}

extension NodeStatus {
  /// Milliseconds without an event after which a node is silent: three slots, because a client that
  /// tells only its blocks may have none for two.
  static let silenceMilliseconds: UInt64 = 12_000

  /// Slots that finality may be behind the head before an alarm stands.
  package static let finalityAlarmLag: UInt64 = 6

  /// Works out which alarms stand; what changed is in the log too.
  ///
  /// - Parameter silence: Milliseconds for which others have told something and this node has not.
  /// - Returns: The alarms that began, reached another level or ended, as events.
  mutating func refreshAlarms(silentFor silence: UInt64 = 0) -> [TimedEvent] {
    let slot = wallSlot + silence / EventStamp.slotMilliseconds
    let news = alarms.update(conditions(silentFor: silence), slot: slot).map { news in
      TimedEvent(
        timeMilliseconds: timeMilliseconds + silence, slot: slot, interval: interval,
        sequence: lastSequence ?? 0, node: name, event: .node(.alarm(news)))
    }
    for event in news { log.append(event) }
    return news
  }

  /// Every condition that holds now; at most one of a kind.
  private func conditions(silentFor silence: UInt64) -> [Alarm] {
    let absence = [deadAlarm, silence > NodeStatus.silenceMilliseconds ? silentAlarm : nil]
    let starting =
      isStarting ? [] : [headAlarm, stalledAlarm, gateAlarm, peersAlarm, intervalAlarm]
    return
      (absence + starting + [
        signingAlarm, signerAlarm, journalAlarm, diskAlarm, finalityAlarm, proposalAlarm,
        clockAlarm,
        storageAlarm, keysAlarm, lateAlarm, hitRateAlarm, proverAlarm, lostAlarm,
      ]).compactMap(\.self)
  }

  /// Whether the node may still be below its floor, with its peers and its head on their way.
  private var isStarting: Bool {
    restart.map { wallSlot <= $0.slot + Restart.floorSlots } ?? false
  }

  private func alarm(
    _ kind: AlarmKind, _ level: AlarmLevel, _ text: String, _ advice: String
  ) -> Alarm {
    let cause = faults.first { $0.name.explains.contains(kind) }
    return Alarm(
      kind: kind, level: level, text: text,
      advice: cause.map { "on purpose, by \($0.words)" } ?? advice, cause: cause?.name,
      since: wallSlot)
  }

  private func isRecent(_ slot: UInt64?) -> Bool {
    guard let slot else { return false }
    return wallSlot <= slot || wallSlot - slot < Incidents.memory
  }

  private var deadAlarm: Alarm? {
    guard fault(.kill) != nil else { return nil }
    return alarm(.dead, .critical, "DEAD: it was killed", "start it again")
  }

  private var silentAlarm: Alarm? {
    guard stopped == nil, fault(.kill) == nil else { return nil }
    return alarm(
      .silent, .critical, "SILENT since slot \(wallSlot)",
      "the process hangs, was stopped or is gone: its log and its machine tell which")
  }

  private var signingAlarm: Alarm? {
    if isRecent(incidents.keyElsewhere) {
      return alarm(
        .signingRefused, .critical, "SIGNATURE REFUSED: another machine signs with the key",
        "stop the other machine, then start this node again")
    }
    guard isRecent(incidents.signingRefused) else { return nil }
    return alarm(
      .signingRefused, .critical, "SIGNATURE REFUSED: another root holds the leaf",
      "a second node may be using these keys: stop it")
  }

  private var signerAlarm: Alarm? {
    guard isRecent(incidents.signerFailed), let slot = incidents.signerFailed else { return nil }
    return alarm(
      .signer, .warning, "SIGNER FAILED in slot \(slot): a duty was not signed in time",
      "its leaf is spent and nothing was sent: look at the signing worker, its load and its log")
  }

  private var journalAlarm: Alarm? {
    guard journal.operation == .failed, !isDiskFull else { return nil }
    return alarm(
      .journal, .critical, "JOURNAL FAILS, nothing is signed", journal.problem ?? "the log has why")
  }

  /// Whether the journal or the database has said so, in the words that both have for it.
  private var isDiskFull: Bool {
    [journal.operation == .failed ? journal.problem : nil, storageProblem]
      .contains { $0?.contains("the disk is full") ?? false }
  }

  private var diskAlarm: Alarm? {
    guard isDiskFull else { return nil }
    return journal.operation == .failed
      ? alarm(
        .diskFull, .critical, "DISK FULL, nothing is signed",
        "free some space, and signing goes on by itself")
      : alarm(
        .diskFull, .warning, "DISK FULL, the chain is not written",
        "free some space: duties go on, but a restart begins further back")
  }

  private var gateAlarm: Alarm? {
    guard let gate, !gate.isOpen else { return nil }
    return alarm(
      .gate, .warning, "sync gate closed: \(gate.reason)",
      "duties wait until the head has caught up with the network")
  }

  private var stalledAlarm: Alarm? {
    guard sync?.state == .stalled else { return nil }
    return alarm(
      .stalled, .warning, "STALLED: the network has had no block for long",
      "all peers stand at our head: whose turn it is does not propose")
  }

  private var storageAlarm: Alarm? {
    guard let storageProblem, !isDiskFull else { return nil }
    return alarm(
      .storage, .warning, "chain database not written",
      "duties go on, a restart begins further back: \(storageProblem)")
  }

  private var finalityAlarm: Alarm? {
    guard let finalizedLag, finalizedLag > NodeStatus.finalityAlarmLag else { return nil }
    return alarm(
      .finality, finalizedLag > 16 ? .critical : .warning,
      finalizedLag > 16
        ? "FINALITY STALLED \(finalizedLag) slots" : "finality \(finalizedLag) slots behind",
      FinalityDoctor(self).sentence)
  }

  private var headAlarm: Alarm? {
    guard let head, let headLag, headLag > 4 else { return nil }
    return alarm(
      .head, .critical, "HEAD \(headLag) slots behind",
      "no block was imported since slot \(head.slot): look at peers and the sync gate")
  }

  private var proposalAlarm: Alarm? {
    guard isRecent(incidents.missedProposal), let slot = incidents.missedProposal,
      let outcome = proposals[slot]?.outcome
    else { return nil }
    return alarm(
      .missedProposal, .critical, "OWN SLOT \(slot) \(outcome.words)",
      "the autopsy of that slot tells why")
  }

  private var peersAlarm: Alarm? {
    // Half of the peers may be all there are in a small network; a loss is what alarms.
    let count = peers.peers.count
    guard hasNetwork, count == 0 || count * 2 < peers.mostPeers else { return nil }
    return alarm(
      .peers, count == 0 ? .critical : .warning,
      count == 0 ? "NO PEERS" : "only \(count) of \(peers.mostPeers) peers left",
      "check the bootnodes and the UDP port")
  }

  private var clockAlarm: Alarm? {
    let offset = clock?.offset ?? 0
    let isOff = offset.magnitude > 100
    guard isOff || isRecent(incidents.clockStep) else { return nil }
    return alarm(
      .clock, offset.magnitude > 400 ? .critical : .warning,
      isOff ? "CLOCK \(signed(offset)) ms" : "CLOCK STEPPED \(signed(newestClockStep)) ms",
      "votes outside the window of the peers are dropped; run chrony or ntpd")
  }

  private var keysAlarm: Alarm? {
    let keys = validators.compactMap { validator in
      validator.shortestKey.map { (key: $0, index: validator.index) }
    }
    guard let (key, index) = keys.min(by: { $0.key.endSlot < $1.key.endSlot }) else { return nil }
    let outlook = key.outlook(after: wallSlot)
    guard outlook != .long else { return nil }
    let leaves = key.leavesLeft(after: wallSlot)
    let days = leaves / KeyWindow.slotsPerDay
    return alarm(
      .keys, outlook == .urgent ? .critical : .warning,
      "KEY v\(index) ends in " + (days > 0 ? "\(days) days" : "\(leaves) slots"),
      "make new keys before the last leaf is spent")
  }

  private var lateAlarm: Alarm? {
    if isRecent(incidents.lateBlock), let slot = incidents.lateBlock,
      let offset = proposals[slot]?.outcome?.publishOffset
    {
      return alarm(
        .latePublishing, .warning, "OWN BLOCK of slot \(slot) left at \(signed(offset)) ms",
        "peers had begun to vote: the autopsy of that slot tells which stage took long")
    }
    guard isRecent(incidents.lateVotes), let slot = incidents.lateVotes else { return nil }
    return alarm(
      .latePublishing, .warning, "votes of slot \(slot) left late",
      "the engine, the signer or the journal was busy: the autopsy of that slot tells which")
  }

  private var hitRateAlarm: Alarm? {
    let ended = proposals.outcomes(newest: 32)
    let hits = ended.count { if case .hit = $0 { true } else { false } }
    guard ended.count >= 8, hits * 10 < ended.count * 8 else { return nil }
    return alarm(
      .hitRate, .warning,
      "hits \((hits * 100 + ended.count / 2) / ended.count) % of the last \(ended.count)",
      "the reasons are listed on page prebuild")
  }

  private var intervalAlarm: Alarm? {
    guard isRecent(incidents.missedInterval) else { return nil }
    return alarm(
      .missedInterval, .warning, "missed intervals \(counters.missedIntervalCount)",
      "the engine was busy past a whole interval")
  }

  private var proverAlarm: Alarm? {
    let times = slots.compactMapNewest(64) { record in
      record.spans.last { $0.stage == .aggregate }.flatMap { span in
        span.end.map { Int64($0) - Int64(span.start) }
      }
    }
    guard times.count >= 8, let slow = times.percentile(95), slow > 700 else { return nil }
    return alarm(
      .slowProver, .warning, "SLOW PROVER: aggregation p95 \(slow) ms",
      "proofs that take longer than an interval come too late for the next block")
  }

  private var lostAlarm: Alarm? {
    guard isRecent(incidents.lost) else { return nil }
    return alarm(
      .lost, .warning, "\(lostEvents) events lost", "the terminal was too slow; counts are low")
  }
}
