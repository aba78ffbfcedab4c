internal import NodeStatus
internal import Terminal

/// Our validators, keys and the aggregator.
struct ValidatorsPage: TablePage {
  static let page = Page.validators
  static let isSortable = true
  static let fields = ["index", "next", "left", "attested", "missed", "proposed", "lost"]

  static let columns = ValidatorsPanel.columns

  let scene: Scene

  func panels(_ layout: PageLayout) -> [PageLayout.Placed] {
    // As many rows as validators, so that what stands below has the rest.
    let wanted = max(scene.node.validators.count + 3, 6)
    guard layout.screen >= .normal else {
      let height = layout.body.height
      let rows = height >= 16 ? min(wanted, height / 2) : height
      return layout.rows(
        [
          (ValidatorsPanel(scene: scene), .cells(rows)), (AggregatorPanel(scene: scene), .share(1)),
        ],
        dropBelow: 16)
    }
    let rows = min(wanted, layout.body.height / 3)
    let workers = scene.node.workers.count
    let parts = layout.body.splitRows([
      .cells(rows), .cells(13), .cells(workers > 0 ? workers + 3 : 0), .share(1),
    ])
    return [(ValidatorsPanel(scene: scene), parts[0])]
      + layout.columns(
        [(SigningPanel(scene: scene), .share(1)), (AggregatorPanel(scene: scene), .share(1))],
        in: parts[1])
      + (workers > 0 ? [(WorkersPanel(scene: scene), parts[2])] : [])
      + [(CalendarPanel(scene: scene), parts[3])]
  }

  func opened(_ layout: PageLayout) -> [PageLayout.Placed]? {
    [(ValidatorPanel(scene: scene), layout.body)]
  }

  var isNewestFirst: Bool { false }
  var elements: [OwnValidator] { scene.node.validators }

  func tableRow(_ validator: OwnValidator) -> TableRow {
    TableRow(
      "v\(validator.index)", ValidatorsPage.fields,
      [
        .init(validator.index), .init(scene.nextProposal(of: validator.index)),
        .init(validator.leavesLeft(after: scene.slot)), .init(validator.attested),
        .init(validator.unattested), .init(validator.proposed), .init(validator.unproposed),
      ], aliases: "v\(validator.index)")
  }
}

extension Scene {
  /// The next slot of a validator's proposal.
  func nextProposal(of validator: UInt64) -> UInt64? {
    guard let count = node.validatorCount, validator < count else { return nil }
    return slot + 1 + (validator + count - (slot + 1) % count) % count
  }
}
