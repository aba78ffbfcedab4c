internal import ChainEvents
internal import Hashing

/// What is known of one slot, for its autopsy: who or what cost a block, by how much, and what would
/// have helped.
struct Evidence {
  /// What happened, and what would have helped.
  struct Finding {
    var sentence: String
    var advice: String?

    init(_ sentence: String, _ advice: String? = nil) {
      self.sentence = sentence
      self.advice = advice
    }
  }

  let node: NodeStatus
  let record: SlotRecord
  let proposal: ProposalRecord?

  /// Milliseconds into a slot at which peers begin to vote.
  private static let votingStart = Int64(EventStamp.intervalMilliseconds)

  var finding: Finding {
    var finding =
      switch record.outcome {
      case .hit(let offset)?: hit(offset)
      case .late(let offset)?: late(offset)
      case .fallback(let reason, let offset)?: fallback(reason, offset)
      case .forfeited(let reason)?: forfeited(reason)
      case .missed(let reason)?: missed(reason)
      case nil: unowned
      }
    if let stop, record.outcome?.isLoss == true {
      finding.sentence = "\(stop.words): \(finding.sentence)"
      finding.advice = stop.advice
    }
    if let proposal, proposal.isThin {
      finding.sentence +=
        "; it carried \(proposal.votes ?? 0) of \(proposal.knownVotes ?? 0) known votes"
      finding.advice =
        finding.advice ?? "votes that are aggregated before the build begins get into the block"
    }
    if proposal?.fate == .orphaned {
      finding.sentence += "; orphaned" + usurper
      finding.advice =
        finding.advice ?? "nothing of ours was late: the next proposer had not seen it"
    }
    return finding
  }

  /// The block that finality took instead of ours.
  private var usurper: String {
    guard let other = proposal?.orphanedBy else { return ": the finalized chain left it behind" }
    let came = arrival(of: other.root).map { " at \(moment($0.milliseconds))" } ?? ""
    return " by block \(other.root.short) of slot \(other.slot)\(came)"
  }

  /// A stop of the process between the start of the prebuild and the end of the slot.
  private var stop: Downtime? {
    guard case .missed(.nodeDown)? = record.outcome else {
      let start = record.slot &* EventStamp.slotMilliseconds
      let work =
        start - min(start, EventStamp.intervalMilliseconds)...start &+ EventStamp.slotMilliseconds
      return node.downtimes.last { $0.stop?.overlaps(work) == true }
    }
    return nil
  }

  // MARK: Published

  private func hit(_ offset: Int64) -> Finding {
    let ready = proposal?.lead.map { " ready \($0) ms before the boundary," } ?? ""
    return Finding("prebuilt block\(ready) published at \(moment(offset)): hit\(refreshes)")
  }

  private func late(_ offset: Int64) -> Finding {
    let excess = offset - Self.votingStart + 1
    let cause = proposal.flatMap { $0.overrun(record) }.map { end(of: $0) }
    return Finding(
      "prebuilt block left at \(moment(offset)), \(excess) ms after peers had begun to vote: late, "
        + (cause.map { "because \($0)" } ?? busyEngine(around: record.slot)
          ?? "because the engine was busy"),
      cause == nil
        ? "whatever kept the engine busy: other programs on this machine, slow imports"
        : faster(by: excess))
  }

  private func fallback(_ reason: FallbackReason, _ offset: Int64) -> Finding {
    let (cause, advice): (String, String?) =
      switch reason {
      case .headMoved: (movedHead ?? reason.words, latePeer)
      case .notReady: notReady
      case .forced: ("the operator asked for it", nil)
      case .intervalMissed:
        (
          busyEngine(
            around: record.slot,
            "interval 4 of slot \(record.slot - min(1, record.slot)) was missed")
            ?? "interval 4 of the slot before was missed",
          "an engine that is not busy past a whole interval: other programs, slow imports"
        )
      case .buildFailed: ("the prebuild failed", "the log has the whole reason")
      case .finalizedConflict: ("the candidate conflicted with the finalized block", nil)
      case .gateOpenedLate:
        ("the sync gate opened too late\(gateWords)", "being synced a slot earlier")
      case .prebuildOff:
        ("nothing is built ahead", "an earlier start (--prebuild-start auto)")
      }
    return Finding(
      "\(cause): the block was built inside the slot and published at \(moment(offset)):"
        + " fallback\(failure)", advice)
  }

  private var notReady: (String, String?) {
    let boundary = record.spans.last { $0.start < 0 && ($0.end.map { $0 >= 0 } ?? true) }
    guard let span = boundary else {
      return ("nothing was ready at the boundary", faster(by: nil))
    }
    return (
      "\(span.stage.words), begun at \(moment(span.start)), was not done when the slot began",
      faster(by: span.end.map { Int64($0) })
    )
  }

  // MARK: Not published

