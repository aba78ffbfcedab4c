import ChainEvents
import DashboardDemo
import Hashing
import NodeStatus
import Testing

/// Why a slot ended as it did: what happened with figures, and what would have helped.
struct AutopsyTests {
  /// A node with validator 1 of 4; slot 5 is its own, and times are milliseconds of that slot.
  private struct Story {
    private var stamp = EventStamp(node: "n", genesisMilliseconds: 0)
    private(set) var fleet = FleetStatus()

    init() {
      tell(.node(.started(Story.description)), at: -20_000)
      tell(
        .duty(
          .costModel(
            CostModel(
              buildMilliseconds: 640, commitMilliseconds: 410, mergeMilliseconds: 350, samples: 9)
          )), at: -20_000)
    }

    static let description = NodeDescription(
      network: "", client: "", genesisMilliseconds: 0, validators: 4, ownValidators: [1],
      committees: 1, simulated: [], policies: "")

    mutating func tell(_ event: ChainEvent, at milliseconds: Int64) {
      fleet.update(stamp.stamp(event, at: UInt64(20_000 + milliseconds)))
    }

    mutating func stage(_ stage: Stage, from start: Int64, to end: Int64?, failure: String? = nil) {
      tell(.duty(.stageStarted(stage, slot: 5)), at: start)
      guard let end else { return }
      tell(
        .duty(.stageEnded(stage, slot: 5, milliseconds: end - start, failure: failure)), at: end)
    }

    mutating func end(_ outcome: ProposalOutcome, at milliseconds: Int64) {
      tell(
        .proposal(.outcome(ProposalResult(slot: 5, validator: 1, outcome: outcome))),
        at: milliseconds)
    }

    /// The verdict, and what would have helped.
    var verdict: [String?] {
      let autopsy = Autopsy(fleet.nodes[0], slot: 5)
      return [autopsy?.sentence, autopsy?.advice]
    }
  }

  private static func root(_ byte: UInt8) -> Bytes32 {
    Bytes32 { $0.initializeMemory(as: UInt8.self, repeating: byte) }
  }

  /// A story that ends with a miss, after what came before.
  private func miss(
    _ reason: MissReason, _ before: (ChainEvent, Int64)...
  ) -> [String?] {
    var story = Story()
    for (event, time) in before { story.tell(event, at: time) }
    story.end(.missed(reason), at: 4_000)
    return story.verdict
  }

