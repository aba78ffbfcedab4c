internal import Aggregation
internal import Chain
internal import ChainEvents
internal import ChainHost
internal import Consensus
internal import ForkChoice
private import Foundation
internal import Hashing
internal import LeanNode
internal import SSZ
internal import XMSS

/// One node under the load of a full network, in real time: how long its engine takes, and whether
/// its own duties are on time.
package struct LoadBench {
  /// The name on the command line.
  package static let name = "load"

  /// The validators of the network: a full registry.
  static let validatorCount: UInt64 = 4096

  /// Every fourth validator is the node's own, so every fourth block.
  static let ownShare: UInt64 = 4

  /// What a proof of a block costs the prover, which only waits.
  static let mergeMilliseconds = 600

  private let slots: UInt64
  private let onSlot: @Sendable (String) -> Void

  /// Creates a bench of so many slots; `onSlot` is told how far it is.
  package init(slots: UInt64, onSlot: @escaping @Sendable (String) -> Void) {
    self.slots = slots
    self.onSlot = onSlot
  }

  /// Runs the node and the network around it, which takes four seconds a slot.
  package func run() async throws -> LoadReport {
    let genesisTime = UInt64(Date().timeIntervalSince1970) + 3
    let store = try Self.genesis(genesisTime)
    let clock = SlotClock(genesisTime: genesisTime)
    let own = stride(from: 0, to: Self.validatorCount, by: Int(Self.ownShare))
      .map { ValidatorIndex($0) }
    let calls = CallClock()
    let mailbox = ChainMailbox()
    let network = LoadNetwork(
      store, clock: clock, calls: calls, mailbox: mailbox, own: Set(own))
    let backend = SwitchableBackend(
      MockProver(), model: AggregationCostModel(mergeMilliseconds: Self.mergeMilliseconds))
    let events = EventBus(
      stamp: EventStamp(node: "load", genesisMilliseconds: clock.genesis.rawValue))
    let actor = ChainActor(
      engine: ChainEngine(
        configuration: ChainConfiguration(
          clock: clock, validators: own, isAggregator: true, costSamples: backend.costSamples),
        store: store),
      services: ChainServices(
        clock: calls, network: network,
        executor: LoadExecutor(LaneExecutor(backend: backend, scheme: .test, name: "load")),
        signer: LoadSigner(), storage: LoadStorage(), events: events),
      mailbox: mailbox)
    let reader = events.subscribe(capacity: 1 << 17)
    var report = LoadReport(load: BenchmarkLoad.average)
    async let engine: Void = actor.run()
    mailbox.post(.networkReady)
    for slot in 1...slots {
      await play(slot, network)
      report.count(reader?.drain() ?? [])
      report.count(calls.takeCalls(), clock)
      report.memoryBytes.append(BenchmarkLoad.memoryBytes)
      let finalized = actor.view.current.finalized.slot
      report.finalizedSlot = finalized.rawValue
      onSlot("slot \(slot) of \(slots), finalized \(finalized)")
      guard !Task.isCancelled else { break }
    }
    mailbox.post(.shutDown)
    await engine
    report.count(reader?.drain() ?? [])
    report.end(network.sent, load: BenchmarkLoad.average)
    return report
  }

  private func play(_ slot: UInt64, _ network: LoadNetwork) async {
    await withCheckedContinuation { continuation in
      let thread = Thread {
        network.run(slot...slot)
        continuation.resume()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  private static func genesis(_ time: UInt64) throws -> Store {
    let validators = (0..<validatorCount).map { index in
      func key(_ role: UInt8) -> Bytes52 {
        let start = [role, UInt8(index & 255), UInt8(index >> 8)]
        return Bytes52(start + [UInt8](repeating: 0, count: 49)) ?? Bytes52()
      }
      return Validator(
        attestationPublicKey: PublicKey(key(1)), proposalPublicKey: PublicKey(key(2)),
        index: ValidatorIndex(index))
    }
    let state = State(genesisTime: time, validators: try Validators(validators))
    let genesis = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: state.hashTreeRoot(),
      body: BlockBody())
    return try Store(anchor: genesis, state: state)
  }
}

extension AggregationCostModel {
  /// A merge of so many milliseconds; the rest in the proportions of published provers.
  fileprivate init(mergeMilliseconds: Int) {
    func cost(_ divisor: Int) -> LinearCost {
      LinearCost(fixed: .milliseconds(mergeMilliseconds / divisor))
    }
    self.init(
      name: "merge-\(mergeMilliseconds)", source: "chosen for the bench", prepare: cost(1),
      aggregate: cost(4), merge: cost(1), split: cost(2), verify: cost(15))
  }
}

/// What the machine says of itself.
enum BenchmarkLoad {
  /// The mean number of runnable threads in the last minute.
  static var average: Double {
    var loads = [0.0]
    return getloadavg(&loads, 1) == 1 ? loads[0] : 0
  }

  /// The resident pages of the process.
  static var memoryBytes: Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return 0
    }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }

  /// The processor time of the calling thread.
  static var threadNanoseconds: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
