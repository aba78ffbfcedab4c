import ChainEvents
import Dashboard
import DashboardApp
import DashboardDemo
import NodeStatus
import Testing

/// The bell, for an operator who does not look.
struct BellTests {
  private typealias Core = DashboardCore<TimeMachine>

  private static let start = Scenes.time(18_400, 2350)

  /// A screen of a calm devnet.
  private func core(ringsBell: Bool = true) -> Core {
    var core = Core(
      history: TimeMachine(), state: ViewState(), themeNames: [], ownsNode: false,
      ringsBell: ringsBell)
    _ = core.update(
      EventBatch(
        events: Scenes.devnet.events(18_399...18_400, until: Self.start),
        nowMilliseconds: Self.start), replay: nil, uptimeMilliseconds: 0)
    return core
  }

  /// What rings when a signature is refused, or nothing new happens.
  private func rings(
    _ core: inout Core, slot: UInt64, refused: Bool, replay: ViewState.Replay? = nil
  ) -> [String] {
    let name = core.history.live.nodes[0].name
    // Alarms are worked out when an interval begins.
    let events = [
      ChainEvent.key(
        .signingRefused(slot: slot, validator: 0, .proposal, reason: "another root")),
      .clock(.tick(latenessMilliseconds: 0)),
    ].map { event in
      TimedEvent(
        timeMilliseconds: Scenes.time(slot, 0), slot: slot, interval: 0, sequence: slot,
        node: name, event: event)
    }
    let effects = core.update(
      EventBatch(events: refused ? events : [events[1]], nowMilliseconds: Scenes.time(slot, 0)),
      replay: replay, uptimeMilliseconds: 100)
    return effects.compactMap { if case .ring(let text) = $0 { text } else { nil } }
  }

  @Test func `a critical alarm rings once, when it begins`() {
    var core = core()
    let name = core.history.live.nodes[0].name
    #expect(rings(&core, slot: 18_401, refused: false) == [])
    #expect(rings(&core, slot: 18_402, refused: true) == ["\(name): SIGNATURE REFUSED 1"])
    #expect(rings(&core, slot: 18_403, refused: false) == [])
    // The same alarm with another number.
    #expect(rings(&core, slot: 18_404, refused: true) == [])
  }

  @Test func `nothing rings unless asked for, and never a recording`() {
    var silent = core(ringsBell: false)
    #expect(rings(&silent, slot: 18_401, refused: true) == [])
    var replayed = core()
    let replay = ViewState.Replay(file: "x.jsonl", speed: 1, progress: 0.5)
    #expect(rings(&replayed, slot: 18_401, refused: true, replay: replay) == [])
  }
}
