internal import ChainEvents
internal import Dashboard
internal import NodeStatus
internal import Terminal
internal import Theme

extension DashboardCore {
  /// Does what a key of the table asks for.
  mutating func perform(_ command: Command) -> [ScreenEffect] {
    if command.concernsRows, !focusHas(command) { return [] }
    switch command {
    case .close where hasNothingToClose && frozen != nil: return travel(.goLive)
    case .show, .nextPanel, .previousPanel, .nextNode, .previousNode, .open, .close, .help, .zoom,
      .zoomIn, .zoomOut, .acknowledge, .resetCounters, .toggleASCII, .logLevel, .onlyMisses:
      changeView(command)
      return []
    case .filter, .clearFilter, .nextMatch, .previousMatch, .sort, .reverse:
      changeTable(command)
      return []
    case .up, .down, .left, .right, .pageUp, .pageDown, .newest, .last:
      move(command)
      return []
    case .first:
      move(command)
      return state.showsHelp || frozen == nil ? [] : travel(.goLive)
    case .freeze, .backSlot, .forwardSlot, .backInterval, .forwardInterval, .goLive:
      return travel(command)
    case .slower: return changeSpeed(0.5)
    case .faster: return changeSpeed(2)
    case .act(let action): return offer(action)
    case .quit: return quit()
    case .screenshot, .screenshotSeries, .record, .writeLog, .exportTable, .copy:
      return keep(command)
    case .columns:
      // A summary of rows on another page has no columns to see.
      if rowsPage != state.page { changeView(.show(rowsPage)) }
      overlay = .columns(selected: 0)
      return []
    case .nextTheme: return nextTheme()
    case .chooseTheme:
      let selected = themeNames.firstIndex(of: state.themeName) ?? 0
      overlay = .themes(selected: selected, before: state.themeName)
      return []
    case .palette:
      overlay = .palette(Palette())
      return []
    case .toggleMouse:
      state.isMouseOn.toggle()
      tell(state.isMouseOn ? "mouse on; shift selects text" : "mouse off")
      return [.setMouse(state.isMouseOn)]
    case .repaint: return [.repaint]
    case .suspend: return suspend()
    }
  }

  /// Whether the focused panel has rows or lines for a key; what is opened of a summary is its page,
  /// at the row that is selected there.
  private mutating func focusHas(_ command: Command) -> Bool {
    guard state.focusedPanel > 0, !state.showsHelp, !state.isOpen else { return true }
    let extent = shownFleet.extent(of: state)
    if command == .open, let page = extent.focusedPage {
      changeView(.show(page))
      return false
    }
    if extent.rowsPage != nil || extent.scroll != nil { return true }
    let way = extent.focusedPage.map { _ in "; \(state.keymap.name(.open)) opens its page" }
    tell("this panel has no rows" + (way ?? ""), .dim)
    return false
  }

  private var hasNothingToClose: Bool {
    !state.showsHelp && !state.isOpen && !state.isZoomed && filter.isEmpty
  }

  private mutating func changeView(_ command: Command) {
    state.scroll = 0
    switch command {
    case .show(let page):
      if state.page != page { state.focusedPanel = 0 }
      state.page = page
      state.showsHelp = false
      state.isOpen = false
      state.isZoomed = false
    case .nextPanel, .previousPanel:
      let panels = max(shownFleet.extent(of: state).panels, 1)
      let step = command == .nextPanel ? 1 : panels - 1
      state.focusedPanel = (min(state.focusedPanel, panels - 1) + step) % panels
    case .nextNode: state.node += 1
    case .previousNode: state.node -= 1
    case .open: state.isOpen = !state.showsHelp
    case .close: closeInnermost()
    case .help:
      state.showsHelp.toggle()
      state.helpLine = 0
      state.helpFilter = ""
    case .zoom: state.isZoomed.toggle()
    case .zoomIn, .zoomOut:
      let step = command == .zoomIn ? 1 : -1
      state.timeScale =
        ViewState.TimeScale(rawValue: state.timeScale.rawValue + step) ?? state.timeScale
    case .acknowledge:
      acknowledge()
    case .resetCounters:
      state.countersSinceMilliseconds = shownMilliseconds
      tell("counting from here; the metrics stay")
    case .toggleASCII: state.isASCII.toggle()
    case .logLevel:
      state.logLevel = (state.logLevel + 1) % ViewState.logLevels.count
      tell("log lines: \(ViewState.logLevels[state.logLevel].words)")
    case .onlyMisses:
      state.showsOnlyMisses.toggle()
      state.selections[.prebuild] = 0
    default: break
    }
  }

