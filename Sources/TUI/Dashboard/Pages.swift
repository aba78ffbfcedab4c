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

  /// The panels of the page in the order of the focus.
  var panels: [Placed] {
    let all = scene.state.isOpen ? opened ?? closed : closed
    let focused = scene.state.focusedPanel
    guard scene.state.isZoomed, all.indices.contains(focused) else { return all }
    return [(panel: all[focused].panel, rect: body)]
  }

  /// What `enter` opens: a slot with its story, a peer, a validator, an event.
  private var opened: [Placed]? {
    switch scene.state.page {
    case .overview, .prebuild, .chain:
      let parts = body.splitRows([.cells(screen >= .normal ? 16 : 12), .share(1)])
      return [(TimelinePanel(scene), parts[0]), (AutopsyPanel(scene), parts[1])]
    case .peers: return [(PeerPanel(scene), body)]
    case .validators: return [(ValidatorPanel(scene), body)]
    case .events: return [(EventPanel(scene), body)]
    case .doctor, .calendar: return nil
    }
  }

  private var closed: [Placed] {
    switch scene.state.page {
    case .overview: overview
    case .prebuild: prebuild
    case .chain:
      rows(
        [
          (ForkTreePanel(scene), .share(1)), (FinalityPanel(scene), .cells(12)),
          (BlockPanel(scene), .cells(7)),
        ], dropBelow: 30)
    case .peers:
      rows(
        [
          (PeersPanel(scene), .share(1)), (PeerPanel(scene), .cells(6)),
          (PeerNewsPanel(scene), .cells(7)),
        ], dropBelow: 24)
    case .validators: validators
    case .events:
      rows(
        [
          (EventsPanel(scene), .share(1)), (AlarmsPanel(scene), .cells(5)),
          (EventPanel(scene), .cells(9)),
        ], dropBelow: 26)
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
    let parts = body.splitRows([.cells(14), .cells(11), .atLeast(6)])
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
        [(ValidatorsPanel(scene), .share(1)), (AggregatorPanel(scene), .cells(9))], dropBelow: 24)
    }
    // As many rows as validators, so that the calendar has the rest.
    let rows = min(max(scene.node.validators.count + 3, 6), body.height / 3)
    let parts = body.splitRows([.cells(rows), .cells(13), .share(1)])
    return [(ValidatorsPanel(scene), parts[0])]
      + columns(
        [(SigningPanel(scene), .share(1)), (AggregatorPanel(scene), .share(1))], in: parts[1])
      + [(CalendarPanel(scene), parts[2])]
  }
}
