private import ChainEvents
private import Dashboard
private import DashboardApp
private import DashboardDemo
private import Foundation
private import Synchronization

/// The measured screen: a made-up devnet in real time, and marks that another process looks for.
enum ScreenProbe {
  /// Marks of one run.
  static let marks = 120
  /// Milliseconds between two marks: prime, so that they fall on every phase of a frame.
  static let markMilliseconds = 83
  /// The argument for a screen of a large network.
  static let large = "large"
  /// Validators of the large network, each of whose votes is told.
  static let largeVoters: UInt64 = 1_000
  /// Peers of the node in the large network.
  static let largePeers = 300
  /// Seconds in which nothing but the devnet is shown.
  static let quietSeconds = 14.0

  /// The glyph of a mark; it is on the screen nowhere else, so its bytes cannot be missed.
  static func glyph(_ mark: Int) -> Unicode.Scalar? { Unicode.Scalar(0x4E00 + UInt32(mark)) }

  /// Shows the screen until the process is told to end; writes the times of the marks to a file.
  ///
  /// - Parameters:
  ///   - timesFile: The file for the times of the marks.
  ///   - isLarge: Whether the screen shows one node of ``largeVoters`` validators and
  ///     ``largePeers`` peers instead of the devnet.
  /// - Throws: What the screen throws when it cannot open.
  static func run(timesFile: String, isLarge: Bool) async throws {
    let devnet = ProbeSource(isLarge: isLarge)
    let bus = devnet.bus
    let opened = Stopwatch.milliseconds
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: quietSeconds)
      var times = ""
      for mark in 0..<marks {
        Thread.sleep(forTimeInterval: Double(markMilliseconds) / 1e3)
        let now = Stopwatch.milliseconds
        times += "\(now)\n"
        let message = glyph(mark).map { String(Character($0)) } ?? ""
        bus.emit(
          .node(.log(.info, source: "mark", message: message)),
          at: ProbeSource.firstMoment + UInt64(now - opened))
      }
      try? times.write(toFile: timesFile, atomically: true, encoding: .utf8)
    }
    let settings = DashboardSettings(environment: ProcessInfo.processInfo.environment)
    _ = try await DashboardProgram.run(
      devnet, settings: settings, act: { _ in })
  }
}

/// A made-up devnet as if it were live, forty slots old when the screen opens, and a bus beside it.
private struct ProbeSource: EventSource {
  private static let slots: ClosedRange<UInt64> = 18_300...18_400
  static let firstMoment = DemoDevnet.start(of: 18_340)

  let bus: EventBus
  private let marks: EventSubscription?
  private var waiting: ArraySlice<TimedEvent>
  private var opened: UInt64?

  init(isLarge: Bool) {
    var devnet = DemoDevnet(nodes: isLarge ? 1 : 4)
    if isLarge {
      devnet.voters = ScreenProbe.largeVoters
      devnet.foreignPeers = ScreenProbe.largePeers
      // One node of many: every fourth validator is ours, as in the small devnet.
      devnet.ownShare = 4
    }
    bus = EventBus(
      stamp: EventStamp(
        node: devnet.nodes[0], genesisMilliseconds: DemoDevnet.genesisMilliseconds))
    marks = bus.subscribe()
    waiting = devnet.events(ProbeSource.slots)[...]
  }

  mutating func advance(to wallMilliseconds: UInt64) -> EventBatch {
    let start = opened ?? wallMilliseconds
    opened = start
    let now = ProbeSource.firstMoment + wallMilliseconds - min(start, wallMilliseconds)
    let due = waiting.prefix { $0.timeMilliseconds <= now }
    waiting = waiting.dropFirst(due.count)
    return EventBatch(events: due + (marks?.drain() ?? []), nowMilliseconds: now)
  }

  var replay: ViewState.Replay? { nil }

  mutating func control(_ wish: ReplayWish) {}
}
