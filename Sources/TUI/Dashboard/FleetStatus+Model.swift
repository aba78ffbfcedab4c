package import ChainEvents
internal import Hashing
package import NodeStatus
package import Terminal
package import Theme

extension TimeMachine: DashboardHistory {
  /// The dashboard as it was at a moment.
  package func model(at timeMilliseconds: UInt64) -> FleetStatus {
    dashboard(at: timeMilliseconds)
  }
}

extension FleetStatus: DashboardModel {
  /// Draws the whole screen; any size, any state.
  package func draw(
    _ state: ViewState, at nowMilliseconds: UInt64, theme: Theme, into grid: inout Grid
  ) {
    let moment = state.travel?.shownMilliseconds ?? nowMilliseconds
    let size = grid.size
    guard let scene = Scene(self, state, now: moment, theme: theme) else {
      grid.put("swiftlet: waiting for the first event", at: 0, 0, theme[.dim])
      return
    }
    let screen = ScreenClass(size)
    switch screen {
    case .line: StatusList(scene: scene).draw(in: grid.bounds, into: &grid)
    case .list where state.page == .overview && !state.showsHelp && !state.isZoomed:
      StatusList(scene: scene).draw(in: grid.bounds, into: &grid)
    case .list, .compact, .small, .normal, .wide:
      drawPage(scene, screen, into: &grid)
    }
  }

  private func drawPage(_ scene: Scene, _ screen: ScreenClass, into grid: inout Grid) {
    let header = HeaderView(scene: scene)
    let (width, rows) = (grid.size.columns, grid.size.rows)
    header.drawHeader(row: 0, width: width, into: &grid)
    header.drawBanner(row: 1, width: width, into: &grid)
    let layout = PageLayout(scene: scene, size: grid.size)
    if scene.state.showsHelp {
      let panels = layout.panels
      let focused = min(scene.state.focusedPanel, panels.count - 1)
      HelpView(scene: scene, focused: focused < 0 ? nil : panels[focused].panel)
        .draw(in: layout.body, into: &grid)
    } else {
      let (focused, panels) = (scene.state.focusedPanel, layout.panels)
      let scrolled = layout.scrolledIndex(of: panels)
      for (index, placed) in panels.enumerated() {
        placed.panel.draw(
          in: placed.rect, isFocused: scene.state.isZoomed || (index == focused && focused > 0),
          isScrolled: index == scrolled, into: &grid)
      }
    }
    if !scene.state.filter.isEmpty, !scene.state.showsHelp {
      for placed in layout.panels {
        for word in EventFilter(scene.state.filter).words {
          grid.mark(word, in: placed.rect.inset())
        }
      }
    }
    let fleet = FleetLine(scene: scene)
    if fleet.isShown(at: grid.size) {
      fleet.draw(row: layout.body.endRow - 1, width: width, into: &grid)
    }
    header.drawFooter(row: rows - 1, width: width, into: &grid)
  }

  /// The alarms of all nodes.
  package var calls: [AlarmCall] {
    nodes.flatMap { node in node.alarms.alarms.map { AlarmCall(node: node.name, $0) } }
  }

  /// The sentence of an alarm that stands.
  package func text(of call: AlarmCall) -> String {
    let node = nodes.first { $0.name == call.node }
    let alarm = node?.alarms.alarms.first { $0.kind == call.kind }
    return "\(call.node): \(alarm?.text ?? call.kind.words)"
  }

  /// The name of the node that is looked at.
  package func nodeName(_ state: ViewState) -> String? { node(state)?.name }

  /// The node that is looked at.
  func node(_ state: ViewState) -> NodeStatus? {
    guard !nodes.isEmpty else { return nil }
    return nodes[(state.node % nodes.count + nodes.count) % nodes.count]
  }

