private import Aggregation
private import ChainEvents
private import ChainHost
private import Consensus
private import ForkChoice
private import Foundation
private import LeanNode
private import Libp2p
private import Networking
private import PeerIdentity
private import Proposing
private import QUIC
private import RequestResponse
private import Storage
private import XMSS

/// How fast a whole node catches up with a peer on loopback, every signature verified and every
/// block written, and where the time goes.
package struct SyncBench: Sendable {
  /// The suite's name on the command line.
  package static let name = "sync"

  private static let validators: UInt64 = 4

  private let slots: UInt64
  private let tell: @Sendable (String) -> Void

  /// Creates a bench; `tell` takes lines about its progress.
  package init(slots: UInt64, tell: @escaping @Sendable (String) -> Void) {
    self.slots = slots
    self.tell = tell
  }

  /// Makes a chain and syncs it, which takes a minute or two.
  package func run() async throws -> [NetworkFigure] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "swiftlet-sync-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let chain = try SyncChain(
      slots: slots, validators: Self.validators, folder: folder.path, tell: tell)
    let parts = try partFigures(chain)
    return try await syncFigures(chain, folder: folder.path) + parts
  }

  private func syncFigures(_ chain: SyncChain, folder: String) async throws -> [NetworkFigure] {
    let serverIdentity = try BenchIdentity.make(1)
    let server = try PeerNetwork(
      listen: [.loopback(port: 0)],
      settings: PeerNodeSettings(identity: serverIdentity, scheme: SyncChain.scheme),
      ports: NodePorts(mailbox: .init(), source: source(chain), report: { _ in }))
    defer { server.leave() }
    let clientIdentity = try BenchIdentity.make(2)
    var settings = PeerNodeSettings(identity: clientIdentity, scheme: SyncChain.scheme)
    settings.staticPeers = [
      DialBook.StaticPeer(peer: serverIdentity.peerID, addresses: server.addresses)
    ]
    let configuration = NodeConfiguration(
      name: "client", networkName: "sync", genesis: chain.genesis, keys: [],
      scheme: SyncChain.scheme, isAggregator: false, policy: ProposalPolicy(),
      databasePath: "\(folder)/client.sqlite", journalPath: "\(folder)/journal.sqlite",
      journalPolicy: .strict, simulated: [])
    let client = try LeanNode(
      configuration, clock: NodeClock(),
      backend: SwitchableBackend(XMSSListBackend(scheme: SyncChain.scheme, workers: .allCores)),
      events: EventBus(
        stamp: EventStamp(
          node: "client", genesisMilliseconds: chain.genesis.clock.genesis.rawValue)),
      connect: { [settings] ports in
        try PeerNetwork(listen: [.loopback(port: 0)], settings: settings, ports: ports)
      })
    tell("syncing")
    let processor = ProcessFigures.processorMilliseconds()
    let began = ContinuousClock.now
    client.start()
    var told = 0
    while client.view.head.slot < chain.head.slot {
      try await Task.sleep(for: .milliseconds(20))
      let head = Int(client.view.head.slot.rawValue)
      if head / 1_000 > told { (told, _) = (head / 1_000, tell("at slot \(head)")) }
      guard ContinuousClock.now - began < .seconds(600) else { throw BenchError.lost }
    }
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    let spent = ProcessFigures.processorMilliseconds() - processor
    let threads = [("server's", serverIdentity), ("client's", clientIdentity)].map {
      name, identity in
      let time = ProcessFigures.processorNanoseconds(
        ofThread: PeerNetwork.threadName(of: identity.peerID))
      return NetworkFigure(
        "  \(name) network thread, processor per slot",
        time.map { Double($0) / 1e6 / Double(slots) } ?? .nan, "ms")
    }
    let resident = Double(ProcessFigures.residentBytes()) / 1e6
    await client.stop()
    return [
      NetworkFigure(
        "sync of \(slots) slots from one peer, \(Self.validators) votes each",
        Double(slots) / seconds, "slots/s", .atLeast(500)),
      NetworkFigure("  bytes of a block", Double(chain.blockBytes) / Double(slots), "B"),
      NetworkFigure("  processor per slot, both nodes", spent / Double(slots), "ms"),
    ] + threads + [NetworkFigure("  resident memory of both nodes at the end", resident, "MB")]
  }

  private func source(_ chain: SyncChain) -> ChainSource {
    let status = Status(finalized: chain.finalized, head: chain.head)
    let (database, beforeHead) = (chain.database, chain.beforeHead)
    return ChainSource(
      slot: { status.head.slot + 1 }, status: { status },
      block: { root in try? database.block(root) },
      range: { start, count in
        let range = try? database.range(
          from: start, count: count, head: status.head, beforeHead: beforeHead)
        switch range {
        case .roots(let roots): return .roots(roots)
        case .outsideHistory: return .outsideHistory
        case .incomplete, nil: return .incompleteHistory
        }
      })
  }

  /// What the parts of an import cost by themselves, on the last blocks of the chain.
  private func partFigures(_ chain: SyncChain) throws -> [NetworkFigure] {
    let (start, blocks) = chain.sample
    let backend = XMSSListBackend(scheme: SyncChain.scheme)
    func milliseconds(_ body: () throws -> Void) rethrows -> Double {
      let began = ContinuousClock.now
      try body()
      return (ContinuousClock.now - began) / .milliseconds(1) / Double(blocks.count)
    }
    let verifying = try milliseconds {
      for block in blocks {
        _ = try BlockSignatureCheck(of: block, validators: chain.genesis.state.validators)
          .verified(by: backend)
      }
    }
    var store = start
    let importing = try milliseconds {
      for block in blocks {
        store.onTick(to: Interval(of: block.block.slot), hasProposal: false)
        _ = try store.onBlock(VerifiedBlock(trusting: block), hasChild: true)
        store.pruneFinalized()
      }
    }
    return [
      NetworkFigure("  verifying the signatures of a block, one thread", verifying, "ms"),
      NetworkFigure("  transition and fork choice of a block", importing, "ms"),
    ]
  }
}
