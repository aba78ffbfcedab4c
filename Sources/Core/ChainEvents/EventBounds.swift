/// What an event may hold, whoever made it: a peer, an operator or a file.
///
/// Every ``TimedEvent`` is bounded as it is made, so that whoever reads it may add, subtract and
/// print what it holds: nothing overflows, nothing moves a cursor, nothing costs more than a line.
package enum EventBounds {
  /// The largest magnitude of a number: as a slot its start in milliseconds fits 64 bits, as a time
  /// it is 35,000 years away.
  package static let number: UInt64 = 1 << 50

  /// UTF-8 bytes of a text; the longest of ours are reasons of a sentence or two.
  package static let textBytes = 512

  /// UTF-8 bytes of what names a node or a peer; an identity has 53.
  package static let nameBytes = 64

  /// Elements of a list, such as subnets or simulated parts.
  package static let listCount = 64

  /// A day: a time that is further from those before it needs a second event that agrees.
  package static let doubtMilliseconds: UInt64 = 86_400_000

  /// UTF-8 bytes that are kept of the fields of an event with an unknown name.
  package static let unknownBytes = 1024
}

extension UInt64 {
  /// The number, or ``EventBounds/number`` in its place.
  var bounded: UInt64 { Swift.min(self, EventBounds.number) }
}

extension SignedInteger where Self: FixedWidthInteger {
  /// The number, or the nearest whose magnitude is ``EventBounds/number``.
  var bounded: Self {
    Swift.min(Swift.max(self, -Self(EventBounds.number)), Self(EventBounds.number))
  }
}

extension String {
  /// The text on one line, without characters that a terminal obeys, cut to so many UTF-8 bytes.
  package func bounded(to limit: Int = EventBounds.textBytes) -> String {
    if utf8.count <= limit, utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7F }) { return self }
    var clean = String.UnicodeScalarView()
    var bytes = 0
    // The bytes before which a text that goes on is cut: room for the three of the ellipsis.
    var cut = clean.endIndex
    for scalar in unicodeScalars {
      guard let shown = scalar.printable else { continue }
      let width = UTF8.width(shown)
      guard bytes + width <= limit else {
        clean.removeSubrange(cut...)
        clean.append("…")
        break
      }
      clean.append(shown)
      bytes += width
      if bytes + 3 <= limit { cut = clean.endIndex }
    }
    return String(clean)
  }

  fileprivate var name: String { bounded(to: EventBounds.nameBytes) }
}

extension Unicode.Scalar {
  /// What stands for the scalar in a line of text; `nil` for one that only steers how others look.
  var printable: Unicode.Scalar? {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator:
      properties.isWhitespace ? " " : "\u{FFFD}"
    case .format, .surrogate: nil
    default: self
    }
  }
}

extension [String] {
  fileprivate var bounded: [String] { prefix(EventBounds.listCount).map { $0.bounded() } }
}

extension [UInt64] {
  fileprivate var bounded: [UInt64] { prefix(EventBounds.listCount).map(\.bounded) }
}

extension VotePoint {
  fileprivate var bounded: VotePoint { VotePoint(root: root, slot: slot.bounded) }
}

extension Vote {
  fileprivate var bounded: Vote {
    Vote(
      slot: slot.bounded, head: head.bounded, target: target.bounded, source: source.bounded)
  }
}

extension ChainEvent {
  /// The event with each value within ``EventBounds``.
  var bounded: ChainEvent {
    switch self {
    case .clock(let event): .clock(event.bounded)
    case .duty(let event): .duty(event.bounded)
    case .proposal(let event): .proposal(event.bounded)
    case .forkChoice(let event): .forkChoice(event.bounded)
    case .network(let event): .network(event.bounded)
    case .key(let event): .key(event.bounded)
    case .node(let event): .node(event.bounded)
    case .unknown(let event): .unknown(event.bounded)
    }
  }
}

