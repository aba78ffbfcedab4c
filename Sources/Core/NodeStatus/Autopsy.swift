package import ChainEvents
internal import Hashing

/// Why a slot ended as it did, in words.
package struct Autopsy: Equatable, Sendable {
  /// The verdict in one sentence.
  package let sentence: String
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
    let proposal = node.proposals[slot]
    timeline = Autopsy.lines(record, proposal).enumerated()
      .sorted { ($0.element.milliseconds, $0.offset) < ($1.element.milliseconds, $1.offset) }
      .map(\.element)
    sentence = Autopsy.sentence(record, proposal, node)
  }

  private static func sentence(
    _ record: SlotRecord, _ proposal: ProposalRecord?, _ node: NodeStatus
  ) -> String {
    let orphaned = proposal?.fate == .orphaned ? "; the finalized chain left it behind" : ""
    let thin =
      proposal.flatMap {
        $0.isThin ? "; it carried \($0.votes ?? 0) of \($0.knownVotes ?? 0) known votes" : nil
      }
    return outcome(record, proposal, node) + (thin ?? "") + orphaned
  }

  private static func outcome(
    _ record: SlotRecord, _ proposal: ProposalRecord?, _ node: NodeStatus
  ) -> String {
    switch record.outcome {
    case .hit(let offset)?:
      let ready = proposal?.lead.map { " ready \($0) ms before the boundary," } ?? ""
      return "prebuilt block\(ready) published at \(moment(offset)): hit\(refreshes(proposal))"
    case .late(let offset)?:
      let why = proposal.flatMap { $0.overrunStage(record) }.map { "\($0.words) overran" }
      return "prebuilt block left at \(moment(offset)), when peers had begun to vote: late"
        + (why.map { ", because \($0)" } ?? ", because the engine was busy")
    case .fallback(let reason, let offset)?:
      return "\(cause(reason.words, record, proposal, node)): the block was built inside the slot"
        + " and published at \(moment(offset)): fallback\(failure(record))"
    case .forfeited(let reason)?:
      return "\(cause(reason.words, record, proposal, node)) after the block was signed:"
        + " forfeited, the leaf is spent"
    case .missed(let reason)?:
      if case .nodeDown = reason, let down = node.downtime(in: record.slot) {
        return
          "the node was down from slot \(down.slots.lowerBound) to \(down.slots.upperBound): missed"
      }
      if case .overrun = reason, let span = unfinished(record) { return span }
      return "\(reason.words), so nothing was published: missed\(failure(record))"
    case nil: break
    }
    if let block = record.block {
      let whose =
        block.isOurs ? "our block" : "block" + (block.proposer.map { " of v\($0)" } ?? "")
      let votes = block.votes.map { ", with \($0) votes" } ?? ""
      guard let arrival = block.arrival else { return "\(whose) \(block.root.short) came\(votes)" }
      let late = arrival >= Int32(EventStamp.intervalMilliseconds) ? ", too late for votes" : ""
      return "\(whose) \(block.root.short) came at \(moment(arrival))\(late)\(votes)"
    }
    if record.slot >= node.wallSlot { return "not over yet" }
    if let down = node.downtime(in: record.slot) {
      return "the node was down from slot \(down.slots.lowerBound) to \(down.slots.upperBound)"
    }
    let proposer = node.validatorCount.map { " of v\(record.slot % $0)" } ?? ""
    return "no block\(proposer) reached us"
  }

  /// The stage that the slot was over before, in words.
  private static func unfinished(_ record: SlotRecord) -> String? {
    let length = Int32(EventStamp.slotMilliseconds)
    guard let span = record.spans.last(where: { $0.end.map { $0 >= length } ?? true }) else {
      return nil
    }
    let end = span.end.map { "took \($0 &- span.start) ms" } ?? "began at \(moment(span.start))"
    return "\(span.stage.words) \(end) and was not done when the slot was over: missed"
  }

  /// What moved the head away from the parent of our block, in words.
  private static func cause(
    _ reason: String, _ record: SlotRecord, _ proposal: ProposalRecord?, _ node: NodeStatus
  ) -> String {
    guard let discard = proposal?.discard else { return reason }
    let move = "\(discard.oldParent.short) → \(discard.newParent.short)"
    guard let block = arrival(of: discard.newParent, near: record.slot, node) else {
      return "\(reason) \(move)"
    }
    let isLate = block.milliseconds >= Int64(EventStamp.intervalMilliseconds)
    let name = isLate ? "late block" : "block"
    return "\(name) of slot \(block.slot) at \(moment(block.milliseconds)) moved the head \(move)"
  }

  /// When a block came: the tree knows new blocks and forks, the records the others of a day.
  private static func arrival(
    of root: Bytes32, near slot: UInt64, _ node: NodeStatus
  ) -> (slot: UInt64, milliseconds: Int64)? {
    if let block = node.tree[root], let arrival = block.arrival { return (block.slot, arrival) }
    for record in node.slots.suffix(8, through: slot) {
      if let block = record.block, block.root == root, let arrival = block.arrival {
        return (record.slot, Int64(arrival))
      }
    }
    return nil
  }

  private static func refreshes(_ proposal: ProposalRecord?) -> String {
    guard let proposal, proposal.refreshCount > 0 else { return "" }
    let reasons = proposal.refreshes.map(\.words).joined(separator: ", ")
    return ", after \(proposal.refreshCount) refresh\(proposal.refreshCount == 1 ? "" : "es")"
      + " (\(reasons))"
  }

  private static func failure(_ record: SlotRecord) -> String {
    for note in record.notes {
      if case .stageFailed(let stage, let reason) = note.kind {
        return "; \(stage.rawValue) failed: \(reason)"
      }
    }
    return ""
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

extension ProposalRecord {
  /// The stage that was still running when the slot began; `nil` when the block was ready by then.
  package func overrunStage(_ record: SlotRecord) -> Stage? {
    guard let lead, lead < 0 else { return nil }
    return record.spans.filter { ![.hold, .import, .publish].contains($0.stage) }
      .last { ($0.end ?? .max) > 0 }?.stage
  }
}

/// A moment of a slot as `+12 ms`, or `+2.9 s` from a second on.
private func moment(_ milliseconds: some SignedInteger) -> String {
  guard milliseconds.magnitude >= 1000 else { return "\(signed(milliseconds)) ms" }
  let tenths = Int(milliseconds.magnitude) / 100
  return "\(milliseconds < 0 ? "-" : "+")\(tenths / 10).\(tenths % 10) s"
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
