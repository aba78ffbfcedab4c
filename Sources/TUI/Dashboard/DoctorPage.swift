internal import NodeStatus
internal import Terminal

/// Why finality stands still.
struct DoctorPage: PageContent {
  let scene: Scene

  func panels(_ layout: PageLayout) -> [PageLayout.Placed] {
    let fleetHeight = min(scene.dashboard.nodes.count, 8) + 3
    return layout.rows(
      [
        (DoctorPanel(scene: scene), .share(1)), (FleetPanel(scene: scene), .cells(fleetHeight)),
        (LagPanel(scene: scene), .cells(7)),
      ], dropBelow: 28)
  }
}
