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
  var colors: String?

  @Option(help: "Frames a second, from 1 to 60; 10 by default.")
  var fps: Int?

  @Flag(help: "Ring the terminal's bell and notify (OSC 9) when a critical alarm begins.")
  var bell = false

  func validate() throws {
    if let fps, !(1...60).contains(fps) {
      throw ValidationError("\(fps) frames a second are not between 1 and 60")
    }
    if let colors, TerminalSettings.ColorWish(rawValue: colors) == nil {
      let known = TerminalSettings.ColorWish.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("'\(colors)' is no number of colours; take one of: \(known)")
    }
  }

  /// The settings of the person's file, of the environment and of the flags, the last of which count.
  ///
  /// - Throws: `SettingsError` for a file with a mistake.
  func settings() throws -> DashboardSettings {
    var settings = try SettingsFile.read(ProcessInfo.processInfo.environment)
    settings.isASCII = ascii || settings.isASCII
    settings.ringsBell = bell || settings.ringsBell
    if let fps { settings.framesPerSecond = fps }
    if let wish = colors.flatMap(TerminalSettings.ColorWish.init) { settings.colors = wish }
    if let theme { settings.theme = theme }
    return settings
  }
}
