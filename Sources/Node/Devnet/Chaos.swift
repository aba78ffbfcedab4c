internal import Aggregation
internal import Chain
internal import ChainEvents
internal import Consensus
internal import LeanNode
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

  /// Makes a node's prover as slow as the next published one; after the last as fast as it is.
  case slowProver(node: Int)

  /// Steps a node's wall clock; or sets it right.
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
  case stepped(Int, milliseconds: Int64)
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
    case .delayNextBlock(let milliseconds): holdNextBlock(milliseconds)
    case .slowProver(let index):
      guard let node = node(index) else { return }
      let model = AggregationCostModel.next(after: node.backend.costModel)
      node.obey(.proverCost(model?.name))
      let detail = model.map { "its prover costs \($0.name) now" } ?? "its prover is itself again"
      node.emit(.node(.chaos(fault: "slow_prover", active: model != nil, detail: detail)))
    case .stepClock(let index, let milliseconds):
      let fault = ActiveFault.stepped(index, milliseconds: milliseconds)
      toggle(fault, at: index, "step_clock") { node, isActive in
        node.obey(.stepClock(milliseconds: isActive ? milliseconds : -milliseconds))
        return isActive ? "its clock is \(milliseconds) ms off" : "its clock is right again"
      }
    }
  }

  /// Holds the block of the next slot whose proposer lives.
  private func holdNextBlock(_ milliseconds: Int) {
    let next = currentSlot.rawValue + 1
    let slots = next..<next + UInt64(settings.validators)
    let proposals = slots.map { (slot: $0, node: nodes[settings.node(proposing: $0)]) }
    guard let (slot, node) = proposals.first(where: { $0.node.current != nil }) else { return }
    let late = "the block of slot \(slot)"
    let detail = "\(late) reaches the peers of \(node.name) \(milliseconds) ms late"
    node.emit(.node(.chaos(fault: "delay_block", active: true, detail: detail)))
    node.obey(.holdNextBlock(milliseconds: milliseconds / settings.speed))
  }

  private func node(_ index: Int) -> DevnetNode? {
    nodes.indices.contains(index) ? nodes[index] : nil
  }

  private func toggle(
    _ fault: ActiveFault, at index: Int, _ name: String,
    _ change: (DevnetNode, _ isActive: Bool) throws(DevnetRefusal) -> String
  ) {
    guard let node = node(index) else { return }
    var isActive = faults.withLock { faults in
      if faults.remove(fault) != nil { return false }
      faults.insert(fault)
      return true
    }
    let detail: String
    do throws(DevnetRefusal) {
      detail = try change(node, isActive)
    } catch {
      // The node could not be brought back: the fault stands.
      faults.withLock { _ = $0.insert(fault) }
      isActive = true
      detail = error.description
    }
    node.emit(.node(.chaos(fault: name, active: isActive, detail: detail)))
  }

  private func pause(_ node: DevnetNode, _ isActive: Bool) -> String {
    if isActive { node.current?.pause() } else { node.current?.resume() }
    return isActive ? "it handles nothing, as a stopped process" : "it goes on, late"
  }

  private func cut(_ node: DevnetNode, _ isActive: Bool) -> String {
    node.obey(.setCut(isActive))
    return isActive ? "no message comes in or goes out" : "messages flow again"
  }

  private func kill(_ node: DevnetNode, _ isActive: Bool) throws(DevnetRefusal) -> String {
    guard !isActive else {
      node.kill()
      forgetFaultsOfLife(node)
      return "it ended without warning; what is on its disk remains"
    }
    try node.start()
    return "it starts from its disk; its journal holds what it signed"
  }

  /// Ends the faults that a node does not take into its next life.
  private func forgetFaultsOfLife(_ node: DevnetNode) {
    guard let index = index(ofNode: node.name) else { return }
    let mortal: [(ActiveFault, String)] = [
      (.paused(index), "pause"), (.cut(index), "cut"), (.silenced(index), "silence"),
    ]
    for (fault, name) in mortal where faults.withLock({ $0.remove(fault) }) != nil {
      node.emit(.node(.chaos(fault: name, active: false, detail: "it ended with the node")))
    }
  }

  private func silence(_ node: DevnetNode, _ isActive: Bool) -> String {
    node.obey(.command(isActive ? .stopAggregating : .becomeAggregator))
    return isActive ? "it no longer aggregates" : "it aggregates again"
  }
}

extension AggregationCostModel {
  /// The published prover after this one in the list; `nil`, no added cost, after the last.
  static func next(after model: AggregationCostModel?) -> AggregationCostModel? {
    let index = presets.firstIndex { $0.name == model?.name }.map { $0 + 1 } ?? 0
    return index < presets.count ? presets[index] : nil
  }
}
