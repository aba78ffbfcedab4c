private import ChainEvents
private import Curses
package import Dashboard
private import Foundation
private import NodeStatus
private import Synchronization
package import Terminal
private import Theme

/// The program around a screen: with a terminal, without one, or for one picture.
package enum DashboardProgram {
  /// Shows a screen until it is closed; cancelling the task closes it too.
  ///
  /// The screen has its own thread: a terminal that nobody reads stops that thread and no other.
  /// - Parameters:
  ///   - history: The model to start from.
  ///   - source: Where the events come from.
  ///   - settings: How the screen runs.
  ///   - act: Takes the orders of the person, on the screen's thread; must not wait.
  /// - Returns: How the screen ended; the terminal is back by then.
  /// - Throws: `TerminalError` or `ThemeError` before the terminal is touched.
  package static func run<History: DashboardHistory, Source: EventSource>(
    _ history: History, source: Source, settings: DashboardSettings,
    act: @escaping @Sendable (OperatorOrder) -> Void
  ) async throws -> DashboardEnding {
    let isCancelled = Flag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
          continuation.resume(
            with: Result {
              var loop = try ScreenLoop(
                history: history, source: source, settings: settings, act: act,
                isCancelled: { isCancelled.isSet })
              return loop.run()
            })
        }
        thread.name = "screen"
        thread.start()
      }
    } onCancel: {
      isCancelled.set()
      TerminalSession.wake()
    }
  }

  /// Prints events and alarms as plain lines until the task is cancelled or a recording is over.
  package static func printLog<Source: EventSource>(
    _ source: Source, print: (String) -> Void
  ) async {
    var source = source
    var fleet = FleetStatus()
    while !Task.isCancelled {
      for event in source.advance(to: Clocks.wall).events {
        // The alarms are those of this fold, as on the screen.
        let alarms = fleet.update(event)
        switch event.event {
        case .node(.alarm), .node(.status): break
        default: print(FleetStatus.logLine(event))
        }
        for alarm in alarms { print(FleetStatus.logLine(alarm)) }
      }
      if let replay = source.replay, replay.progress >= 1 { return }
      try? await Task.sleep(for: .milliseconds(250))
    }
  }

  /// Saves one picture without a terminal: text, ANSI, SVG and the model as JSON.
  ///
  /// - Parameters:
  ///   - model: What to draw.
  ///   - state: What is asked for.
  ///   - nowMilliseconds: The moment to draw.
  ///   - size: Columns and rows.
  ///   - settings: The theme, the glyphs and the environment.
  ///   - prefix: The path of the files without their suffixes.
  /// - Throws: `ThemeError`, or an error that names the file.
  package static func savePicture<Model: DashboardModel>(
    of model: Model, _ state: ViewState, at nowMilliseconds: UInt64, size: Size,
    settings: DashboardSettings, prefix: String
  ) throws {
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
    model.draw(state, at: nowMilliseconds, theme: theme, into: &grid)
    let screenshot = Screenshot(state.isASCII ? grid.asciiOnly() : grid, paper: theme.paper)
    try OutputFiles.save(screenshot, json: model.json, prefix: prefix)
  }

  /// Whether standard input and output are a terminal that can place text.
  package static var hasTerminal: Bool {
    TerminalSettings(environment: ProcessInfo.processInfo.environment).canDraw
      && isatty(FileHandle.standardInput.fileDescriptor) != 0
      && isatty(FileHandle.standardOutput.fileDescriptor) != 0
  }
}

/// A bit that is set once, from any thread.
private final class Flag: Sendable {
  private let bit = Atomic(false)

  var isSet: Bool { bit.load(ordering: .acquiring) }

  func set() {
    bit.store(true, ordering: .releasing)
  }
}
