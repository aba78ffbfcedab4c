internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// All peers.
struct PeersPanel: RowPanel {
  static let rowsPage = Page.peers
  static let columns = [
    Table.Column(title: "peer", width: 14, isName: true),
    Table.Column(title: "client", width: 15, rank: 2),
    Table.Column(title: "dir", width: 3, rank: 4),
    Table.Column(title: "rtt ms", width: 6, isNumber: true),
    Table.Column(title: "head", width: 8, isNumber: true, rank: 3),
    Table.Column(title: "lag", width: 3, isNumber: true),
    Table.Column(title: "finalized", width: 9, isNumber: true, rank: 5),
    Table.Column(title: "kB/s in", width: 7, isNumber: true, rank: 5),
    Table.Column(title: "out", width: 4, isNumber: true, rank: 5),
    Table.Column(title: "score", width: 5, isNumber: true, rank: 1),
    Table.Column(title: "refused", width: 7, isNumber: true, rank: 6),
    Table.Column(title: "connected", width: 9, isNumber: true, rank: 7),
  ]

  let scene: Scene

  var page: Page? { .peers }
  var title: String { "peers \(scene.node.peers.peers.count)" }

  var help: String {
    "Who we talk to: round trip, head, what we think of them."
  }
  var note: [Span] { PeersPage(scene: scene).note }

  private var peers: [KnownPeer] { scene.node.peers.peers }

  /// The sums stand in the last line where there is room.
  func list(in body: Rect) -> Rect {
    Rect(
      column: body.column, row: body.row + 1, width: body.width,
      height: body.height - (body.height >= 8 ? 3 : 1))
  }

  func drawRows(in body: Rect, _ window: RowWindow, into grid: inout Grid) {
    var table = Table(
      columns: Self.columns, hidden: scene.state.hiddenColumns[.peers] ?? [])
    table.rows = PeersPage(scene: scene).shown.map { cells($0) }
    if peers.isEmpty {
      let (words, role): (String, Role) =
        scene.node.hasNetwork
        ? ("no peer is connected", .warning) : ("no peer was told of", .dim)
      grid.put(words, at: body.column, body.row, scene.theme[role])
    } else if table.rows.isEmpty {
      Table.drawNothing(scene, in: body, into: &grid)
    } else {
      let height = list(in: body).height + 1
      table.draw(
        scene, in: Rect(column: body.column, row: body.row, width: body.width, height: height),
        window, into: &grid)
    }
    if body.height >= 8 { drawSums(in: body, into: &grid) }
  }

  private func drawSums(in body: Rect, into grid: inout Grid) {
    let (inbound, outbound) = (
      peers.count { $0.direction == .inbound }, peers.count { $0.direction == .outbound }
    )
    let behind = peers.count { (scene.lag(of: $0) ?? 0) > 2 }
    let counters = scene.node.counters
    let refused = counters.blocksRejected + counters.votesRejected
    let sums = [
      scene.span("connected ", .dim), scene.span("\(peers.count)"),
      scene.span("  (in \(inbound), out \(outbound))", .dim),
      scene.span("   behind ", .dim), scene.span("\(behind)", behind > 0 ? .warning : .text),
      scene.span("   refused ", .dim),
      scene.span(
        "\(counters.blocksRejected) blocks, \(counters.votesRejected) votes",
        refused > 0 ? .warning : .text),
      scene.span("   blocks without their parent ", .dim),
      scene.span("\(counters.blocksPending)"),
    ]
    // What has no room is left out whole.
    let line = DisplayWidth.wrapped(sums, to: body.width)[0]
    grid.put(line, at: body.column, body.endRow - 1, width: body.width)
  }

  private func cells(_ peer: KnownPeer) -> [Span] {
    let status = peer.status
    let lag = scene.lag(of: peer)
    let age = scene.now > peer.since ? scene.now - peer.since : 0
    return [
      scene.span(peer.peer), scene.span(peer.client ?? "-", .dim),
      scene.span(peer.direction.map { $0 == .inbound ? "in" : "out" } ?? "-", .dim),
      PeerWords.roundTrip(scene, peer),
      scene.span(status.map { Words.number($0.headSlot) } ?? "-"),
      scene.span(lag.map { "\($0)" } ?? "-", scene.role(.peerLag, lag)),
      scene.span(status.map { Words.number($0.finalizedSlot) } ?? "-", .dim),
      PeerWords.kilobytes(scene, status?.bytesIn),
      PeerWords.kilobytes(scene, status?.bytesOut),
      PeerWords.score(scene, status),
      scene.span("\(peer.rejected)", peer.rejected > 0 ? .warning : .dim),
      scene.span(Words.duration(age), .dim),
    ]
  }
}

/// Words about peers that several panels share.
enum PeerWords {
  static func kilobytes(_ scene: Scene, _ bytes: Int?) -> Span {
    guard let bytes else { return scene.span("-", .dim) }
    return scene.span("\((bytes + 500) / 1000)")
  }

  /// The round trip in milliseconds, or how old the status is that told it.
  static func roundTrip(_ scene: Scene, _ peer: KnownPeer) -> Span {
    guard let status = peer.status else { return scene.span("-", .dim) }
    if let age = scene.age(of: peer.statusAt) { return age }
    let time = status.roundTripMilliseconds
    return scene.span("\(time)", scene.role(.roundTrip, time))
  }

  /// Thousandths as `9.5`.
  static func score(_ scene: Scene, _ status: PeerStatus?) -> Span {
    guard let score = status?.scoreThousandths else { return scene.span("-", .dim) }
    let tenths = score / 100
    let words = "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
    return scene.span(words, tenths < 0 ? .warning : .text)
  }
}

