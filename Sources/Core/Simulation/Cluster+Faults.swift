// What goes wrong, happening.
extension Cluster {
  mutating func strike(_ fault: Fault) {
    log.append(world: "\(fault)", at: queue.now)
    switch fault {
    case .partition(let sides): network.partition(sides: sides)
    case .heal: network.heal()
    case .crash(let node, let cutsPower):
      nodes[node].crash(cutsPower: cutsPower, random: &diskRandom)
    case .restart(let node):
      if nodes[node].chain == nil { start(node) }
    case .clockStep(let node, let milliseconds):
      nodes[node].clock.step(byMilliseconds: milliseconds)
      moveClock(node)
    case .clockSynchronized(let node):
      nodes[node].clock.synchronize(at: queue.now)
      moveClock(node)
    case .proverBreaks(let node): nodes[node].isProverBroken = true
    case .proverHangs(let node): nodes[node].isProverHung = true
    case .proverRecovers(let node):
      nodes[node].isProverBroken = false
      nodes[node].isProverHung = false
    case .validatorsOffline(let node): nodes[node].areValidatorsOffline = true
    case .validatorsOnline(let node): nodes[node].areValidatorsOffline = false
    case .linkCut(let from, let to): network.cut(from: from, to: to)
    case .linkRestored(let from, let to): network.restore(from: from, to: to)
    }
  }

  private mutating func moveClock(_ node: NodeIndex) {
    nodes[node].clockMovedAt = queue.now
    checks.moveClock(node)
  }
}
