internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// How much a screen can hold.
enum ScreenClass: Int, Comparable {
  /// A line or two.
  case line
  /// A list of states.
  case list
  /// From 40x10: pages whose overview has no frames.
  case compact
  /// From 72x20.
  case small
  /// From 110x34.
  case normal
  /// From 180x44.
  case wide

  init(_ size: Size) {
    switch (size.columns, size.rows) {
    case (180..., 44...): self = .wide
    case (110..., 34...): self = .normal
    case (72..., 20...): self = .small
    case (40..., 10...): self = .compact
    case (20..., 4...): self = .list
    default: self = .line
    }
  }

  static func < (left: ScreenClass, right: ScreenClass) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// Where the panels of a page stand.
struct PageLayout {
  typealias Placed = (panel: any Panel, rect: Rect)

  /// Rows of the header above every page.
  static let headerRows = 2

  let scene: Scene
  let screen: ScreenClass
  /// The rectangle between header and footer.
  let body: Rect

  init(scene: Scene, size: Size) {
    self.scene = scene
    screen = ScreenClass(size)
    body = Rect(
      column: 0, row: Self.headerRows, width: size.columns,
      height: size.rows - Self.headerRows - 1)
  }

  /// The panels of the page that have room, in the order of the focus.
  var panels: [Placed] {
    let page = scene.page
    let all = (scene.state.isOpen ? page.opened(self) : nil) ?? page.panels(self)
    return all.filter { !$0.rect.isEmpty }
  }

  /// Those in sight: all, or one alone.
  func shown(of panels: [Placed]) -> [Placed] {
    guard scene.state.isZoomed, let alone = scene.state.isOpen ? panels.last : focused(of: panels)
    else { return panels }
    return [(panel: alone.panel, rect: body)]
  }

  /// The panel that has the focus.
  func focused(of panels: [Placed]) -> Placed? {
    panels.isEmpty ? nil : panels[min(max(scene.state.focusedPanel, 0), panels.count - 1)]
  }

  /// The page whose rows keys act on; `nil` where the focused panel has none.
  func rowsPage(of panels: [Placed]) -> Page? {
    let state = scene.state
    guard !state.isOpen, !state.showsHelp, let focused = focused(of: panels) else {
      return state.page
    }
    return focused.panel.rows
  }

  /// The panel whose lines keys move: the one that is open, or the focused one where that has no rows
  /// of a page.
  func scrolledIndex(of panels: [Placed]) -> Int? {
    let state = scene.state
    guard !panels.isEmpty else { return nil }
    if state.isZoomed { return 0 }
    if state.isOpen {
      return panels.firstIndex { $0.panel.height(width: $0.panel.body(of: $0.rect).width) > 0 }
    }
    let focused = min(max(state.focusedPanel, 0), panels.count - 1)
    return focused > 0 || !state.page.hasRows ? focused : nil
  }

  /// A slot with its story, which comes first where height is short.
  var slotStory: [Placed] {
    guard body.height >= 16 else { return [(AutopsyPanel(scene: scene), body)] }
    let timeline = TimelinePanel(scene: scene)
    let parts = body.splitRows([
      .cells(timeline.rows(of: screen >= .normal ? 16 : 12)), .share(1),
    ])
    return [(timeline, parts[0]), (AutopsyPanel(scene: scene), parts[1])]
  }

  /// Panels below each other; the later ones are left out where height is short.
  func rows(_ parts: [(any Panel, Length)], dropBelow height: Int) -> [Placed] {
    let kept =
      body.height >= height ? parts : Array(parts.prefix(body.height * 2 >= height ? 2 : 1))
    return Array(zip(kept.map(\.0), body.splitRows(kept.map(\.1)))).map {
      (panel: $0.0, rect: $0.1)
    }
  }

  /// Panels beside each other.
  func columns(_ parts: [(any Panel, Length)], in rect: Rect) -> [Placed] {
    Array(zip(parts.map(\.0), rect.splitColumns(parts.map(\.1)))).map { (panel: $0.0, rect: $0.1) }
  }
}
