import ChainEvents
import Dashboard
import DashboardApp
import DashboardDemo
import NodeStatus
import Testing

/// The bell, for an operator who does not look.
struct BellTests {
  private static let start = Scenes.time(18_400, 2350)

  /// A screen of a calm devnet.
  private func core(ringsBell: Bool = true) -> DashboardCore {
    var core = DashboardCore(
      state: ViewState(), themeNames: [], ownsNode: false,
      ringsBell: ringsBell)
    _ = core.update(
      EventBatch(
        events: Scenes.devnet.events(18_399...18_400, until: Self.start),
        nowMilliseconds: Self.start), replay: nil, uptimeMilliseconds: 0)
    return core
  }

  /// What rings when a signature is refused, or nothing new happens.
  private func rings(
    _ core: inout DashboardCore, slot: UInt64, refused: Bool, replay: ViewState.Replay? = nil
  ) -> [String] {
    // Alarms are worked out when an interval begins; who does not tick is silent in the end.
    let names = core.history.live.nodes.map(\.name)
    let refusal = ChainEvent.key(
      .signingRefused(slot: slot, validator: 0, .proposal, .alreadySigned, reason: "another root"))
    let tick = ChainEvent.clock(.tick(latenessMilliseconds: 0))
    let events = (refused ? [(names[0], refusal)] : []) + names.map { ($0, tick) }
    let batch = EventBatch(
      events: events.map { name, event in
        TimedEvent(
          timeMilliseconds: Scenes.time(slot, 0), slot: slot, interval: 0, sequence: slot,
          node: name, event: event)
      }, nowMilliseconds: Scenes.time(slot, 0))
    let effects = core.update(batch, replay: replay, uptimeMilliseconds: 100)
    return effects.compactMap { if case .ring(let text) = $0 { text } else { nil } }
  }

  @Test func `a critical alarm rings once, when it begins`() {
    var core = core()
    let name = core.history.live.nodes[0].name
    #expect(rings(&core, slot: 18_401, refused: false) == [])
    #expect(
      rings(&core, slot: 18_402, refused: true) == [
        "\(name): SIGNATURE REFUSED: another root holds the leaf"
      ])
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

  @Test func `the title of a window whose node has told nothing yet says nothing good of it`() {
    var core = DashboardCore(state: ViewState(), themeNames: [], ownsNode: false)
    let effects = core.update(
      EventBatch(events: [], nowMilliseconds: 0), replay: nil, uptimeMilliseconds: 100)
    let titles = effects.compactMap { if case .title(let text) = $0 { text } else { nil } }
    #expect(titles == ["swiftlet: no alarm yet"])
  }

  @Test func `the title of the window says the worst alarm, once for each`() {
    var core = core()
    func title(slot: UInt64, refused: Bool) -> [String] {
      let names = core.history.live.nodes.map(\.name)
      let refusal = ChainEvent.key(
        .signingRefused(
          slot: slot, validator: 0, .proposal, .alreadySigned, reason: "another root"))
      let tick = ChainEvent.clock(.tick(latenessMilliseconds: 0))
      let events = (refused ? [(names[0], refusal)] : []) + names.map { ($0, tick) }
      let time = Scenes.time(slot, 0)
      let batch = EventBatch(
        events: events.map { name, event in
          TimedEvent(
            timeMilliseconds: time, slot: slot, interval: 0, sequence: slot, node: name,
            event: event)
        }, nowMilliseconds: time)
      return core.update(batch, replay: nil, uptimeMilliseconds: 100)
        .compactMap { if case .title(let text) = $0 { text } else { nil } }
    }
    // The first title came with the first events, while all was well.
    #expect(title(slot: 18_401, refused: false) == [])
    let told = title(slot: 18_402, refused: true)
    #expect(told.count == 1)
    #expect(
      told.first?.hasPrefix("swiftlet: CRIT node-0: SIGNATURE REFUSED: another root") == true)
    #expect(title(slot: 18_403, refused: false) == [])
    // After a stop the terminal may have another title.
    core.noteSuspension(milliseconds: 5_000)
    #expect(title(slot: 18_404, refused: false) == told)
  }
}
