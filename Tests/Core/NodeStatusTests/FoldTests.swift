import ChainEvents
import DashboardDemo
import Hashing
import Testing

@testable import NodeStatus

struct FoldTests {
  /// Slots 100 to 163 of node-1, which owns validators 1, 5, 9 and 13.
  private static let slots: ClosedRange<UInt64> = 100...163

  private func devnet() -> DemoDevnet {
    var devnet = DemoDevnet()
    devnet.troubles = [
      105: .refresh, 109: .fallback, 113: .forfeit, 117: .miss, 122: .empty, 125: .missedInterval,
    ]
    return devnet
  }

  private func fold(_ events: some Sequence<TimedEvent>) -> FleetStatus {
    var dashboard = FleetStatus()
    for event in events { dashboard.update(event) }
    return dashboard
  }

  @Test func `counters equal a count by hand`() throws {
    let node = try #require(fold(devnet().events(Self.slots)).nodes.first { $0.name == "node-1" })
    // Own slots are those equal to 1 modulo 4: 101, 105, ..., 161, sixteen of them.
    #expect(node.counters.proposals == 16)
    #expect(node.counters.hits == 13)
    #expect(node.counters.fallbacks == [.notReady: 1])
    #expect(node.counters.forfeits == [.headMoved: 1])
    #expect(node.counters.misses == [.overrun: 1])
    #expect(node.counters.staleDiscards == [.headMoved: 1])
    #expect(node.counters.refreshes == [.newVotes: 1])
    #expect(node.counters.missedIntervals == [1, 0, 0, 0, 0])
    #expect(node.counters.ticks == 64 * 5 - 1)
    #expect(node.counters.attestations == [.done: 64])
    #expect(node.counters.reorgs == [1: 1])
    #expect(node.counters.hitPermille == 813)
    #expect(node.unknownEvents == 0)
  }

  @Test func `the strip has one verdict a slot`() throws {
    let node = try #require(fold(devnet().events(Self.slots)).nodes.first { $0.name == "node-1" })
    let verdicts = (104...123).compactMap { node.slots[$0]?.verdict(wallSlot: node.wallSlot) }
    let expected: [SlotVerdict] = [
      .foreign, .hit, .foreign, .foreign, .foreign, .fallback, .foreign, .foreign, .foreign,
      .forfeited, .foreign, .foreign, .foreign, .missed, .foreign, .foreign, .foreign, .hit,
      .empty, .foreign,
    ]
    #expect(verdicts == expected)
  }

  @Test func `lags, votes and leaves are those of the chain`() throws {
    let node = try #require(fold(devnet().events(Self.slots)).nodes.first { $0.name == "node-0" })
    #expect(node.wallSlot == 163)
    #expect(node.headLag == 0)
    #expect(node.justifiedLag == 2)
    #expect(node.finalizedLag == 3)
    #expect(node.votesNeeded == 11)
    #expect(node.validators.map(\.index) == [0, 4, 8, 12])
    #expect(node.validators[0].leavesLeft(after: 163) == 1_000_000 - 163 - 1)
    #expect(node.nextProposal(from: 161)?.slot == 164)
    #expect(node.nextProposal(from: 161)?.validator == 4)
    #expect(node.slots[163]?.aggregate?.isOurs == true)
  }

  @Test func `stages make spans relative to their slot`() throws {
    let node = try #require(fold(devnet().events(Self.slots)).nodes.first { $0.name == "node-1" })
    let record = try #require(node.slots[101])
    #expect(record.ownProposer == 5)
    #expect(record.spans.first == StageSpan(stage: .select, start: -790, end: -768))
    #expect(record.milliseconds(of: .attest, until: 4000).map { (40...60).contains($0) } == true)
    #expect(record.milliseconds(of: .select, until: -780) == 10)
    #expect(record.milliseconds(of: .aggregate, until: 4000) == nil)
  }

