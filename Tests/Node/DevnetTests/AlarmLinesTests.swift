import ChainEvents
import NodeStatus
import Testing

@testable import Devnet

struct AlarmLinesTests {
  private func event(_ slot: UInt64, _ event: ChainEvent) -> TimedEvent {
    TimedEvent(
      timeMilliseconds: slot * 4_000, slot: slot, interval: 0, sequence: slot, node: "node0",
      event: event)
  }

  private func tick(_ slot: UInt64) -> TimedEvent {
    event(slot, .clock(.tick(latenessMilliseconds: 1)))
  }

  @Test func `a full disk and a closed gate are told once when they begin and once when they end`()
  {
    var fleet = FleetStatus()
    var lines = AlarmLines()
    func update(_ events: [TimedEvent]) -> [String] {
      for event in events { fleet.update(event) }
      return lines.update(fleet.nodes)
    }
    #expect(update([tick(1)]) == [])
    let full = "chain database /x: the disk is full; free some space"
    let begun = update([
      event(1, .node(.storage(problem: full))),
      event(1, .key(.journal(.failed, slot: 1, entries: 4, milliseconds: 0))),
      event(1, .network(.syncGate(open: false, reason: "behind"))), tick(2),
    ])
    #expect(
      begun == [
        "slot 2 · node0 ALARM: JOURNAL FAILS, nothing is signed: the log has the reason; "
          + "on a full disk free some space, and signing goes on by itself",
        "slot 2 · node0 warning: sync gate closed: behind: "
          + "duties wait until the head has caught up with the network",
        "slot 2 · node0 warning: chain database not written: "
          + "duties go on, a restart begins further back: \(full)",
      ])
    #expect(update([tick(3)]) == [])
    let ended = update(
      [
        event(3, .node(.storage(problem: nil))),
        event(3, .key(.journal(.claimed, slot: 3, entries: 4, milliseconds: 2))),
        event(3, .network(.syncGate(open: true, reason: "synced"))),
      ] + (4...8).map(tick))
    #expect(
      ended == [
        "slot 8 · node0 over: JOURNAL FAILS, nothing is signed",
        "slot 8 · node0 over: sync gate closed: behind",
        "slot 8 · node0 over: chain database not written",
      ])
  }
}
