public import Terminal

/// What a person has asked the screen to show; the model decides what that looks like.
public struct ViewState: Hashable, Sendable {
  /// How much time the timeline spans.
  public enum TimeScale: Int, CaseIterable, Sendable {
    /// From 0.8 s before the slot to its end.
    case wholeSlot
    /// Half a slot.
    case half
    /// One interval.
    case interval
  }

  /// The order of a table, made by a key and kept until the next one.
  public struct Sorting: Hashable, Sendable {
    /// The column, from 0.
    public var column = 0
    /// Whether the largest comes first.
    public var isReversed = false
    /// The names of the rows in the order that the key made; rows that came later stand below.
    public var order: [String] = []

    /// Creates the order that a table has by itself.
    public init() {}
  }

  /// A moment looked at instead of now.
  public struct Travel: Hashable, Sendable {
    /// The moment, in milliseconds since 1970.
    public var shownMilliseconds: UInt64
    /// Now, for the distance between both.
    public var liveMilliseconds: UInt64

    /// Creates a moment.
    public init(shownMilliseconds: UInt64, liveMilliseconds: UInt64) {
      self.shownMilliseconds = shownMilliseconds
      self.liveMilliseconds = liveMilliseconds
    }
  }

  /// A recording that is played.
  public struct Replay: Hashable, Sendable {
    /// The name of the file.
    public var file: String
    /// Seconds of the recording in one second.
    public var speed: Double
    /// How far it is, from 0 to 1.
    public var progress: Double

    /// Creates the state of a replay.
    public init(file: String, speed: Double, progress: Double) {
      self.file = file
      self.speed = speed
      self.progress = progress
    }
  }

  /// The page.
  public var page = Page.overview
  /// The node looked at, counted from 0; the model takes it modulo the nodes that it knows.
  public var node = 0
  /// Whether the help covers the page.
  public var showsHelp = false
  /// Whether what is selected is open.
  public var isOpen = false
  /// The focused panel of the page, from 0.
  public var focusedPanel = 0
  /// Whether the focused panel has the whole screen.
  public var isZoomed = false
  /// The selected row of each page, from 0; in the overview the slot, counted back from the newest.
  public var selections: [Page: Int] = [:]
  /// How much time the timeline spans.
  public var timeScale = TimeScale.wholeSlot
  /// What was typed to filter each page, or to find a block on the chain page.
  public var filters: [Page: String] = [:]
  /// Whether the filter of the page is being typed.
  public var isTyping = false
  /// The order of each table that a key has sorted.
  public var sortings: [Page: Sorting] = [:]
  /// Whether the proposals that were hits are left out.
  public var showsOnlyMisses = false
  /// Whether branches off the chain are left out.
  public var isFolded = false
  /// The first line of the help, where it is longer than the screen.
  public var helpLine = 0
  /// The choices of ``logLevel``: what each adds to the filter, and its words.
  public static let logLevels = [
    (filter: "", words: "the usual"), (filter: "level>=TRC ", words: "everything"),
    (filter: "level>=EVT ", words: "EVT and above"),
    (filter: "level>=WRN ", words: "WRN and above"),
  ]

  /// The least level of log lines, an index of ``logLevels``.
  public var logLevel = 0
  /// The moment looked at; now when absent.
  public var travel: Travel?
  /// The replay, when the events come from a recording.
  public var replay: Replay?
  /// When the alarms were acknowledged, in milliseconds since 1970.
  public var acknowledgedMilliseconds: UInt64?
  /// When the counters were reset, in milliseconds since 1970.
  public var countersSinceMilliseconds: UInt64?
  /// The file that events are recorded to.
  public var recordingPath: String?
  /// Whether actions are refused.
  public var isReadOnly = false
  /// Whether the mouse is on.
  public var isMouseOn = false
  /// Whether glyphs are ASCII.
  public var isASCII = false
  /// The name of the theme's file.
  public var themeName = ""
  /// The extent of the screen.
  public var size = Size(columns: 120, rows: 36)
  /// The colours of the terminal.
  public var colorDepth = ColorDepth.trueColor

  /// Creates the state of a fresh screen.
  public init() {}

  /// The selected row of the page.
  public var selection: Int { selections[page] ?? 0 }

  /// What was typed to filter the page; empty for no filter.
  public var filter: String {
    get { filters[page] ?? "" }
    set { filters[page] = newValue }
  }
}
