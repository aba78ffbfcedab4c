internal import ChainEvents
internal import Dashboard
internal import DashboardControls
internal import Terminal
internal import Theme

/// All peers.
struct PeersPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var page: Page? { .peers }
  var title: String { "peers \(scene.node.peers.peers.count)" }

  var note: [Span] {
    let peers = scene.node.peers.peers
    let inbound = peers.count { $0.direction == .inbound }
    return [scene.span("in \(inbound)  out \(peers.count - inbound)", .dim)]
  }

  func drawBody(in body: Rect, into grid: inout Grid) {
    var table = Table(columns: [
      Table.Column(title: "peer", width: 14),
      Table.Column(title: "client", width: 14, rank: 2),
      Table.Column(title: "dir", width: 3, rank: 4),
      Table.Column(title: "rtt ms", width: 6, isNumber: true),
      Table.Column(title: "head", width: 8, isNumber: true, rank: 3),
      Table.Column(title: "lag", width: 3, isNumber: true),
      Table.Column(title: "finalized", width: 9, isNumber: true, rank: 5),
      Table.Column(title: "kB/s in", width: 7, isNumber: true, rank: 5),
      Table.Column(title: "out", width: 5, isNumber: true, rank: 6),
      Table.Column(title: "score", width: 5, isNumber: true, rank: 1),
      Table.Column(title: "refused", width: 7, isNumber: true, rank: 5),
      Table.Column(title: "since", width: 9, isNumber: true, rank: 7),
    ])
    table.rows = scene.node.peers.peers.map { cells($0) }
    if table.rows.isEmpty {
      grid.put("no peer is connected", at: body.column, body.row, scene.theme[.warning])
    } else {
      table.draw(scene, in: body, selected: scene.selection, into: &grid)
    }
  }

  private func cells(_ peer: PeerModel) -> [Span] {
    let status = peer.status
    let lag = status.map { scene.slot > $0.headSlot ? scene.slot - $0.headSlot : 0 }
    let age = scene.now > peer.since ? scene.now - peer.since : 0
    return [
      scene.span(peer.peer), scene.span(peer.client, .dim),
      scene.span(peer.direction.map { $0 == .inbound ? "in" : "out" } ?? "-", .dim),
      scene.span(
        status.map { "\($0.roundTripMilliseconds)" } ?? "-",
        status.map { $0.roundTripMilliseconds > 200 ? .warning : .text } ?? .dim),
      scene.span(status.map { Words.number($0.headSlot) } ?? "-"),
      scene.span(lag.map { "\($0)" } ?? "-", (lag ?? 0) > 2 ? .warning : .text),
      scene.span(status.map { Words.number($0.finalizedSlot) } ?? "-", .dim),
      scene.span(status.map { "\($0.bytesIn / 1000)" } ?? "-"),
      scene.span(status.map { "\($0.bytesOut / 1000)" } ?? "-"),
      scene.span(
        status.map { PeerWords.score($0) } ?? "-",
        status.map { $0.scoreThousandths < 0 ? .warning : .text } ?? .dim),
      scene.span("\(peer.rejected)", peer.rejected > 0 ? .warning : .dim),
      scene.span(Words.duration(age), .dim),
    ]
  }
}

enum PeerWords {
  /// Thousandths as `9.5`.
  static func score(_ status: PeerStatus) -> String {
    let tenths = status.scoreThousandths / 100
    return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }
}

/// The selected peer.
struct PeerPanel: Panel {
  let scene: Scene
  private let peer: PeerModel?

  init(_ scene: Scene) {
    self.scene = scene
    let peers = scene.node.peers.peers
    peer = peers.isEmpty ? nil : peers[min(scene.selection, peers.count - 1)]
  }

  var title: String { peer?.peer ?? "peer" }

  func drawBody(in body: Rect, into grid: inout Grid) {
    guard let peer else { return }
    var facts = Facts()
    facts.add("client", scene.span(peer.client), scene.span("  \(peer.address)", .dim))
    facts.add(
      "delivered", scene.span("\(peer.blocksDelivered) blocks  \(peer.votesDelivered) votes"),
      scene.span("  \(peer.rejected) refused", peer.rejected > 0 ? .warning : .dim))
    facts.add(
      "round trip", scene.span(peer.status.map { "\($0.roundTripMilliseconds) ms" } ?? "-"),
      scene.span("  p95 \(peer.roundTrips.percentile(95) ?? 0)", .dim))
    facts.draw(scene, in: body, into: &grid)
    let values = peer.roundTrips.map { Double($0) }
    let line = Rect(column: body.column + 36, row: body.row + 2, width: body.width - 36, height: 1)
    let width = min(line.width, 32)
    grid.sparkline(
      values, in: Rect(column: line.column, row: line.row, width: width, height: 1),
      top: max(values.max() ?? 0, 50)
    ) { $0 > 200 ? scene.theme[.warning] : scene.theme[.spark] }
  }
}

/// The newest connections and disconnections.
struct PeerNewsPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var title: String { "connections" }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let news = scene.node.peers.news.suffix(body.height)
    for (offset, line) in news.enumerated() {
      let age = scene.now > line.time ? scene.now - line.time : 0
      grid.put(
        [
          scene.span("\(Words.duration(age)) ago  ", .dim), scene.span("\(line.peer)  ", .accent),
          scene.span(line.text, .text),
        ], at: body.column, body.row + offset, width: body.width)
    }
    if news.isEmpty { grid.put("none yet", at: body.column, body.row, scene.theme[.dim]) }
  }
}
