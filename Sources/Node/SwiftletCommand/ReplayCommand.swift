internal import ArgumentParser
private import ChainEvents
private import Dashboard
internal import DashboardApp
internal import DashboardControls
private import DashboardView
private import Foundation
private import Screenshot
private import Terminal
private import Theme

/// Plays a recording of events as the dashboard showed it.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Play a recording of events on the dashboard.",
    discussion: """
      A recording has one event a line, as `x` on the dashboard writes it; Docs/Events.md has the \
      form. Space stops, [ ] and { } step by slot and interval, < and > change the speed.
      Without a terminal the events are printed as lines.
      """)

  @Argument(
    help: "The recording.", completion: .file(extensions: ["jsonl"]))
  var file: String

  @Option(help: "Seconds of the recording in one second, from 0.1 to 100.")
  var speed = 1.0

  @Flag(help: "Play all at once and draw the last moment.")
  var headless = false

  @Option(help: ArgumentHelp("Where a headless replay ends.", valueName: "slot"))
  var until: UInt64?

  @Option(help: ArgumentHelp("The size of the headless screen.", valueName: "columns x rows"))
  var size = "120x36"

  @Option(
    help: ArgumentHelp(
      "Save the screen as PREFIX.txt, .ansi, .svg and .json instead of printing it.",
      valueName: "prefix"))
  var screenshot: String?

  @Option(
    help:
      "The page of the headless screen: \(Page.allCases.map(\.rawValue).joined(separator: ", ")).")
  var page = Page.overview.rawValue

  @Option(help: "The node of the headless screen, counted from 0.")
  var node = 0

  @OptionGroup(title: "Dashboard")
  var screen: ScreenOptions

  func validate() throws {
    guard RecordingSource.speeds.contains(speed) else {
      throw ValidationError("the speed \(speed) is not between 0.1 and 100")
    }
    guard Size(size) != nil else {
      throw ValidationError("'\(size)' is not a size like 120x36")
    }
    guard Page(rawValue: page) != nil else {
      throw ValidationError("there is no page '\(page)'")
    }
  }

  func run() async throws {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(filePath: file), options: .mappedIfSafe)
    } catch {
      throw RecordingRefusal.unreadable(file, reason: error.localizedDescription)
    }
    let name = URL(filePath: file).lastPathComponent
    let source = RecordingSource(bytes, file: name, speed: speed)
    if let reason = source.refusal { throw RecordingRefusal.noEvents(file, reason: reason) }
    if headless { return try playAtOnce(source) }
    guard DashboardProgram.hasTerminal else {
      return await DashboardProgram.printLog(source, as: Dashboard.self) { print($0) }
    }
    _ = try await DashboardProgram.run(
      TimeMachine(), source: source, settings: settings, act: { _ in })
  }

  private var settings: DashboardSettings {
    var settings = screen.settings()
    settings.isReadOnly = true
    return settings
  }

  /// Folds everything and draws the last moment.
  private func playAtOnce(_ recording: RecordingSource) throws {
    var source = recording
    var dashboard = Dashboard()
    while let event = source.takeNext() {
      if event.slot <= until ?? .max { dashboard.update(event) }
    }
    var state = ViewState()
    state.page = Page(rawValue: page) ?? .overview
    state.node = node
    state.replay = source.replay
    let size = Size(size) ?? Size(columns: 120, rows: 36)
    let moment = dashboard.timeMilliseconds
    if let screenshot {
      return try DashboardProgram.savePicture(
        of: dashboard, state, at: moment, size: size, settings: settings, prefix: screenshot)
    }
    let theme = ThemeLibrary.defaultTheme(depth: .none)
    var grid = Grid(size, theme[.text])
    dashboard.draw(state, at: moment, theme: theme, into: &grid)
    let picture = Screenshot(screen.ascii ? grid.asciiOnly() : grid, paper: theme.paper)
    print(picture.text, terminator: "")
  }
}

/// Why a recording cannot be played, in one line.
enum RecordingRefusal: Error, Equatable, CustomStringConvertible {
  /// The file cannot be read.
  case unreadable(String, reason: String)
  /// The file has no event where its first one should be.
  case noEvents(String, reason: String)

  var description: String {
    switch self {
    case .unreadable(let file, let reason): "cannot read the recording '\(file)': \(reason)"
    case .noEvents(let file, let reason): "'\(file)' is no recording: \(reason)"
    }
  }
}
