internal import Chain
internal import Dashboard
internal import Devnet

/// What an order of the screen is to a devnet.
enum DevnetOrder: Hashable {
  /// A wish for a node's engine.
  case command(OperatorCommand, node: Int)
  /// A fault.
  case chaos(Chaos)

  /// Creates what an action means for the node at an index; `nil` where a devnet has no such thing.
  init?(_ action: OperatorAction, node: Int) {
    switch action {
    case .forceFallback: self = .command(.forceFallback, node: node)
    case .disarmFallback: self = .command(.disarmFallback, node: node)
    case .setAggregator(let isOn):
      self = .command(isOn ? .becomeAggregator : .stopAggregating, node: node)
    case .toggleFault(let fault): self = .chaos(Chaos(fault, node: node))
    case .disconnectPeer, .shutDown: return nil
    }
  }
}

extension Chaos {
  /// Milliseconds that a stepped clock is ahead.
  private static let stepMilliseconds: Int64 = 1_500

  /// The fault of a key, for the node at an index.
  init(_ fault: Fault, node: Int) {
    self =
      switch fault {
      case .pause: .pause(node: node)
      case .cut: .cut(node: node)
      case .kill: .kill(node: node)
      case .delayBlock: .delayNextBlock(milliseconds: Devnet.blockDelayMilliseconds)
      case .slowProver: .slowProver(node: node)
      case .stepClock: .stepClock(node: node, milliseconds: Chaos.stepMilliseconds)
      case .silence: .silence(node: node)
      }
  }
}

extension OperatorOrder {
  /// Passes the order on to the node of its name.
  func reach(_ devnet: Devnet) {
    guard let index = devnet.index(ofNode: node) else { return }
    switch DevnetOrder(action, node: index) {
    case .command(let command, let node): devnet.command(command, node: node)
    case .chaos(let chaos): devnet.apply(chaos)
    case nil: break
    }
  }
}