extension UnknownEvent {
  /// Fields of more than ``EventBounds/unknownBytes`` are left out, with their size in their place.
  fileprivate var bounded: UnknownEvent {
    var writer = JSONWriter()
    writer.value(.object(data))
    guard writer.bytes.count > EventBounds.unknownBytes else {
      return UnknownEvent(name: name.name, data: data)
    }
    let size = JSONObject.Member(
      key: "left_out_bytes", value: .integer(Int128(writer.bytes.count)), offset: 0)
    return UnknownEvent(name: name.name, data: JSONObject(members: [size], offset: 0))
  }
}

extension ClockEvent {
  fileprivate var bounded: ClockEvent {
    switch self {
    case .tick(let lateness): .tick(latenessMilliseconds: lateness.bounded)
    case .missedInterval(let slot, let interval, let lateness, let busyWith):
      .missedInterval(
        slot: slot.bounded, interval: interval.bounded, latenessMilliseconds: lateness.bounded,
        busyWith: busyWith?.bounded())
    case .guardSkip(let slot, let interval):
      .guardSkip(slot: slot.bounded, interval: interval.bounded)
    case .clockStep(let step): .clockStep(milliseconds: step.bounded)
    case .processStopped(let time): .processStopped(milliseconds: time.bounded)
    case .clockOffset(let offset, let source):
      .clockOffset(milliseconds: offset.bounded, source: source.name)
    }
  }
}

extension DutyEvent {
  fileprivate var bounded: DutyEvent {
    switch self {
    case .scheduled(let duty, let slot, let validators):
      .scheduled(duty, slot: slot.bounded, validators: validators)
    case .ended(let duty, let slot, let validators, let outcome, let reason):
      .ended(duty, slot: slot.bounded, validators: validators, outcome, reason: reason?.bounded())
    case .stageStarted(let stage, let slot): .stageStarted(stage, slot: slot.bounded)
    case .stageEnded(let stage, let slot, let time, let failure):
      .stageEnded(
        stage, slot: slot.bounded, milliseconds: time.bounded, failure: failure?.bounded())
    case .attested(let validators, let vote, let lateness):
      .attested(
        validators: validators, vote: vote.bounded, latenessMilliseconds: lateness.bounded)
    case .aggregationStarted(let slot, let votes, let expected, let lead):
      .aggregationStarted(
        slot: slot.bounded, votes: votes.bounded, expected: expected.bounded,
        leadMilliseconds: lead.bounded)
    case .aggregatorSkipped(let slot, let reason):
      .aggregatorSkipped(slot: slot.bounded, reason: reason.bounded())
    case .aggregatorRole(let enabled, let subnets):
      .aggregatorRole(enabled: enabled, subnets: subnets.bounded)
    case .prover(let state, let slot, let waiting):
      .prover(state, slot: slot?.bounded, waiting: waiting.bounded)
    case .costModel(let model):
      .costModel(
        CostModel(
          buildMilliseconds: model.buildMilliseconds.bounded,
          commitMilliseconds: model.commitMilliseconds.bounded,
          mergeMilliseconds: model.mergeMilliseconds.bounded, samples: model.samples.bounded,
          foldsProposer: model.foldsProposer))
    }
  }
}

extension ProposalOutcome {
  fileprivate var bounded: ProposalOutcome {
    switch self {
    case .hit(let offset): .hit(publishOffsetMilliseconds: offset.bounded)
    case .late(let offset): .late(publishOffsetMilliseconds: offset.bounded)
    case .fallback(let reason, let offset):
      .fallback(reason, publishOffsetMilliseconds: offset.bounded)
    case .forfeited, .missed: self
    }
  }
}

