internal import ArgumentParser
private import ChainEvents
internal import Dashboard
internal import DashboardApp
private import Foundation
private import NodeStatus

/// Plays a recording of events as the dashboard showed it.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Play a recording of events on the dashboard.",
    discussion: """
      A recording has one event a line, as `x` on the dashboard writes it; Docs/Events.md has the \
      form. Space stops, [ ] and { } step by slot and interval, < and > change the speed.
      Without a terminal the events are printed as lines, all at once.
      """)

  @Argument(
    help: "The recording.", completion: .file(extensions: ["jsonl"]))
  var file: String

  @Option(help: "Seconds of the recording in one second, from 0.1 to 100.")
  var speed = 1.0

  @Option(help: ArgumentHelp("Where a headless replay ends.", valueName: "slot"))
  var until: UInt64?

  @OptionGroup(title: "Without a terminal")
  var picture: HeadlessOptions

  @OptionGroup(title: "Dashboard")
  var screen: ScreenOptions

  func validate() throws {
    guard RecordingSource.speeds.contains(speed) else {
      throw ValidationError("the speed \(speed) is not between 0.1 and 100")
    }
    guard until == nil || picture.headless else {
      throw ValidationError("--until is for --headless")
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
    try DashboardProgram.check(screen.settings())
    if picture.headless { return try playAtOnce(source) }
    guard DashboardProgram.hasTerminal else {
      return try tellAll(source)
    }
    _ = try await DashboardProgram.run(
      source, settings: try settings, act: { _ in })
  }

  /// Tells every event as fast as it can be read, each line at once.
  private func tellAll(_ recording: RecordingSource) throws {
    var source = recording
    var log = LogLines()
    while let event = source.takeNext() {
      for line in log.lines(of: event) { try tellSurely(line) }
    }
  }

  private var settings: DashboardSettings {
    get throws {
      var settings = try screen.settings()
      settings.isReadOnly = true
      return settings
    }
  }

  /// Folds everything and draws the last moment.
  private func playAtOnce(_ recording: RecordingSource) throws {
    var source = recording
    var dashboard = FleetStatus()
    while let event = source.takeNext() {
      if event.slot <= until ?? .max { dashboard.update(event) }
    }
    try tellSurely(
      try picture.show(dashboard, replay: source.replay, screen: screen), terminator: "")
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
