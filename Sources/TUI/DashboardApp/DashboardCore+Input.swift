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
    guard let command = Keymap.command(for: key, on: state.page) else {
      let pages = Keymap.pages(of: key).map(\.rawValue).joined(separator: ", ")
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
      tell("pasted text does nothing here; / opens a prompt", .dim)
    }
    return []
  }

  private mutating func handle(_ mouse: MouseEvent) -> [ScreenEffect] {
    guard overlay == nil, state.isMouseOn else { return [] }
    switch mouse.button {
    case .press: return click(column: mouse.column, row: mouse.row)
    case .wheelUp: return perform(.up)
    case .wheelDown: return perform(.down)
    }
  }

  /// Does what a key would do for the thing below the pointer.
  private mutating func click(column: Int, row: Int) -> [ScreenEffect] {
    guard
      let target = shownModel.target(column: column, row: row, state, at: shownMilliseconds)
    else { return [] }
    switch target {
    case .command(let command): return perform(command)
    case .row(let row):
      if state.selection == row { state.isOpen = true }
      state.selections[state.page] = row
    case .opening(let row):
      state.selections[state.page] = row
      state.isOpen = true
    case .panel(let panel): state.focusedPanel = panel
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
    }
  }

  /// Closes a question with any key, but for a character that comes before anybody can have read it.
  private mutating func closesQuestion(_ askedAt: UInt64, with key: Key) -> Bool {
    if case .character = key, uptime < askedAt + Self.readingMilliseconds { return false }
    overlay = nil
    return true
  }

  private mutating func chooseTheme(
    with key: Key, selected: Int, before: String
  ) -> [ScreenEffect] {
    let last = themeNames.count - 1
    switch key {
    case .enter:
      overlay = nil
      return []
    case .up, .character("k"), .down, .character("j"):
      let step = key == .up || key == .character("k") ? -1 : 1
      let next = min(max(selected + step, 0), last)
      overlay = .themes(selected: next, before: before)
      return [.useTheme(themeNames[next])]
    case .control("z"): return suspend()
    default:
      overlay = nil
      return [.useTheme(before)]
    }
  }
}
