import Chain
import ChainEvents
import Consensus
import ForkChoice
import Hashing
import SSZ
import Testing

@testable import Simulation

/// Each checker must find what it is there for, and nothing else.
struct NodeChecksTests {
  private let make: CallMaker
  private let root = SHA256.hash([1])

  init() throws {
    make = try CallMaker()
  }

  /// What the checks of a fresh node find in one call after the other.
  private func findings(_ calls: EngineCall...) -> [Invariant?] {
    var checks = NodeChecks()
    return calls.map { checks.check($0)?.invariant }
  }

  // MARK: Ticks

  @Test func `a tick that is late, with nobody touching the clock`() {
    #expect(findings(make.tick(late: 0), make.tick(late: 50)) == [nil, nil])
    #expect(findings(make.tick(late: 51)) == [nil])
    #expect(findings(make.tick(late: 0), make.tick(late: 51)) == [nil, .ticksAreOnTime])
  }

  @Test func `a clock that was moved excuses one tick`() {
    var checks = NodeChecks()
    let first = checks.check(make.tick(late: 0))
    checks.moveClock()
    let found = [make.tick(late: 700), make.tick(late: 700)].map { checks.check($0)?.invariant }
    #expect(first == nil)
    #expect(found == [nil, .ticksAreOnTime])
  }

  @Test func `an interval that was skipped`() {
    var skipping = make.tick(late: 0)
    skipping = make.call(
      skipping.effects, after: 0, before: make.facts(make.store(.endOfSlot, of: 2)))
    var check = TickCheck()
    let found = [make.tick(late: 0), skipping].map { check.check($0)?.invariant }
    #expect(found == [nil, .ticksAreOnTime])
  }

  @Test func `a lateness that is told wrong`() {
    #expect(findings(make.tick(late: 40, told: 0)) == [.ticksAreOnTime])
  }

  @Test func `an engine that was called and did not begin the interval`() {
    let store = make.store(.blockPublication, of: 3)
    let call = EngineCall(
      input: .wake, job: nil, configuration: make.chain.configuration, before: make.facts(store),
      after: make.facts(store), effects: [], wall: 12_801)
    #expect(findings(call) == [.ticksAreOnTime])
  }

  @Test func `an engine that is not called at all`() {
    var checks = NodeChecks()
    _ = checks.check(make.tick(late: 0))
    let facts = make.facts(make.store(.attestationProduction, of: 3))
    let clock = make.chain.configuration.clock
    let found = [12_000 + 1649, 12_000 + 1650].map { wall in
      checks.checkSilence(facts, clock, wall: UnixMilliseconds(UInt64(wall)))?.invariant
    }
    #expect(found == [nil, .ticksAreOnTime])
  }

  // MARK: Duties

  private let scheduled = ChainEngine.Effect.emit(
    .duty(.scheduled(.attestation, slot: 3, validators: [0])))
  private let ended = ChainEngine.Effect.emit(
    .duty(.ended(.attestation, slot: 3, validators: [0], .done, reason: nil)))

