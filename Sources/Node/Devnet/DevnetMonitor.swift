public import ChainEvents
private import Consensus
private import Dispatch
private import Foundation
private import NodeStatus
private import Synchronization

/// Reads the events of all nodes of a devnet: counts them, records them, and says a line a slot and
/// one for each alarm.
public final class DevnetMonitor: Sendable {
  fileprivate struct State {
    var isFinished = false
    var report = DevnetReport()
    var alarms = AlarmLines()
    var nextSlot: UInt64
    var recordingFailure: String?
  }

  /// Events kept for the monitor while its thread is busy: minutes of a large devnet.
  private static let capacity = 65_536

  private let devnet: Devnet
  private let subscriptions: [EventSubscription]
  private let recording: FileHandle?
  private let onSlot: @Sendable (String) -> Void
  private let state: Mutex<State>
  private let queue = DispatchQueue(label: "devnet monitor", qos: .utility)

  /// Starts to read; call it before the devnet starts, so that nothing is missed.
  ///
  /// - Parameters:
  ///   - devnet: The nodes to read from.
  ///   - recordingPath: A file to append every event to, one JSON object a line.
  ///   - onSlot: Takes a line for each slot that is over and for alarms, on the monitor's thread.
  /// - Throws: ``DevnetRefusal/directory(_:reason:)`` when the file cannot be written.
  public init(
    _ devnet: Devnet, recordingPath: String?, onSlot: @escaping @Sendable (String) -> Void
  ) throws(DevnetRefusal) {
    self.devnet = devnet
    self.onSlot = onSlot
    subscriptions = devnet.nodes.compactMap { $0.events.subscribe(capacity: Self.capacity) }
    recording = try recordingPath.map { path throws(DevnetRefusal) in
      try Self.openRecording(path)
    }
    state = Mutex(State(nextSlot: max(1, devnet.currentSlot.rawValue)))
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
    record(events)
    let wallSlot = devnet.currentSlot.rawValue
    let lines = state.withLock { state in
      for event in events { state.report.update(event) }
      return state.takeLines(before: wallSlot) + state.alarms.update(state.report.fleet.nodes)
    }
    for line in lines { onSlot(line) }
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

extension DevnetMonitor.State {
  /// The lines of the slots that are over.
  fileprivate mutating func takeLines(before wallSlot: UInt64) -> [String] {
    var lines: [String] = []
    while nextSlot < wallSlot {
      lines.append(report.line(slot: nextSlot))
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
