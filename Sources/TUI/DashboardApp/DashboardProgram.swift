package import ChainEvents
private import Curses
package import Dashboard
private import Foundation
package import NodeStatus
private import Synchronization
package import Terminal
private import Theme

/// The program around a screen: with a terminal, without one, or for one picture.
package enum DashboardProgram {
  /// Seconds that a screen has to end when it is told to.
  private static let endSeconds = 2.0

  /// Shows a screen until it is closed; cancelling the task closes it too.
  ///
  /// The screen has its own thread: a terminal that nobody reads stops that thread and no other, and
  /// when the task is cancelled that thread is left behind.
  /// - Parameters:
  ///   - source: Where the events come from.
  ///   - settings: How the screen runs.
  ///   - act: Takes the orders of the person, one after the other, on a thread where it may wait.
  /// - Returns: How the screen ended; the terminal is back by then.
  /// - Throws: `TerminalError` or `ThemeError` before the terminal is touched.
  package static func run<Source: EventSource>(
    _ source: Source, settings: DashboardSettings,
    act: @escaping @Sendable (OperatorOrder) -> Void
  ) async throws -> DashboardEnding {
    let isCancelled = Flag()
    let isOver = Flag()
    let orders = DispatchQueue(label: "orders")
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
          let ending = Result {
            var loop = try ScreenLoop(
              source: source, settings: settings,
              act: { order in orders.async { act(order) } }, isCancelled: { isCancelled.isSet })
            return loop.run()
          }
          if isOver.set() { continuation.resume(with: ending) }
        }
        thread.name = "screen"
        thread.start()
        isCancelled.onSet {
          DispatchQueue.global().asyncAfter(deadline: .now() + endSeconds) {
            guard isOver.set() else { return }
            TerminalSession.abandon()
            continuation.resume(returning: .forced(.terminalLost))
          }
        }
      }
    } onCancel: {
      isCancelled.set()
      TerminalSession.wake()
    }
  }

  /// Refuses what would be refused only when the screen opens: a theme that is not there or is wrong.
  ///
  /// - Throws: `ThemeError`.
  package static func check(_ settings: DashboardSettings) throws {
    _ = try ThemeFiles(
      wish: settings.theme, environment: settings.environment, depth: .trueColor)
  }

  /// Tells the events and alarms of a live source as plain lines until the task is cancelled.
  ///
  /// - Throws: What `tell` throws, such as of a full disk.
  package static func tellLog<Source: EventSource>(
    _ source: Source, tell: (String) throws -> Void
  ) async throws {
    var source = source
    var log = LogLines()
    while !Task.isCancelled {
      for event in source.advance(to: Clocks.wall).events {
        for line in log.lines(of: event) { try tell(line) }
      }
      for line in log.advance(to: Clocks.wall) { try tell(line) }
      try? await Task.sleep(for: .milliseconds(250))
    }
  }

  /// Saves one picture without a terminal: text, ANSI, SVG and what it shows as JSON.
  ///
  /// - Parameters:
  ///   - fleet: What to draw.
  ///   - state: What is asked for.
  ///   - nowMilliseconds: The moment to draw.
  ///   - size: Columns and rows.
  ///   - settings: The theme, the glyphs and the environment.
  ///   - prefix: The path of the files without their suffixes; a number is added where one is taken.
  /// - Returns: The path that the files share.
  /// - Throws: `ThemeError`, or an error that names the file.
  package static func savePicture(
    of fleet: FleetStatus, _ state: ViewState, at nowMilliseconds: UInt64, size: Size,
    settings: DashboardSettings, prefix: String
  ) throws -> String {
    // A picture has no terminal: as many colours as were wished for.
    let terminal = TerminalSettings(colors: settings.colors, environment: settings.environment)
    let depth = terminal.depth(colors: 1 << 24)
    let themes = try ThemeFiles(
      wish: settings.theme, environment: settings.environment, depth: depth)
    let theme = themes.theme
    var grid = Grid(size, theme[.text])
    var state = state
    state.isASCII = settings.isASCII
    state.themeName = themes.name
    state.colorDepth = depth
    fleet.draw(state, at: nowMilliseconds, theme: theme, into: &grid)
    let screenshot = Screenshot(state.isASCII ? grid.asciiOnly() : grid, paper: theme.paper)
    return try OutputFiles.save(screenshot, json: fleet.json, prefix: prefix)
  }

  /// Whether standard input and output are a terminal that can place text.
  package static var hasTerminal: Bool {
    TerminalSettings(environment: ProcessInfo.processInfo.environment).canDraw
      && isatty(FileHandle.standardInput.fileDescriptor) != 0
      && isatty(FileHandle.standardOutput.fileDescriptor) != 0
  }
}

/// Events as plain lines, with the alarms that come of them.
package struct LogLines: Sendable {
  private var fleet = FleetStatus()

  /// Creates lines that know nothing yet.
  package init() {}

  /// The lines of the alarms that begin or end as time passes without an event.
  package mutating func advance(to moment: UInt64) -> [String] {
    fleet.advance(to: moment).map { FleetStatus.logLine($0) }
  }

  /// The lines of an event: none for what only a fold reads, more where alarms begin or end.
  package mutating func lines(of event: TimedEvent) -> [String] {
    // The alarms are those of this fold, as on the screen.
    let alarms = fleet.update(event).map { FleetStatus.logLine($0) }
    switch event.event {
    case .node(.alarm), .node(.status): return alarms
    default: return [FleetStatus.logLine(event)] + alarms
    }
  }
}

/// A bit that is set once, from any thread, and what to do then.
private final class Flag: Sendable {
  private struct State {
    var isSet = false
    var action: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  var isSet: Bool { state.withLock { $0.isSet } }

  /// Sets the bit; `false` when it was set.
  @discardableResult
  func set() -> Bool {
    let (isFirst, action) = state.withLock { state in
      defer { state.isSet = true }
      return (!state.isSet, state.action)
    }
    if isFirst { action?() }
    return isFirst
  }

  /// Does something once the bit is set, at once when it is.
  func onSet(_ action: @escaping @Sendable () -> Void) {
    let isSet = state.withLock { state in
      state.action = action
      return state.isSet
    }
    if isSet { action() }
  }
}
