internal import ArgumentParser
internal import DashboardApp
private import Foundation

/// How a dashboard looks, for every command that shows one.
struct ScreenOptions: ParsableArguments {
  @Option(help: "The theme: its name, or a file.")
  var theme: String?

  @Flag(help: "Draw with ASCII only.")
  var ascii = false

  @Option(help: "Frames a second, from 1 to 60.")
  var fps = 10

  func validate() throws {
    guard (1...60).contains(fps) else {
      throw ValidationError("\(fps) frames a second are not between 1 and 60")
    }
  }

  func settings() -> DashboardSettings {
    var settings = DashboardSettings(environment: ProcessInfo.processInfo.environment)
    settings.isASCII = ascii
    settings.framesPerSecond = fps
    if let theme { settings.theme = theme }
    return settings
  }
}
