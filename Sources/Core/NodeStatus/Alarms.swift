internal import ChainEvents

/// What can be wrong; the order is that of the header.
public enum AlarmKind: Int, CaseIterable, Sendable {
  /// A signature was refused: the leaf is spent on another root.
  case signingRefused
  /// The signing journal takes no claims.
  case journal
  /// Finality is behind.
  case finality
  /// The head is behind the wall.
  case head
  /// The sync gate keeps duties from being done.
  case gate
  /// A proposal of ours had no block.
  case missedProposal
  /// No peer, or too few.
  case peers
  /// The clock is off.
  case clock
  /// The chain database cannot be written.
  case storage
  /// A key ends soon.
  case keys
  /// Few of our proposals are hits.
  case hitRate
  /// The engine missed an interval.
  case missedInterval
  /// Aggregation takes too long.
  case aggregation
  /// Events were lost.
  case lost
}

/// One thing that is wrong, with what to do.
public struct Alarm: Equatable, Sendable {
  /// What is wrong.
  public var kind: AlarmKind
  /// Warning or critical.
  public var level: Severity
  /// The sentence with its numbers.
  public var text: String
  /// What a person can do.
  public var advice: String
  /// The slot in which it began.
  public var since: UInt64
  /// The slot in which it reached its level: what gets worse rings again, and nobody has
  /// acknowledged it.
  public var risen: UInt64
}

/// The alarms that stand; one ends when its condition was false for two slots, so none blinks.
public struct AlarmBoard: Sendable {
  /// Slots without the condition after which an alarm ends.
  static let hysteresis: UInt64 = 2

  private var standing: [(alarm: Alarm, lastSeen: UInt64)] = []

  /// The alarms, critical ones first, in the order of ``AlarmKind``.
  public var alarms: [Alarm] {
    standing.map(\.alarm).sorted {
      ($1.level.rawValue, $0.kind.rawValue) < ($0.level.rawValue, $1.kind.rawValue)
    }
  }

  /// Takes the conditions that hold in a slot.
  mutating func update(_ conditions: [Alarm], slot: UInt64) {
    for condition in conditions {
      if let index = standing.firstIndex(where: { $0.alarm.kind == condition.kind }) {
        let old = standing[index].alarm
        standing[index] = (condition, slot)
        standing[index].alarm.since = old.since
        if condition.level <= old.level { standing[index].alarm.risen = old.risen }
      } else {
        standing.append((condition, slot))
      }
    }
    standing.removeAll { slot > $0.lastSeen && slot - $0.lastSeen > AlarmBoard.hysteresis }
  }
}

/// The slots of the newest incidents that raise an alarm for a while.
struct Incidents: Sendable {
  /// Slots for which an incident is shown in the header.
  static let memory: UInt64 = 8

  var signingRefused: UInt64?
  var missedProposal: UInt64?
  var missedInterval: UInt64?
  var clockStep: UInt64?
  var lost: UInt64?
}

extension NodeStatus {
  /// Slots that finality may be behind the head before an alarm stands.
  public static let finalityAlarmLag: UInt64 = 6

  /// Every condition that holds now; at most one of a kind.
  func alarmConditions() -> [Alarm] {
    [
      signingAlarm, journalAlarm, finalityAlarm, headAlarm, gateAlarm, proposalAlarm, peersAlarm,
      clockAlarm, storageAlarm, keysAlarm, hitRateAlarm, intervalAlarm, aggregationAlarm, lostAlarm,
    ].compactMap { $0 }
  }

  private func alarm(
    _ kind: AlarmKind, _ level: Severity, _ text: String, _ advice: String
  ) -> Alarm {
    Alarm(kind: kind, level: level, text: text, advice: advice, since: wallSlot, risen: wallSlot)
  }

  private func isRecent(_ slot: UInt64?) -> Bool {
    guard let slot else { return false }
    return wallSlot <= slot || wallSlot - slot < Incidents.memory
  }

  private var signingAlarm: Alarm? {
    guard isRecent(incidents.signingRefused) else { return nil }
    return alarm(
      .signingRefused, .critical, "SIGNATURE REFUSED \(counters.signaturesRefused)",
      "expected for two slots after a restart; else a second node may be using these keys")
  }

  private var journalAlarm: Alarm? {
    guard journal.operation == .failed else { return nil }
    return alarm(
      .journal, .critical, "JOURNAL FAILS, nothing is signed",
      "the log has the reason; on a full disk free some space, and signing goes on by itself")
  }

  private var gateAlarm: Alarm? {
    guard let gate, !gate.isOpen else { return nil }
    return alarm(
      .gate, .warning, "sync gate closed: \(gate.reason)",
      "duties wait until the head has caught up with the network")
  }

  private var storageAlarm: Alarm? {
    guard let storageProblem else { return nil }
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
      "page 2, enter on the slot tells why")
  }

  private var peersAlarm: Alarm? {
    // Half of the peers may be all there are in a small network; a loss is what alarms.
    let count = peers.peers.count
    guard hasNetwork, count == 0 || count * 2 < peers.mostPeers else { return nil }
    let isCut = fault("cut") != nil
    return alarm(
      .peers, count == 0 ? .critical : .warning,
      count == 0 ? "NO PEERS" : "only \(count) of \(peers.mostPeers) peers left",
      isCut
        ? "the node is cut off on purpose: C heals that" : "check the bootnodes and the UDP port")
  }

  private var clockAlarm: Alarm? {
    let offset = clock?.offset ?? 0
    guard offset.magnitude > 100 || isRecent(incidents.clockStep) else { return nil }
    return alarm(
      .clock, offset.magnitude > 400 ? .critical : .warning,
      offset.magnitude > 100 ? "CLOCK \(signed(offset)) ms" : "clock stepped",
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

  private var hitRateAlarm: Alarm? {
    let ended = proposals.outcomes(newest: 32)
    let hits = ended.count { if case .hit = $0 { true } else { false } }
    guard ended.count >= 8, hits * 10 < ended.count * 8 else { return nil }
    return alarm(
      .hitRate, .warning,
      "hits \((hits * 100 + ended.count / 2) / ended.count) % of the last \(ended.count)",
      "page 2 lists the reasons")
  }

  private var intervalAlarm: Alarm? {
    guard isRecent(incidents.missedInterval) else { return nil }
    return alarm(
      .missedInterval, .warning, "missed intervals \(counters.missedIntervalCount)",
      "the engine was busy past a whole interval")
  }

  private var aggregationAlarm: Alarm? {
    let times = slots.compactMapNewest(64) { record in
      record.spans.last { $0.stage == .aggregate }.flatMap { span in
        span.end.map { Int64($0) - Int64(span.start) }
      }
    }
    guard times.count >= 8, let slow = times.percentile(95), slow > 700 else { return nil }
    return alarm(
      .aggregation, .warning, "aggregation p95 \(slow) ms",
      "proofs that take longer than an interval come too late for the next block")
  }

  private var lostAlarm: Alarm? {
    guard isRecent(incidents.lost) else { return nil }
    return alarm(
      .lost, .warning, "\(lostEvents) events lost", "the terminal was too slow; counts are low")
  }
}
