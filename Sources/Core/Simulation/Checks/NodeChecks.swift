internal import Chain
internal import Consensus
internal import Hashing

/// A broken invariant and what was seen.
typealias Finding = (invariant: Invariant, text: String)

/// The invariants of one engine between a start and the next.
///
/// One small check for each group of rules; the first finding of a call counts, so those that
/// explain the others come first.
struct NodeChecks: Sendable {
  private var publications = PublicationCheck()
  private var builds = BuildCheck()
  private var duties = DutyCheck()
  private var prover = ProverCheck()
  private var ticks = TickCheck()

  /// Checks one call of the engine.
  mutating func check(_ call: EngineCall) -> Finding? {
    // Every check sees every call, also after a finding of another one.
    let findings = [
      MessageCheck.check(call), StoreCheck.check(call), publications.check(call),
      builds.check(call), duties.check(call), prover.check(call), ticks.check(call),
    ]
    return findings.lazy.compactMap { $0 }.first
  }

  /// A signature has left the signer of this engine.
  func sign(_ leaf: WantedLeaf) -> Finding? {
    builds.sign(leaf)
  }

  /// The wall clock was stepped: the next tick may be anywhere, and slots may come again.
  mutating func moveClock() {
    ticks.moveClock()
    prover.moveClock()
  }

  /// Checks an engine that nobody has called for a while.
  func checkSilence(_ facts: EngineFacts, _ clock: SlotClock, wall: UnixMilliseconds) -> Finding? {
    // A clock that was just stepped is ahead of an engine that sleeps by the other clock.
    guard ticks.isSettled else { return nil }
    return ticks.checkSilence(facts, clock, wall: wall)
      ?? duties.checkOverdue(in: clock.slot(at: wall))
  }
}