extension ProposalEvent {
  fileprivate var bounded: ProposalEvent {
    switch self {
    case .scheduled(let slot, let validator):
      .scheduled(slot: slot.bounded, validator: validator.bounded)
    case .prebuildStarted(let slot, let parent):
      .prebuildStarted(slot: slot.bounded, parent: parent)
    case .candidate(let candidate):
      .candidate(
        ProposalCandidate(
          slot: candidate.slot.bounded, root: candidate.root, parent: candidate.parent,
          votes: candidate.votes.bounded, validators: candidate.validators.bounded,
          aggregates: candidate.aggregates.bounded))
    case .refreshed(let slot, let reason, let oldParent, let newParent):
      .refreshed(slot: slot.bounded, reason, oldParent: oldParent, newParent: newParent)
    case .committed(let slot, let root): .committed(slot: slot.bounded, root: root)
    case .prepared(let slot, let root, let bytes, let lead):
      .prepared(
        slot: slot.bounded, root: root, bytes: bytes.bounded, leadMilliseconds: lead.bounded)
    case .staleDiscard(let slot, let reason, let root, let oldParent, let newParent):
      .staleDiscard(
        slot: slot.bounded, reason, root: root, oldParent: oldParent, newParent: newParent)
    case .outcome(let result):
      .outcome(
        ProposalResult(
          slot: result.slot.bounded, validator: result.validator.bounded,
          outcome: result.outcome.bounded, root: result.root, votes: result.votes?.bounded,
          bytes: result.bytes?.bounded))
    case .forceFallback(let slot, let state, let reason):
      .forceFallback(slot: slot.bounded, state, reason: reason?.bounded())
    case .coverage(let slot, let block, let included, let known, let validators):
      .coverage(
        slot: slot.bounded, block: block, included: included.bounded, known: known.bounded,
        validators: validators.bounded)
    }
  }
}

extension ForkChoiceEvent {
  fileprivate var bounded: ForkChoiceEvent {
    switch self {
    case .blockGossip(let slot, let block, let proposer, let from, let arrival, let bytes):
      .blockGossip(
        slot: slot.bounded, block: block, proposer: proposer?.bounded, from: from?.name,
        arrivalMilliseconds: arrival?.bounded, bytes: bytes?.bounded)
    case .block(let block): .block(block.bounded)
    case .blockPending(let slot, let block, let parent):
      .blockPending(slot: slot.bounded, block: block, parent: parent)
    case .blockRejected(let slot, let block, let reason, let from):
      .blockRejected(
        slot: slot.bounded, block: block, reason: reason.bounded(), from: from?.name)
    case .head(let slot, let block, let state):
      .head(slot: slot.bounded, block: block, state: state)
    case .reorg(let depth, let oldSlot, let oldHead, let newSlot, let newHead):
      .reorg(
        depth: depth.bounded, oldSlot: oldSlot?.bounded, oldHead: oldHead,
        newSlot: newSlot.bounded, newHead: newHead)
    case .justified(let slot, let block, let state):
      .justified(slot: slot.bounded, block: block, state: state)
    case .finalized(let slot, let block, let state):
      .finalized(slot: slot.bounded, block: block, state: state)
    case .safeTarget(let slot, let block): .safeTarget(slot: slot.bounded, block: block)
    case .attestation(let attestation):
      .attestation(
        ReceivedAttestation(
          validator: attestation.validator.bounded, vote: attestation.vote.bounded,
          arrivalMilliseconds: attestation.arrivalMilliseconds?.bounded,
          verdict: attestation.verdict, reason: attestation.reason?.bounded(),
          from: attestation.from?.name))
    case .aggregate(let aggregate):
      .aggregate(
        ReceivedAggregate(
          participants: aggregate.participants, vote: aggregate.vote.bounded,
          bytes: aggregate.bytes?.bounded,
          arrivalMilliseconds: aggregate.arrivalMilliseconds?.bounded, verdict: aggregate.verdict,
          reason: aggregate.reason?.bounded(), from: aggregate.from?.name))
    case .justification(let target, let voters, let validators):
      .justification(
        target: target.bounded, voters: voters, validators: validators.bounded)
    }
  }
}

extension ImportedBlock {
  fileprivate var bounded: ImportedBlock {
    ImportedBlock(
      slot: slot.bounded, block: block, parent: parent, proposer: proposer?.bounded,
      votes: votes?.bounded, arrivalMilliseconds: arrivalMilliseconds?.bounded,
      importMilliseconds: importMilliseconds?.bounded, isOurs: isOurs)
  }
}

