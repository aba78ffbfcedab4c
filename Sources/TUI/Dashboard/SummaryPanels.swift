internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

extension Rect {
  /// The rectangle, where wanted without its last row.
  fileprivate func withoutLast(if isShorter: Bool) -> Rect {
    Rect(column: column, row: row, width: width, height: height - (isShorter ? 1 : 0))
  }
}

extension RowPanel {
  /// Whether a filter stands on the border, which then says how many rows there are.
  fileprivate var isNarrowed: Bool { !scene.state[filterOf: Self.rowsPage].isEmpty }

  /// Marks the row that keys act on.
  func select(_ row: Int, in body: Rect, _ grid: inout Grid) {
    grid.select(
      Rect(column: body.column, row: row, width: body.width, height: 1), scene.theme[.selected])
  }

  /// Tells below a list how many rows there are beyond those in sight.
  fileprivate func drawRest(
    _ count: Int, _ window: RowWindow, in list: Rect, into grid: inout Grid
  ) {
    let rest = count - window.first - list.height
    guard count > list.height else { return }
    grid.put(
      rest > 0 ? "and \(rest) more" : "the end", at: list.column, list.endRow, scene.theme[.dim])
  }
}

/// The peers in one line each.
struct PeersSummaryPanel: RowPanel {
  static let rowsPage = Page.peers

  let scene: Scene

  var page: Page? { .peers }
  var title: String { "peers" + (isNarrowed ? "" : " \(scene.node.peers.peers.count)") }

  var help: String {
    "The peers with their round trips and how far their heads are behind the clock."
  }
  var note: [Span] {
    let words = PeersPage(scene: scene).note
    return words.isEmpty ? [scene.span("rtt  head lag", .dim)] : words
  }

  func list(in body: Rect) -> Rect {
    body.withoutLast(if: PeersPage(scene: scene).rowCount > body.height)
  }

  func drawRows(in body: Rect, _ window: RowWindow, into grid: inout Grid) {
    let peers = PeersPage(scene: scene).shown
    let list = body.withoutLast(if: peers.count > body.height)
    for (offset, peer) in peers.dropFirst(window.first).prefix(list.height).enumerated() {
      let row = body.row + offset
      defer { if window.first + offset == window.selected { select(row, in: body, &grid) } }
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
    if scene.node.peers.peers.isEmpty {
      let words = scene.node.hasNetwork ? "no peer is connected" : "no network events yet"
      let role: Role = scene.node.hasNetwork ? .warning : .dim
      grid.put(words, at: body.column, body.row, scene.theme[role])
    } else if peers.isEmpty {
      Table.drawNothing(scene, in: body, into: &grid)
    }
    drawRest(peers.count, window, in: list, into: &grid)
  }
}

/// Our validators in one line each: what is left of their keys, and the next proposal.
struct ValidatorsSummaryPanel: RowPanel {
  static let rowsPage = Page.validators

  let scene: Scene

  var page: Page? { .validators }
  var title: String { "validators" + (isNarrowed ? "" : " \(scene.node.validators.count)") }

  var help: String {
    "Our validators with the leaves that their keys have left, and our next proposal."
  }
  var note: [Span] {
    let words = ValidatorsPage(scene: scene).note
    return words.isEmpty ? [scene.span("leaves left", .dim)] : words
  }

  private var next: (slot: UInt64, validator: UInt64)? {
    scene.node.nextProposal(from: scene.slot + 1)
  }

  /// The next proposal stands in the last line, and above it how many more validators there are.
  func list(in body: Rect) -> Rect {
    let above = body.withoutLast(if: next != nil)
    return above.withoutLast(if: ValidatorsPage(scene: scene).rowCount > above.height)
  }

  func drawRows(in body: Rect, _ window: RowWindow, into grid: inout Grid) {
    let validators = ValidatorsPage(scene: scene).shown
    let list = list(in: body)
    for (offset, validator) in validators.dropFirst(window.first).prefix(list.height).enumerated() {
      let row = body.row + offset
      defer { if window.first + offset == window.selected { select(row, in: body, &grid) } }
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
    if validators.isEmpty, !scene.node.validators.isEmpty {
      Table.drawNothing(scene, in: body, into: &grid)
    }
    drawRest(validators.count, window, in: list, into: &grid)
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

  var title: String { "durations (ms)" }

  var help: String {
    "What each stage took over the last slots; p50 is the middle."
  }

  func height(width: Int) -> Int { Lane.grouped.count }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let records = scene.node.slots.suffix(512, through: scene.slot)
    for (offset, lane) in Lane.grouped.enumerated() {
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
