package import Wire

/// The budgets of peers, kept beyond their connections: coming back must not fill one.
package struct RequestBudgets: Sendable {
  /// Ten times the peers of a node.
  ///
  /// At the limit the fullest quarter goes: its owners gain least, and many new peers cost one look
  /// at all.
  static let maximumPeers = 1024

  private var budgets: [PeerID: RequestBudget] = [:]

  /// Begins with no peer.
  package init() {}

  /// Works with the budget of a peer.
  package mutating func with<Output>(
    _ peer: PeerID, at now: Duration, _ body: (inout RequestBudget) -> Output
  ) -> Output {
    var budget = budgets[peer] ?? RequestBudget(at: now)
    defer { keep(budget, of: peer, at: now) }
    return body(&budget)
  }

  /// The number of budgets that are kept.
  var count: Int { budgets.count }

  private mutating func keep(_ budget: RequestBudget, of peer: PeerID, at now: Duration) {
    budgets[peer] = budget.fill(at: now) < 1 ? budget : nil
    guard budgets.count > Self.maximumPeers else { return }
    let fullest = budgets.map { (peer: $0.key, fill: $0.value.fill(at: now)) }
      .sorted { $0.fill > $1.fill }
    for (peer, _) in fullest.prefix(Self.maximumPeers / 4) { budgets[peer] = nil }
  }
}