extension NetworkEvent {
  fileprivate var bounded: NetworkEvent {
    switch self {
    case .peerConnected(let peer, let direction, let client, let address):
      .peerConnected(
        peer: peer.name, direction, client: client?.name, address: address?.bounded(to: 256))
    case .peerDisconnected(let peer, let reason):
      .peerDisconnected(peer: peer.name, reason: reason.bounded())
    case .peerStatus(let status):
      .peerStatus(
        PeerStatus(
          peer: status.peer.name, headSlot: status.headSlot.bounded,
          finalizedSlot: status.finalizedSlot.bounded,
          roundTripMilliseconds: status.roundTripMilliseconds.bounded,
          bytesIn: status.bytesIn?.bounded, bytesOut: status.bytesOut?.bounded,
          scoreThousandths: status.scoreThousandths?.bounded))
    case .sync(let state, let head, let target):
      .sync(state, headSlot: head.bounded, targetSlot: target.bounded)
    case .syncGate(let open, let reason): .syncGate(open: open, reason: reason.bounded())
    }
  }
}

extension KeyEvent {
  fileprivate var bounded: KeyEvent {
    switch self {
    case .window(let window):
      .window(
        KeyWindow(
          validator: window.validator.bounded, role: window.role,
          firstPreparedSlot: window.firstPreparedSlot.bounded,
          endPreparedSlot: window.endPreparedSlot.bounded, endSlot: window.endSlot.bounded))
    case .journal(let operation, let slot, let entries, let time):
      .journal(
        operation, slot: slot?.bounded, entries: entries.bounded, milliseconds: time.bounded)
    case .signingRefused(let slot, let validator, let role, let cause, let reason):
      .signingRefused(
        slot: slot.bounded, validator: validator.bounded, role, cause, reason: reason.bounded())
    }
  }
}

extension NodeEvent {
  fileprivate var bounded: NodeEvent {
    switch self {
    case .started(let node):
      .started(
        NodeDescription(
          network: node.network.name, client: node.client.name,
          genesisMilliseconds: node.genesisMilliseconds.bounded,
          validators: min(node.validators, ValidatorSet.limit),
          ownValidators: node.ownValidators, committees: node.committees.bounded,
          simulated: node.simulated.bounded, policies: node.policies.bounded()))
    case .stopping(let reason): .stopping(reason: reason.bounded())
    case .resources(let memory, let processor, let database):
      .resources(
        memoryBytes: memory.bounded, processorPermille: processor.bounded,
        databaseBytes: database.bounded)
    case .operatorAction(let action, let result):
      .operatorAction(action: action.bounded(), result: result.bounded())
    case .chaos(let fault, let isActive, let detail):
      .chaos(fault, active: isActive, detail: detail.bounded())
    case .log(let level, let source, let message):
      .log(level, source: source.name, message: message.bounded())
    case .lost(let count): .lost(count: count.bounded)
    case .storage(let problem): .storage(problem: problem?.bounded())
    case .alarm(let news):
      .alarm(
        AlarmNews(
          kind: news.kind, level: news.level, isRaised: news.isRaised, text: news.text.bounded(),
          advice: news.advice.bounded()))
    case .status(let part):
      .status(
        StatusPart(
          version: part.version.bounded, index: part.index.bounded, count: part.count.bounded,
          bytes: Array(part.bytes.prefix(StatusPart.byteLimit))))
    case .worker(let report):
      .worker(
        WorkerReport(
          worker: report.worker.bounded, lane: report.lane.name, place: report.place.name,
          generation: report.generation?.name, activity: report.activity.bounded(to: 160),
          activityMilliseconds: report.activityMilliseconds?.bounded,
          memoryBytes: report.memoryBytes?.bounded, processors: report.processors?.bounded,
          waiting: report.waiting.bounded, starts: report.starts.bounded))
    }
  }
}
