internal import Chain
internal import Dashboard
internal import Devnet

extension Devnet {
  /// Does what the screen orders; a devnet has no peers to drop, and ends with its screen.
  func perform(_ order: OperatorOrder) {
    guard let node = index(ofNode: order.node) else { return }
    switch order.action {
    case .forceFallback: command(.forceFallback, node: node)
    case .disarmFallback: command(.disarmFallback, node: node)
    case .setAggregator(let isOn):
      command(isOn ? .becomeAggregator : .stopAggregating, node: node)
    case .toggleFault(let fault): toggle(fault, node: node)
    case .disconnectPeer, .shutDown: break
    }
  }

  /// Tells every two seconds how the workers stand, until the task is cancelled.
  func tellWorkersRepeatedly() -> Task<Void, Never> {
    Task { [weak self] in
      while !Task.isCancelled {
        self?.tellWorkers()
        try? await Task.sleep(for: .seconds(2))
      }
    }
  }
}
