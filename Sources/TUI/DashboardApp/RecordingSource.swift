package import ChainEvents
package import Dashboard
package import Foundation

/// The events of a recording, one JSON object a line, at any speed.
package struct RecordingSource: EventSource {
  /// Speeds that a replay can have.
  package static let speeds = 0.1...100.0

  /// Events of one look, so that a screen at full speed still answers to keys.
  static let batchLimit = 20_000

  private let file: String
  private let bytes: Data
  private var offset = 0
  private var next: TimedEvent?
  private var lineNumber = 0
  private var playback: Playback?
  private var speed: Double
  private var isPaused = false

  /// Where the recording's clock is, and where the wall clock was then.
  private struct Playback {
    var recordedMilliseconds: Double
    var wallMilliseconds: UInt64
  }

  /// Creates a source from the bytes of a recording.
  ///
  /// - Parameters:
  ///   - bytes: The lines; a line that cannot be read becomes a log event and is passed over.
  ///   - file: The name to show.
  ///   - speed: Seconds of the recording in one second, clamped to ``speeds``.
  package init(_ bytes: Data, file: String, speed: Double = 1) {
    self.bytes = bytes
    self.file = file
    self.speed = RecordingSource.clamped(speed)
    next = readEvent()
  }

  /// Why this is no recording: it is empty, or its first line is no event; `nil` for a recording.
  package var refusal: String? {
    switch next?.event {
    case nil: "it has no event"
    case .node(.log(_, let source, let message))? where source == Self.complaintSource: message
    default: nil
    }
  }

  /// The source of log lines about lines that cannot be read.
  private static let complaintSource = "replay"

  /// Whether every event has been taken.
  package var isAtEnd: Bool { next == nil }

  /// Milliseconds without an event that are played as a second: a recording may hold two runs.
  static let gapMilliseconds: UInt64 = 10_000

  /// Plays on to the moment of the recording that belongs to the wall clock's.
  package mutating func advance(to wallMilliseconds: UInt64) -> EventBatch {
    guard let first = next ?? last else { return EventBatch(events: [], nowMilliseconds: 0) }
    var playback =
      self.playback
      ?? Playback(
        recordedMilliseconds: Double(first.timeMilliseconds), wallMilliseconds: wallMilliseconds)
    let passed = Double(wallMilliseconds) - Double(playback.wallMilliseconds)
    if !isPaused, !isAtEnd { playback.recordedMilliseconds += max(passed, 0) * speed }
    playback.wallMilliseconds = wallMilliseconds
    if let next, let last, next.timeMilliseconds > last.timeMilliseconds + Self.gapMilliseconds,
      !isPaused
    {
      playback.recordedMilliseconds = max(
        playback.recordedMilliseconds, Double(next.timeMilliseconds - 1000))
    }
    self.playback = playback
    return take(until: UInt64(playback.recordedMilliseconds))
  }

  /// Takes everything that is left, as fast as it can be read.
  package mutating func takeAll() -> [TimedEvent] {
    var events: [TimedEvent] = []
    while let event = takeNext() { events.append(event) }
    return events
  }

  /// Takes the next event, whatever its time; `nil` at the end.
  package mutating func takeNext() -> TimedEvent? {
    guard let event = next else { return nil }
    last = event
    next = readEvent()
    return event
  }

  /// The file, the speed and the share of bytes that was read.
  package var replay: ViewState.Replay? {
    let progress = bytes.isEmpty ? 1 : Double(isAtEnd ? bytes.count : offset) / Double(bytes.count)
    return ViewState.Replay(file: file, speed: isPaused ? 0 : speed, progress: progress)
  }

  /// Pauses, changes the speed or goes on to a moment.
  package mutating func control(_ wish: ReplayWish) {
    switch wish {
    case .pause(let isPaused): self.isPaused = isPaused
    case .speed(let factor): speed = RecordingSource.clamped(speed * factor)
    case .skip(let moment):
      if let playback {
        self.playback?.recordedMilliseconds = max(playback.recordedMilliseconds, Double(moment))
      }
    }
  }

  private var last: TimedEvent?

  private mutating func take(until moment: UInt64) -> EventBatch {
    var events: [TimedEvent] = []
    while let event = next, event.timeMilliseconds <= moment,
      events.count < RecordingSource.batchLimit
    {
      // The time before was wrong: the clock goes back, so that the rest is not played at once.
      let hasGoneBack =
        last.map {
          $0.timeMilliseconds > event.timeMilliseconds + EventBounds.doubtMilliseconds
        } ?? false
      events.append(event)
      last = event
      next = readEvent()
      if hasGoneBack {
        playback?.recordedMilliseconds = Double(event.timeMilliseconds)
        return EventBatch(events: events, nowMilliseconds: event.timeMilliseconds)
      }
    }
    // At the end, and where a batch was full, the clock waits for the events.
    let isBehind = next.map { $0.timeMilliseconds <= moment } ?? true
    let now = isBehind ? last?.timeMilliseconds ?? moment : moment
    playback?.recordedMilliseconds = Double(now)
    return EventBatch(events: events, nowMilliseconds: now)
  }

  /// The next event of the file; a log event in place of a line that cannot be read.
  private mutating func readEvent() -> TimedEvent? {
    while offset < bytes.count {
      let line = nextLine()
      lineNumber += 1
      if line.isEmpty { continue }
      do {
        return try TimedEvent(lineBytes: line)
      } catch {
        return complaint("\(file):\(lineNumber): \(error)")
      }
    }
    return nil
  }

  /// The bytes up to the next line end, cut where a line is too long to be read anyhow.
  private mutating func nextLine() -> [UInt8] {
    bytes.withUnsafeBytes { bytes in
      let rest = bytes[offset...]
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      offset = end + 1
      return Array(rest[..<end].prefix(TimedEvent.lineLimit + 1))
    }
  }

  private func complaint(_ words: String) -> TimedEvent {
    TimedEvent(
      timeMilliseconds: last?.timeMilliseconds ?? 0, slot: last?.slot ?? 0,
      interval: last?.interval ?? 0, sequence: last?.sequence ?? 0, node: last?.node ?? "",
      event: .node(.log(.warning, source: Self.complaintSource, message: words)))
  }

  private static func clamped(_ speed: Double) -> Double {
    speed.isNaN ? 1 : min(max(speed, speeds.lowerBound), speeds.upperBound)
  }
}
