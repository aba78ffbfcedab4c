import ChainEvents
import Dashboard
import DashboardApp
import Foundation

/// A bus into which a thread emits far more than a screen can take, on time whatever the screen does.
///
/// The thread is what the engine of a node is to the screen. It writes down, a line every 100 ms:
/// the time, its worst lateness since the last line, and the events emitted so far.
struct FloodSource: EventSource {
  /// Milliseconds between two bursts, and the events of one.
  private static let period = 10.0
  private static let burst = 20

  private var source: BusSource

  init(reportingTo path: String) throws {
    let genesis = UInt64(Date().timeIntervalSince1970 * 1_000) - 40_000
    let bus = EventBus(stamp: EventStamp(node: "node-0", genesisMilliseconds: genesis))
    guard let subscription = bus.subscribe() else { throw POSIXError(.EAGAIN) }
    source = BusSource(subscription)
    try Data().write(to: URL(filePath: path))
    let report = try FileHandle(forWritingTo: URL(filePath: path))
    Thread.detachNewThread { FloodSource.emit(into: bus, report) }
  }

  private static func emit(into bus: EventBus, _ report: FileHandle) {
    var due = ProcessInfo.processInfo.systemUptime * 1_000
    var (worst, emitted) = (0.0, 0)
    for beat in 1... {
      due += period
      Thread.sleep(forTimeInterval: max(0, due / 1_000 - ProcessInfo.processInfo.systemUptime))
      let wall = UInt64(Date().timeIntervalSince1970 * 1_000)
      for _ in 0..<burst {
        bus.emit(
          .node(.log(.info, source: "flood", message: "event \(emitted)")), at: wall)
        emitted += 1
      }
      worst = max(worst, ProcessInfo.processInfo.systemUptime * 1_000 - due)
      guard beat % 10 == 0 else { continue }
      try? report.write(contentsOf: Data("\(due) \(worst) \(emitted)\n".utf8))
      worst = 0
    }
  }

  mutating func advance(to wallMilliseconds: UInt64) -> EventBatch {
    source.advance(to: wallMilliseconds)
  }

  var replay: ViewState.Replay? { nil }

  mutating func control(_ wish: ReplayWish) {}
}
