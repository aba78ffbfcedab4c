public import ChainEvents
package import Consensus
private import Dispatch
private import Foundation
private import NodeStatus
private import Synchronization

/// Reads the events of nodes: counts them, records them, and says a line a slot and one for each
/// alarm.
public final class EventMonitor: Sendable {
  fileprivate struct State {
    var isFinished = false
    var report = DevnetReport()
    var nextSlot: UInt64
    var recordingFailure: String?
  }

  /// Events kept for the monitor while its thread is busy: minutes of a large devnet.
  private static let capacity = 65_536

  private let currentSlot: @Sendable () -> Slot
  private let lines: Lines
  private let subscriptions: [EventSubscription]
  private let recording: FileHandle?
  private let say: @Sendable (String) -> Void
  private let state: Mutex<State>
  private let queue = DispatchQueue(label: "event monitor", qos: .utility)

  /// Starts to read a devnet's events, as the other initializer does.
  public convenience init(
    _ devnet: Devnet, recordingPath: String?, onSlot: @escaping @Sendable (String) -> Void
  ) throws(DevnetRefusal) {
    try self.init(
      devnet.nodes.map(\.events), currentSlot: { devnet.currentSlot },
      recordingPath: recordingPath, say: onSlot)
  }

  /// Starts to read; call it before the nodes start, so that nothing is missed.
  ///
  /// - Parameters:
  ///   - buses: The nodes to read from.
  ///   - currentSlot: The slot by a clock that nobody steps.
  ///   - recordingPath: A file to append every event to, one JSON object a line.
  ///   - lines: What is said of events and slots.
  ///   - say: Takes the lines, on the monitor's thread.
  /// - Throws: ``DevnetRefusal/directory(_:reason:)`` when the file cannot be written.
  package init(
    _ buses: [EventBus], currentSlot: @escaping @Sendable () -> Slot, recordingPath: String?,
    lines: Lines = Lines(), say: @escaping @Sendable (String) -> Void
  ) throws(DevnetRefusal) {
    self.currentSlot = currentSlot
    self.lines = lines
    self.say = say
    subscriptions = buses.compactMap { $0.subscribe(capacity: Self.capacity) }
    recording = try recordingPath.map { path throws(DevnetRefusal) in
      try Self.openRecording(path)
    }
    state = Mutex(State(nextSlot: max(1, currentSlot().rawValue)))
    readRepeatedly()
  }

  /// Reads what is left, and stops.
  ///
  /// - Returns: The counts of everything that was read.
  public func finish() -> DevnetReport {
    queue.sync {
      state.withLock { $0.isFinished = true }
      read()
    }
    try? recording?.close()
    return state.withLock { $0.report }
  }

  /// The counts so far.
  public var report: DevnetReport { state.withLock { $0.report } }

  /// Why the recording stopped, if it did.
  public var recordingFailure: String? { state.withLock { $0.recordingFailure } }

  private func readRepeatedly() {
    queue.asyncAfter(deadline: .now() + .milliseconds(100)) { [weak self] in
      guard let self, !state.withLock({ $0.isFinished }) else { return }
      read()
      readRepeatedly()
    }
  }

  private func read() {
    let events = EventOrder.merged(subscriptions.map { $0.drain() })
    let wallSlot = currentSlot().rawValue
    var recorded: [TimedEvent] = []
    let told = state.withLock { state in
      var alarms: [TimedEvent] = []
      for event in events {
        let changes = state.report.update(event)
        recorded += [event] + changes
        alarms += changes
      }
      return events.compactMap(lines.event) + state.takeLines(before: wallSlot, lines.slot)
        + (lines.tellsAlarms ? alarms.compactMap(DevnetReport.line) : [])
    }
    record(recorded)
    for line in told { say(line) }
  }

  private func record(_ events: [TimedEvent]) {
    guard let recording, !events.isEmpty else { return }
    var bytes = Data()
    for event in events {
      bytes.append(contentsOf: event.lineBytes)
      bytes.append(UInt8(ascii: "\n"))
    }
    do {
      try recording.write(contentsOf: bytes)
    } catch {
      state.withLock { $0.recordingFailure = "\(error)" }
    }
  }

  private static func openRecording(_ path: String) throws(DevnetRefusal) -> FileHandle {
    if !FileManager.default.fileExists(atPath: path),
      !FileManager.default.createFile(atPath: path, contents: nil)
    {
      throw .directory(path, reason: "the recording cannot be created")
    }
    guard let file = FileHandle(forWritingAtPath: path), (try? file.seekToEnd()) != nil else {
      throw .directory(path, reason: "the recording cannot be written")
    }
    return file
  }
}

extension EventMonitor {
  /// What is said of events and slots.
  package struct Lines: Sendable {
    /// The line of an event; `nil` for one that is not told.
    package var event: @Sendable (TimedEvent) -> String? = { _ in nil }

    /// The line of a slot that is over.
    package var slot: @Sendable (DevnetReport, UInt64) -> String? = { $0.line(slot: $1) }

    /// Whether alarms that begin and end are told.
    package var tellsAlarms = true

    /// Creates the lines of a devnet: one a slot.
    package init() {}
  }
}

extension EventMonitor.State {
  /// The lines of the slots that are over.
  fileprivate mutating func takeLines(
    before wallSlot: UInt64, _ line: (DevnetReport, UInt64) -> String?
  ) -> [String] {
    var lines: [String] = []
    while nextSlot < wallSlot {
      if let line = line(report, nextSlot) { lines.append(line) }
      nextSlot += 1
    }
    return lines
  }
}

/// The order of events of several nodes: as each emitted them, the earliest of the nodes first.
public enum EventOrder {
  /// Merges streams of events; a clock that was stepped back reorders nothing within its stream.
  public static func merged(_ streams: [[TimedEvent]]) -> [TimedEvent] {
    var rests = streams.filter { !$0.isEmpty }.map { $0[...] }
    guard rests.count > 1 else { return Array(rests.first ?? []) }
    var merged: [TimedEvent] = []
    merged.reserveCapacity(rests.reduce(0) { $0 + $1.count })
    while let index = indexOfEarliest(rests) { merged.append(rests[index].removeFirst()) }
    return merged
  }

  private static func indexOfEarliest(_ rests: [ArraySlice<TimedEvent>]) -> Int? {
    var earliest: (index: Int, time: UInt64)?
    for (index, rest) in rests.enumerated() {
      guard let time = rest.first?.timeMilliseconds else { continue }
      if time < earliest?.time ?? .max { earliest = (index, time) }
    }
    return earliest?.index
  }
}
