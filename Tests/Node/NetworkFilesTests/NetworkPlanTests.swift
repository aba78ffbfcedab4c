import Foundation
import Hashing
import KeyFiles
import Libp2p
import NodeTestSupport
import PeerIdentity
import Testing
import Wire
import XMSS

@testable import NetworkFiles

struct NetworkPlanTests {
  private let scratch: Scratch
  private let plan: NetworkPlan

  init() throws {
    scratch = try Scratch()
    plan = NetworkPlan(
      folder: scratch.path("net"),
      nodes: ["swiftlet_0", "ethlambda_0", "observer_0"].enumerated().map { index, name in
        NetworkPlan.Node(
          name: name, quicPort: 9_001 + UInt16(index), metricsPort: 8_081 + UInt16(index),
          apiPort: 5_051 + UInt16(index), isAggregator: index == 0)
      },
      address: try #require(IPAddress(text: "127.0.0.1")), validatorCount: 2, scheme: .test,
      keySlots: 256, committeeCount: 1)
  }

  private func make() throws -> GenesisFile {
    var seed: UInt8 = 0
    return try plan.write(
      genesisTime: { 1_795_000_000 },
      secret: {
        seed += 1
        return Bytes32 { $0[0] = seed }
      })
  }

  @Test func `each node of a network reads what was made for it`() throws {
    let genesis = try make()
    for (index, node) in plan.nodes.enumerated() {
      let files = try NetworkFiles(.init(folder: plan.folder, node: node.name), node: node.name)
      #expect(files.genesis == genesis)
      #expect(files.warnings == [])
      #expect(files.validators.map(\.index) == (index < 2 ? [UInt64(index)] : []))
      #expect(files.scheme == .test)
      #expect(files.committeeCount == 1)
      #expect(files.bootnodes.count == 3)
      #expect(files.bootnodes[index].peer == files.identity?.peerID)
      #expect(files.nodes?[node.name]?.quicPort == node.quicPort)
      #expect(files.nodes?[node.name]?.isAggregator == (index == 0))
      #expect(files.peerNames.count == 3)
      let keys = try files.loadKeys(scheme: .test)
      #expect(keys.map(\.index) == files.validators.map(\.index))
    }
  }

  @Test func `a folder that holds a network is refused, and stays as it is`() throws {
    _ = try make()
    let before = try String(contentsOfFile: "\(plan.folder)/config.yaml", encoding: .utf8)
    let error = #expect(throws: KeyFileError.self) { try make() }
    #expect(error?.problem.hasPrefix("exists: the folder holds a network") == true)
    let after = try String(contentsOfFile: "\(plan.folder)/config.yaml", encoding: .utf8)
    #expect(after == before)
  }

  @Test func `a run that was stopped before the end keeps the keys it has`() throws {
    let first = try make()
    try FileManager.default.removeItem(atPath: "\(plan.folder)/config.yaml")
    let again = try make()
    #expect(again == first)
  }

  @Test(arguments: [
    ("swiftlet_0", true), ("a-B", true), ("", false), ("a b", false), ("a/b", false),
    ("$(x)", false), ("ä", false), (String(repeating: "a", count: 65), false),
  ])
  func `a node's name can stand in file names and scripts`(name: String, isName: Bool) {
    #expect(NetworkPlan.Node.isName(name) == isName)
  }
}