  @Test func `events of one node leave the others alone`() {
    let events = devnet().events(100...120)
    let all = fold(events)
    let one = fold(events.filter { $0.node == "node-2" })
    #expect(all.nodes.map(\.name) == ["node-0", "node-1", "node-2", "node-3"])
    #expect(all.nodes[2].counters == one.nodes[0].counters)
    #expect(
      all.nodes[2].slots.suffix(99, through: 120) == one.nodes[0].slots.suffix(99, through: 120))
  }

  @Test func `an end without a start makes a whole run`() throws {
    var stamp = EventStamp(node: "n", genesisMilliseconds: 0)
    var dashboard = FleetStatus()
    dashboard.update(stamp.stamp(.clock(.tick(latenessMilliseconds: 0)), at: 40_000))
    dashboard.update(
      stamp.stamp(
        .duty(.stageEnded(.merge, slot: 10, milliseconds: 90, failure: nil)), at: 40_100))
    #expect(
      dashboard.nodes[0].slots[10]?.spans == [StageSpan(stage: .merge, start: 10, end: 100)])
  }

  @Test func `garbage in a recording costs no memory and no trap`() {
    var dashboard = FleetStatus()
    for slot in [0, 1, UInt64.max, 5, 1 << 60, .max - 1, 7] as [UInt64] {
      for event in Garbage.events(slot) {
        dashboard.update(
          TimedEvent(
            timeMilliseconds: slot &* 4000, slot: slot, interval: 4, sequence: 0,
            node: "n\(slot % 3)", event: event))
      }
    }
    #expect(dashboard.nodes.count <= 3)
    for node in dashboard.nodes {
      #expect(node.slots.slots.count <= SlotHistory.capacity + 64)
      _ = FinalityDoctor(node).sentence
      _ = node.proposalCalendar(from: 1 << 50, slots: 32)
    }
  }

  @Test func `another genesis is another chain, of which nothing old remains`() throws {
    var dashboard = fold(devnet().events(100...140))
    let old = try #require(dashboard.nodes.first { $0.name == "node-1" })
    #expect(old.counters.proposals > 0)
    let genesis = DemoDevnet.start(of: 200)
    var stamp = EventStamp(node: "node-1", genesisMilliseconds: genesis)
    var description = try #require(old.description)
    description.genesisMilliseconds = genesis
    for (event, time) in [
      (ChainEvent.node(.started(description)), 0), (.clock(.tick(latenessMilliseconds: 0)), 4000),
      (.forkChoice(.head(slot: 1, block: .zero, state: .zero)), 4100),
    ] {
      dashboard.update(stamp.stamp(event, at: genesis + UInt64(time)))
    }
    let node = try #require(dashboard.nodes.first { $0.name == "node-1" })
    #expect(node.wallSlot == 1)
    #expect(node.headLag == 0)
    #expect(node.counters.ticks == 1)
    #expect(node.counters.proposals == 0)
    #expect(node.finalized == nil)
    #expect(node.alarms.alarms.isEmpty)
    #expect(node.tree.rows(head: .zero, limit: 9).isEmpty)
    #expect(node.log.total == old.log.total + 3)
  }

  @Test func `one event from the far future moves no clock, and two do`() {
    var dashboard = fold(devnet().events(100...110))
    let time = dashboard.timeMilliseconds
    func tick(_ time: UInt64, slot: UInt64) -> TimedEvent {
      TimedEvent(
        timeMilliseconds: time, slot: slot, interval: 0, sequence: 0, node: "node-0",
        event: .clock(.tick(latenessMilliseconds: 0)))
    }
    dashboard.update(tick(time + 4000 << 40, slot: 1 << 40))
    #expect(dashboard.timeMilliseconds == time)
    #expect(dashboard.nodes[0].wallSlot == 110)
    // A slot that does not fit the time is not believed either.
    dashboard.update(tick(time + 1, slot: 1 << 40))
    #expect(dashboard.nodes[0].wallSlot == 110)
    let later = DemoDevnet.start(of: 100_000)
    dashboard.update(tick(later, slot: 100_000))
    dashboard.update(tick(later + 800, slot: 100_000))
    #expect(dashboard.timeMilliseconds == later + 800)
    #expect(dashboard.nodes[0].wallSlot == 100_000)
  }

  @Test func `blocks and votes of slots to come are counted and left out`() {
    var dashboard = fold(devnet().events(100...110))
    let before = dashboard.nodes[0]
    let far = VotePoint(root: .zero, slot: 1 << 40)
    let vote = Vote(slot: 1 << 40, head: far, target: far, source: far)
    for (offset, event) in [
      .head(slot: 1 << 40, block: .zero, state: .zero),
      .attestation(
        ReceivedAttestation(
          validator: 3, vote: vote, arrivalMilliseconds: 0, verdict: .accepted)),
      .justification(target: far, voters: [1], validators: 16),
    ].enumerated() as EnumeratedSequence<[ForkChoiceEvent]> {
      dashboard.update(
        TimedEvent(
          timeMilliseconds: before.timeMilliseconds, slot: 110, interval: 4,
          sequence: UInt64(offset), node: "node-0", event: .forkChoice(event)))
    }
    let after = dashboard.nodes[0]
    #expect(after.futureEvents == 3)
    #expect(after.head == before.head)
    #expect(after.tally == before.tally)
    #expect(after.votes.targets == before.votes.targets)
  }

  @Test func `finality decides what became of a published block of ours`() {
    var stamp = EventStamp(node: "n", genesisMilliseconds: 0)
    var fleet = FleetStatus()
    func root(_ byte: UInt8) -> Bytes32 {
      Bytes32 { $0.initializeMemory(as: UInt8.self, repeating: byte) }
    }
    func block(_ slot: UInt64, _ block: UInt8, on parent: UInt8) -> ChainEvent {
      .forkChoice(.block(ImportedBlock(slot: slot, block: root(block), parent: root(parent))))
    }
    func published(_ slot: UInt64, _ block: UInt8) -> ChainEvent {
      .proposal(
        .outcome(
          ProposalResult(
            slot: slot, validator: 1, outcome: .hit(publishOffsetMilliseconds: 2),
            root: root(block))))
    }
    // Block 2 is left behind by 3 and 4; block 5 is ours too and stays.
    let events = [
      block(1, 1, on: 0), block(2, 2, on: 1), published(2, 2), block(3, 3, on: 1),
      block(4, 4, on: 3), block(5, 5, on: 4), published(5, 5), block(6, 6, on: 5),
      .forkChoice(.finalized(slot: 6, block: root(6), state: nil)),
    ]
    fleet.update(stamp.stamp(.clock(.tick(latenessMilliseconds: 0)), at: 4_000))
    for event in events { fleet.update(stamp.stamp(event, at: 24_000)) }
    let node = fleet.nodes[0]
    #expect(node.proposals[2]?.fate == .orphaned)
    #expect(node.proposals[5]?.fate == .canonical)
    #expect(node.counters.orphans == 1)
    #expect(node.counters.hits == 2)
    #expect(
      Autopsy(node, slot: 2)?.sentence.hasSuffix("; orphaned by block \(root(3).short) of slot 3")
        == true)
  }

  @Test func `a flood of votes crowds no news out of the log`() {
    var stamp = EventStamp(node: "n", genesisMilliseconds: 0)
    var fleet = FleetStatus()
    fleet.update(stamp.stamp(.node(.stopping(reason: "first")), at: 4_000))
    let point = VotePoint(root: .zero, slot: 1)
    let vote = Vote(slot: 1, head: point, target: point, source: point)
    for validator in 0..<UInt64(EventLog.capacity * 2) {
      let attestation = ReceivedAttestation(validator: validator % 1000, vote: vote)
      fleet.update(stamp.stamp(.forkChoice(.attestation(attestation)), at: 5_000))
    }
    fleet.update(stamp.stamp(.node(.stopping(reason: "last")), at: 6_000))
    let log = fleet.nodes[0].log
    #expect(log.count <= EventLog.capacity + 64)
    #expect(log.total == EventLog.capacity * 2 + 2)
    #expect(log.newest(9, .calm).map(\.sentence) == ["first", "last"])
    #expect(log.newest(2, EventFilter("")).map(\.event.name) == ["attestation", "node_stopping"])
    #expect(log.newest(1, skipping: 1, .calm).map(\.sentence) == ["first"])
    #expect(log.count(.calm, after: 0) == 1)
  }

  @Test(arguments: [(11, false), (12, true)])
  func `an own block is marked once that carries less than three quarters of the known votes`(
    votes: Int, isEnough: Bool
  ) {
    var fleet = FleetStatus()
    var stamp = EventStamp(node: "n", genesisMilliseconds: 0)
    let result = ProposalResult(
      slot: 3, validator: 0, outcome: .hit(publishOffsetMilliseconds: 1), root: .zero, votes: votes)
    let coverage = ChainEvent.proposal(
      .coverage(slot: 3, block: .zero, included: votes, known: 16, validators: 16))
    for event in [.proposal(.outcome(result)), coverage, coverage] {
      fleet.update(stamp.stamp(event, at: 13_000))
    }
    #expect(fleet.nodes[0].proposals[3]?.isThin == !isEnough)
    #expect(fleet.nodes[0].counters.thinBlocks == (isEnough ? 0 : 1))
    #expect(fleet.nodes[0].counters.hits == 1)
  }

  @Test func `more nodes than the limit are counted and left out`() {
    var dashboard = FleetStatus()
    for index in 0..<FleetStatus.nodeLimit + 6 {
      dashboard.update(
        TimedEvent(
          timeMilliseconds: 0, slot: 0, interval: 0, sequence: 0, node: "n\(index)",
          event: .clock(.tick(latenessMilliseconds: 0))))
    }
    #expect(dashboard.nodes.count == FleetStatus.nodeLimit)
    #expect(dashboard.ignoredEvents == 6)
  }
}

