import ChainEvents
import DashboardDemo
import Hashing
import NodeStatus
import Testing

/// A fold of nodes that tell what a test wants, slot by slot.
private struct Bench {
  var fleet = FleetStatus()
  private(set) var news: [String] = []
  private var sequences: [String: UInt64] = [:]

  mutating func tell(_ slot: UInt64, _ events: ChainEvent..., by node: String = "n0") {
    for event in events + [.clock(.tick(latenessMilliseconds: 0))] {
      // Alarms are worked out as an interval begins.
      let interval = event == events.first ? 1 : 2
      let sequence = sequences[node, default: 0]
      sequences[node] = sequence + 1
      note(
        fleet.update(
          TimedEvent(
            timeMilliseconds: 4_000_000 + slot * 4_000 + UInt64(interval) * 800, slot: slot,
            interval: interval, sequence: sequence, node: node, event: event)))
    }
  }

  mutating func wait(until slot: UInt64) {
    for time in stride(from: fleet.timeMilliseconds, through: 4_000_000 + slot * 4_000, by: 500) {
      note(fleet.advance(to: time))
    }
  }

  private mutating func note(_ events: [TimedEvent]) {
    for case .node(.alarm(let alarm)) in events.map(\.event) {
      let word = alarm.isRaised ? "\(alarm.level.rawValue)" : "over"
      news.append("\(word) \(alarm.kind.rawValue): \(alarm.text)")
    }
  }

  mutating func take() -> [String] {
    defer { news = [] }
    return news
  }

  func alarm(_ kind: AlarmKind, of node: String = "n0") -> Alarm? {
    fleet.nodes.first { $0.name == node }?.alarms.alarms.first { $0.kind == kind }
  }
}

private func started(own: ValidatorSet = []) -> ChainEvent {
  .node(
    .started(
      NodeDescription(
        network: "test", client: "swiftlet", genesisMilliseconds: 4_000_000, validators: 4,
        ownValidators: own, committees: 1, simulated: [], policies: "")))
}

struct AlarmsTests {
  @Test func `what has ended is remembered with its slots, the newest of 32`() {
    var bench = Bench()
    for slot in 1...400 as ClosedRange<UInt64> {
      let offset: Int64 = slot % 10 < 2 ? 150 : 0
      bench.tell(slot, .clock(.clockOffset(milliseconds: offset, source: "peers")))
    }
    let ended = bench.fleet.nodes[0].alarms.ended
    #expect(ended.count == 32)
    #expect(ended.last?.alarm.text == "CLOCK +150 ms")
    #expect(ended.last.map { [$0.alarm.since, $0.slot] } == [390, 394])
  }

