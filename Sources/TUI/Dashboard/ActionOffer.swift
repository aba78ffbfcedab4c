internal import ChainEvents
internal import Hashing
package import NodeStatus

/// The answer to the wish for an action.
package enum ActionOffer: Hashable, Sendable {
  /// It can be done, after this question.
  case ask(Question)
  /// It cannot be done, for this reason.
  case refuse(String)
}

/// A question with two answers, of which «no» is the default.
package struct Question: Hashable, Sendable {
  /// The title, as `force a fallback rebuild?`.
  package var title: String
  /// What is so and what it costs, a line each.
  package var lines: [String]
  /// The order that «yes» gives.
  package var order: OperatorOrder
  /// How the order appears in the log.
  package var logName: String

  /// Creates a question.
  package init(title: String, lines: [String], order: OperatorOrder, logName: String) {
    self.title = title
    self.lines = lines
    self.order = order
    self.logName = logName
  }
}

extension FleetStatus {
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
    case .fault(let fault): return FaultOffer(fault, node, state).offer
    case .disconnectPeer:
      guard node.description?.simulated.contains("network") != true else {
        return .refuse(
          "the network is simulated: \(key(.act(.fault(.cut)))) cuts the whole node off")
      }
      guard !node.peers.peers.isEmpty else { return .refuse("no peer is connected") }
      guard let scene = scene(state, at: nowMilliseconds),
        let peer = PeersPage(scene: scene).selected
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
    let wall =
      now > node.genesisMilliseconds
      ? (now - node.genesisMilliseconds) / EventStamp.slotMilliseconds : 0
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
    let start = node.genesisMilliseconds + next.slot * EventStamp.slotMilliseconds
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
}