  @Test func `a duty that ends without having been scheduled, or twice, or never`() {
    #expect(findings(make.call([ended])) == [.oneOutcomePerDuty])
    #expect(
      findings(make.call([scheduled, ended]), make.call([ended])) == [nil, .oneOutcomePerDuty])
    #expect(
      findings(make.call([scheduled]), make.call([scheduled])) == [nil, .oneOutcomePerDuty])
    #expect(
      findings(make.call([scheduled]), make.call(slot: 4), make.call(slot: 5))
        == [nil, nil, .oneOutcomePerDuty])
  }

  @Test func `a slot that begins with a duty nobody scheduled`() {
    let before = make.facts(make.store(.endOfSlot, of: 2))
    let tick = ChainEngine.Effect.emit(.clock(.tick(latenessMilliseconds: 0)))
    let entering = [[tick], [scheduled, tick]].map { effects in
      make.call(effects, in: .blockPublication, after: 0, before: before)
    }
    #expect(findings(entering[0]) == [.oneOutcomePerDuty])
    #expect(findings(entering[1]) == [nil])
  }

  @Test func `an engine that stops with a duty open`() {
    #expect(findings(make.call([scheduled]), make.call([.stopped])) == [nil, .oneOutcomePerDuty])
  }

  // MARK: Blocks

  @Test(arguments: [(UInt64(2), true), (3, false), (4, true)])
  func `a block outside its slot`(slot: UInt64, isFound: Bool) {
    var check = PublicationCheck()
    let finding = check.check(make.call([.publishBlock(make.block(slot: slot))]))
    #expect(finding?.invariant == (isFound ? .publishedInItsSlot : .coverageToldOnce))
  }

  private func coverage(_ block: Bytes32, included: Int = 3, known: Int = 3) -> ChainEngine.Effect {
    .emit(
      .proposal(
        .coverage(slot: 3, block: block, included: included, known: known, validators: 4)))
  }

  @Test func `coverage of a block that is not imported, and coverage told twice`() {
    let genesis = make.chain.store.head
    var check = PublicationCheck()
    let found = [coverage(root), coverage(genesis), coverage(genesis)].map {
      check.check(make.call([$0]))?.text
    }
    #expect(
      found == [
        "coverage of slot 3 told before the import",
        "block \(genesis.short) has only one of publication and coverage",
        "coverage of slot 3 told twice",
      ])
  }

  // MARK: Builds

  @Test func `a signature on what no build stands for`() {
    let refreshed = ChainEngine.Effect.emit(
      .proposal(.refreshed(slot: 3, .headMoved, oldParent: .zero, newParent: .zero)))
    let forced = ChainEngine.Effect.emit(.proposal(.forceFallback(slot: 3, .armed, reason: nil)))
    let candidate = make.candidate(root)
    #expect(findings(make.call([candidate, make.sign(root)])) == [nil])
    for effects in [
      [make.sign(root)], [candidate, make.sign(.zero)], [candidate, refreshed, make.sign(root)],
      [candidate, forced, make.sign(root)],
      [scheduledProposal, candidate, make.outcome(.missed(.overrun)), make.sign(root)],
    ] {
      #expect(findings(make.call(effects)) == [.failedBuildSpendsNothing])
    }
  }

  private let scheduledProposal = ChainEngine.Effect.emit(
    .proposal(.scheduled(slot: 3, validator: 0)))

  @Test func `a leaf that is spent although the engine committed to nothing`() {
    var checks = NodeChecks()
    func leaf(_ root: Bytes32) -> WantedLeaf {
      WantedLeaf(validator: 0, role: .proposal, slot: 3, root: root)
    }
    let before = checks.sign(leaf(root))?.invariant
    _ = checks.check(make.call([make.candidate(root), make.sign(root)]))
    #expect(before == .failedBuildSpendsNothing)
    #expect(checks.sign(leaf(root)) == nil)
    #expect(checks.sign(leaf(.zero))?.invariant == .failedBuildSpendsNothing)
  }

  @Test func `a stage that fails before the signature and ends a proposal that has signed`() {
    let failed = make.outcome(.missed(.proverFailed(.seal)))
    let late = make.outcome(.missed(.proverFailed(.merge)))
    let signed = [scheduledProposal, make.candidate(root), make.sign(root)]
    #expect(findings(make.call(signed + [failed])) == [.failedBuildSpendsNothing])
    #expect(findings(make.call(signed + [late])) == [nil])
  }

  @Test func `a stash of the slot before, and one of a build that has ended`() {
    let stale = make.call { $0.preparedSlots = [2] }
    let left = make.call(
      [scheduledProposal, make.candidate(root), make.sign(root), make.outcome(.missed(.shutdown))]
    ) { $0.preparedSlots = [3] }
    #expect(findings(stale) == [.stashEndsWithItsSlot])
    #expect(findings(left) == [.failedBuildSpendsNothing])
  }

  // MARK: Messages

  @Test func `a message of this slot refused as future, and one of the future accepted`() {
    func rejected(_ slot: UInt64) -> ChainEngine.Effect {
      .emit(
        .forkChoice(
          .blockRejected(
            slot: slot, block: root,
            reason: Rejection.blockTooFarInFuture(slot: 9, time: 0).description, from: "node1")))
    }
    func imported(_ slot: UInt64) -> ChainEngine.Effect {
      .emit(
        .forkChoice(
          .block(
            ImportedBlock(
              slot: slot, block: root, parent: .zero, proposer: 1, votes: 0,
              arrivalMilliseconds: 0, importMilliseconds: 0, isOurs: false))))
    }
    #expect(findings(make.call([rejected(3)])) == [.honestIsNotFuture])
    #expect(findings(make.call([rejected(4)])) == [nil])
    #expect(findings(make.call([imported(3)])) == [nil])
    #expect(findings(make.call([imported(4)])) == [.honestIsNotFuture])
    // The next slot is near enough one interval before it begins.
    #expect(findings(make.call([rejected(4)], in: .endOfSlot)) == [.honestIsNotFuture])
  }

  // MARK: Leaves

  @Test func `two roots on one leaf, and one root twice`() {
    func leaf(_ root: Bytes32) -> WantedLeaf {
      WantedLeaf(validator: 1, role: .proposal, slot: 5, root: root)
    }
    var check = LeafCheck()
    let texts = [leaf(.zero), leaf(.zero), leaf(SHA256.hash([1]))].map { check.sign($0) }
    #expect(texts.map { $0 == nil } == [true, true, false])
  }
}
