import ChainEvents
import Hashing

/// Writes the events of one node.
struct DemoScript {
  /// The story has some slots before its first one.
  static let firstSlot: UInt64 = 9

  let devnet: DemoDevnet
  let index: Int
  var random: DemoRandom
  var lines: [(time: UInt64, event: ChainEvent)] = []
  /// The newest block at the time of writing, its slot, and the justified and finalized slots.
  private var head = DemoDevnet.root(0)
  private var headSlot: UInt64 = 0
  private var justified: UInt64 = 0
  private var finalized: UInt64 = 0

  init(devnet: DemoDevnet, index: Int, random: DemoRandom) {
    self.devnet = devnet
    self.index = index
    self.random = random
  }

  private var own: ValidatorSet {
    ValidatorSet(
      (0..<voters).filter { Int($0) % (devnet.ownShare ?? devnet.nodes.count) == index })
  }

  private var voters: UInt64 { devnet.voters }

  private var foreignPeers: [String] {
    let clients = ["zeam", "ream", "qlean", "lantern", "ethlambda", "grandine", "gean"]
    return (0..<devnet.foreignPeers).map { "\(clients[$0 % clients.count])_\($0)" }
  }

  mutating func emit(_ event: ChainEvent, _ slot: UInt64, _ milliseconds: Int) {
    lines.append((DemoDevnet.start(of: slot) &+ UInt64(bitPattern: Int64(milliseconds)), event))
  }

  mutating func write(_ slots: ClosedRange<UInt64>, introducing: Bool) {
    let first = max(slots.lowerBound, DemoScript.firstSlot)
    head = DemoDevnet.root(first - 1)
    headSlot = first - 1
    justified = first - 3
    finalized = first - 4
    if introducing { introduce(first) }
    for slot in first...max(first, slots.upperBound) { write(slot) }
  }

  private mutating func introduce(_ slot: UInt64) {
    emit(
      .node(
        .started(
          NodeDescription(
            network: "devnet-4", client: "swiftlet/0.1.0",
            genesisMilliseconds: DemoDevnet.genesisMilliseconds, validators: voters,
            ownValidators: own, committees: 4, simulated: ["prover 350 ms", "network"],
            policies: "start auto, commit auto, stale forfeit"))), slot, -1200)
    emit(.network(.sync(.synced, headSlot: slot - 1, targetSlot: slot - 1)), slot, -1190)
    emit(.network(.syncGate(open: true, reason: "synced")), slot, -1190)
    emit(.duty(.aggregatorRole(enabled: index == 0, subnets: [0, 2])), slot, -1190)
    emit(.key(.journal(.opened, slot: nil, entries: 4118, milliseconds: 3)), slot, -1180)
    for (offset, validator) in own.members.enumerated() {
      for role in [KeyRole.attestation, .proposal] {
        emit(
          .key(
            .window(
              KeyWindow(
                validator: validator, role: role, firstPreparedSlot: 0,
                endPreparedSlot: 131_072,
                endSlot: 1_000_000 - UInt64(offset % 4) * 90_000
                  + (role == .proposal ? 3000 : 0)))),
          slot, -1180)
      }
    }
    for (offset, peer) in devnet.nodes.enumerated() where offset != index {
      emit(
        .network(
          .peerConnected(
            peer: peer, offset < index ? .outbound : .inbound, client: "swiftlet/0.1.0",
            address: "/ip4/10.8.0.\(12 + offset)/udp/9000/quic-v1")), slot, -1170 + offset)
    }
    for (offset, peer) in foreignPeers.enumerated() {
      emit(
        .network(
          .peerConnected(
            peer: peer, offset % 2 == 0 ? .inbound : .outbound,
            client: peer.split(separator: "_")[0] + "/0.4.\(offset)",
            address: "/ip4/10.8.\(1 + offset / 256).\(offset % 256)/udp/9000/quic-v1")), slot,
        -1160 + offset)
    }
    for slot in (slot - 8)..<slot { importBlock(slot, arrival: 100, at: -1100) }
  }

