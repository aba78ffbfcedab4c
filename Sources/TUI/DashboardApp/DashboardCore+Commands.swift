internal import ChainEvents
internal import DashboardControls
internal import Terminal
internal import Theme

extension DashboardCore {
  /// Does what a key of the table asks for.
  mutating func perform(_ command: Command) -> [ScreenEffect] {
    switch command {
    case .show, .nextPanel, .previousPanel, .nextNode, .open, .close, .help, .zoom, .zoomIn,
      .zoomOut, .logLevel, .filter, .acknowledge, .resetCounters, .toggleASCII:
      changeView(command)
      return []
    case .up, .down, .left, .right, .pageUp, .pageDown, .first, .last, .nextMatch, .previousMatch:
      move(command)
      return []
    case .freeze, .backSlot, .forwardSlot, .backInterval, .forwardInterval, .goLive:
      return travel(command)
    case .slower: return state.replay == nil ? [] : [.control(.speed(0.5))]
    case .faster: return state.replay == nil ? [] : [.control(.speed(2))]
    case .act(let action): return offer(action)
    case .quit: return quit()
    case .screenshot: return [.saveScreenshot]
    case .screenshotSeries:
      picturesLeft = Self.seriesLength
      lastPictureSlot = nil
      tell("a screenshot of each of the next \(Self.seriesLength) slots")
      return duePicture()
    case .record: return [.toggleRecording]
    case .writeLog: return [.writeLog(shownModel.logText(state))]
    case .copy: return copy()
    case .nextTheme: return nextTheme()
    case .chooseTheme:
      let selected = themeNames.firstIndex(of: state.themeName) ?? 0
      overlay = .themes(selected: selected, before: state.themeName)
      return []
    case .toggleMouse:
      state.isMouseOn.toggle()
      return [.setMouse(state.isMouseOn)]
    case .repaint: return [.repaint]
    case .suspend: return [.suspend]
    }
  }

  private mutating func changeView(_ command: Command) {
    switch command {
    case .show(let page):
      if state.page != page { state.focusedPanel = 0 }
      state.page = page
      state.showsHelp = false
      state.isOpen = false
      state.isZoomed = false
    case .nextPanel, .previousPanel:
      let panels = max(shownModel.extent(of: state).panels, 1)
      let step = command == .nextPanel ? 1 : panels - 1
      state.focusedPanel = (state.focusedPanel + step) % panels
    case .nextNode: state.node += 1
    case .open: state.isOpen = true
    case .close: closeInnermost()
    case .help: state.showsHelp.toggle()
    case .zoom: state.isZoomed.toggle()
    case .zoomIn, .zoomOut:
      let step = command == .zoomIn ? 1 : -1
      state.timeScale =
        ViewState.TimeScale(rawValue: state.timeScale.rawValue + step) ?? state.timeScale
    case .logLevel: state.logLevel = (state.logLevel + 1) % 4
    case .filter: state.filter.isEditing = true
    case .acknowledge: state.acknowledgedMilliseconds = shownMilliseconds
    case .resetCounters:
      state.countersSinceMilliseconds = shownMilliseconds
      tell("counting from here; the metrics stay")
    case .toggleASCII: state.isASCII.toggle()
    default: break
    }
  }

  /// Escape takes away one thing at a time, the innermost first.
  private mutating func closeInnermost() {
    if state.showsHelp {
      state.showsHelp = false
    } else if state.isOpen {
      state.isOpen = false
    } else if state.isZoomed {
      state.isZoomed = false
    } else {
      state.filter = ViewState.Filter()
    }
  }

  private mutating func move(_ command: Command) {
    let rows = shownModel.extent(of: state).rows
    let page = 10
    let step =
      switch command {
      case .up, .right, .previousMatch: -1
      case .down, .left, .nextMatch: 1
      case .pageUp: -page
      case .pageDown: page
      case .first: -rows
      default: rows
      }
    let selection = min(max(state.selection + step, 0), max(rows - 1, 0))
    state.selections[state.page] = selection
  }

  private mutating func offer(_ command: ActionCommand) -> [ScreenEffect] {
    guard !state.isReadOnly else {
      tell("read-only: actions are switched off", .warning)
      return []
    }
    guard state.replay == nil, frozen == nil else {
      tell("this is the past: actions need the present (home)", .warning)
      return []
    }
    switch history.live.offer(command, state, at: now) {
    case .ask(let question):
      overlay = .question(question, closesAt: uptime + Self.questionMilliseconds)
    case .refuse(let reason): tell(reason, .warning)
    }
    return []
  }

  private mutating func quit() -> [ScreenEffect] {
    guard ownsNode else { return [.end(.quit)] }
    overlay = .quit(closesAt: uptime + Self.questionMilliseconds)
    return []
  }

  private mutating func copy() -> [ScreenEffect] {
    guard let text = shownModel.copyText(state) else {
      tell("nothing here to copy", .warning)
      return []
    }
    tell("copied \(text)")
    return [.copy(text)]
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
      if frozen == nil { show(now) } else { goLive() }
    case .backSlot: show(shownMilliseconds, movedBy: -slot)
    case .backInterval: show(shownMilliseconds, movedBy: -interval)
    case .forwardSlot: return stepForward(slot)
    case .forwardInterval: return stepForward(interval)
    default: goLive()
    }
    return state.replay == nil ? [] : [.control(.pause(frozen != nil))]
  }

  /// Steps on; a replay plays the step, the present ends the journey.
  private mutating func stepForward(_ step: Int) -> [ScreenEffect] {
    guard frozen != nil else { return [] }
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
    frozen = history.model(at: shown)
  }

  private mutating func goLive() {
    state.travel = nil
    frozen = nil
  }
}
