public import Aggregation
internal import Chain
internal import ChainEvents
internal import LeanNode
internal import Networking
internal import Synchronization

/// A fault that a person puts into a running devnet to see what happens.
public enum Chaos: Hashable, Sendable {
  /// Stops a node's hands, as a stopped process; or lets it go on.
  case pause(node: Int)

  /// Cuts a node off from all others; or heals the cut.
  case cut(node: Int)

  /// Ends a node as a crash would; or starts it again from its disk.
  case kill(node: Int)

  /// Holds the next block back, on its way to everyone but its author.
  case delayNextBlock(milliseconds: Int)

  /// Makes a node's prover as slow as a published one; without a name as fast as it is.
  case slowProver(node: Int, AggregationCostModel?)

  /// Steps a node's wall clock.
  case stepClock(node: Int, milliseconds: Int64)

  /// Makes a node stop aggregating; or aggregate again.
  case silence(node: Int)
}

/// A fault that lasts until it is taken back.
enum ActiveFault: Hashable, Sendable {
  case paused(Int)
  case cut(Int)
  case killed(Int)
  case silenced(Int)
}

extension Devnet {
  /// How long a held-back block misses the pre-build of the next one: past interval 4.
  public static let blockDelayMilliseconds = 3_400

  /// Puts a fault in, or takes it back if it is there; every change is an event of the node.
  public func apply(_ chaos: Chaos) {
    switch chaos {
    case .pause(let index): toggle(.paused(index), at: index, "pause", pause)
    case .cut(let index): toggle(.cut(index), at: index, "cut", cut)
    case .kill(let index): toggle(.killed(index), at: index, "kill", kill)
    case .silence(let index): toggle(.silenced(index), at: index, "silence", silence)
    case .delayNextBlock(let milliseconds):
      network.delayNextBlock(by: milliseconds)
      for node in nodes {
        node.emit(
          .node(
            .chaos(
              fault: "delay_block", active: true,
              detail: "the next block reaches its peers \(milliseconds) ms late")))
      }
    case .slowProver(let index, let model):
      guard let node = node(index) else { return }
      node.backend.costModel = model
      let detail = model.map { "its prover costs \($0.name) now" } ?? "its prover is itself again"
      node.emit(.node(.chaos(fault: "slow_prover", active: model != nil, detail: detail)))
    case .stepClock(let index, let milliseconds):
      guard let node = node(index) else { return }
      node.clock.step(byMilliseconds: milliseconds)
      node.emit(
        .node(
          .chaos(
            fault: "step_clock", active: true,
            detail: "its clock was stepped by \(milliseconds) ms")))
    }
  }

  private func node(_ index: Int) -> DevnetNode? {
    nodes.indices.contains(index) ? nodes[index] : nil
  }

  private func toggle(
    _ fault: ActiveFault, at index: Int, _ name: String,
    _ change: (DevnetNode, _ isActive: Bool) -> String
  ) {
    guard let node = node(index) else { return }
    let isActive = faults.withLock { faults in
      if faults.remove(fault) != nil { return false }
      faults.insert(fault)
      return true
    }
    let detail = change(node, isActive)
    node.emit(.node(.chaos(fault: name, active: isActive, detail: detail)))
  }

  private func pause(_ node: DevnetNode, _ isActive: Bool) -> String {
    if isActive { node.current?.pause() } else { node.current?.resume() }
    return isActive ? "it handles nothing, as a stopped process" : "it goes on, late"
  }

  private func cut(_ node: DevnetNode, _ isActive: Bool) -> String {
    network.setCut(node.name, isActive)
    return isActive ? "no message comes in or goes out" : "messages flow again"
  }

  private func kill(_ node: DevnetNode, _ isActive: Bool) -> String {
    guard !isActive else {
      node.kill()
      return "it ended without warning; what is on its disk remains"
    }
    do throws(DevnetRefusal) {
      try node.start()
      return "it starts from its disk; its journal holds what it signed"
    } catch {
      return error.description
    }
  }

  private func silence(_ node: DevnetNode, _ isActive: Bool) -> String {
    node.current?.command(isActive ? .stopAggregating : .becomeAggregator)
    return isActive ? "it no longer aggregates" : "it aggregates again"
  }
}
