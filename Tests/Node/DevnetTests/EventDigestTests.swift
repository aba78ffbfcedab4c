import ChainEvents
import Devnet
import Testing

struct EventDigestTests {
  @Test func `a lone node that falls silent raises the alarm without any screen`() {
    var digest = EventDigest(from: 10)
    var news = digest.update([tick(slot: 10)], at: 40_000, slot: 10)
    #expect(news.events == [tick(slot: 10)])
    // Nobody tells anything any more; a look every 100 ms is all that goes on.
    for milliseconds in stride(from: UInt64(40_100), through: 60_000, by: 100) {
      let next = digest.update([], at: milliseconds, slot: milliseconds / 4_000)
      news.events += next.events
      news.lines += next.lines
    }
    let alarms = news.events.compactMap { event in
      if case .node(.alarm(let alarm)) = event.event { alarm.text } else { nil }
    }
    #expect(alarms == ["SILENT since slot 10"])
    #expect(news.lines.count { $0.contains("ALARM: SILENT since slot 10") } == 1)
  }

  @Test func `a line is said of each slot that is over, once, and alarms only where they are told`()
  {
    var lines = EventDigest.Lines()
    lines.slot = { _, slot in slot == 11 ? nil : "\(slot) is over" }
    lines.event = { $0.slot == 12 ? $0.event.name : nil }
    lines.tellsAlarms = false
    var digest = EventDigest(from: 10, lines: lines)
    #expect(digest.update([tick(slot: 10)], at: 40_000, slot: 10).lines == [])
    #expect(
      digest.update([tick(slot: 12)], at: 48_000, slot: 13).lines
        == ["tick", "10 is over", "12 is over"])
    #expect(digest.update([], at: 52_000, slot: 13).lines == [])
    let silence = (14...18).map { digest.update([], at: $0 * 4_000, slot: $0) }
    #expect(silence.flatMap(\.events).count == 1)
    #expect(silence.flatMap(\.lines) == (13...17).map { "\($0) is over" })
  }

  @Test func `a jump of the clock over many slots is one line, not one a slot`() {
    var lines = EventDigest.Lines()
    lines.slot = { _, slot in "\(slot) is over" }
    var digest = EventDigest(from: 10, lines: lines)
    let news = digest.update([], at: 4_000_000_000, slot: 1_000_000)
    #expect(news.lines.count == 65)
    #expect(news.lines.first?.hasPrefix("999926 slots passed") == true)
    #expect(news.lines.last == "999999 is over")
  }

  @Test func `events of several nodes come by time, and those of one node as it emitted them`() {
    let first = [lost(1, at: 5), lost(2, at: 3)]
    let second = [lost(3, at: 4)]
    #expect(EventOrder.merged([first, second]) == [second[0]] + first)
    #expect(EventOrder.merged([[], first]) == first)
    #expect(EventOrder.merged([]) == [])
  }
}

/// The first tick of a slot, on a chain that began at 0.
private func tick(slot: UInt64) -> TimedEvent {
  TimedEvent(
    timeMilliseconds: slot * 4_000, slot: slot, interval: 0, sequence: slot, node: "node0",
    event: .clock(.tick(latenessMilliseconds: 0)))
}

private func lost(_ count: UInt64, at milliseconds: UInt64) -> TimedEvent {
  TimedEvent(
    timeMilliseconds: milliseconds, slot: 0, interval: 0, sequence: 0, node: "node0",
    event: .node(.lost(count: count)))
}
