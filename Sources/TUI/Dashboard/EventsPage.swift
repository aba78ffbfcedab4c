internal import ChainEvents
internal import NodeStatus
internal import Terminal

/// The log of events, the newest at the bottom.
struct EventsPage: PageContent {
  let scene: Scene

  func panels(_ layout: PageLayout) -> [PageLayout.Placed] {
    layout.rows(
      [
        (EventsPanel(scene: scene), .share(1)), (EventPanel(scene: scene), .cells(9)),
      ], dropBelow: 26)
  }

  func opened(_ layout: PageLayout) -> [PageLayout.Placed]? {
    [(EventPanel(scene: scene), layout.body)]
  }

  private var filter: EventFilter { EventFilter(scene.state.eventFilterText) }

  private var selected: TimedEvent? {
    scene.node.log.newest(1, skipping: scene.selection(on: .events), filter).last
  }

  var rowCount: Int { scene.node.log.count(filter) }
  var isBottomUp: Bool { true }
  var selectedName: String? { selected.map { "\($0.sequence)" } }

  func row(named name: String) -> Int? {
    UInt64(name).map { scene.node.log.count(filter, after: $0) }
  }

  var copyText: String? { selected?.line }

  static func problem(inFilter text: String) -> String? {
    EventFilter.problem(in: text)?.description
  }
}
