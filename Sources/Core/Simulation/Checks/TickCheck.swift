internal import Chain
internal import Consensus

/// Rule 5: a tick is handled within 50 ms of its boundary, whatever is being built.
///
/// Judged by the store's time and the wall clock, not by what the engine says of itself; what it
/// says has to be the same.
struct TickCheck: Sendable {
  /// Ticks may be this late.
  static let limitMilliseconds: UInt64 = 50

  /// Whether a tick was handled on a clock that nobody has touched since: the first one after a
  /// start or a step of the clock may be anywhere.
  private(set) var isSettled = false

  mutating func moveClock() {
    isSettled = false
  }

  mutating func check(_ call: EngineCall) -> Finding? {
    guard call.wall >= call.clock.genesis, call.before.life != .stopped else { return nil }
    let (time, wallInterval) = (call.after.time, call.clock.interval(at: call.wall))
    guard time >= wallInterval else {
      return (.ticksAreOnTime, "the store is in interval \(time), the clock in \(wallInterval)")
    }
    guard time > call.before.time else { return nil }
    let wasSettled = isSettled && !call.hasClockStep
    isSettled = true
    return checkTick(call, wasSettled: wasSettled)
  }

  private func checkTick(_ call: EngineCall, wasSettled: Bool) -> Finding? {
    let time = call.after.time
    let lateness = call.wall.milliseconds(since: call.clock.start(of: time))
    guard let told = call.toldLateness, told == Int64(lateness) else {
      return (
        .ticksAreOnTime,
        "a tick was \(lateness) ms late and told as \(call.toldLateness.map(String.init) ?? "none")"
      )
    }
    guard wasSettled else { return nil }
    guard time == call.before.time + 1 else {
      return (.ticksAreOnTime, "the store went from \(call.before.time) to \(time) in one step")
    }
    guard lateness <= TickCheck.limitMilliseconds else {
      return (.ticksAreOnTime, "a tick was \(lateness) ms late")
    }
    return nil
  }

  /// An engine that is not called has no interval left that should have begun.
  func checkSilence(_ facts: EngineFacts, _ clock: SlotClock, wall: UnixMilliseconds) -> Finding? {
    let latest = UnixMilliseconds(
      max(wall.rawValue, TickCheck.limitMilliseconds) - TickCheck.limitMilliseconds)
    guard isSettled, facts.life != .stopped, latest >= clock.genesis,
      facts.time < clock.interval(at: latest)
    else { return nil }
    return (.ticksAreOnTime, "nothing was done since interval \(facts.time)")
  }
}
