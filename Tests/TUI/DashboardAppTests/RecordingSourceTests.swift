import ChainEvents
import Dashboard
import DashboardApp
import Foundation
import Testing

struct RecordingSourceTests {
  /// One event every 100 ms.
  private func recording(_ count: Int) -> Data {
    Data((0..<count).map { event($0).line + "\n" }.joined().utf8)
  }

  private func event(_ number: Int) -> TimedEvent {
    TimedEvent(
      timeMilliseconds: 1_000_000 + UInt64(number) * 100, slot: UInt64(number / 40),
      interval: number % 40 / 8, sequence: UInt64(number), node: "a",
      event: .node(.log(.info, source: "test", message: "\(number)")))
  }

  private func sequences(_ batch: EventBatch) -> [UInt64] { batch.events.map(\.sequence) }

  @Test func `events come when their time has come`() {
    var source = RecordingSource(recording(10), file: "x")
    #expect(sequences(source.advance(to: 5_000)) == [0])
    #expect(sequences(source.advance(to: 5_099)) == [])
    #expect(sequences(source.advance(to: 5_250)) == [1, 2])
    #expect(source.advance(to: 5_250).nowMilliseconds == 1_000_250)
    #expect(sequences(source.advance(to: 99_000)) == [3, 4, 5, 6, 7, 8, 9])
    #expect(source.advance(to: 99_000).nowMilliseconds == 1_000_900)
    #expect(source.replay?.progress == 1)
  }

  @Test func `speed, pause and skip do as they say`() {
    var source = RecordingSource(recording(200), file: "x", speed: 2)
    _ = source.advance(to: 0)
    #expect(sequences(source.advance(to: 100)) == [1, 2])
    source.control(.speed(0.25))
    #expect(sequences(source.advance(to: 300)) == [3])
    source.control(.pause(true))
    #expect(source.replay?.speed == 0)
    #expect(sequences(source.advance(to: 9_000)) == [])
    source.control(.skip(to: 1_000_500))
    #expect(sequences(source.advance(to: 9_000)) == [4, 5])
    source.control(.pause(false))
    source.control(.speed(1_000_000))
    #expect(source.replay?.speed == 100)
    source.control(.speed(0))
    #expect(source.replay?.speed == 0.1)
  }

  @Test func `an hour without an event is played as a second, ten seconds as they are`() {
    for (pause, seconds) in [(36_000, 1), (99, 9)] {
      let events = [event(0), event(1), event(1 + pause)]
      var source = RecordingSource(
        Data(events.map { $0.line + "\n" }.joined().utf8), file: "x")
      _ = source.advance(to: 0)
      #expect(sequences(source.advance(to: 100)) == [1])
      #expect(sequences(source.advance(to: UInt64(seconds) * 1_000)) == [])
      #expect(sequences(source.advance(to: UInt64(seconds) * 1_000 + 1_100)) == [UInt64(1 + pause)])
    }
  }

  @Test func `any pace gives the same events in the same order`() {
    for step in [1, 37, 100, 999, 50_000] as [UInt64] {
      var source = RecordingSource(recording(300), file: "x")
      var seen: [UInt64] = []
      var wall: UInt64 = 0
      while !source.isAtEnd {
        seen += sequences(source.advance(to: wall))
        wall += step
      }
      #expect(seen == Array(0..<300))
    }
  }

  @Test func `a wall clock that steps back plays nothing twice and stops nothing`() {
    var source = RecordingSource(recording(10), file: "x")
    #expect(sequences(source.advance(to: 1_000)) == [0])
    #expect(sequences(source.advance(to: 10)) == [])
    #expect(sequences(source.advance(to: 110)) == [1])
  }

  @Test func `a line that cannot be read is told and passed over`() {
    let text = event(0).line + "\nnonsense\n\n" + event(1).line
    var source = RecordingSource(Data(text.utf8), file: "bad.jsonl")
    let events = source.takeAll()
    #expect(events.count == 3)
    guard case .node(.log(.warning, let source, let message)) = events[1].event else {
      Issue.record("\(events[1])")
      return
    }
    #expect(source == "replay")
    #expect(message.hasPrefix("bad.jsonl:2: "))
  }

  @Test func `an empty recording is over at once`() {
    var source = RecordingSource(Data(), file: "x")
    #expect(source.advance(to: 5) == EventBatch(events: [], nowMilliseconds: 0))
    #expect(source.isAtEnd)
    #expect(source.replay?.progress == 1)
  }

  @Test func `one event with a time far ahead does not play the rest at once`() {
    let lines = (0..<40).map { number in
      let line = event(number).line + "\n"
      return number == 5 ? line.replacing("\"t\":1000500", with: "\"t\":999999999999999") : line
    }
    var source = RecordingSource(Data(lines.joined().utf8), file: "x")
    var played: [UInt64] = []
    for wall in stride(from: UInt64(0), through: 1_600, by: 100) {
      played += sequences(source.advance(to: wall))
    }
    #expect(played.count < 20)
    #expect(played.contains(7))
  }
}
