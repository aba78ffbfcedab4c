import Aggregation
import AggregationTestSupport
import ChainEvents
import Consensus
import Hashing
import Synchronization
import Testing
import XMSS

@testable import Chain

/// A wall clock that tests move, services that answer at once, and what they were asked for.
private final class World: WallClock, ChainNetwork, WorkExecutor, ChainSigner, ChainStorage {
  private struct State {
    var now: UInt64 = 0
    var blocks: [SignedBlock] = []
    var votes: [SignedAttestation] = []
    var records = 0
  }

  private let state = Mutex(State())

  var blocks: [SignedBlock] { state.withLock { $0.blocks } }
  var votes: [SignedAttestation] { state.withLock { $0.votes } }
  var records: Int { state.withLock { $0.records } }

  func set(millisecondsSinceGenesis now: UInt64) {
    state.withLock { $0.now = now }
  }

  func reading() -> ClockReading {
    let now = state.withLock { $0.now }
    return ClockReading(
      wall: UnixMilliseconds(EngineRun.genesis + now), monotonicMilliseconds: now)
  }

  func sleep(until time: UnixMilliseconds) async throws {
    while reading().wall < time { try await Task.sleep(for: .milliseconds(1)) }
  }

  func publish(_ block: SignedBlock) { state.withLock { $0.blocks.append(block) } }
  func publish(_ attestations: [SignedAttestation]) {
    state.withLock { $0.votes += attestations }
  }
  func publish(_ aggregate: SignedAggregatedAttestation) {}
  func request(_ roots: [Bytes32]) {}
  func judge(_ gossip: UInt64, _ verdict: Verdict) {}

  func run(_ work: Work, answer: @escaping @Sendable (WorkResult) -> Void) {
    answer(work.job.run(on: MockBackend(real: XMSSListBackend(scheme: .test)), scheme: .test))
  }

  func sign(
    _ request: SigningRequest, answer: @escaping @Sendable (SigningAnswer) -> Void
  ) {
    switch request {
    case .block(let slot, _, let root):
      answer(.block(slot: slot, root: root, .success(EngineRun.signature(1))))
    case .attestations(let data, _, let validators):
      answer(.attestations(data: data, validators.map { ($0, .success(EngineRun.signature(1))) }))
    }
  }

  func keep(_ record: ChainRecord, failed: @escaping @Sendable (String) -> Void) {
    state.withLock { $0.records += 1 }
  }
}

struct ChainActorTests {
  private func services(
    _ world: World, onFatal: @escaping @Sendable (String) -> Void = { _ in }
  ) -> ChainServices {
    ChainServices(
      clock: world, network: world, executor: world, signer: world, storage: world,
      events: EventBus(stamp: EventStamp(node: "test", genesisMilliseconds: EngineRun.genesis)),
      onFatal: onFatal)
  }

  private func actor(_ world: World) throws -> ChainActor {
    let configuration = ChainConfiguration(
      clock: SlotClock(genesisTime: EngineRun.genesis / 1000), validators: [0, 1],
      isAggregator: true)
    let state = ChainState(
      configuration: configuration, store: try EngineRun.genesisStore(validators: 2))
    return ChainActor(state: state, services: services(world))
  }

  /// Waits until something holds; the test's time limit is the only other end.
  private func wait(until holds: () -> Bool) async throws {
    while !holds() { try await Task.sleep(for: .milliseconds(1)) }
  }

  @Test(.timeLimit(.minutes(1)))
  func `the actor votes, proposes and stops when asked`() async throws {
    let world = World()
    let actor = try actor(world)
    actor.mailbox.post(.networkReady)
    async let run: Void = actor.run()
    world.set(millisecondsSinceGenesis: 800)
    try await wait { world.votes.count == 2 }
    world.set(millisecondsSinceGenesis: 3950)
    #expect(world.blocks.isEmpty)
    world.set(millisecondsSinceGenesis: 4000)
    try await wait { world.blocks.count == 1 }
    #expect(world.records == 1)
    actor.mailbox.post(.shutDown)
    await run
    #expect(await actor.snapshot().life == .stopped)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a database that fails ends the actor with a message`() async throws {
    let world = World()
    let message = Mutex("")
    let state = ChainState(
      configuration: ChainConfiguration(
        clock: SlotClock(genesisTime: EngineRun.genesis / 1000), validators: [0]),
      store: try EngineRun.genesisStore(validators: 2))
    let actor = ChainActor(
      state: state, services: services(world) { text in message.withLock { $0 = text } })
    actor.mailbox.post(.storageFailed("disk full"))
    await actor.run()
    #expect(message.withLock { $0 } == "the chain database failed: disk full")
  }
}

struct ChainMailboxTests {
  private func isPeer(_ input: ChainState.Input?) -> String? {
    switch input {
    case .peer(let name, _): name
    case .wake: "wake"
    case nil: nil
    default: "other"
    }
  }

  @Test func `answers and commands go ahead of what peers send`() async {
    let mailbox = ChainMailbox()
    mailbox.post(.peer("first", head: nil))
    mailbox.post(.peer("second", head: nil))
    mailbox.post(.wake)
    var order: [String?] = []
    for _ in 0..<3 { order.append(isPeer(await mailbox.next())) }
    #expect(order == ["wake", "first", "second"])
  }

  @Test func `at the limit the oldest message of a peer is dropped and counted`() async {
    let mailbox = ChainMailbox()
    for number in 0..<(ChainMailbox.gossipLimit + 3) {
      mailbox.post(.peer("\(number)", head: nil))
    }
    #expect(mailbox.takeDropped().count == 3)
    #expect(mailbox.takeDropped().count == 0)
    #expect(isPeer(await mailbox.next()) == "3")
  }

  @Test func `gossip learns which of its messages were dropped`() throws {
    let mailbox = ChainMailbox()
    let nowhere = Checkpoint(root: root(9), slot: 1)
    let vote = SignedAttestation(
      validatorIndex: 0,
      data: AttestationData(slot: 1, head: nowhere, target: nowhere, source: nowhere),
      signature: EngineRun.signature(1))
    for number in 0..<UInt64(ChainMailbox.gossipLimit + 2) {
      mailbox.post(.attestation(vote, MessageOrigin(peer: "a", gossip: number)))
    }
    let dropped = mailbox.takeDropped()
    #expect(dropped.count == 2)
    #expect(dropped.gossip == [0, 1])
  }

  @Test func `a closed mailbox ends its reader and takes nothing in`() async {
    let mailbox = ChainMailbox()
    async let next = mailbox.next()
    mailbox.close()
    mailbox.post(.wake)
    #expect(isPeer(await next) == nil)
  }
}
