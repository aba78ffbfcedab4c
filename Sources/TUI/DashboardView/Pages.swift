internal import ChainEvents
internal import Dashboard
internal import DashboardControls
internal import Terminal
internal import Theme

/// How much a screen can hold.
enum ScreenClass: Int, Comparable {
  /// A line or two.
  case line
  /// A list of states.
  case list
  /// From 80x24.
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

  let scene: Scene
  let screen: ScreenClass
  /// The rectangle between header and footer.
  let body: Rect

  /// The panels of the page in the order of the focus.
  var panels: [Placed] {
    switch scene.state.page {
    case .overview: overview
    case .prebuild: prebuild
    case .chain:
      rows(
        [
          (ForkTreePanel(scene), .share(1)), (FinalityPanel(scene), .cells(8)),
          (BlockPanel(scene), .cells(7)),
        ], dropBelow: 30)
    case .peers:
      rows(
        [
          (PeersPanel(scene), .share(1)), (PeerPanel(scene), .cells(5)),
          (PeerNewsPanel(scene), .cells(8)),
        ], dropBelow: 24)
    case .validators: validators
    case .events:
      rows([(EventsPanel(scene), .share(1)), (EventPanel(scene), .cells(8))], dropBelow: 16)
    case .doctor:
      rows(
        [
          (DoctorPanel(scene), .share(1)), (FleetPanel(scene), .cells(fleetHeight)),
          (LagPanel(scene), .cells(7)),
        ], dropBelow: 28)
    case .calendar:
      rows([(CalendarPanel(scene), .share(1)), (ValidatorsPanel(scene), .cells(9))], dropBelow: 24)
    }
  }

  private var fleetHeight: Int { min(scene.dashboard.nodes.count, 8) + 3 }

  /// Panels below each other; the later ones are left out where height is short.
  private func rows(_ parts: [(any Panel, Length)], dropBelow height: Int) -> [Placed] {
    let kept =
      body.height >= height ? parts : Array(parts.prefix(body.height * 2 >= height ? 2 : 1))
    return Array(zip(kept.map(\.0), body.splitRows(kept.map(\.1)))).map {
      (panel: $0.0, rect: $0.1)
    }
  }

  private func columns(_ parts: [(any Panel, Length)], in rect: Rect) -> [Placed] {
    Array(zip(parts.map(\.0), rect.splitColumns(parts.map(\.1)))).map { (panel: $0.0, rect: $0.1) }
  }

  // MARK: - Overview

  private var overview: [Placed] {
    if scene.state.isOpen {
      let parts = body.splitRows([.cells(screen >= .normal ? 16 : 12), .share(1)])
      return [(TimelinePanel(scene), parts[0]), (AutopsyPanel(scene), parts[1])]
    }
    switch screen {
    case .wide: return wideOverview
    case .normal:
      let parts = body.splitRows([.cells(16), .cells(7), .cells(6), .atLeast(3)])
      return [(TimelinePanel(scene), parts[0])]
        + columns(
          [
            (CountersPanel(scene), .share(1)), (LagPanel(scene), .share(1)),
            (NodePanel(scene), .share(1)),
          ],
          in: parts[1])
        + columns(
          [
            (ChainTailPanel(scene), .share(2)), (PeersSummaryPanel(scene), .share(1)),
            (ValidatorsSummaryPanel(scene), .share(1)),
          ],
          in: parts[2])
        + [(EventsPanel(scene), parts[3])]
    case .small, .list, .line:
      let parts = body.splitRows([.cells(12), .cells(5), .atLeast(3)])
      return [(TimelinePanel(scene), parts[0])]
        + columns([(CountersPanel(scene), .share(1)), (LagPanel(scene), .share(1))], in: parts[1])
        + [(EventsPanel(scene), parts[2])]
    }
  }

  private var wideOverview: [Placed] {
    let sides = body.splitColumns([.share(2), .share(1)])
    let left = sides[0].splitRows([.cells(25), .cells(8), .atLeast(6)])
    let right = sides[1].splitRows([.cells(10), .cells(9), .atLeast(8), .cells(8), .cells(7)])
    return [(TimelinePanel(scene), left[0])]
      + columns([(CountersPanel(scene), .share(1)), (LagPanel(scene), .share(1))], in: left[1])
      + [
        (NodePanel(scene), right[0]), (DurationsPanel(scene), right[1]),
        (ChainTailPanel(scene), right[2]), (PeersSummaryPanel(scene), right[3]),
        (ValidatorsSummaryPanel(scene), right[4]), (EventsPanel(scene), left[2]),
      ]
  }

  // MARK: - Proposals and validators

  private var prebuild: [Placed] {
    guard screen >= .normal else {
      return rows(
        [
          (PipelinePanel(scene), .cells(9)), (OwnSlotsPanel(scene), .share(1)),
          (CountersPanel(scene), .cells(5)),
        ], dropBelow: 20)
    }
    let parts = body.splitRows([.cells(13), .cells(11), .atLeast(6)])
    return [(PipelinePanel(scene), parts[0])]
      + columns(
        [
          (CountersPanel(scene), .share(1)), (LeadPanel(scene), .share(1)),
          (ReasonsPanel(scene), .share(1)),
        ], in: parts[1]) + [(OwnSlotsPanel(scene), parts[2])]
  }

  private var validators: [Placed] {
    guard screen >= .normal else {
      return rows(
        [(ValidatorsPanel(scene), .share(1)), (AggregatorPanel(scene), .cells(9))], dropBelow: 12)
    }
    let parts = body.splitRows([.atLeast(8), .cells(13), .atLeast(6)])
    return [(ValidatorsPanel(scene), parts[0])]
      + columns(
        [(SigningPanel(scene), .share(1)), (AggregatorPanel(scene), .share(1))], in: parts[1])
      + [(CalendarPanel(scene), parts[2])]
  }
}

/// The selected event, whole.
struct EventPanel: Panel {
  let scene: Scene
  private let event: TimedEvent?

  init(_ scene: Scene) {
    self.scene = scene
    event =
      scene.node.log.newest(
        1, skipping: scene.selection, EventFilter(scene.state.eventFilterText)
      ).last
  }

  var title: String { event.map { "event \($0.sequence): \($0.event.name)" } ?? "event" }

  func drawBody(in body: Rect, into grid: inout Grid) {
    guard let event else { return }
    grid.put(event.sentence, at: body.column, body.row, scene.theme[event.severity.role])
    let characters = Array(event.line)
    let width = max(1, body.width)
    for offset in 0..<max(0, body.height - 1) where offset * width < characters.count {
      let end = min(characters.count, (offset + 1) * width)
      grid.put(
        String(characters[offset * width..<end]), at: body.column, body.row + 1 + offset,
        scene.theme[.dim])
    }
  }
}