  /// Remembers the alarms of the node that is looked at as seen, and forgets those that have ended.
  private mutating func acknowledge() {
    let calls = shownFleet.calls
    let name = shownFleet.nodeName(state)
    state.acknowledged = state.acknowledged.filter { seen in
      calls.contains { ($0.node, $0.kind, $0.since) == (seen.node, seen.kind, seen.since) }
    }.union(calls.filter { $0.node == name })
    tell(
      "alarms of \(name ?? "this node") acknowledged; \(state.keymap.name(.show(.alarms))) tells them whole"
    )
  }

  /// Escape takes away one thing at a time, the innermost first.
  private mutating func closeInnermost() {
    if state.showsHelp, !state.helpFilter.isEmpty {
      state.helpFilter = ""
      state.helpLine = 0
    } else if state.showsHelp {
      state.showsHelp = false
    } else if state.isOpen {
      state.isOpen = false
    } else if state.isZoomed {
      state.isZoomed = false
    } else {
      filter = ""
    }
  }

  /// Moves the lines of the focused or open panel; answers whether that was all.
  ///
  /// Of an open slot the single steps go to other slots.
  private mutating func scroll(_ command: Command, _ extent: PageExtent) -> Bool {
    guard let scroll = extent.scroll, !state.showsHelp else { return false }
    let step: Int
    switch command {
    case .pageUp: step = -scroll.page
    case .pageDown: step = scroll.page
    case .up where !state.isOpen: step = -1
    case .down where !state.isOpen: step = 1
    case .first where !state.isOpen: step = -scroll.limit
    case .newest where !state.isOpen, .last where !state.isOpen: step = scroll.limit
    default: return false
    }
    state.scroll = min(max(min(state.scroll, scroll.limit) + step, 0), scroll.limit)
    return true
  }

  /// Moves the selection, or the help where it is longer than the screen.
  mutating func move(_ command: Command) {
    if rowsPage == .chain, !state.showsHelp, command == .left || command == .right {
      state.isFolded = command == .left
      return
    }
    let extent = shownFleet.extent(of: state)
    if scroll(command, extent) { return }
    state.scroll = 0
    let page = state.showsHelp ? 10 : max(1, extent.room - 1)
    let isUpward = extent.isBottomUp && !state.showsHelp
    let down = isUpward ? -1 : 1
    let step: Int
    switch command {
    case .up: step = -down
    case .down: step = down
    case .pageUp: step = -down * page
    case .pageDown: step = down * page
    case .left: step = 1
    case .right: step = -1
    case .first: step = -max(extent.rows, state.helpLine)
    case .newest where extent.isNewestFirst && !state.showsHelp: step = -extent.rows
    default: step = extent.rows
    }
    if state.showsHelp {
      state.helpLine = min(max(state.helpLine + step, 0), Self.helpLimit)
      return
    }
    select(row: command == .last ? extent.landmark ?? selection + step : selection + step, extent)
  }

  /// Rows that stay in sight on either side of the selected one.
  private static var margin: Int { 2 }

  /// Selects a row; what is in sight moves no further than it has to.
  mutating func select(row: Int, _ extent: PageExtent) {
    guard let page = extent.rowsPage else { return }
    let row = min(max(row, 0), max(extent.rows - 1, 0))
    let margin = min(Self.margin, max(0, extent.room - 1) / 2)
    let place = (state.places[page] ?? 0) + row - selection
    state.places[page] = min(max(place, margin), max(margin, extent.room - 1 - margin))
    state.selections[page] = row
  }

  private mutating func changeSpeed(_ factor: Double) -> [ScreenEffect] {
    guard state.replay != nil else {
      tell("only a replay has a speed", .warning)
      return []
    }
    return [.control(.speed(factor))]
  }

  private mutating func offer(_ command: ActionCommand) -> [ScreenEffect] {
    if let reason = reasonNotToAct {
      tell(reason, .warning)
      return []
    }
    switch history.live.offer(command, state, at: now) {
    case .ask(let question):
      overlay = .question(question, askedAt: uptime)
    case .refuse(let reason): tell(reason, .warning)
    }
    return []
  }

