internal import ChainEvents
internal import NodeStatus
internal import Terminal

/// Who we talk to.
struct PeersPage: TablePage {
  static let page = Page.peers
  static let isSortable = true
  static let fields = [
    "peer", "client", "dir", "rtt", "head", "lag", "finalized", "score", "refused",
  ]

  static let columns = PeersPanel.columns

  let scene: Scene

  func panels(_ layout: PageLayout) -> [PageLayout.Placed] {
    layout.rows(
      [
        (PeersPanel(scene: scene), .share(1)), (PeerPanel(scene: scene), .cells(6)),
        (PeerNewsPanel(scene: scene), .cells(7)),
      ], dropBelow: 24)
  }

  func opened(_ layout: PageLayout) -> [PageLayout.Placed]? {
    [(PeerPanel(scene: scene), layout.body)]
  }

  var isNewestFirst: Bool { false }
  var elements: [KnownPeer] { scene.node.peers.peers }
  var copyText: String? { selected?.peer }

  func tableRow(_ peer: KnownPeer) -> TableRow {
    let status = peer.status
    return TableRow(
      peer.peer, PeersPage.fields,
      [
        .text(peer.peer), .text(peer.client ?? ""),
        peer.direction.map { .text($0 == .inbound ? "in" : "out") } ?? .none,
        .init(status?.roundTripMilliseconds), .init(status?.headSlot), .init(scene.lag(of: peer)),
        .init(status?.finalizedSlot),
        status?.scoreThousandths.map { .number(Double($0) / 1000) } ?? .none, .init(peer.rejected),
      ], aliases: peer.address ?? "")
  }
}

extension Scene {
  /// How far a peer's head is behind the wall; `nil` until it has announced one.
  func lag(of peer: KnownPeer) -> UInt64? {
    peer.status.map { slot > $0.headSlot ? slot - $0.headSlot : 0 }
  }
}
