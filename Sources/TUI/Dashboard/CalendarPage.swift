internal import Terminal

/// Our next duties.
struct CalendarPage: PageContent {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  func panels(_ layout: PageLayout) -> [PageLayout.Placed] {
    layout.rows(
      [(CalendarPanel(scene), .share(1)), (ValidatorsPanel(scene), .cells(9))], dropBelow: 24)
  }
}