  /// Why no action is possible here; `nil` where one is.
  private var reasonNotToAct: String? {
    if state.replay != nil { return "this is a recording: nothing in it can be changed" }
    if state.isReadOnly { return "read-only: actions are switched off" }
    return frozen == nil
      ? nil : "this is the past: actions need the present (\(state.keymap.name(.goLive)))"
  }

  private mutating func quit() -> [ScreenEffect] {
    guard ownsNode else { return [.end(.quit)] }
    overlay = .quit(askedAt: uptime)
    return []
  }

  mutating func suspend() -> [ScreenEffect] {
    guard ownsNode else { return [.suspend] }
    overlay = .suspend(askedAt: uptime)
    return []
  }

  /// Tells how long the process did not run; its nodes tell it as an event.
  package mutating func noteSuspension(milliseconds: UInt64) {
    title = nil
    let words = "this process was stopped for \((milliseconds + 500) / 1_000) s"
    tell(ownsNode ? "\(words): its duties in that time are lost" : words, .warning)
  }

  /// Saves or copies something.
  private mutating func keep(_ command: Command) -> [ScreenEffect] {
    switch command {
    case .screenshotSeries:
      picturesLeft = Self.seriesLength
      lastPictureSlot = nil
      tell("a screenshot of each of the next \(Self.seriesLength) slots")
      return duePicture()
    case .record: return [.toggleRecording]
    case .writeLog: return [.write(shownFleet.logText(state), kind: "log", suffix: ".txt")]
    case .exportTable:
      guard let text = shownFleet.tableText(rowsState, at: shownMilliseconds) else {
        tell("nothing here to export", .warning)
        return []
      }
      return [.write(text, kind: rowsPage.rawValue, suffix: ".csv")]
    case .copy:
      guard let text = shownFleet.copyText(rowsState) else {
        tell("nothing here to copy", .warning)
        return []
      }
      return [.copy(text)]
    default: return [.saveScreenshot]
    }
  }

  private func nextTheme() -> [ScreenEffect] {
    guard !themeNames.isEmpty else { return [] }
    let index = themeNames.firstIndex(of: state.themeName) ?? -1
    return [.useTheme(themeNames[(index + 1) % themeNames.count])]
  }
}

// Time travel.
extension DashboardCore {
  private mutating func travel(_ command: Command) -> [ScreenEffect] {
    let slot = Int(EventStamp.slotMilliseconds)
    let interval = Int(EventStamp.intervalMilliseconds)
    switch command {
    case .freeze:
      if frozen != nil {
        goLive()
      } else if isStopped {
        return [.control(.pause(false))]
      } else {
        show(now)
      }
    case .backSlot: show(shownMilliseconds, movedBy: -slot)
    case .backInterval: show(shownMilliseconds, movedBy: -interval)
    case .forwardSlot: return stepForward(slot)
    case .forwardInterval: return stepForward(interval)
    default: goLive()
    }
    return state.replay == nil ? [] : [.control(.pause(frozen != nil))]
  }

  /// Whether a replay stands still at the last moment that it has played.
  private var isStopped: Bool { frozen == nil && state.replay?.speed == 0 }

  /// Steps on; a replay plays the step, the present ends the journey.
  private mutating func stepForward(_ step: Int) -> [ScreenEffect] {
    guard frozen != nil || isStopped else {
      tell(
        "this is now; \(state.keymap.name(.backSlot)) and \(state.keymap.name(.backInterval)) go back",
        .warning)
      return []
    }
    let wanted = shownMilliseconds + UInt64(step)
    guard wanted >= now else {
      show(shownMilliseconds, movedBy: step)
      return []
    }
    guard state.replay != nil else {
      goLive()
      return []
    }
    state.travel = nil
    frozen = nil
    return [.control(.pause(false)), .control(.skip(to: wanted)), .control(.pause(true))]
  }

  private mutating func show(_ moment: UInt64, movedBy step: Int = 0) {
    let times = history.times ?? now...max(now, 1)
    let wanted = step < 0 ? moment - min(moment, UInt64(-step)) : moment + UInt64(step)
    let shown = min(max(wanted, times.lowerBound), max(now, times.lowerBound))
    state.travel = ViewState.Travel(shownMilliseconds: shown, liveMilliseconds: now)
    frozen = history.fleet(at: shown)
  }

  private mutating func goLive() {
    state.travel = nil
    frozen = nil
  }
}
