package import Curses
package import Dashboard
package import Terminal

/// What decides how a screen runs, checked once.
package struct DashboardSettings: Sendable {
  /// Frames in a second.
  package var framesPerSecond = 10
  /// Whether glyphs are ASCII whatever the terminal can.
  package var isASCII = false
  /// Whether actions are refused.
  package var isReadOnly = false
  /// Whether a critical alarm rings the bell and sends a notification.
  package var ringsBell = false
  /// Whether the nodes are a devnet's of this process, so that a fault on purpose hurts nobody else.
  package var takesFaults = false
  /// Whether a node lives in this process.
  package var ownsNode = false
  /// The name of the theme, the path of its file, or ``autoTheme``.
  package var theme = DashboardSettings.autoTheme
  /// The wish for colours.
  package var colors = TerminalSettings.ColorWish.auto
  /// The page that is shown first.
  package var page = Page.overview
  /// Whether the mouse is on from the start.
  package var isMouseOn = false
  /// The titles of the columns that each page's table leaves out.
  package var hiddenColumns: [Page: Set<String>] = [:]
  /// Keys that act as others do.
  package var keys: [Key: Key] = [:]
  /// From which values on figures are drawn as a warning and as critical.
  package var thresholds = Thresholds()
  /// Filters that `tab` puts into the prompt.
  package var presets: [String] = []
  /// The folder for pictures.
  package var screenshotFolder = "screenshots"
  /// The folder for recordings and logs.
  package var recordingFolder = "recordings"
  /// The environment: TERM, COLORTERM, COLORFGBG, NO_COLOR, SWIFTLET_THEME, XDG_CONFIG_HOME, HOME.
  package var environment: [String: String]

  /// The wish for the theme that suits the terminal's ground.
  package static let autoTheme = "auto"

  /// Creates the usual settings, with the theme that the environment wishes for.
  package init(environment: [String: String]) {
    self.environment = environment
    theme = Self.theme(of: environment) ?? theme
  }

  /// The theme that the environment wishes for.
  static func theme(of environment: [String: String]) -> String? {
    environment["SWIFTLET_THEME"].flatMap { $0.isEmpty ? nil : $0 }
  }
}
