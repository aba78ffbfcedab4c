internal import ChainEvents
package import Dashboard
package import NodeStatus
package import Terminal
package import Theme

/// What the program around the screen shall do, since the core only decides.
package enum ScreenEffect: Hashable, Sendable {
  /// End, in this way.
  case end(DashboardEnding)
  /// Give an order to whoever owns the chain.
  case act(OperatorOrder)
  /// Save a picture of the screen.
  case saveScreenshot
  /// Start recording the events, or stop.
  case toggleRecording
  /// Write a text to a file whose name begins with `kind`.
  case write(String, kind: String, suffix: String)
  /// Put a text into the clipboard.
  case copy(String)
  /// Switch the mouse.
  case setMouse(Bool)
  /// Send the whole screen again.
  case repaint
  /// Stop until `fg`.
  case suspend
  /// Use the theme of this name.
  case useTheme(String)
  /// Change the replay.
  case control(ReplayWish)
  /// Ring the bell and notify with this sentence.
  case ring(String)
  /// Title the window.
  case title(String)
}

/// How a screen came to its end.
package enum DashboardEnding: Hashable, Sendable {
  /// The person has seen enough.
  case quit
  /// The screen closes, the node in this process goes on.
  case leaveNodeRunning
  /// The screen closes and the node in this process shall stop.
  case stopNode
  /// A signal, or the terminal is gone.
  case forced(EndReason)
}