  @Test func `a hit says how early it was ready, and needs no help`() {
    var story = Story()
    story.tell(.proposal(.prebuildStarted(slot: 5, parent: Self.root(1))), at: -790)
    story.stage(.merge, from: -600, to: -250)
    story.tell(
      .proposal(.prepared(slot: 5, root: Self.root(2), bytes: 9, leadMilliseconds: 250)), at: -250)
    story.end(.hit(publishOffsetMilliseconds: 12), at: 12)
    #expect(
      story.verdict == [
        "prebuilt block ready 250 ms before the boundary, published at +12 ms: hit", nil,
      ])
  }

  @Test func `a late block says which stage ended when, and by how much it missed the votes`() {
    var story = Story()
    story.stage(.merge, from: -600, to: 870)
    story.tell(
      .proposal(.prepared(slot: 5, root: Self.root(2), bytes: 9, leadMilliseconds: -870)), at: 870)
    story.end(.late(publishOffsetMilliseconds: 900), at: 900)
    #expect(
      story.verdict == [
        "prebuilt block left at +900 ms, 101 ms after peers had begun to vote: late, because merge"
          + " took 1470 ms and ended at +870 ms",
        "101 ms less, by an earlier start (--prebuild-start auto), a faster prover or fewer proofs to"
          + " merge",
      ])
  }

  @Test func `a fallback names the stage that the boundary met, or the interval that was missed`() {
    var story = Story()
    story.stage(.merge, from: -550, to: 40, failure: "prover busy")
    story.end(.fallback(.notReady, publishOffsetMilliseconds: 655), at: 655)
    #expect(
      story.verdict == [
        "merge, begun at -550 ms, was not done when the slot began: the block was built inside the"
          + " slot and published at +655 ms: fallback; merge failed: prover busy",
        "40 ms less, by an earlier start (--prebuild-start auto), a faster prover or fewer proofs to"
          + " merge",
      ])
    story = Story()
    story.tell(
      .clock(
        .missedInterval(slot: 4, interval: 4, latenessMilliseconds: 914, busyWith: "import")),
      at: 114)
    story.end(.fallback(.intervalMissed, publishOffsetMilliseconds: 655), at: 655)
    #expect(
      story.verdict[0]?.hasPrefix(
        "interval 4 of slot 4 was missed (busy with import): the block was built inside") == true)
  }

  @Test func `a block that was not built ahead says so`() {
    var story = Story()
    story.end(.fallback(.prebuildOff, publishOffsetMilliseconds: 1_900), at: 1_900)
    #expect(
      story.verdict == [
        "nothing is built ahead: the block was built inside the slot and published at +1.9 s: fallback",
        "an earlier start (--prebuild-start auto)",
      ])
  }

  @Test func `a forfeit names the late parent, by how much it was late, and the way around`() {
    var story = Story()
    story.tell(
      .forkChoice(
        .block(
          ImportedBlock(
            slot: 4, block: Self.root(4), parent: Self.root(3), arrivalMilliseconds: 2_900))),
      at: -1_050)
    story.tell(
      .proposal(
        .staleDiscard(
          slot: 5, .headMoved, root: Self.root(5), oldParent: Self.root(3),
          newParent: Self.root(4))), at: 1)
    story.end(.forfeited(.headMoved), at: 2)
    #expect(
      story.verdict == [
        "late block of slot 4 at +2.9 s, 2100 ms too late for votes, moved the head"
          + " \(Self.root(3).short) → \(Self.root(4).short) after the block was signed: forfeited,"
          + " the leaf is spent",
        "a proposer before us that is on time; signing at the boundary (--commit late) waits for it"
          + " and publishes 410 ms after the boundary; --on-stale publish sends it anyway",
      ])
  }

  @Test func `an overrun names the stage, or says that nothing could end in time`() {
    var story = Story()
    story.stage(.merge, from: -540, to: nil)
    story.end(.missed(.overrun), at: 4_000)
    let advice =
      "a build takes about 640 ms here: a faster prover, or fewer validators whose votes have to be"
      + " merged"
    #expect(
      story.verdict == [
        "merge began at -540 ms and was not done when the slot was over, 4540 ms later: missed",
        advice,
      ])
    #expect(
      miss(.overrun) == [
        "no build could end inside the slot; the leaf is unspent: missed", advice,
      ])
  }

  @Test func `a slot lost to syncing says how far behind the head was, and since when`() {
    let verdict = miss(
      .syncing, (.forkChoice(.head(slot: 1, block: Self.root(1), state: nil)), -9_000),
      (.network(.syncGate(open: false, reason: "head lag 9 > 4")), -8_500),
      (.clock(.tick(latenessMilliseconds: 0)), 0))
    #expect(
      verdict[0]
        == "the head was 4 slots behind (gate closed since slot 2: head lag 9 > 4), so nothing was"
        + " published: missed")
    #expect(verdict[1]?.contains("peers with the newer blocks") == true)
  }

  @Test func `what the signer refused is told in its own words, each cause with its own way out`() {
    func refused(_ cause: MissReason, _ reason: String) -> [String?] {
      miss(
        cause,
        (.key(.signingRefused(slot: 5, validator: 1, .proposal, cause, reason: reason)), -100))
    }
    let floor = refused(.restartFloor, "the slot is not above the key's floor 6")
    #expect(
      floor == [
        "refused by the floor: the slot is not above the key's floor 6, so nothing was published:"
          + " missed", "a restart at least 3 slots before an own slot: the calendar says when",
      ])
    #expect(
      refused(.alreadySigned, "this key already signed 0x1")[0]?.hasPrefix("this key") == true)
    #expect(
      refused(.signerFailed, "no signature in 4.0 s") == [
        "no signature in 4.0 s, so nothing was published: missed",
        "a signer with a processor of its own; the leaf is spent",
      ])
    #expect(
      refused(.journalUnavailable, "the disk is full")[0]
        == "the signing journal took no claim (the disk is full), so nothing was published: missed")
  }

  @Test func `a clock that stepped says by how much`() {
    let verdict = miss(.clockStepped, (.clock(.clockStep(milliseconds: 9_000)), 100))
    #expect(
      verdict[0]?.hasPrefix("the wall clock moved past the slot (it stepped +9000 ms)") == true)
    #expect(verdict[1]?.contains("chrony") == true)
  }

  @Test func `a stop in order says by what`() {
    let verdict = miss(.shutdown, (.node(.stopping(reason: "SIGTERM")), -300))
    #expect(
      verdict[0] == "the node was stopping (SIGTERM), so nothing was published: missed")
  }

  @Test func `slots without the node say who ended it and for how long`() {
    let faults: [(ChainEvent?, String)] = [
      (.node(.chaos(.kill, active: true, detail: "")), "the node had been killed on purpose"),
      (.node(.chaos(.pause, active: true, detail: "")), "the node was paused on purpose"),
      (.node(.stopping(reason: "SIGTERM")), "the node had been stopped in order"),
      (nil, "the process was stopped, or its machine slept"),
    ]
    for (event, words) in faults {
      var story = Story()
      story.tell(event ?? .clock(.tick(latenessMilliseconds: 0)), at: -4_000)
      story.tell(.clock(.tick(latenessMilliseconds: 0)), at: 12_000)
      let verdict = "\(words): the node was down from slot 5 to 7, for 12 s"
      // Of a life that goes on the engine tells how its slots ended.
      let isOver = words.contains("killed")
      #expect(story.verdict[0] == verdict + (isOver ? ": missed" : ""))
      #expect(story.verdict[1] != nil)
    }
  }

  @Test func `a slot lost while the process was stopped says from when to when`() {
    let stop = ClockEvent.processStopped(milliseconds: 10_200)
    let words = "this process was stopped for 10 s, from slot 4 +3.8 s to slot 7 +2.0 s"
    let help = "nothing that stops the process (^Z, SIGSTOP) or lets the machine sleep"
    // Whole slots without a node, and one that ended late by the engine's own word.
    var story = Story()
    story.tell(.clock(.tick(latenessMilliseconds: 0)), at: -800)
    story.tell(.clock(.tick(latenessMilliseconds: 0)), at: 10_000)
    story.tell(.clock(stop), at: 10_010)
    #expect(story.verdict == [words, help])
    let late = miss(.overrun, (.clock(stop), 10_010))
    #expect(late[0]?.hasPrefix("\(words): no build could end inside the slot") == true)
    #expect(late[1] == help)
    // What came in time is not blamed on a stop.
    var calm = Story()
    calm.tell(.clock(.processStopped(milliseconds: 2_000)), at: 3_900)
    calm.end(.hit(publishOffsetMilliseconds: 3), at: 3_950)
    #expect(calm.verdict == ["prebuilt block published at +3 ms: hit", nil])
    let lines = Autopsy(story.fleet.nodes[0], slot: 4)?.timeline.map { ($0.milliseconds, $0.text) }
    #expect(lines?.last?.0 == 3_810)
    #expect(lines?.last?.1 == "this process was stopped, for 10 s")
    #expect(
      Autopsy(story.fleet.nodes[0], slot: 7)?.timeline.map(\.text)
        == ["this process went on, after 10 s"])
  }

  @Test func `every reason for a lost block has words of its own, and help where there is any`() {
    var sentences: Set<String> = []
    for reason in MissReason.allCases where reason != .nodeDown {
      let verdict = miss(reason)
      #expect(verdict[0]?.contains(reason.rawValue) == false || reason == .syncing)
      #expect(verdict[1] != nil, "\(reason)")
      sentences.insert(verdict[0] ?? "")
    }
    #expect(sentences.count == MissReason.allCases.count - 1)
    for reason in FallbackReason.allCases {
      var story = Story()
      story.end(.fallback(reason, publishOffsetMilliseconds: 655), at: 655)
      #expect(story.verdict[0]?.hasSuffix("published at +655 ms: fallback") == true)
      sentences.insert(story.verdict[0] ?? "")
    }
    for reason in StaleReason.allCases {
      var story = Story()
      story.end(.forfeited(reason), at: 2)
      #expect(story.verdict[0]?.hasSuffix("forfeited, the leaf is spent") == true)
      sentences.insert(story.verdict[0] ?? "")
    }
    #expect(
      sentences.count
        == MissReason.allCases.count - 1 + FallbackReason.allCases.count
        + StaleReason.allCases.count)
  }

  @Test func `a slot of another proposer says when its block came and by how much too late`() {
    var story = Story()
    story.tell(
      .forkChoice(
        .block(
          ImportedBlock(
            slot: 5, block: Self.root(5), parent: Self.root(4), proposer: 2, votes: 3,
            arrivalMilliseconds: 900))), at: 940)
    #expect(
      story.verdict
        == [
          "block of v2 \(Self.root(5).short) came at +900 ms, 100 ms too late for votes, with 3 votes",
          nil,
        ])
  }

  @Test func `the story of a slot is in the order of time, and of none that is not kept`() throws {
    var devnet = DemoDevnet()
    devnet.troubles = [113: .forfeit]
    var fleet = FleetStatus()
    for event in devnet.events(100...120) { fleet.update(event) }
    let times = try #require(Autopsy(fleet.nodes[1], slot: 113)).timeline.map(\.milliseconds)
    #expect(times == times.sorted() && times.count > 8)
    #expect(Autopsy(fleet.nodes[1], slot: 5) == nil)
  }
}