  @Test func `a signer that brings nothing in time is no sign of a second node`() {
    var bench = Bench()
    bench.tell(1, started(own: [1]))
    bench.tell(
      5,
      .key(
        .signingRefused(
          slot: 5, validator: 1, .attestation, .signerFailed, reason: "no signature in 4.0 s")))
    bench.tell(6)
    #expect(
      bench.take() == ["warning signer: SIGNER FAILED in slot 5: a duty was not signed in time"])
    #expect(bench.alarm(.signingRefused) == nil)
    bench.tell(
      7,
      .key(
        .signingRefused(
          slot: 7, validator: 1, .attestation, .alreadySigned, reason: "another root")))
    bench.tell(8)
    #expect(
      bench.alarm(.signingRefused)?.text == "SIGNATURE REFUSED: another root holds the leaf")
    bench.tell(
      9,
      .key(
        .signingRefused(
          slot: 9, validator: 1, .attestation, .duplicateKeySeen,
          reason: "another machine signs with the key")))
    bench.tell(10)
    let alarm = bench.alarm(.signingRefused)
    #expect(alarm?.text == "SIGNATURE REFUSED: another machine signs with the key")
    #expect(alarm?.level == .critical)
  }

  @Test func `an alarm is told once when it begins, when it gets worse and when it ends`() {
    var bench = Bench()
    for slot in 1...4 as ClosedRange<UInt64> { bench.tell(slot) }
    bench.tell(5, .clock(.clockOffset(milliseconds: 150, source: "peers")))
    bench.tell(6)
    #expect(bench.take() == ["warning clock: CLOCK +150 ms"])
    bench.tell(7, .clock(.clockOffset(milliseconds: 500, source: "peers")))
    #expect(bench.take() == ["critical clock: CLOCK +500 ms"])
    bench.tell(8, .clock(.clockOffset(milliseconds: 150, source: "peers")))
    bench.tell(9)
    #expect(bench.take() == [], "no level blinks")
    bench.tell(11)
    #expect(bench.take() == ["warning clock: CLOCK +150 ms"])
    bench.tell(12, .clock(.clockOffset(milliseconds: 3, source: "peers")))
    bench.tell(13)
    #expect(bench.take() == [])
    bench.tell(15)
    #expect(bench.take() == ["over clock: CLOCK +150 ms"])
    #expect(
      bench.fleet.nodes[0].log.newest(9, EventFilter("alarm")).map(\.sentence) == [
        "CLOCK +150 ms; votes outside the window of the peers are dropped; run chrony or ntpd",
        "CLOCK +500 ms; votes outside the window of the peers are dropped; run chrony or ntpd",
        "CLOCK +150 ms; votes outside the window of the peers are dropped; run chrony or ntpd",
        "over: CLOCK +150 ms",
      ], "raise and clear are events of the log")
  }

  @Test func `a killed node is dead at once, not when it has been silent for long`() {
    var bench = Bench()
    for slot in 1...4 as ClosedRange<UInt64> { bench.tell(slot) }
    #expect(bench.take() == [])
    let event = TimedEvent(
      timeMilliseconds: 4_000_000 + 4 * 4_000 + 1_700, slot: 4, interval: 2, sequence: 100,
      node: "n0", event: .node(.chaos(.kill, active: true, detail: "")))
    bench.fleet.update(event)
    #expect(bench.alarm(.dead)?.text == "DEAD: it was killed")
  }

  @Test func `a small network that is well never alarms`() throws {
    for events in try [PreludeTests.recording()]
      + (1...2).map({
        DemoDevnet(nodes: $0).events(100...160)
      })
    {
      var fleet = FleetStatus()
      let news = events.flatMap { fleet.update($0) }
      #expect(news == [] && fleet.nodes.allSatisfy { $0.alarms.alarms.isEmpty })
    }
  }

  @Test func `alarms of another fold change nothing and count nothing`() {
    var bench = Bench()
    bench.tell(1)
    let before = bench.fleet.nodes[0].log.total
    bench.fleet.update(
      TimedEvent(
        timeMilliseconds: 4_004_800, slot: 1, interval: 1, sequence: 1, node: "n0",
        event: .node(
          .alarm(
            AlarmNews(
              kind: .peers, level: .critical, isRaised: true, text: "NO PEERS", advice: "")))))
    #expect(bench.fleet.nodes[0].log.total == before && bench.alarm(.peers) == nil)
  }

  @Test func `a node that tells nothing while others do is silent, and an owner's clock shows it`()
  {
    var bench = Bench()
    for slot in 1...3 as ClosedRange<UInt64> {
      bench.tell(slot, by: "n0")
      bench.tell(slot, by: "n1")
    }
    for slot in 4...5 as ClosedRange<UInt64> { bench.tell(slot, by: "n0") }
    #expect(bench.take() == [])
    for slot in 6...8 as ClosedRange<UInt64> { bench.tell(slot, by: "n0") }
    #expect(bench.take() == ["critical silent: SILENT since slot 3"])
    #expect(bench.alarm(.silent, of: "n1")?.level == .critical)
    for slot in 9...12 as ClosedRange<UInt64> {
      bench.tell(slot, by: "n0")
      bench.tell(slot, by: "n1")
    }
    #expect(bench.take() == ["over silent: SILENT since slot 3"])
    bench.wait(until: 20)
    #expect(
      bench.take() == [
        "critical silent: SILENT since slot 12", "critical silent: SILENT since slot 12",
      ])
  }

  @Test func `a node that waits for its genesis is not silent`() {
    var fleet = FleetStatus()
    let start = TimedEvent(
      timeMilliseconds: 3_940_000, slot: 0, interval: 0, sequence: 0, node: "n0", event: started())
    #expect(fleet.update(start).isEmpty)
    for time in stride(from: 3_940_000, through: 4_012_000, by: 500) as StrideThrough<UInt64> {
      #expect(fleet.advance(to: time).isEmpty)
    }
    #expect(fleet.advance(to: 4_013_000).count == 1)
  }

  @Test func `nobody is silent because one clock jumps an hour ahead`() {
    var bench = Bench()
    for slot in 1...3 as ClosedRange<UInt64> {
      bench.tell(slot, by: "n0")
      bench.tell(slot, by: "n1")
    }
    bench.tell(903, by: "n0")
    bench.tell(4, by: "n1")
    bench.tell(904, by: "n0")
    bench.tell(5, by: "n1")
    #expect(bench.take() == [])
  }

  @Test func `the advice names the fault that was put in on purpose`() throws {
    var bench = Bench()
    bench.tell(
      5, .network(.peerConnected(peer: "p", .inbound, client: "c", address: "a")),
      .network(.peerDisconnected(peer: "p", reason: "gone")))
    bench.tell(6)
    #expect(bench.alarm(.peers)?.advice == "check the bootnodes and the UDP port")
    bench.tell(7, .node(.chaos(.cut, active: true, detail: "no message comes in or goes out")))
    bench.tell(8)
    let cut = try #require(bench.alarm(.peers))
    #expect(cut.text == "NO PEERS" && cut.cause == .cut)
    #expect(cut.advice == "on purpose, by cut: no message comes in or goes out")
    bench.tell(9, .node(.chaos(.kill, active: true, detail: "it ended")))
    bench.wait(until: 20)
    #expect(bench.alarm(.dead)?.cause == .kill)
    #expect(bench.alarm(.silent) == nil, "the dead are not silent too")
  }

  @Test func `a full disk, a journal that refuses, a stalled network and a late block each alarm`()
  {
    var bench = Bench()
    bench.tell(5, .node(.storage(problem: "chain database x: the disk is full; free some space")))
    bench.tell(6)
    #expect(bench.alarm(.diskFull)?.level == .warning && bench.alarm(.storage) == nil)
    bench.tell(
      7, .key(.journal(.failed, slot: 7, entries: 1, milliseconds: 0)),
      .key(
        .signingRefused(
          slot: 7, validator: 0, .attestation, .journalUnavailable,
          reason: "the journal is unavailable: I/O error")))
    bench.tell(8, .network(.sync(.stalled, headSlot: 1, targetSlot: 1)))
    bench.tell(
      9,
      .proposal(
        .outcome(
          ProposalResult(
            slot: 9, validator: 0, outcome: .late(publishOffsetMilliseconds: 950), root: .zero,
            votes: 4, bytes: nil))))
    bench.tell(10, .clock(.clockStep(milliseconds: -700)))
    bench.tell(11, .node(.storage(problem: nil)))
    bench.tell(12)
    #expect(bench.alarm(.journal)?.advice == "the journal is unavailable: I/O error")
    #expect(bench.alarm(.signingRefused) == nil, "no second node signs with these keys")
    #expect(bench.alarm(.stalled)?.level == .warning)
    #expect(bench.alarm(.latePublishing)?.text == "OWN BLOCK of slot 9 left at +950 ms")
    #expect(bench.alarm(.clock)?.text == "CLOCK STEPPED -700 ms")
    bench.tell(13, .key(.journal(.claimed, slot: 13, entries: 1, milliseconds: 1)))
    for slot in 14...18 as ClosedRange<UInt64> { bench.tell(slot) }
    #expect(bench.alarm(.journal) == nil && bench.alarm(.diskFull) == nil)
  }

  @Test func `a planned restart is quiet for its floor, a crash is not`() {
    func restart(_ events: ChainEvent...) -> [String] {
      var bench = Bench()
      bench.tell(1, started(own: [2]))
      for slot in 2...8 as ClosedRange<UInt64> { bench.tell(slot) }
      for event in events { bench.tell(9, event) }
      // Slot 10 was ours to propose.
      bench.tell(12, started(own: [2]), .network(.syncGate(open: false, reason: "head lag 5 > 4")))
      bench.tell(
        13,
        .key(
          .signingRefused(
            slot: 13, validator: 2, .attestation, .restartFloor,
            reason: "the slot is not above the key's floor 14")))
      bench.tell(
        14, .network(.syncGate(open: true, reason: "synced")),
        .proposal(
          .outcome(
            ProposalResult(
              slot: 14, validator: 2, outcome: .missed(.restartFloor), root: nil, votes: nil,
              bytes: nil))))
      for slot in 15...17 as ClosedRange<UInt64> { bench.tell(slot) }
      return bench.take()
    }
    #expect(restart(.node(.stopping(reason: "asked to stop"))) == [])
    #expect(restart() == ["critical missed_proposal: OWN SLOT 10 missed: node down"])
  }
}
