internal import ChainEvents
internal import Hashing
internal import NodeStatus
internal import Terminal

/// The life of our proposals, newest first.
struct ProposalsPage: TablePage {
  /// Own proposals that the table goes back to.
  static let limit = 256

  static let page = Page.prebuild
  static let isSortable = true
  static let fields = [
    "slot", "by", "parent", "prepared", "outcome", "reason", "build", "sign", "merge", "ready",
    "publish", "votes", "bytes", "refreshes",
  ]

  static let columns = OwnSlotsPanel.columns

  let scene: Scene

  func panels(_ layout: PageLayout) -> [PageLayout.Placed] {
    guard layout.body.height >= 10 else { return [(OwnSlotsPanel(scene: scene), layout.body)] }
    guard layout.screen >= .normal else {
      return layout.rows(
        [
          (PipelinePanel(scene: scene), .cells(9)), (OwnSlotsPanel(scene: scene), .share(1)),
          (CountersPanel(scene: scene), .cells(5)),
        ], dropBelow: 20)
    }
    let parts = layout.body.splitRows([.cells(14), .cells(11), .atLeast(6)])
    return [(PipelinePanel(scene: scene), parts[0])]
      + layout.columns(
        [
          (CountersPanel(scene: scene), .share(1)), (LeadPanel(scene: scene), .share(1)),
          (ReasonsPanel(scene: scene), .share(1)),
        ], in: parts[1]) + [(OwnSlotsPanel(scene: scene), parts[2])]
  }

  func opened(_ layout: PageLayout) -> [PageLayout.Placed]? { layout.slotStory }

  var elements: [ProposalRecord] {
    let newest = scene.node.proposals.newest(ProposalsPage.limit)
    return scene.state.showsOnlyMisses ? newest.filter { $0.outcome?.verdict != .hit } : newest
  }

  var shownSlot: UInt64 { scene.state.isOpen ? selected?.slot ?? scene.slot : scene.slot }
  var copyText: String? { (selected?.committedRoot ?? selected?.candidate?.root)?.description }

  func tableRow(_ proposal: ProposalRecord) -> TableRow {
    let record = scene.node.slots[proposal.slot]
    func time(_ lane: Lane) -> TableRow.Value { .init(lane.milliseconds(record, until: 4000)) }
    return TableRow(
      "\(proposal.slot)", ProposalsPage.fields,
      [
        .init(proposal.slot), .init(proposal.validator),
        .text(proposal.parent?.short ?? ""), .init(proposal.preparedAt),
        .text(proposal.outcome?.verdict.word ?? "running"), .text(proposal.reason),
        time(Lane.grouped[0]), time(Lane.grouped[1]), time(Lane.grouped[2]), .init(proposal.lead),
        .init(proposal.outcome?.publishOffset), .init(proposal.votes), .init(proposal.bytes),
        .init(proposal.refreshCount),
      ],
      aliases: (proposal.validator.map { "v\($0) " } ?? "") + (proposal.parent?.description ?? ""))
  }
}

extension ProposalRecord {
  /// Why it was no hit, in words; empty for a hit.
  var reason: String {
    switch outcome {
    case .fallback(let reason, _)?: reason.words
    case .forfeited(let reason)?: reason.words
    case .missed(let reason)?: reason.words
    case .late?: "late"
    case .hit?, nil: ""
    }
  }
}
