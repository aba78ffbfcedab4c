internal import Aggregation
internal import Chain
package import ChainEvents
internal import Consensus
internal import LeanNode
internal import Synchronization

/// A fault that lasts until it is taken back, and its node.
struct LastingFault: Hashable, Sendable {
  var fault: Fault
  var node: Int
}

extension Devnet {
  /// How long a held-back block misses the pre-build of the next one: past interval 4.
  static let blockDelayMilliseconds = 3_400

  /// Milliseconds that a stepped clock is ahead.
  static let clockStepMilliseconds: Int64 = 1_500

  /// Puts a fault in, or takes it back if it is there; every change is an event of the node.
  package func toggle(_ fault: Fault, node index: Int) {
    guard nodes.indices.contains(index) else { return }
    switch fault {
    case .pause: toggle(fault, index, pause)
    case .cut: toggle(fault, index, cut)
    case .kill: toggle(fault, index, kill)
    case .silence: toggle(fault, index, silence)
    case .stepClock: toggle(fault, index, stepClock)
    case .delayBlock: holdNextBlock()
    case .slowProver: slowProver(nodes[index])
    }
  }

  /// Holds the block of the next slot whose proposer lives.
  private func holdNextBlock() {
    let milliseconds = Devnet.blockDelayMilliseconds
    let next = currentSlot.rawValue + 1
    let slots = next..<next + UInt64(settings.validators)
    let proposals = slots.map { (slot: $0, node: nodes[settings.node(proposing: $0)]) }
    guard let (slot, node) = proposals.first(where: { $0.node.current != nil }) else { return }
    let late = "the block of slot \(slot)"
    let detail = "\(late) reaches the peers of \(node.name) \(milliseconds) ms late"
    node.emit(.node(.chaos(.delayBlock, active: true, detail: detail)))
    node.obey(.holdNextBlock(milliseconds: milliseconds / settings.speed))
  }

  private func slowProver(_ node: DevnetNode) {
    let model = AggregationCostModel.next(after: node.backend.costModel)
    node.obey(.proverCost(model?.name))
    let detail = model.map { "its prover costs \($0.name) now" } ?? "its prover is itself again"
    node.emit(.node(.chaos(.slowProver, active: model != nil, detail: detail)))
  }

  private func toggle(
    _ fault: Fault, _ index: Int,
    _ change: (DevnetNode, _ isActive: Bool) throws(DevnetRefusal) -> String
  ) {
    let lasting = LastingFault(fault: fault, node: index)
    var isActive = faults.withLock { faults in
      if faults.remove(lasting) != nil { return false }
      faults.insert(lasting)
      return true
    }
    let detail: String
    do throws(DevnetRefusal) {
      detail = try change(nodes[index], isActive)
    } catch {
      // The node could not be brought back: the fault stands.
      faults.withLock { _ = $0.insert(lasting) }
      isActive = true
      detail = error.description
    }
    nodes[index].emit(.node(.chaos(fault, active: isActive, detail: detail)))
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
    for fault in [Fault.pause, .cut, .silence] {
      let lasting = LastingFault(fault: fault, node: index)
      guard faults.withLock({ $0.remove(lasting) }) != nil else { continue }
      node.emit(.node(.chaos(fault, active: false, detail: "it ended with the node")))
    }
  }

  private func silence(_ node: DevnetNode, _ isActive: Bool) -> String {
    node.obey(.command(isActive ? .stopAggregating : .becomeAggregator))
    return isActive ? "it no longer aggregates" : "it aggregates again"
  }

  private func stepClock(_ node: DevnetNode, _ isActive: Bool) -> String {
    let step = Devnet.clockStepMilliseconds
    node.obey(.stepClock(milliseconds: isActive ? step : -step))
    return isActive ? "its clock is \(step) ms off" : "its clock is right again"
  }
}

extension AggregationCostModel {
  /// The published prover after this one in the list; `nil`, no added cost, after the last.
  static func next(after model: AggregationCostModel?) -> AggregationCostModel? {
    let index = presets.firstIndex { $0.name == model?.name }.map { $0 + 1 } ?? 0
    return index < presets.count ? presets[index] : nil
  }
}
