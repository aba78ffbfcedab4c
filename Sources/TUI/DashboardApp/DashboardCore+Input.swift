internal import Dashboard
package import Terminal
internal import Theme

extension DashboardCore {
  /// Takes one input and decides what it means on this screen.
  package mutating func handle(_ event: InputEvent) -> [ScreenEffect] {
    switch event {
    case .key(let key): handle(key)
    case .mouse(let mouse): handle(mouse)
    case .paste(let text): paste(text)
    case .answer, .resized: []
    case .ended(let reason): [.end(.forced(reason))]
    }
  }

  private mutating func handle(_ key: Key) -> [ScreenEffect] {
    if let overlay { return answer(overlay, with: key) }
    if state.isTyping, key != .control("c"), key != .control("z") {
      edit(with: key)
      return []
    }
    guard let command = state.keymap.command(for: key, on: rowsPage) else {
      let pages = state.keymap.pages(of: key).map(\.rawValue).joined(separator: ", ")
      if !pages.isEmpty { tell("\(key.name) is for \(pages)", .dim) }
      return []
    }
    return perform(command)
  }

  /// Pasted text goes into a prompt or nowhere: as keys it would drive the node.
  private mutating func paste(_ text: String) -> [ScreenEffect] {
    if state.isTyping {
      for character in text { edit(with: .character(character)) }
    } else {
      tell("pasted text does nothing here; \(state.keymap.name(.filter)) opens a prompt", .dim)
    }
    return []
  }

  private mutating func handle(_ mouse: MouseEvent) -> [ScreenEffect] {
    guard overlay == nil, state.isMouseOn else { return [] }
    switch mouse.button {
    case .press: return click(column: mouse.column, row: mouse.row)
    case .wheelUp: return turnWheel(.up, mouse)
    case .wheelDown: return turnWheel(.down, mouse)
    }
  }

  /// Moves what is below the pointer.
  private mutating func turnWheel(_ command: Command, _ mouse: MouseEvent) -> [ScreenEffect] {
    let panel = shownFleet.panel(
      column: mouse.column, row: mouse.row, state, at: shownMilliseconds)
    if let panel, !state.isZoomed, !state.isOpen { focus(panel) }
    let isOpenText = state.isOpen && shownFleet.extent(of: state).scroll != nil
    return perform(isOpenText ? (command == .up ? .pageUp : .pageDown) : command)
  }

  private mutating func focus(_ panel: Int) {
    if state.focusedPanel != panel { state.scroll = 0 }
    state.focusedPanel = panel
  }

  /// Does what a key would do for the thing below the pointer.
  private mutating func click(column: Int, row: Int) -> [ScreenEffect] {
    guard
      let target = shownFleet.target(column: column, row: row, state, at: shownMilliseconds)
    else { return [] }
    switch target {
    case .command(let command): return perform(command)
    case .row(let row, let place, let panel):
      let before = (page: rowsPage, row: selection)
      focus(panel)
      state.selections[rowsPage] = row
      state.places[rowsPage] = place
      if before == (rowsPage, row) { return perform(.open) }
    case .opening(let row):
      state.selections[state.page] = row
      state.isOpen = true
    case .panel(let panel): focus(panel)
    case .node(let node): state.node = node
    }
    return []
  }

  private mutating func answer(_ overlay: Overlay, with key: Key) -> [ScreenEffect] {
    switch overlay {
    case .question(let question, let askedAt):
      guard closesQuestion(askedAt, with: key), key == .character("y") else { return [] }
      tell("asked: \(question.logName)", .accent)
      return [.act(question.order)]
    case .quit(let askedAt):
      guard closesQuestion(askedAt, with: key) else { return [] }
      switch key {
      case .character("y"), .control("c"): return [.end(.stopNode)]
      case .character("l"): return [.end(.leaveNodeRunning)]
      default: return []
      }
    case .suspend(let askedAt):
      guard closesQuestion(askedAt, with: key) else { return [] }
      return key == .character("y") ? [.suspend] : []
    case .themes(let selected, let before):
      return chooseTheme(with: key, selected: selected, before: before)
    case .columns(let selected):
      chooseColumns(with: key, selected: selected)
      return []
    case .palette(let palette):
      switch palette.answer(key, on: rowsPage, state.keymap) {
      case .stays(let palette): self.overlay = .palette(palette)
      case .closes: self.overlay = nil
      case .performs(let command):
        self.overlay = nil
        return perform(command)
      }
      return []
    }
  }

  /// Closes a question with any key, but for a character that comes before anybody can have read it.
  private mutating func closesQuestion(_ askedAt: UInt64, with key: Key) -> Bool {
    if case .character = key, uptime < askedAt + Self.readingMilliseconds { return false }
    overlay = nil
    return true
  }

  /// The row of a list that a key leads to; `nil` for a key that does not move.
  private static func row(_ key: Key, from selected: Int, of count: Int) -> Int? {
    switch key {
    case .up, .character("k"): count > 0 ? max(0, selected - 1) : nil
    case .down, .character("j"): count > 0 ? min(selected + 1, count - 1) : nil
    default: nil
    }
  }

  private mutating func chooseColumns(with key: Key, selected: Int) {
    let columns = state.page.optionalColumns
    if let next = Self.row(key, from: selected, of: columns.count) {
      overlay = .columns(selected: next)
    } else if key == .character(" "), columns.indices.contains(selected) {
      state.hiddenColumns[state.page, default: []].formSymmetricDifference([columns[selected]])
    } else {
      overlay = nil
    }
  }

  private mutating func chooseTheme(
    with key: Key, selected: Int, before: String
  ) -> [ScreenEffect] {
    if let next = Self.row(key, from: selected, of: themeNames.count) {
      overlay = .themes(selected: next, before: before)
      return [.useTheme(themeNames[next])]
    }
    switch key {
    case .enter:
      overlay = nil
      return []
    case .control("z"): return suspend()
    default:
      overlay = nil
      return [.useTheme(before)]
    }
  }
}
