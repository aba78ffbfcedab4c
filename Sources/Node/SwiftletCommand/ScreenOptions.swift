internal import ArgumentParser
private import Curses
internal import DashboardApp
private import Foundation

/// How a dashboard looks, for every command that shows one.
struct ScreenOptions: ParsableArguments {
  @Option(help: "The theme: its name, a file, or auto for one that suits the terminal.")
  var theme: String?

  @Flag(help: "Draw with ASCII only.")
  var ascii = false

  @Option(help: "Colours: auto, none, 8, 16, 256 or true; NO_COLOR in the environment is none.")
  var colors = "auto"

  @Option(help: "Frames a second, from 1 to 60.")
  var fps = 10

  @Flag(help: "Ring the terminal's bell and notify (OSC 9) when a critical alarm begins.")
  var bell = false

  func validate() throws {
    guard (1...60).contains(fps) else {
      throw ValidationError("\(fps) frames a second are not between 1 and 60")
    }
    guard TerminalSettings.ColorWish(rawValue: colors) != nil else {
      let known = TerminalSettings.ColorWish.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("'\(colors)' is no number of colours; take one of: \(known)")
    }
  }

  func settings() -> DashboardSettings {
    var settings = DashboardSettings(environment: ProcessInfo.processInfo.environment)
    settings.isASCII = ascii
    settings.framesPerSecond = fps
    settings.ringsBell = bell
    settings.colors = TerminalSettings.ColorWish(rawValue: colors) ?? .auto
    if let theme { settings.theme = theme }
    return settings
  }
}
