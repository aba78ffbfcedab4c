package import Terminal

/// What a person has asked the screen to show; the model decides what that looks like.
package struct ViewState: Hashable, Sendable {
  /// How much time the timeline spans.
  package enum TimeScale: Int, CaseIterable, Sendable {
    /// From 0.8 s before the slot to its end.
    case wholeSlot
    /// Half a slot.
    case half
    /// One interval.
    case interval
  }

  /// The order of a table, made by a key and kept until the next one.
  package struct Sorting: Hashable, Sendable {
    /// The column, from 0.
    package var column = 0
    /// Whether the largest comes first.
    package var isReversed = false
    /// The names of the rows in the order that the key made; rows that came later stand below.
    package var order: [String] = []

    /// Creates the order that a table has by itself.
    package init() {}
  }

  /// A moment looked at instead of now.
  package struct Travel: Hashable, Sendable {
    /// The moment, in milliseconds since 1970.
    package var shownMilliseconds: UInt64
    /// Now, for the distance between both.
    package var liveMilliseconds: UInt64

    /// Creates a moment.
    package init(shownMilliseconds: UInt64, liveMilliseconds: UInt64) {
      self.shownMilliseconds = shownMilliseconds
      self.liveMilliseconds = liveMilliseconds
    }
  }

  /// A recording that is played.
  package struct Replay: Hashable, Sendable {
    /// The name of the file.
    package var file: String
    /// Seconds of the recording in one second.
    package var speed: Double
    /// How far it is, from 0 to 1.
    package var progress: Double

    /// Creates the state of a replay.
    package init(file: String, speed: Double, progress: Double) {
      self.file = file
      self.speed = speed
      self.progress = progress
    }
  }

  /// The page.
  package var page = Page.overview
  /// The node looked at, counted from 0; the model takes it modulo the nodes that it knows.
  package var node = 0
  /// Whether the help covers the page.
  package var showsHelp = false
  /// Whether what is selected is open.
  package var isOpen = false
  /// The focused panel of the page, from 0.
  package var focusedPanel = 0
  /// Whether the focused panel has the whole screen.
  package var isZoomed = false
  /// The selected row of each page, from 0; in the overview the slot, counted back from the newest.
  package var selections: [Page: Int] = [:]
  /// Where the selected row of each page stands among those in sight, from 0, so that it stays there
  /// while rows come in before it.
  package var places: [Page: Int] = [:]
  /// The first line in sight of the focused or open panel, where it has more than room.
  package var scroll = 0
  /// How much time the timeline spans.
  package var timeScale = TimeScale.wholeSlot
  /// What was typed to filter each page, or to find a block on the chain page.
  private var filters: [Page: String] = [:]
  /// Whether the filter of the page is being typed.
  package var isTyping = false
  /// The order of each table that a key has sorted.
  package var sortings: [Page: Sorting] = [:]
  /// The columns of each page's table that are left out, by their titles.
  package var hiddenColumns: [Page: Set<String>] = [:]
  /// Whether the proposals that were hits are left out.
  package var showsOnlyMisses = false
  /// Whether branches off the chain are left out.
  package var isFolded = false
  /// What is looked for in the help.
  package var helpFilter = ""
  /// The first line of the help, where it is longer than the screen.
  package var helpLine = 0
  /// The choices of ``logLevel``: what each adds to the filter, and its words.
  package static let logLevels = [
    (filter: "", words: "the usual"), (filter: "level>=TRC ", words: "everything"),
    (filter: "level>=EVT ", words: "EVT and above"),
    (filter: "level>=WRN ", words: "WRN and above"),
  ]

  /// The least level of log lines, an index of ``logLevels``.
  package var logLevel = 0
  /// The moment looked at; now when absent.
  package var travel: Travel?
  /// The replay, when the events come from a recording.
  package var replay: Replay?
  /// The alarms that a person has seen.
  package var acknowledged: Set<AlarmCall> = []
  /// When the counters were reset, in milliseconds since 1970.
  package var countersSinceMilliseconds: UInt64?
  /// The file that events are recorded to.
  package var recordingPath: String?
  /// Whether actions are refused.
  package var isReadOnly = false
  /// Whether the nodes are a devnet's of this process, so that a fault on purpose hurts nobody else.
  package var takesFaults = true
  /// Whether the mouse is on.
  package var isMouseOn = false
  /// Whether glyphs are ASCII.
  package var isASCII = false
  /// The name of the theme's file.
  package var themeName = ""
  /// What each key does.
  package var keymap = Keymap()
  /// From which values on figures are drawn as a warning and as critical.
  package var thresholds = Thresholds()
  /// The extent of the screen.
  package var size = Size(columns: 120, rows: 36)
  /// The colours of the terminal.
  package var colorDepth = ColorDepth.trueColor

  /// Creates the state of a fresh screen.
  package init() {}

  /// The selected row of the page.
  package var selection: Int { selections[page] ?? 0 }

  /// What was typed to filter the page; empty for no filter.
  package var filter: String {
    get { self[filterOf: page] }
    set { self[filterOf: page] = newValue }
  }

  /// What was typed to filter a page; the overview and the page of events share that of the log.
  package subscript(filterOf page: Page) -> String {
    get { filters[page == .overview ? .events : page] ?? "" }
    set { filters[page == .overview ? .events : page] = newValue }
  }
}
