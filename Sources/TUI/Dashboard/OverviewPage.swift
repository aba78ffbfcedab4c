internal import ChainEvents
internal import Hashing
internal import NodeStatus
internal import Terminal

/// Everything at a glance; its rows are the slots of the strip, counted back from the newest.
struct OverviewPage: PageContent {
  let scene: Scene

  func panels(_ layout: PageLayout) -> [PageLayout.Placed] {
    let body = layout.body
    switch layout.screen {
    case .wide: return widePanels(layout)
    case .normal:
      let timeline = TimelinePanel(scene: scene)
      let rows = timeline.rows(of: 16)
      // What the timeline does not need is for the chain and the events.
      let spare = max(3, body.height - rows - 10)
      let parts = body.splitRows([
        .cells(rows), .cells(7), .cells(min(6 + (16 - rows) / 2, spare)), .atLeast(3),
      ])
      return [(timeline, parts[0])]
        + layout.columns(
          [
            (CountersPanel(scene: scene), .share(1)), (LagPanel(scene: scene), .share(1)),
            (NodePanel(scene: scene), .share(1)),
          ],
          in: parts[1])
        + layout.columns(
          [
            (ChainTailPanel(scene: scene), .share(2)), (PeersSummaryPanel(scene: scene), .share(1)),
            (ValidatorsSummaryPanel(scene: scene), .share(1)),
          ],
          in: parts[2])
        + [(EventsPanel(scene: scene), parts[3])]
    case .compact where body.height < 20: return [(CompactPanel(scene: scene), body)]
    case .compact:
      let parts = body.splitRows([.cells(12), .cells(7), .atLeast(3)])
      return [
        (TimelinePanel(scene: scene), parts[0]), (LagPanel(scene: scene), parts[1]),
        (EventsPanel(scene: scene), parts[2]),
      ]
    case .small, .list, .line:
      let timeline = TimelinePanel(scene: scene)
      let parts = body.splitRows([.cells(timeline.rows(of: 12)), .cells(5), .atLeast(3)])
      return [(timeline, parts[0])]
        + layout.columns(
          [(CountersPanel(scene: scene), .share(1)), (LagPanel(scene: scene), .share(1))],
          in: parts[1])
        + [(EventsPanel(scene: scene), parts[2])]
    }
  }

  private func widePanels(_ layout: PageLayout) -> [PageLayout.Placed] {
    let sides = layout.body.splitColumns([.share(2), .share(1)])
    let timeline = TimelinePanel(scene: scene)
    let left = sides[0].splitRows([.cells(timeline.rows(of: 25)), .cells(8), .atLeast(6)])
    let right = sides[1].splitRows([.cells(10), .cells(9), .atLeast(8), .cells(8), .cells(7)])
    return [(timeline, left[0])]
      + layout.columns(
        [(CountersPanel(scene: scene), .share(1)), (LagPanel(scene: scene), .share(1))], in: left[1]
      )
      + [
        (NodePanel(scene: scene), right[0]), (DurationsPanel(scene: scene), right[1]),
        (ChainTailPanel(scene: scene), right[2]), (PeersSummaryPanel(scene: scene), right[3]),
        (ValidatorsSummaryPanel(scene: scene), right[4]), (EventsPanel(scene: scene), left[2]),
      ]
  }

  func opened(_ layout: PageLayout) -> [PageLayout.Placed]? { layout.slotStory }

  var rowCount: Int { scene.node.slots.slots.count }
  var shownSlot: UInt64 { scene.slot - min(scene.slot, UInt64(scene.selection(on: .overview))) }
  var selectedName: String? { "\(shownSlot)" }

  func row(named name: String) -> Int? {
    UInt64(name).flatMap { $0 <= scene.slot ? Int(clamping: scene.slot - $0) : nil }
  }

  var copyText: String? {
    scene.selection(on: .overview) > 0
      ? scene.node.slots[shownSlot]?.block?.root.description : scene.node.head?.root.description
  }

  /// The filter is for the log, the rows are slots.
  var matches: [Int] { [] }

  static func problem(inFilter text: String) -> String? {
    EventFilter.problem(in: text)?.description
  }
}
