internal import DashboardControls
public import Terminal
internal import Theme

extension DashboardCore {
  /// Takes one input and decides what it means on this screen.
  public mutating func handle(_ event: InputEvent) -> [ScreenEffect] {
    switch event {
    case .key(let key): handle(key)
    case .mouse(let mouse): handle(mouse)
    case .resized, .resumed: []
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
    case .question(let question, _):
      self.overlay = nil
      guard key == .character("y") else { return [] }
      tell("asked: \(question.logName)", .accent)
      return [.act(question.order)]
    case .quit:
      self.overlay = nil
      switch key {
      case .character("y"), .control("c"): return [.end(.stopNode)]
      case .character("l"): return [.end(.leaveNodeRunning)]
      default: return []
      }
    case .themes(let selected, let before):
      return chooseTheme(with: key, selected: selected, before: before)
    }
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
    case .control("z"): return [.suspend]
    default:
      overlay = nil
      return [.useTheme(before)]
    }
  }
}
