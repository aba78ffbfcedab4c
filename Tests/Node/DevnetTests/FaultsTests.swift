import Aggregation
import Chain
import ChainEvents
import Consensus
import Foundation
import LeanNode
import NodeTestSupport
import Testing

@testable import Devnet

/// The faults behind the chaos keys, on a devnet whose genesis is far enough away to stand still.
struct FaultsTests {
  @Test(arguments: DevnetTransport.allCases)
  func `a fault switches on, switches off, and both are events of its node`(
    transport: DevnetTransport
  ) throws {
    let stand = try Stand(transport)
    for fault in [Fault.pause, .cut, .silence, .stepClock, .kill] {
      stand.devnet.toggle(fault, node: 1)
      #expect(stand.told(of: 1) == ["\(fault.rawValue) on"])
      stand.devnet.toggle(fault, node: 1)
      #expect(stand.told(of: 1) == ["\(fault.rawValue) off"])
    }
    #expect(stand.told(of: 0) == [], "faults of one node are no events of another")
    stand.end()
  }

  @Test func `a killed node is gone, and its next life is not the last one's fault`() throws {
    let stand = try Stand()
    stand.devnet.toggle(.pause, node: 1)
    stand.devnet.toggle(.silence, node: 1)
    stand.devnet.toggle(.cut, node: 1)
    _ = stand.told(of: 1)
    stand.devnet.toggle(.kill, node: 1)
    #expect(stand.devnet.nodes[1].current == nil)
    #expect(Set(stand.told(of: 1)) == ["pause off", "silence off", "cut off", "kill on"])
    // Nothing of these lasts, so the same key begins the fault anew.
    stand.devnet.toggle(.kill, node: 1)
    #expect(stand.devnet.nodes[1].current != nil)
    stand.devnet.toggle(.cut, node: 1)
    #expect(stand.told(of: 1) == ["kill off", "cut on"])
    stand.end()
  }

  @Test func `a node that cannot come back stays killed, and the event says why`() throws {
    let stand = try Stand()
    stand.devnet.toggle(.kill, node: 0)
    let folder = URL(fileURLWithPath: stand.devnet.nodes[0].configuration.databasePath)
      .deletingLastPathComponent()
    let aside = folder.appendingPathExtension("aside")
    try FileManager.default.moveItem(at: folder, to: aside)
    try Data().write(to: folder)
    stand.devnet.toggle(.kill, node: 0)
    #expect(stand.devnet.nodes[0].current == nil)
    #expect(stand.told(of: 0) == ["kill on", "kill on"])
    try FileManager.default.removeItem(at: folder)
    try FileManager.default.moveItem(at: aside, to: folder)
    stand.devnet.toggle(.kill, node: 0)
    #expect(stand.told(of: 0) == ["kill off"])
    stand.end()
  }

  @Test func `a stepped clock is off by as much, and right again after`() throws {
    let stand = try Stand()
    let node = stand.devnet.nodes[1]
    func offset() -> Int64 {
      let truth = stand.devnet.nowMilliseconds
      return Int64(node.clock.reading().wall.rawValue) - Int64(truth)
    }
    stand.devnet.toggle(.stepClock, node: 1)
    #expect((1_500...11_500).contains(offset()))
    stand.devnet.toggle(.stepClock, node: 1)
    #expect((0...10_000).contains(offset()))
    stand.end()
  }

  @Test func `the prover gets slower key by key, and is itself again after the slowest`() throws {
    let stand = try Stand()
    let backend = stand.devnet.nodes[1].backend
    var names: [String] = []
    repeat {
      stand.devnet.toggle(.slowProver, node: 1)
      names.append(backend.costModel?.name ?? "none")
    } while backend.costModel != nil && names.count < 20
    #expect(names.count > 1 && Set(names).count == names.count && names.last == "none")
    #expect(
      stand.told(of: 1)
        == names.map { $0 == "none" ? "slow_prover off" : "slow_prover on" })
    stand.end()
  }

  @Test func `a delayed block is told on the node that proposes next`() throws {
    let stand = try Stand()
    stand.devnet.toggle(.delayBlock, node: 0)
    // Before genesis the next slot is 1.
    #expect(stand.told(of: 0) == [])
    #expect(stand.told(of: 1) == ["delay_block on"])
    stand.devnet.toggle(.kill, node: 1)
    _ = stand.told(of: 1)
    stand.devnet.toggle(.delayBlock, node: 0)
    #expect(stand.told(of: 0) == ["delay_block on"], "the next one that lives")
    stand.end()
  }

  @Test func `a node that is cut off loses its peers over QUIC, and finds them again`() throws {
    let stand = try Stand(.quic)
    #expect(stand.waitForConnection(of: 0))
    stand.devnet.toggle(.cut, node: 1)
    #expect(stand.waitForNews(of: 0) { if case .peerDisconnected = $0 { true } else { false } })
    stand.devnet.toggle(.cut, node: 1)
    #expect(stand.waitForConnection(of: 0))
    stand.end()
  }

  @Test func `a killed node finds its peers again over QUIC, at its old port`() throws {
    let stand = try Stand(.quic)
    #expect(stand.waitForConnection(of: 0))
    stand.devnet.toggle(.kill, node: 1)
    stand.devnet.toggle(.kill, node: 1)
    #expect(stand.waitForConnection(of: 0))
    stand.end()
  }

  @Test func `a fault of a node that does not exist is none`() throws {
    let stand = try Stand()
    for (fault, node) in [(Fault.pause, 2), (.kill, -1), (.slowProver, 9)] {
      stand.devnet.toggle(fault, node: node)
    }
    for node in 0..<2 { #expect(stand.told(of: node) == []) }
    stand.end()
  }
}

/// A started devnet and a reader of each node's events.
private struct Stand {
  let devnet: Devnet
  private let scratch: Scratch
  private let readers: [EventSubscription]

  init(_ transport: DevnetTransport = .memory) throws {
    scratch = try Scratch()
    var settings = DevnetSettings()
    settings.directory = scratch.path("devnet")
    settings.transport = transport
    settings.keySlots = 64
    // Keys take most of the time here.
    settings.nodes = 2
    settings.validators = 2
    let chain = try DevnetChain.open(
      settings.validated(), unixSeconds: { UInt64(Date().timeIntervalSince1970) + 600 },
      onProgress: { _ in })
    devnet = try Devnet(settings, chain: chain, leaves: try LeafWatch(path: chain.leafRecordPath))
    readers = devnet.nodes.compactMap { $0.events.subscribe() }
    try devnet.start()
  }

  /// What the chaos events of a node said since the last call.
  func told(of node: Int) -> [String] {
    readers[node].drain().compactMap { event in
      guard case .node(.chaos(let fault, let active, _)) = event.event else { return nil }
      return "\(fault.rawValue) \(active ? "on" : "off")"
    }
  }

  func waitForConnection(of node: Int) -> Bool {
    waitForNews(of: node) { if case .peerConnected = $0 { true } else { false } }
  }

  /// Reads the events of a node until the network tells something; gives up after 20 s.
  func waitForNews(of node: Int, _ isWanted: (NetworkEvent) -> Bool) -> Bool {
    for _ in 0..<400 {
      for event in readers[node].drain() {
        if case .network(let news) = event.event, isWanted(news) { return true }
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
    return false
  }

  func end() {
    for node in devnet.nodes { node.kill() }
  }
}