  /// What an action would do now.
  package func offer(
    _ command: ActionCommand, _ state: ViewState, at nowMilliseconds: UInt64
  ) -> ActionOffer {
    guard let node = node(state) else { return .refuse("no event has come yet") }
    let key = state.keymap.name
    switch command {
    case .forceFallback: return offerFallback(node, at: nowMilliseconds)
    case .toggleAggregator:
      let isOn = node.aggregator?.isEnabled ?? false
      return .ask(
        Question(
          title: isOn ? "stop aggregating?" : "start aggregating?",
          lines: isOn
            ? [
              "\(node.name) makes the aggregates of its subnets.",
              "If nobody else does, no target gets justified.",
            ]
            : [
              "\(node.name) will prove the votes of its subnets in every slot.",
              "The prover serves our own proposals first.",
            ],
          order: OperatorOrder(node: node.name, .setAggregator(!isOn)),
          logName: "operator.aggregator \(isOn ? "off" : "on")"))
    case .fault(let fault): return FaultOffer(fault, node, state.keymap).offer
    case .disconnectPeer:
      guard !FaultOffer.isSimulated(node) else {
        return .refuse(
          "the network is simulated: \(key(.act(.fault(.cut)))) cuts the whole node off")
      }
      guard !node.peers.peers.isEmpty else { return .refuse("no peer is connected") }
      guard let scene = scene(state, at: nowMilliseconds),
        let peer = PeersPage(scene).selected
      else { return .refuse("no peer passes the filter: \(key(.clearFilter)) clears it") }
      return .ask(
        Question(
          title: "disconnect \(peer.peer)?",
          lines: [
            [peer.client, peer.address].compactMap(\.self).joined(separator: " "),
            "It may dial us again at once.",
          ],
          order: OperatorOrder(node: node.name, .disconnectPeer(id: peer.peer)),
          logName: "operator.disconnect \(peer.peer)"))
    }
  }

  private func offerFallback(_ node: NodeStatus, at now: UInt64) -> ActionOffer {
    let wall = now > node.genesisMilliseconds ? (now - node.genesisMilliseconds) / 4000 : 0
    guard let next = node.nextProposal(from: wall + 1) else {
      return .refuse("this node has no proposal to come")
    }
    let record = node.proposals[next.slot]
    if let root = record?.committedRoot {
      return .refuse("slot \(next.slot) is signed: \(root.short) holds the leaf")
    }
    if record?.force == .armed {
      return .ask(
        Question(
          title: "take the forced fallback back?",
          lines: ["Slot \(Words.number(next.slot)) will be prebuilt as usual."],
          order: OperatorOrder(node: node.name, .disarmFallback(slot: next.slot)),
          logName: "operator.disarm_fallback slot=\(next.slot)"))
    }
    let start = node.genesisMilliseconds + next.slot * 4000
    let distance = start > now ? start - now : 0
    let held = record?.candidate.map { "a candidate on \($0.parent.short), unsigned" }
    let cost = node.costModel.map { "\($0.buildMilliseconds) ms" } ?? "a whole build"
    return .ask(
      Question(
        title: "force a fallback in our next slot?",
        lines: [
          "next own slot   \(Words.number(next.slot)), in \(Words.countdown(distance)),"
            + " validator \(next.validator)",
          "now held        \(held ?? "nothing")", "",
          held == nil
            ? "Nothing is prepared; the block is built inside the slot."
            : "This drops the candidate and builds inside the slot.",
          "Cost: the block leaves about \(cost) after the boundary.",
        ], order: OperatorOrder(node: node.name, .forceFallback(slot: next.slot)),
        logName: "operator.force_fallback slot=\(next.slot)"))
  }

  /// The log lines that the filter lets through.
  package func logText(_ state: ViewState) -> String {
    guard let node = node(state) else { return "" }
    let events = node.log.newest(.max, EventFilter(state.eventFilterText))
    return events.map { FleetStatus.logLine($0) + "\n" }.joined()
  }

  /// An event as one plain line.
  package static func logLine(_ event: TimedEvent) -> String {
    "slot=\(event.slot) i=\(event.interval) \(event.severity.word) \(event.node)"
      + " \(event.event.name): \(event.sentence)"
  }

  /// The start of slot 0, when an event has said it.
  package var genesisMilliseconds: UInt64? {
    nodes.first { $0.description != nil }?.genesisMilliseconds
  }
}
