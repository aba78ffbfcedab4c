import Aggregation
import ChainEvents
import Consensus
import Foundation
import Hashing
import Networking
import NodeTestSupport
import Proposing
import SSZ
import Storage
import Testing
import XMSS

@testable import LeanNode

/// How a node starts from its files.
struct LeanNodeTests {
  private let scratch: Scratch
  private let configuration: NodeConfiguration

  init() throws {
    scratch = try Scratch()
    let keys = try testKeys(2)
    configuration = NodeConfiguration(
      name: "test", networkName: "test",
      genesis: GenesisState(genesisTime: 4_000_000_000, validators: try registry(keys)),
      keys: keys, scheme: .test, isAggregator: false, policy: ProposalPolicy(),
      databasePath: scratch.path("chain.sqlite"), journalPath: scratch.path("journal.sqlite"),
      journalPolicy: .strict, simulated: [])
  }

  private func start() throws -> LeanNode {
    let clock = NodeClock()
    return try LeanNode(
      configuration, clock: clock,
      backend: SwitchableBackend(XMSSListBackend(scheme: .test)),
      events: EventBus(
        stamp: EventStamp(
          node: "test", genesisMilliseconds: configuration.genesis.clock.genesis.rawValue)),
      connect: { InMemoryNetwork(seed: 1).join("test", $0) })
  }

  @Test func `a bit turned in the kept block is refused at the start, with file and remedy`() throws
  {
    try start().kill()
    try start().kill()
    let genesis = configuration.genesis
    for turn in [
      { $0.parentRoot = SHA256.hash([1]) }, { $0.proposerIndex = 1 }, { $0.stateRoot = .zero },
    ]
      as [(inout Block) -> Void]
    {
      var block = genesis.block
      turn(&block)
      let database = try ChainDatabase(path: configuration.databasePath, genesis: genesis.root)
      try database.setAnchor(block, state: genesis.state)
      try database.close()
      let failure = #expect(throws: LeanNode.StartFailure.self) { try start().kill() }
      let line = failure?.description ?? ""
      #expect(line.hasPrefix("chain database \(configuration.databasePath) is damaged ("))
      #expect(line.hasSuffix("; move it away; the node then starts from genesis or from its peers"))
      #expect(!line.contains("\n"))
    }
  }
}
