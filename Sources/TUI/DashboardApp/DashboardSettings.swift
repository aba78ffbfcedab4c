public import Curses
internal import Theme

/// What decides how a screen runs, checked once.
public struct DashboardSettings: Sendable {
  /// Frames in a second.
  public var framesPerSecond = 10
  /// Whether glyphs are ASCII whatever the terminal can.
  public var isASCII = false
  /// Whether actions are refused.
  public var isReadOnly = false
  /// Whether a critical alarm rings the bell and sends a notification.
  public var ringsBell = false
  /// Whether a node lives in this process.
  public var ownsNode = false
  /// The name of the theme, or the path of its file.
  public var theme = ThemeLibrary.defaultName
  /// The wish for colours.
  public var colors = TerminalSettings.ColorWish.auto
  /// The folder for pictures.
  public var screenshotFolder = "screenshots"
  /// The folder for recordings and logs.
  public var recordingFolder = "recordings"
  /// The environment: TERM, COLORTERM, NO_COLOR, SWIFTLET_THEME, XDG_CONFIG_HOME, HOME.
  public var environment: [String: String]

  /// Creates the settings that need no words.
  public init(environment: [String: String]) {
    self.environment = environment
    if let theme = environment["SWIFTLET_THEME"], !theme.isEmpty { self.theme = theme }
  }
}