  private mutating func write(_ slot: UInt64) {
    let trouble = devnet.troubles[slot]
    let proposer = slot % voters
    let isOurs = own.contains(proposer)
    if isOurs { propose(slot, proposer, trouble) }
    for interval in 0..<5 {
      if trouble == .missedInterval, interval == 0 {
        emit(
          .clock(
            .missedInterval(
              slot: slot, interval: 0, latenessMilliseconds: 914, busyWith: "import")), slot, 914)
        continue
      }
      let lateness = Int64(random.next(0...4))
      emit(
        .clock(.tick(latenessMilliseconds: lateness)), slot, 800 * interval + Int(lateness))
    }
    if !isOurs, trouble != .empty, trouble != .forfeit, trouble != .miss {
      let late = devnet.troubles[slot + 1] == .forfeit
      importBlock(slot, arrival: late ? 2900 : Int(random.next(80...160)), at: nil)
    }
    attest(slot)
    aggregate(slot)
    emit(.duty(.stageStarted(.safeTarget, slot: slot)), slot, 2403)
    emit(
      .duty(.stageEnded(.safeTarget, slot: slot, milliseconds: 12, failure: nil)), slot, 2415)
    emit(
      .forkChoice(.safeTarget(slot: headSlot - 1, block: DemoDevnet.root(headSlot - 1))), slot, 2415
    )
    report(slot)
  }

  private mutating func stage(_ stage: Stage, _ slot: UInt64, at start: Int, for time: Int) {
    emit(.duty(.stageStarted(stage, slot: slot)), slot, start)
    emit(
      .duty(.stageEnded(stage, slot: slot, milliseconds: Int64(time), failure: nil)), slot,
      start + time)
  }

  private mutating func propose(
    _ slot: UInt64, _ validator: UInt64, _ trouble: DemoDevnet.Trouble?
  ) {
    let root = DemoDevnet.root(slot)
    emit(.proposal(.scheduled(slot: slot, validator: validator)), slot, -3990)
    guard trouble != .empty else {
      return emit(
        .proposal(
          .outcome(ProposalResult(slot: slot, validator: validator, outcome: .missed(.syncing)))),
        slot, 4000)
    }
    var clock = -790
    emit(.proposal(.prebuildStarted(slot: slot, parent: head)), slot, clock)
    emit(.duty(.prover(.proposal, slot: slot, waiting: 0)), slot, clock)
    clock = build(slot, root, at: clock)
    if trouble == .refresh {
      emit(
        .proposal(.refreshed(slot: slot, .newVotes, oldParent: head, newParent: head)), slot, clock)
      clock = build(slot, root, at: clock + 4)
    }
    emit(.proposal(.committed(slot: slot, root: root)), slot, clock)
    emit(.key(.journal(.claimed, slot: slot, entries: 1, milliseconds: 2)), slot, clock + 2)
    stage(.sign, slot, at: clock, for: 24)
    stage(.wrap, slot, at: clock + 24, for: 36)
    clock += 60
    switch trouble {
    case .miss:
      emit(.duty(.stageStarted(.merge, slot: slot)), slot, clock)
      emit(
        .duty(
          .stageEnded(.merge, slot: slot, milliseconds: 4100, failure: "overran the slot")), slot,
        4000)
      return finish(slot, validator, .missed(.overrun), nil, at: 4000)
    case .fallback: return fallBack(slot, validator, root, at: clock)
    case .forfeit:
      stage(.merge, slot, at: clock, for: 347)
      emit(
        .proposal(
          .staleDiscard(
            slot: slot, .headMoved, root: root, oldParent: DemoDevnet.root(slot - 2),
            newParent: DemoDevnet.root(slot - 1))), slot, 1)
      return finish(slot, validator, .forfeited(.headMoved), root, at: 2)
    case .refresh, .empty, .missedInterval, nil: break
    }
    let time = Int(random.next(310...380))
    stage(.merge, slot, at: clock, for: time)
    clock += time
    emit(
      .proposal(
        .prepared(slot: slot, root: root, bytes: 1_310_000, leadMilliseconds: Int64(-clock))),
      slot, clock)
    emit(.duty(.prover(.idle, slot: nil, waiting: 0)), slot, clock)
    stage(.hold, slot, at: clock, for: -clock)
    publish(slot, validator, root, .hit(publishOffsetMilliseconds: 12), from: 1)
  }

