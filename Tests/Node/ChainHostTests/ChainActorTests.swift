import Aggregation
import AggregationTestSupport
import Chain
import ChainEvents
import ChainTestSupport
import ChainWork
import Consensus
import Hashing
import Synchronization
import Testing
import XMSS

@testable import ChainHost

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
      wall: UnixMilliseconds(Fixture.genesis + now), monotonicMilliseconds: now)
  }

  func sleep(until time: UnixMilliseconds) async throws {
    while reading().wall < time { try await Task.sleep(for: .milliseconds(1)) }
  }

  func publish(_ block: SignedBlock) { state.withLock { $0.blocks.append(block) } }
  func publish(_ attestations: [SignedAttestation]) {
    state.withLock { $0.votes += attestations }
  }
  func publish(_ aggregate: SignedAggregatedAttestation) {}
  func request(_ blocks: [BlockRequest]) {}
  func judge(_ gossip: UInt64, _ verdict: Verdict) {}

  func abandon(_ ticket: WorkTicket, _ lane: WorkLane) {}

  func run(_ work: Work, answer: @escaping @Sendable (JobResult) -> Void) {
    answer(work.job.run(on: MockBackend(real: XMSSListBackend(scheme: .test)), scheme: .test))
  }

  func sign(
    _ request: SigningRequest, answer: @escaping @Sendable (SigningAnswer) -> Void
  ) {
    switch request {
    case .floors(let slot): answer(.floors(through: slot, failure: nil))
    case .block(let slot, _, let root):
      answer(.block(slot: slot, root: root, .success(Fixture.signature(1))))
    case .attestations(let data, _, let validators):
      answer(.attestations(data: data, validators.map { ($0, .success(Fixture.signature(1))) }))
    }
  }

  func keep(_ record: ChainRecord) {
    state.withLock { $0.records += 1 }
  }
}

struct ChainActorTests {
  private func services(_ world: World) -> ChainServices {
    ChainServices(
      clock: world, network: world, executor: world, signer: world, storage: world,
      events: EventBus(stamp: EventStamp(node: "test", genesisMilliseconds: Fixture.genesis)))
  }

  private func actor(_ world: World) throws -> ChainActor {
    let configuration = ChainConfiguration(
      clock: SlotClock(genesisTime: Fixture.genesis / 1000), validators: [0, 1],
      isAggregator: true)
    let engine = ChainEngine(
      configuration: configuration, store: try Fixture.genesisStore(validators: 2))
    return ChainActor(engine: engine, services: services(world))
  }

  /// Waits until something holds; the test's time limit is the only other end.
  private func wait(until holds: () -> Bool) async throws {
    while !holds() { try await Task.sleep(for: .milliseconds(1)) }
  }

  @Test(.timeLimit(.minutes(5)))
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
    #expect(actor.view.current.life == .stopped)
  }
}
