import ChainEvents
import DashboardDemo
import Hashing
import NodeStatus
import Testing

struct PreludeTests {
  private static let devnet: DemoDevnet = {
    var devnet = DemoDevnet()
    devnet.troubles = [105: .refresh, 109: .fallback, 113: .forfeit, 117: .miss, 122: .empty]
    return devnet
  }()

  private static let events = devnet.events(100...124)

  /// How a node stands, but for what lies in the past.
  private func standing(_ node: NodeStatus) -> [String] {
    let peers = node.peers.peers.map { peer in
      "\(peer.peer) \(peer.client ?? "") \(peer.address ?? "") \(String(describing: peer.direction))"
        + " \(String(describing: peer.status))"
    }
    let validators = node.validators.map { validator in
      "\(validator.index) \(String(describing: validator.attestationKey))"
        + " \(String(describing: validator.proposalKey)) \(validator.proposed)"
        + " \(validator.unproposed)"
    }
    let tree = node.tree.rows(head: node.head?.root ?? .zero, limit: 999).map { row in
      "\(row.slot) \(row.isCanonical) \(row.depth) \(row.block?.root.description ?? "-")"
    }
    return [
      node.name, "\(node.wallSlot) \(node.interval) \(node.timeMilliseconds)",
      "\(String(describing: node.description)) \(node.genesisMilliseconds)",
      "\([node.head, node.justified, node.finalized, node.safeTarget])",
      "\(String(describing: node.sync)) \(String(describing: node.gate))",
      "\(String(describing: node.aggregator)) \(String(describing: node.prover))",
      "\(String(describing: node.costModel)) \(String(describing: node.clock))",
      "\(node.faults) \(String(describing: node.stopped))",
      "\(String(describing: node.journal.operation)) \(String(describing: node.journal.entries))",
      "\(node.counters.outcomes) \(node.counters.orphans)",
    ] + peers + validators + tree
  }

  @Test(arguments: Array(stride(from: 0, to: events.count, by: 173)))
  func `what a prelude and the rest of a recording tell is what the whole tells`(cut: Int) {
    var whole = FleetStatus()
    for event in Self.events.prefix(cut) { whole.update(event) }
    var late = FleetStatus()
    for event in whole.prelude { late.update(event) }
    #expect(late.nodes.map(standing) == whole.nodes.map(standing))
    for event in Self.events.dropFirst(cut) {
      whole.update(event)
      late.update(event)
    }
    #expect(late.nodes.map(standing) == whole.nodes.map(standing))
  }

  @Test func `a prelude survives its lines and begins where the recording goes on`() throws {
    var whole = FleetStatus()
    for event in Self.events { whole.update(event) }
    let prelude = whole.prelude
    #expect(try prelude.map { try TimedEvent(line: $0.line) } == prelude)
    #expect(prelude.allSatisfy { whole.timeMilliseconds - $0.timeMilliseconds < 4_000 })
    #expect(Set(prelude.map(\.node)) == Set(Self.devnet.nodes))
  }
}