  /// Select, compact, seal; answers when the candidate is sealed.
  private mutating func build(_ slot: UInt64, _ root: Bytes32, at start: Int) -> Int {
    let compact = Int(random.next(80...120))
    stage(.select, slot, at: start, for: 22)
    stage(.compact, slot, at: start + 22, for: compact)
    stage(.seal, slot, at: start + 22 + compact, for: 48)
    let end = start + 70 + compact
    emit(
      .proposal(
        .candidate(
          ProposalCandidate(
            slot: slot, root: root, parent: head, votes: isStalled(slot) ? 8 : 14,
            validators: Int(voters), aggregates: 3))), slot, end)
    return end
  }

  private mutating func fallBack(
    _ slot: UInt64, _ validator: UInt64, _ root: Bytes32, at clock: Int
  ) {
    emit(.duty(.stageStarted(.merge, slot: slot)), slot, clock)
    emit(
      .duty(.stageEnded(.merge, slot: slot, milliseconds: 900, failure: "prover busy")), slot, 40)
    _ = build(slot, root, at: 42)
    stage(.sign, slot, at: 230, for: 24)
    stage(.wrap, slot, at: 254, for: 30)
    stage(.merge, slot, at: 284, for: 352)
    publish(
      slot, validator, root, .fallback(.notReady, publishOffsetMilliseconds: 655), from: 640)
  }

  private mutating func publish(
    _ slot: UInt64, _ validator: UInt64, _ root: Bytes32, _ outcome: ProposalOutcome, from: Int
  ) {
    stage(.import, slot, at: from, for: 9)
    importBlock(slot, arrival: from + 9, at: nil, isOurs: true)
    stage(.publish, slot, at: from + 9, for: 21)
    emit(
      .proposal(
        .coverage(slot: slot, block: root, included: 14, known: 15, validators: Int(voters))),
      slot, from + 31)
    finish(slot, validator, outcome, root, at: from + 31)
  }

  private mutating func finish(
    _ slot: UInt64, _ validator: UInt64, _ outcome: ProposalOutcome, _ root: Bytes32?, at: Int
  ) {
    emit(
      .proposal(
        .outcome(
          ProposalResult(
            slot: slot, validator: validator, outcome: outcome, root: root, votes: 14,
            bytes: 1_310_000))), slot, at)
  }

  private func isStalled(_ slot: UInt64) -> Bool {
    devnet.stallFrom.map { slot >= $0 } ?? false
  }

  private mutating func importBlock(
    _ slot: UInt64, arrival: Int, at written: Int?, isOurs: Bool = false
  ) {
    let root = DemoDevnet.root(slot)
    let parent = headSlot >= slot ? DemoDevnet.root(slot - 1) : head
    let time = isOurs ? 9 : Int(random.next(32...48))
    let moment = written ?? arrival + time
    let anchor = written == nil ? slot : headSlot + 1
    if !isOurs, written == nil {
      emit(
        .forkChoice(
          .blockGossip(
            slot: slot, block: root, proposer: slot % voters, from: "zeam_0",
            arrivalMilliseconds: Int64(arrival), bytes: 1_290_000)), slot, arrival)
    }
    emit(
      .forkChoice(
        .block(
          ImportedBlock(
            slot: slot, block: root, parent: parent, proposer: slot % voters,
            votes: isStalled(slot) ? 8 : 14, arrivalMilliseconds: Int64(arrival),
            importMilliseconds: Int64(time), isOurs: isOurs))), anchor, moment)
    guard written == nil else { return }
    if arrival > 2400 {
      emit(
        .forkChoice(
          .reorg(
            depth: 1, oldSlot: headSlot, oldHead: head, newSlot: slot, newHead: root)), slot,
        moment)
    }
    head = root
    headSlot = slot
    emit(.forkChoice(.head(slot: slot, block: root, state: root)), slot, moment)
    advance(slot, moment)
  }