/// The screen as a value: keys and events in, effects and cells out.
package struct DashboardCore: Sendable {
  /// Milliseconds that a question waits before it counts as «no».
  static var questionMilliseconds: UInt64 { 10_000 }
  /// Milliseconds in which no answer counts: nobody reads a question in a shorter time, but the rest
  /// of a paste comes in it.
  static var readingMilliseconds: UInt64 { 300 }
  /// Milliseconds that a notice stays.
  static var noticeMilliseconds: UInt64 { 5_000 }
  /// Pictures of one series.
  static var seriesLength: Int { 10 }
  /// Characters of a filter.
  static var filterLimit: Int { 200 }
  /// Lines that the help can be moved by; it has fewer.
  static var helpLimit: Int { 2_000 }

  /// What lies over the page.
  enum Overlay: Hashable, Sendable {
    case question(Question, askedAt: UInt64)
    case quit(askedAt: UInt64)
    /// Stop the process, with the node in it, until `fg`.
    case suspend(askedAt: UInt64)
    case themes(selected: Int, before: String)
    case columns(selected: Int)
    /// Everything that a key can do, found by its words.
    case palette(Palette)
  }

  /// A short word to the person.
  struct Notice: Hashable, Sendable {
    let text: String
    let role: Role
    let endsAt: UInt64
  }

  /// What the person has asked for.
  package internal(set) var state: ViewState
  /// The nodes, with their past.
  package internal(set) var history = TimeMachine()
  /// Names of the themes, in the order of the list.
  package var themeNames: [String]
  /// The newest event, whose node and number lines of other code borrow.
  private var newest: TimedEvent?
  let ownsNode: Bool
  let ringsBell: Bool
  let presets: [String]
  /// The critical alarms that stand, so that each rings once.
  private var rung: Set<AlarmCall> = []
  /// The title of the window; `nil` until there is one, and when the terminal has lost it.
  var title: String?
  var now: UInt64 = 0
  var uptime: UInt64 = 0
  /// The nodes at the moment looked at, while frozen.
  var frozen: FleetStatus?
  var overlay: Overlay?
  var notice: Notice?
  var picturesLeft = 0
  var lastPictureSlot: UInt64?

  /// Creates a screen.
  ///
  /// - Parameters:
  ///   - state: What is shown first.
  ///   - themeNames: Names of the themes that can be chosen.
  ///   - ownsNode: Whether a node lives in this process, so that quitting must ask.
  ///   - ringsBell: Whether a critical alarm of a live node rings when it begins.
  ///   - presets: Filters that `tab` puts into the prompt.
  package init(
    state: ViewState, themeNames: [String], ownsNode: Bool,
    ringsBell: Bool = false, presets: [String] = []
  ) {
    self.presets = presets
    self.state = state
    self.themeNames = themeNames
    self.ownsNode = ownsNode
    self.ringsBell = ringsBell
  }

  /// Folds what a source gave and lets time pass.
  ///
  /// - Parameters:
  ///   - batch: Events and the time where they come from.
  ///   - replay: How far a recording is; `nil` for a live source.
  ///   - uptimeMilliseconds: A clock that never steps, for questions and notices.
  /// - Returns: What became due, such as the next picture of a series.
  package mutating func update(
    _ batch: EventBatch, replay: ViewState.Replay?, uptimeMilliseconds: UInt64
  ) -> [ScreenEffect] {
    let pages = frozen == nil ? Set([state.page, rowsPage]) : []
    let selected = pages.map { (page: $0, row: selectedRow(on: $0)) }
    for event in batch.events { history.update(event) }
    newest = batch.events.last ?? newest
    now = batch.nowMilliseconds
    // The clock of a recording that has ended stands still; nobody in it is silent.
    if replay == nil { history.advance(to: now) }
    for (page, row) in selected { if let row { select(row, on: page) } }
    state.replay = replay
    state.travel?.liveMilliseconds = now
    letTimePass(to: uptimeMilliseconds)
    return duePicture() + dueRing() + dueTitle()
  }

  /// Closes questions and notices whose time is over.
  package mutating func letTimePass(to uptimeMilliseconds: UInt64) {
    uptime = uptimeMilliseconds
    closeWhatIsOver()
  }

  /// Shows lines that other code printed as lines of the log.
  package mutating func log(_ lines: [String], limit: Int) {
    guard !lines.isEmpty else { return }
    let shown = lines.prefix(limit)
    let rest = lines.count - shown.count
    for line in shown + (rest > 0 ? ["\(rest) more lines"] : []) {
      log(.info, source: "stdio", line)
    }
  }

  /// Adds a line to the log that no node has told.
  mutating func log(_ level: LogLevel, source: String, _ message: String) {
    // Before a node has told anything there is no log to add it to.
    guard let newest else {
      return tell("\(source): \(message)", level == .info ? .text : .warning)
    }
    let sinceGenesis = now - min(history.live.genesisMilliseconds ?? now, now)
    let inSlot = sinceGenesis % EventStamp.slotMilliseconds
    history.update(
      TimedEvent(
        timeMilliseconds: now, slot: sinceGenesis / EventStamp.slotMilliseconds,
        interval: Int(inSlot / EventStamp.intervalMilliseconds),
        sequence: newest.sequence, node: newest.node,
        event: .node(.log(level, source: source, message: message))))
  }

  /// A file name that tells the kind and the moment, such as `screen-18421-750`.
  func fileName(_ kind: String) -> String {
    guard let genesis = shownFleet.genesisMilliseconds, shownMilliseconds >= genesis else {
      return "\(kind)-\(shownMilliseconds)"
    }
    let (slot, rest) = (shownMilliseconds - genesis)
      .quotientAndRemainder(dividingBy: EventStamp.slotMilliseconds)
    return "\(kind)-\(slot)-\(rest)"
  }

  /// Tells the person something for a few seconds.
  package mutating func tell(_ text: String, _ role: Role = .ok) {
    notice = Notice(text: text, role: role, endsAt: uptime + Self.noticeMilliseconds)
  }

  /// Notes the file that events are recorded to, `nil` when that has ended.
  package mutating func noteRecording(_ path: String?) {
    state.recordingPath = path
  }

  /// Notes that the terminal draws glyphs of one column over two, which would shift every row.
  package mutating func noteWideGlyphs() {
    state.isASCII = true
    tell(
      "this terminal draws some glyphs two columns wide: ASCII instead; \(state.keymap.name(.toggleASCII)) changes it",
      .warning)
  }

  /// Notes the theme in use.
  package mutating func noteTheme(_ name: String) {
    state.themeName = name
  }

  /// The nodes at the moment that is shown.
  package var shownFleet: FleetStatus { frozen ?? history.live }

  /// The moment that is shown, in milliseconds since 1970.
  package var shownMilliseconds: UInt64 { state.travel?.shownMilliseconds ?? now }

  /// The page whose rows keys act on: the one that is shown, or that of a focused summary.
  var rowsPage: Page { shownFleet.rowsPage(of: state) ?? state.page }

  /// What is asked for, with the page whose rows keys act on.
  var rowsState: ViewState { showing(rowsPage) }

  /// The selected row of those that keys act on.
  var selection: Int { state.selections[rowsPage] ?? 0 }

  private func showing(_ page: Page) -> ViewState {
    var state = state
    state.page = page
    return state
  }

  /// The name of a page's selected row; `nil` for the first, which stays the first.
  func selectedRow(on page: Page) -> String? {
    guard state.selections[page] ?? 0 > 0 else { return nil }
    return shownFleet.rowName(showing(page), at: shownMilliseconds)
  }

  /// Selects a page's row of a name, wherever it has gone to.
  mutating func select(_ name: String, on page: Page) {
    if let row = shownFleet.row(named: name, showing(page), at: shownMilliseconds) {
      state.selections[page] = row
    }
  }

  /// Notes the extent of the screen, which decides what is where.
  package mutating func noteSize(_ size: Size) {
    state.size = size
  }

  /// Draws the whole screen, for tests with a count of the words that are written over.
  package func draw(_ size: Size, _ theme: Theme, countsOverwriting: Bool = false) -> Grid {
    var grid = Grid(size, theme[.text])
    if countsOverwriting { grid.countOverwriting() }
    shownFleet.draw(state, at: shownMilliseconds, theme: theme, into: &grid)
    drawOverlays(theme, into: &grid)
    return state.isASCII ? grid.asciiOnly() : grid
  }

  private mutating func closeWhatIsOver() {
    switch overlay {
    case .question(_, let askedAt), .quit(let askedAt), .suspend(let askedAt):
      if uptime >= askedAt + Self.questionMilliseconds { overlay = nil }
    case .themes, .columns, .palette, nil: break
    }
    if let notice, uptime >= notice.endsAt { self.notice = nil }
  }

  /// The gravest alarm, for who sees the window's title alone.
  private mutating func dueTitle() -> [ScreenEffect] {
    let calls = history.live.calls
    let worst = calls.first { $0.level == .critical } ?? calls.first
    let words = worst.map { call in
      "\(call.level == .critical ? "CRIT" : "WARN") \(history.live.text(of: call))"
        + (calls.count > 1 ? " (+\(calls.count - 1))" : "")
    }
    // Nothing good is said of what was not told.
    let isWell =
      !history.live.nodes.isEmpty
      && history.live.nodes.allSatisfy { $0.isJustifying == true && $0.stopped == nil }
    let next = "swiftlet: " + (words ?? (isWell ? "all is well" : "no alarm yet"))
    guard next != title else { return [] }
    title = next
    return [.title(next)]
  }

  private mutating func dueRing() -> [ScreenEffect] {
    guard ringsBell, state.replay == nil else { return [] }
    let calls = history.live.calls.filter { $0.level == .critical }
    let new = calls.first { !rung.contains($0) }
    rung = Set(calls)
    return new.map { [.ring(history.live.text(of: $0))] } ?? []
  }

  mutating func duePicture() -> [ScreenEffect] {
    guard picturesLeft > 0, let genesis = history.live.genesisMilliseconds, now >= genesis else {
      return []
    }
    let slot = (now - genesis) / EventStamp.slotMilliseconds
    guard slot != lastPictureSlot else { return [] }
    lastPictureSlot = slot
    picturesLeft -= 1
    return [.saveScreenshot]
  }
}