  private func forfeited(_ reason: StaleReason) -> Finding {
    let (cause, advice): (String, String?) =
      switch reason {
      case .headMoved: (movedHead ?? reason.words, latePeer)
      case .forced: ("the operator forced a rebuild", "forcing it before the leaf is claimed")
      case .expired:
        (unfinished ?? "the slot was over before the block left", faster(by: nil))
      case .gateClosed:
        ("the sync gate closed\(gateWords)", "peers that are not ahead of us, or faster imports")
      case .finalizedConflict:
        (movedHead ?? "its parent does not descend from the finalized block", nil)
      }
    return Finding(
      "\(cause) after the block was signed: forfeited, the leaf is spent",
      advice.map { $0 + (reason == .headMoved ? "; --on-stale publish sends it anyway" : "") })
  }

  private func missed(_ reason: MissReason) -> Finding {
    if case .nodeDown = reason, let down = node.downtime(in: record.slot) {
      return Finding("\(down.words): missed", down.advice)
    }
    if case .overrun = reason { return overrun }
    let (cause, advice) = unsigned(reason)
    return Finding("\(cause), so nothing was published: missed\(failure)", advice)
  }

  private var overrun: Finding {
    let advice = node.costModel.map {
      "a build takes about \($0.buildMilliseconds) ms here: a faster prover, or fewer validators"
        + " whose votes have to be merged"
    }
    if let unfinished { return Finding("\(unfinished): missed", advice) }
    let leaf = proposal?.committedRoot == nil ? "; the leaf is unspent" : ""
    return Finding("no build could end inside the slot\(leaf): missed\(failure)", advice)
  }

  private func unsigned(_ reason: MissReason) -> (cause: String, advice: String?) {
    switch reason {
    case .syncing:
      let lag = record.lags.head.map { "the head was \($0) slots behind" } ?? "the node was syncing"
      return (lag + gateWords, "being synced by then: peers with the newer blocks, faster imports")
    case .restartFloor:
      return (
        "refused by the floor: \(refusal ?? "an earlier run may have signed this slot")",
        "a restart at least \(Restart.floorSlots + 1) slots before an own slot: the calendar says when"
      )
    case .alreadySigned:
      return (
        refusal ?? "another root holds the leaf", "a second node may be using these keys: stop it"
      )
    case .duplicateKeySeen:
      return ("another node was seen signing with the key", "stop the other node, then start again")
    case .journalUnavailable:
      return (
        "the signing journal took no claim" + (refusal.map { " (\($0))" } ?? ""),
        "a disk with room, that nothing else locks: signing goes on by itself"
      )
    case .keyMissing: return ("the key is not loaded", "swiftlet keys check names what is missing")
    case .keyExhausted:
      let end = node.validators.first { $0.index == record.ownProposer }?.proposalKey?.endSlot
      return (
        "the key has no leaf for the slot" + (end.map { ": it ends at \($0)" } ?? ""),
        "new keys before the last leaf is spent"
      )
    case .keyNotReady:
      return (
        "the key's tree for the slot was still being made",
        "a signing worker that is not lost: it makes every tree again, some seconds for each key"
      )
    case .keyDamaged: return (refusal ?? "the key's file is damaged", "the file from a backup")
    case .signerFailed:
      return (
        refusal ?? "the signer brought no signature in time",
        "a signer with a processor of its own; the leaf is spent"
      )
    case .proverFailed(let stage):
      return ("the prover failed in \(stage.words)", "the log has the whole reason")
    case .importFailed:
      return ("our own store refused the block", "a defect: report it with the log")
    case .shutdown:
      let why = node.stopped.map { " (\($0))" } ?? ""
      return (
        "the node was stopping\(why)", "stopping right after an own slot: the calendar says when"
      )
    case .clockStepped:
      return (
        "the wall clock moved past the slot\(clockStep)",
        "chrony or ntpd, which slew and do not step"
      )
    case .overrun, .nodeDown: return (reason.words, nil)
    }
  }

  /// A slot that is not ours, or not over.
  private var unowned: Finding {
    if let block = record.block {
      let whose = block.isOurs ? "our block" : "block" + (block.proposer.map { " of v\($0)" } ?? "")
      let votes = block.votes.map { ", with \($0) votes" } ?? ""
      guard let arrival = block.arrival else {
        return Finding("\(whose) \(block.root.short) came\(votes)")
      }
      let excess = Int64(arrival) - Self.votingStart
      let late = excess >= 0 ? ", \(excess) ms too late for votes" : ""
      return Finding("\(whose) \(block.root.short) came at \(moment(arrival))\(late)\(votes)")
    }
    if record.slot >= node.wallSlot { return Finding("not over yet") }
    if let down = node.downtime(in: record.slot) { return Finding(down.words, down.advice) }
    let proposer = node.validatorCount.map { " of v\(record.slot % $0)" } ?? ""
    return Finding("no block\(proposer) reached us")
  }
}

// MARK: - Parts of a finding