/// The selected peer.
struct PeerPanel: Panel {
  let scene: Scene
  private let peer: KnownPeer?

  init(scene: Scene) {
    self.scene = scene
    peer = PeersPage(scene: scene).selected
  }

  var title: String { peer?.peer ?? "peer" }

  var help: String {
    "The selected peer: what it delivered first, its head, its round trips."
  }
  var note: [Span] {
    peer?.direction.map { [scene.span($0 == .inbound ? "dialled us" : "dialled by us", .dim)] }
      ?? []
  }

  private func facts(of peer: KnownPeer) -> Facts {
    var facts = Facts()
    let age = scene.now > peer.since ? scene.now - peer.since : 0
    facts.add(
      "client", scene.span(peer.client ?? "-"),
      scene.span(peer.address.map { "  \($0)" } ?? "", .dim),
      scene.span("  connected for \(Words.duration(age))", .dim))
    let blocks = scene.node.peers.peers.reduce(0) { $0 + $1.blocksDelivered }
    let votes = scene.node.peers.peers.reduce(0) { $0 + $1.votesDelivered }
    facts.add(
      "delivered", scene.span("\(Words.number(peer.blocksDelivered)) blocks"),
      scene.span(" \(Words.share(peer.blocksDelivered, of: blocks))", .dim),
      scene.span("  \(Words.number(peer.votesDelivered)) votes"),
      scene.span(" \(Words.share(peer.votesDelivered, of: votes))", .dim),
      scene.span("  of what came first", .dim),
      scene.span("  \(peer.rejected) refused", peer.rejected > 0 ? .warning : .dim))
    facts.add(
      "head", scene.span(peer.status.map { Words.number($0.headSlot) } ?? "-"),
      scene.span(scene.lag(of: peer).map { "  \($0) behind the clock" } ?? "", .dim),
      scene.span(peer.status.map { "  finalized \(Words.number($0.finalizedSlot))" } ?? "", .dim))
    facts.add(
      "round trip", scene.span(peer.status.map { "\($0.roundTripMilliseconds) ms" } ?? "-"),
      scene.span(peer.roundTrips.percentile(95).map { "  p95 \($0)" } ?? "", .dim))
    return facts
  }

  /// Events of the peer that are shown; the page of events finds the others.
  private static let eventLimit = 128

  /// The newest events that name the peer, where the panel has the page for itself.
  private func events(of peer: KnownPeer) -> [TimedEvent] {
    let filter = EventFilter("level>=INF \(peer.peer.split(separator: " ").joined())")
    return scene.node.log.newest(Self.eventLimit, filter)
  }

  private var isWhole: Bool { scene.state.isOpen || scene.state.isZoomed }

  func height(width: Int) -> Int {
    guard let peer else { return 0 }
    let facts = facts(of: peer).lines(scene, width: width).count
    return isWhole ? facts + 2 + max(1, events(of: peer).count) : facts
  }

  func drawBody(in body: Rect, into grid: inout Grid) {
    guard let peer else { return }
    var row = body.row
    for line in facts(of: peer).lines(scene, width: body.width) {
      grid.put(line, at: body.column, row, width: body.width)
      row += 1
    }
    let values = peer.roundTrips.map { Double($0) }
    let chart = Rect(
      column: body.column + 36, row: row - 1, width: min(body.width - 36, values.count), height: 1)
    grid.sparkline(values, in: chart, top: scene.top(of: values, atLeast: 50)) {
      scene.theme[scene.role(.roundTrip, Int64($0), calm: .spark)]
    }
    guard isWhole else { return }
    grid.put("events of this peer", at: body.column, row + 1, scene.theme[.title])
    let events = events(of: peer)
    for (offset, event) in events.enumerated() {
      EventLine(scene: scene, event: event).draw(in: body, row + 2 + offset, into: &grid)
    }
    if events.isEmpty { grid.put("none in the log", at: body.column, row + 2, scene.theme[.dim]) }
  }
}

/// The newest connections and disconnections.
struct PeerNewsPanel: Panel {
  let scene: Scene

  var title: String { "connections" }

  var help: String {
    "Who came and who left, and why."
  }
  var note: [Span] { [scene.span("newest first", .dim)] }

  func height(width: Int) -> Int { scene.node.peers.news.count }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let news = scene.node.peers.news.reversed()
    for (offset, line) in news.prefix(body.height).enumerated() {
      let slot =
        line.time > scene.node.genesisMilliseconds
        ? (line.time - scene.node.genesisMilliseconds) / EventStamp.slotMilliseconds : 0
      let moment = scene.node.milliseconds(of: line.time, inSlot: slot)
      let age = scene.now > line.time ? scene.now - line.time : 0
      let row = body.row + offset
      grid.put(
        "\(Words.number(slot))\(Words.seconds(moment))", at: body.column, row, scene.theme[.dim],
        width: 15)
      grid.put(
        [scene.span(Words.duration(age), .dim), scene.span(" ago", .dim)],
        endingAt: body.column + 29, row)
      grid.put(
        DisplayWidth.elided(line.peer, to: 16), at: body.column + 31, row, scene.theme[.accent])
      grid.put(
        line.text, at: body.column + 48, row,
        scene.theme[line.text.hasPrefix("left") ? .warning : .text],
        width: max(0, body.width - 48))
    }
    if news.isEmpty { grid.put("none yet", at: body.column, body.row, scene.theme[.dim]) }
  }
}
