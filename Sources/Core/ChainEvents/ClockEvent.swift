/// Ticks and the clock below them.
package enum ClockEvent: Equatable, Sendable {
  /// The engine handled the start of an interval.
  case tick(latenessMilliseconds: Int64)
  /// The engine was late past a whole interval, so its duties did not run.
  case missedInterval(slot: UInt64, interval: Int, latenessMilliseconds: Int64, busyWith: String?)
  /// A tick for an interval that was handled already; harmless.
  case guardSkip(slot: UInt64, interval: Int)
  /// The wall clock moved against the monotonic clock.
  case clockStep(milliseconds: Int64)
  /// The process went on after this long in which none of its code ran: `^Z`, SIGSTOP, a frozen
  /// container or a machine that slept.
  case processStopped(milliseconds: Int64)
  /// The offset of our clock against this source.
  case clockOffset(milliseconds: Int64, source: String)
}

extension ClockEvent: EventFamily {
  enum Name: String, CaseIterable {
    case tick
    case missedInterval = "missed_interval"
    case guardSkip = "guard_skip"
    case clockStep = "clock_step"
    case processStopped = "process_stopped"
    case clockOffset = "clock_offset"
  }

  var name: Name {
    switch self {
    case .tick: .tick
    case .missedInterval: .missedInterval
    case .guardSkip: .guardSkip
    case .clockStep: .clockStep
    case .processStopped: .processStopped
    case .clockOffset: .clockOffset
    }
  }

  init(_ name: Name, _ field: FieldReader) throws(EventDecodingError) {
    self =
      switch name {
      case .tick: .tick(latenessMilliseconds: try field("late_ms"))
      case .missedInterval:
        .missedInterval(
          slot: try field("slot"), interval: try field("interval"),
          latenessMilliseconds: try field("late_ms"), busyWith: try field("busy"))
      case .guardSkip: .guardSkip(slot: try field("slot"), interval: try field("interval"))
      case .clockStep: .clockStep(milliseconds: try field("step_ms"))
      case .processStopped: .processStopped(milliseconds: try field("ms"))
      case .clockOffset:
        .clockOffset(milliseconds: try field("offset_ms"), source: try field("source"))
      }
  }

  func write(fields write: inout JSONWriter) {
    switch self {
    case .tick(let lateness): write("late_ms", lateness)
    case .missedInterval(let slot, let interval, let lateness, let busyWith):
      write("slot", slot)
      write("interval", interval)
      write("late_ms", lateness)
      write("busy", busyWith)
    case .guardSkip(let slot, let interval):
      write("slot", slot)
      write("interval", interval)
    case .clockStep(let milliseconds): write("step_ms", milliseconds)
    case .processStopped(let milliseconds): write("ms", milliseconds)
    case .clockOffset(let milliseconds, let source):
      write("offset_ms", milliseconds)
      write("source", source)
    }
  }
}