/// Events with numbers that no honest node sends.
enum Garbage {
  static func events(_ slot: UInt64) -> [ChainEvent] {
    let root = Bytes32.zero
    let point = VotePoint(root: root, slot: slot)
    let vote = Vote(slot: slot, head: point, target: point, source: point)
    return [
      .clock(.tick(latenessMilliseconds: .min)),
      .clock(
        .missedInterval(slot: slot, interval: .max, latenessMilliseconds: .max, busyWith: nil)),
      .clock(.clockOffset(milliseconds: .min, source: "")),
      .duty(.stageStarted(.merge, slot: slot)),
      .duty(.stageEnded(.merge, slot: slot, milliseconds: .max, failure: "x")),
      .duty(.stageEnded(.sign, slot: slot, milliseconds: .min, failure: nil)),
      .duty(.attested(validators: [slot], vote: vote, latenessMilliseconds: .max)),
      .proposal(.scheduled(slot: slot, validator: slot)),
      .proposal(
        .outcome(
          ProposalResult(
            slot: slot, validator: slot, outcome: .hit(publishOffsetMilliseconds: .max),
            votes: .max, bytes: .max))),
      .forkChoice(
        .block(
          ImportedBlock(
            slot: slot, block: root, parent: root, proposer: slot, votes: .max,
            arrivalMilliseconds: .max, importMilliseconds: .min, isOurs: true))),
      .forkChoice(.head(slot: slot, block: root, state: root)),
      .forkChoice(.reorg(depth: .max, oldSlot: 0, oldHead: root, newSlot: slot, newHead: root)),
      .forkChoice(.justified(slot: slot, block: root, state: root)),
      .forkChoice(.finalized(slot: slot / 2, block: root, state: root)),
      .forkChoice(.justification(target: point, voters: [slot, 3], validators: .max)),
      .key(
        .window(
          KeyWindow(
            validator: slot, role: .proposal, firstPreparedSlot: .max, endPreparedSlot: 0,
            endSlot: 0))),
      .node(
        .started(
          NodeDescription(
            network: "\u{1B}[2J", client: "", genesisMilliseconds: slot, validators: slot,
            ownValidators: [slot, 1], committees: .max, simulated: ["\n"], policies: ""))),
      .node(.lost(count: 1 << 62)),
    ]
  }
}