  private mutating func advance(_ slot: UInt64, _ moment: Int) {
    if isStalled(slot) {
      return emit(
        .forkChoice(
          .justification(
            target: VotePoint(
              root: DemoDevnet.root(justified + 1), slot: justified + 1),
            voters: ValidatorSet((0..<voters).filter { $0 % 2 == 0 }), validators: Int(voters))),
        slot, moment)
    }
    finalized = justified
    justified = slot - 2
    let roots = (DemoDevnet.root(justified), DemoDevnet.root(finalized))
    emit(.forkChoice(.justified(slot: justified, block: roots.0, state: roots.0)), slot, moment)
    emit(.forkChoice(.finalized(slot: finalized, block: roots.1, state: roots.1)), slot, moment)
  }

  private func vote(_ slot: UInt64) -> Vote {
    let target = isStalled(slot) ? justified + 1 : headSlot - 1
    return Vote(
      slot: slot, head: VotePoint(root: head, slot: headSlot),
      target: VotePoint(root: DemoDevnet.root(target), slot: target),
      source: VotePoint(root: DemoDevnet.root(justified), slot: justified))
  }

  private mutating func attest(_ slot: UInt64) {
    emit(.duty(.scheduled(.attestation, slot: slot, validators: own)), slot, -10)
    let time = Int(random.next(40...60))
    stage(.attest, slot, at: 802, for: time)
    emit(
      .duty(
        .attested(validators: own, vote: vote(slot), latenessMilliseconds: Int64(time))), slot,
      802 + time)
    emit(
      .duty(.ended(.attestation, slot: slot, validators: own, .done, reason: nil)), slot,
      802 + time)
    for voter in 0..<(devnet.tellsVotes ? voters : 0) where !own.contains(voter) {
      if isStalled(slot), voter % 2 == 1 { continue }
      let arrival = Int64(random.next(850...990))
      emit(
        .forkChoice(
          .attestation(
            ReceivedAttestation(
              validator: voter, vote: vote(slot), arrivalMilliseconds: arrival, verdict: .accepted,
              from: "ream_1"))), slot, Int(arrival))
    }
  }

  private mutating func aggregate(_ slot: UInt64) {
    guard !isStalled(slot) else { return }
    let time = Int(random.next(450...560))
    if index == 0 {
      emit(
        .duty(
          .aggregationStarted(slot: slot, votes: 11, expected: 16, leadMilliseconds: 40)), slot,
        1560)
      stage(.aggregate, slot, at: 1560, for: time)
      emit(
        .duty(.ended(.aggregation, slot: slot, validators: [], .done, reason: nil)), slot,
        1560 + time)
    }
    emit(
      .forkChoice(
        .aggregate(
          ReceivedAggregate(
            participants: ValidatorSet((0..<voters).filter { $0 != slot % 7 && $0 != 11 }),
            vote: vote(slot),
            bytes: 412_000, arrivalMilliseconds: Int64(1562 + time), verdict: .accepted,
            from: index == 0 ? nil : "node-0"))), slot, 1562 + time)
  }

  private mutating func report(_ slot: UInt64) {
    emit(.clock(.clockOffset(milliseconds: 2, source: "peers")), slot, 100)
    emit(
      .node(
        .resources(
          memoryBytes: 1_980_000_000 + slot % 64 << 20,
          processorPermille: Int(random.next(300...420)),
          databaseBytes: 214 << 20)), slot, 120)
    emit(
      .duty(
        .costModel(
          CostModel(
            buildMilliseconds: 640, commitMilliseconds: 410, mergeMilliseconds: 350, samples: 64))),
      slot, 130)
    let peers = foreignPeers + devnet.nodes.filter { $0 != devnet.nodes[index] }
    for (offset, peer) in peers.enumerated() {
      emit(
        .network(
          .peerStatus(
            PeerStatus(
              peer: peer, headSlot: headSlot - (offset == 3 ? 1 : 0), finalizedSlot: finalized,
              roundTripMilliseconds: Int64(random.next(10...30)) + Int64(offset % 20) * 6,
              bytesIn: 212_000 - offset % 20 * 9000, bytesOut: 140_000 - offset % 20 * 5000,
              scoreThousandths: 9500 - Int64(offset % 20) * 600))), slot, 1000 + offset)
    }
  }
}