extension Evidence {
  /// What moved the head away from the parent of our block, and how late that was.
  private var movedHead: String? {
    guard let discard = proposal?.discard else { return nil }
    let move = "\(discard.oldParent.short) → \(discard.newParent.short)"
    guard let block = arrival(of: discard.newParent) else { return "the head moved \(move)" }
    let excess = block.milliseconds - Int64(EventStamp.intervalMilliseconds)
    let late = excess >= 0 ? ", \(excess) ms too late for votes," : ""
    let name = excess >= 0 ? "late block" : "block"
    return "\(name) of slot \(block.slot) at \(moment(block.milliseconds))\(late)"
      + " moved the head \(move)"
  }

  /// What one can do about the blocks of others.
  private var latePeer: String {
    let cost = node.costModel.map { "\($0.commitMilliseconds) ms after the boundary" } ?? "later"
    return "a proposer before us that is on time; signing at the boundary (--commit late) waits for"
      + " it and publishes \(cost)"
  }

  /// When a block came: the tree knows new blocks and forks, the records the others of a day.
  private func arrival(of root: Bytes32) -> (slot: UInt64, milliseconds: Int64)? {
    if let block = node.tree[root], let arrival = block.arrival { return (block.slot, arrival) }
    for record in node.slots.suffix(8, through: record.slot) {
      if let block = record.block, block.root == root, let arrival = block.arrival {
        return (record.slot, Int64(arrival))
      }
    }
    return nil
  }

  /// The stage that the slot was over before, in words.
  private var unfinished: String? {
    let length = Int32(EventStamp.slotMilliseconds)
    guard let span = record.spans.last(where: { $0.end.map { $0 >= length } ?? true }) else {
      return nil
    }
    return "\(span.stage.words) began at \(moment(span.start)) and was not done when the slot was"
      + " over, \(length &- span.start) ms later"
  }

  /// When a stage ended and how long it took.
  private func end(of span: StageSpan) -> String {
    guard let end = span.end else { return "\(span.stage.words) was still running" }
    return "\(span.stage.words) took \(end &- span.start) ms and ended at \(moment(end))"
  }

  /// What makes a build end sooner, by so much where that is known.
  private func faster(by milliseconds: Int64?) -> String {
    let goal = milliseconds.map { "\($0) ms less, by " } ?? ""
    return goal
      + "an earlier start (--prebuild-start auto), a faster prover or fewer proofs to merge"
  }

  /// What the engine was busy with when it should have begun.
  private func busyEngine(
    around slot: UInt64, _ words: String = "because an interval was missed"
  )
    -> String?
  {
    let notes = node.slots.suffix(2, through: slot).reversed().flatMap(\.notes)
    for case .missedInterval(_, let busyWith) in notes.map(\.kind) {
      return words + (busyWith.map { " (busy with \($0))" } ?? "")
    }
    return nil
  }

  /// Why the gate over duties was closed, as far back as an hour.
  private var gateWords: String {
    for record in node.slots.suffix(900, through: record.slot).reversed() {
      for case .gate(let isOpen, let reason) in record.notes.map(\.kind).reversed() {
        return isOpen ? "" : " (gate closed since slot \(record.slot): \(reason))"
      }
    }
    return ""
  }

  /// The step of the clock that is noted nearest to the slot.
  private var clockStep: String {
    for record in node.slots.suffix(4, through: record.slot + 1).reversed() {
      for case .clockStep(let milliseconds) in record.notes.map(\.kind) {
        return " (it stepped \(signed(milliseconds)) ms)"
      }
    }
    return ""
  }

  /// What the signer said.
  private var refusal: String? {
    for case .signingRefused(_, let reason) in record.notes.map(\.kind) { return reason }
    return nil
  }

  private var refreshes: String {
    guard let proposal, proposal.refreshCount > 0 else { return "" }
    let reasons = proposal.refreshes.map(\.words).joined(separator: ", ")
    return ", after \(proposal.refreshCount) refresh\(proposal.refreshCount == 1 ? "" : "es")"
      + " (\(reasons))"
  }

  private var failure: String {
    for case .stageFailed(let stage, let reason) in record.notes.map(\.kind) {
      return "; \(stage.words) failed: \(reason)"
    }
    return ""
  }
}

extension ProposalOutcome {
  /// Whether the prepared block did not leave in time.
  fileprivate var isLoss: Bool {
    if case .hit = self { false } else { true }
  }
}

extension ProposalRecord {
  /// The stage that was still running when the slot began; `nil` when the block was ready by then.
  fileprivate func overrun(_ record: SlotRecord) -> StageSpan? {
    guard let lead, lead < 0 else { return nil }
    return record.spans.filter { ![.hold, .import, .publish].contains($0.stage) }
      .last { ($0.end ?? .max) > 0 }
  }
}

/// A moment of a slot as `+12 ms`, or `+2.9 s` from a second on.
private func moment(_ milliseconds: some SignedInteger) -> String {
  guard milliseconds.magnitude >= 1000 else { return "\(signed(milliseconds)) ms" }
  let tenths = Int(milliseconds.magnitude) / 100
  return "\(milliseconds < 0 ? "-" : "+")\(tenths / 10).\(tenths % 10) s"
}
