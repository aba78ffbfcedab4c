internal import ChainEvents
internal import Hashing

/// Why a slot ended as it did, in words.
package struct Autopsy: Equatable, Sendable {
  /// The verdict in one sentence.
  package let sentence: String
  /// What would have helped; `nil` where nothing was lost, or nobody can tell.
  package let advice: String?
  /// What happened, in the order of time: milliseconds from the slot's start, and the words.
  package let timeline: [Line]

  /// One line of the timeline.
  package struct Line: Equatable, Sendable {
    /// Milliseconds from the start of the slot.
    package var milliseconds: Int32
    /// What happened.
    package var text: String
    /// Whether it explains a loss.
    package var severity: Severity
  }

  /// Examines a slot of a node; `nil` when the slot is not kept.
  package init?(_ node: NodeStatus, slot: UInt64) {
    guard let record = node.slots[slot] else { return nil }
    let evidence = Evidence(node: node, record: record, proposal: node.proposals[slot])
    let finding = evidence.finding
    sentence = finding.sentence
    advice = finding.advice
    let stops = node.downtimes.compactMap(\.stop).flatMap { Autopsy.lines(of: $0, in: slot) }
    timeline = (stops + Autopsy.lines(record, evidence.proposal)).enumerated()
      .sorted { ($0.element.milliseconds, $0.offset) < ($1.element.milliseconds, $1.offset) }
      .map(\.element)
  }

  /// When the process was stopped and went on, as far as that is inside the slot.
  private static func lines(of stop: ClosedRange<UInt64>, in slot: UInt64) -> [Line] {
    let time = Downtime.seconds(stop.upperBound - stop.lowerBound)
    return [
      (stop.lowerBound, "this process was stopped, for \(time)"),
      (stop.upperBound, "this process went on, after \(time)"),
    ]
    .filter { $0.0 / EventStamp.slotMilliseconds == slot }
    .map { moment, text in
      Line(
        milliseconds: Int32(moment % EventStamp.slotMilliseconds), text: text, severity: .warning)
    }
  }

  private static func lines(_ record: SlotRecord, _ proposal: ProposalRecord?) -> [Line] {
    var lines = record.notes.map { note in
      Line(milliseconds: note.milliseconds, text: note.kind.words, severity: .warning)
    }
    for span in record.spans {
      let time = span.end.map { "\($0 &- span.start) ms" } ?? "running"
      lines.append(
        Line(
          milliseconds: span.start, text: "\(span.stage.words) \(time)",
          severity: span.failed ? .warning : .info))
    }
    if let block = record.block {
      lines.append(
        Line(
          milliseconds: block.arrival ?? 0,
          text: "block \(block.root.short)" + (block.proposer.map { " of v\($0)" } ?? "")
            + (block.votes.map { ", \($0) votes" } ?? "")
            + (block.importTime.map { ", imported in \($0) ms" } ?? ""), severity: .event))
    }
    if let aggregate = record.aggregate {
      lines.append(
        Line(
          milliseconds: aggregate.arrival ?? 0,
          text: "best aggregate: \(aggregate.votes) votes"
            + (aggregate.bytes.map { ", \(sized(Int($0)))" } ?? "")
            + (aggregate.isOurs ? ", ours" : ""), severity: .info))
    }
    if let committed = proposal?.committedAt, let root = proposal?.committedRoot {
      lines.append(
        Line(milliseconds: committed, text: "leaf claimed for \(root.short)", severity: .event))
    }
    if let discard = proposal?.discard {
      lines.append(
        Line(
          milliseconds: discard.milliseconds,
          text: "signed block discarded: \(discard.reason.words)",
          severity: .critical))
    }
    if let offset = proposal?.outcome?.publishOffset {
      lines.append(
        Line(milliseconds: Int32(near: offset), text: "published", severity: .event))
    }
    return lines
  }
}

extension SlotNote.Kind {
  /// The note in words.
  var words: String {
    switch self {
    case .reorg(let depth, let from, let to):
      "head moved \(from.short) → \(to.short), depth \(depth)"
    case .lateBlock(let root): "late block \(root.short)"
    case .secondBlock(let root): "second block \(root.short) of the same slot"
    case .blockRejected(let reason): "block refused: \(reason)"
    case .missedInterval(let interval, let busyWith):
      "interval \(interval) missed" + (busyWith.map { ", busy with \($0)" } ?? "")
    case .clockStep(let milliseconds): "clock stepped \(signed(milliseconds)) ms"
    case .gate(let isOpen, let reason): "sync gate \(isOpen ? "open" : "closed"): \(reason)"
    case .stageFailed(let stage, let reason): "\(stage.words) failed: \(reason)"
    case .duty(let duty, let outcome, let reason):
      "\(duty.rawValue) \(outcome.rawValue)" + (reason.map { ": \($0)" } ?? "")
    case .aggregatorSkipped(let reason): "aggregator skipped: \(reason)"
    case .signingRefused(let validator, let reason): "v\(validator) signature refused: \(reason)"
    }
  }
}
