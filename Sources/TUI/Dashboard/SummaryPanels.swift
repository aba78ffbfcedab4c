internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// The peers in one line each.
struct PeersSummaryPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var page: Page? { .peers }
  var title: String { "peers \(scene.node.peers.peers.count)" }

  var help: String {
    "The peers with their round trips and how far their heads are behind the clock."
  }
  var note: [Span] { [scene.span("rtt  head lag", .dim)] }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let peers = scene.node.peers.peers
    let shown = peers.count > body.height ? max(0, body.height - 1) : peers.count
    for (offset, peer) in peers.prefix(shown).enumerated() {
      let row = body.row + offset
      grid.put(
        DisplayWidth.elided(peer.peer, to: max(1, body.width - 14)), at: body.column, row,
        scene.theme[.text])
      guard let status = peer.status else {
        grid.put("-", endingAt: body.endColumn - 5, row, scene.theme[.dim])
        continue
      }
      let age = scene.age(of: peer.statusAt)?.text
      grid.put(
        age ?? "\(status.roundTripMilliseconds) ms", endingAt: body.endColumn - 5, row,
        scene.theme[
          age != nil ? .warning : scene.role(.roundTrip, status.roundTripMilliseconds)])
      let lag = scene.slot > status.headSlot ? scene.slot - status.headSlot : 0
      grid.put(
        "Δ\(lag)", endingAt: body.endColumn, row, scene.theme[scene.role(.peerLag, lag, calm: .dim)]
      )
    }
    if peers.isEmpty {
      grid.put("no network events yet", at: body.column, body.row, scene.theme[.dim])
    } else if shown < peers.count {
      grid.put(
        "and \(peers.count - shown) more", at: body.column, body.row + shown, scene.theme[.dim])
    }
  }
}

/// Our validators in one line each: what is left of their keys, and the next proposal.
struct ValidatorsSummaryPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var page: Page? { .validators }
  var title: String { "validators \(scene.node.validators.count)" }

  var help: String {
    "Our validators with the leaves that their keys have left, and our next proposal."
  }
  var note: [Span] { [scene.span("leaves left", .dim)] }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let validators = scene.node.validators
    let next = scene.node.nextProposal(from: scene.slot + 1)
    let room = max(0, body.height - (next == nil ? 0 : 1))
    let shown = validators.count > room ? max(0, room - 1) : validators.count
    for (offset, validator) in validators.prefix(shown).enumerated() {
      let row = body.row + offset
      grid.put("v\(validator.index)", at: body.column, row, scene.theme[.text])
      guard let key = validator.shortestKey else {
        grid.put("-", endingAt: body.endColumn - 6, row, scene.theme[.dim])
        continue
      }
      let left = key.leavesLeft(after: scene.slot)
      let role = KeyWords.role(scene, key)
      grid.put(Words.number(left), endingAt: body.endColumn - 6, row, scene.theme[role])
      grid.put(KeyWords.days(left), endingAt: body.endColumn, row, scene.theme[.dim])
    }
    if shown < validators.count {
      grid.put(
        "and \(validators.count - shown) more", at: body.column, body.row + shown,
        scene.theme[.dim])
    }
    guard let next else { return }
    grid.put(
      [
        scene.span("next ours ", .dim), scene.span(Words.number(next.slot), .accent),
        scene.span(" v\(next.validator), in \(next.slot - scene.slot)", .text),
      ], at: body.column, body.endRow - 1, width: body.width)
  }
}

/// Words about keys that several panels share.
enum KeyWords {
  private static let slotsPerDay: UInt64 = 21_600

  /// How long leaves last: at most four characters, since leanXMSS keys last for centuries.
  static func days(_ leaves: UInt64) -> String {
    let days = leaves / slotsPerDay
    guard days < 1_000 else { return days < 365_000 ? "\(days / 365)y" : ">1ky" }
    return days > 0 ? "\(days)d" : "<1d"
  }

  static func role(_ scene: Scene, _ key: KeyWindow) -> Role {
    let levels = scene.state.thresholds[.keySlots]
    return
      switch key.outlook(
        after: scene.slot, ending: UInt64(max(0, levels.warning)),
        urgent: UInt64(max(0, levels.critical)))
    {
    case .urgent: .critical
    case .ending: .warning
    case .long: .text
    }
  }
}

/// Durations of the stages over the last slots, for wide screens.
struct DurationsPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var title: String { "durations (ms)" }

  var help: String {
    "What each stage took over the last slots; p50 is the middle."
  }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let records = scene.node.slots.suffix(512, through: scene.slot)
    for (offset, lane) in Lane.grouped.prefix(body.height).enumerated() {
      let times = records.compactMap { lane.milliseconds($0, until: 4000).map { Int64($0) } }
      let row = body.row + offset
      grid.put(lane.name, at: body.column, row, scene.theme[.dim])
      grid.put("p50", at: body.column + 12, row, scene.theme[.dim])
      grid.put(
        times.percentile(50).map { "\($0)" } ?? "-", endingAt: body.column + 21, row,
        scene.theme[.text])
      let line = Rect(column: body.column + 23, row: row, width: body.width - 23, height: 1)
      let values = times.map { Double($0) }
      grid.sparkline(values, in: line, top: scene.top(of: values)) { _ in
        scene.theme[lane.stages[0].role == .track ? .lanePublish : lane.stages[0].role]
      }
    }
  }
}
