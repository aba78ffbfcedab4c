import ChainEvents
import Consensus
import Hashing
import Randomness
import Testing

@testable import Syncing

struct BlockFetcherTests {
  private let chain = TestChain(through: 1_200, empty: Set(stride(from: 7, through: 1_200, by: 9)))

  private func world(seed: UInt64 = 1) -> SyncWorld {
    SyncWorld(chain.genesis, slot: 1_201, seed: seed)
  }

  @Test func `one honest peer is enough, and each block is fetched and delivered once`() {
    var world = world()
    world.connect(1, chain)
    #expect(world.run(for: .seconds(60)) { $0.head == chain.head })
    #expect(world.delivered == chain.blocks.map(\.root))
    #expect(world.asks.count < 40)
  }

  @Test func `several peers share the range`() {
    var world = world()
    for peer in 1...3 { world.connect(peer, chain) }
    #expect(world.run(for: .seconds(60)) { $0.head == chain.head })
    #expect(world.delivered == chain.blocks.map(\.root))
    for peer in 1...3 { #expect(world.asks.contains { $0.peer == peer }) }
  }

  @Test func `two slots behind is a range, one is left to gossip`() {
    let head = chain.blocks[chain.blocks.count - 2].checkpoint
    var world = SyncWorld(head, slot: 1_200, seed: 1)
    world.connect(1, chain)
    #expect(!world.run(for: .seconds(20)) { !$0.asks.isEmpty })
    let older = chain.blocks[chain.blocks.count - 3].checkpoint
    world = SyncWorld(older, slot: 1_200, seed: 1)
    world.connect(1, chain)
    #expect(world.run(for: .seconds(20)) { $0.head == chain.head })
  }

  @Test(arguments: Conduct.allCases.filter { $0 != .honest }, [1, 2, 3] as [UInt64])
  func `one honest peer brings us to the head, whatever the others do`(
    conduct: Conduct, seed: UInt64
  ) {
    var world = world(seed: seed)
    let other =
      switch conduct {
      case .foreign:
        TestChain(
          after: Checkpoint(root: chain.head.root, slot: 0), through: 1_200, salt: 1)
      case .invalid: TestChain(through: 1_200, salt: 2)
      default: chain
      }
    for peer in 1...3 { world.connect(peer, other, conduct) }
    world.connect(4, chain)
    #expect(world.run(for: .seconds(300)) { $0.head == chain.head })
    // Hostile answers cost them more than us: the requests stay within some times the needed.
    #expect(world.asks.count < 400)
    #expect(world.delivered.count < 3 * chain.blocks.count)
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `any mixture of peers with an honest one brings us to the head`(seed: UInt64) {
    var world = world(seed: seed)
    for peer in 1...6 {
      let conduct = Conduct.allCases[world.random.below(Conduct.allCases.count)]
      let other = conduct == .invalid ? TestChain(through: 1_200, salt: 2) : chain
      world.connect(peer, other, conduct)
    }
    world.connect(7, chain)
    #expect(world.run(for: .seconds(600)) { $0.head == chain.head })
  }

  @Test func `a fork of ours is left: the other chain is fetched from the finalized block on`() {
    let ours = chain.forked(after: 800, through: 900, salt: 3)
    var world = SyncWorld(ours.head, slot: 1_201, seed: 1)
    world.known.formUnion(ours.blocks.map(\.root) + [chain.genesis.root])
    world.finalized = chain.blocks[600].checkpoint
    world.handle(.chain(ChainPosition(head: ours.head, finalized: world.finalized)))
    world.connect(1, chain)
    #expect(world.run(for: .seconds(60)) { $0.head == chain.head })
  }

  @Test func `a peer on another chain behind our finalized block is left alone`() {
    let other = chain.forked(after: 500, through: 1_150, salt: 3)
    let start = chain.blocks[700].checkpoint
    var world = SyncWorld(start, slot: 1_201, seed: 1)
    world.connect(1, other)
    #expect(!world.run(for: .seconds(500)) { $0.head != start })
    #expect(world.asks.count < 8)
    #expect(world.delivered.isEmpty)
  }

  @Test func `a peer whose finalized block is not ours at the same slot is never asked`() {
    let start = chain.blocks[700].checkpoint
    var world = SyncWorld(start, slot: 1_201, seed: 1)
    world.handle(.connected(1))
    world.handle(
      .status(
        1,
        Status(
          finalized: Checkpoint(root: .zero, slot: start.slot), head: chain.head)))
    #expect(!world.run(for: .seconds(60)) { !$0.asks.isEmpty })
  }

  @Test func `claims beyond the clock allocate nothing and ask nothing`() {
    var world = world()
    for peer in 1...50 {
      world.handle(.connected(peer))
      for slot in [1_203, 1 << 40, UInt64.max] {
        world.handle(
          .status(
            peer,
            Status(
              finalized: Checkpoint(root: .zero, slot: 0),
              head: Checkpoint(root: .zero, slot: Slot(slot)))))
      }
    }
    #expect(world.asks.isEmpty)
  }

  @Test func `a peer that leaves is replaced, and the last that leaves ends the run`() {
    var world = world()
    world.connect(1, chain)
    world.connect(2, chain, .silent)
    world.handle(.disconnected(1))
    world.peers[1] = nil
    #expect(!world.run(for: .seconds(30)) { $0.head.slot > 1_150 })
    world.connect(3, chain)
    #expect(world.run(for: .seconds(60)) { $0.head == chain.head })
  }

  @Test func `an engine that is stopped gets no flood, and the run goes on with it`() {
    var world = world()
    world.engineTime = .seconds(40)
    world.connect(1, chain)
    _ = world.run(for: .seconds(50)) { _ in false }
    #expect(world.delivered.count <= 6 * SyncLimits.deliveries)
    world.engineTime = .milliseconds(1)
    #expect(world.run(for: .seconds(2_000)) { $0.head == chain.head })
  }

  @Test func `what waits for the engine is bounded`() {
    let large = TestChain(through: 300, byteCount: 4 << 20)
    var world = SyncWorld(large.genesis, slot: 301, seed: 1)
    world.engineTime = .milliseconds(200)
    for peer in 1...4 { world.connect(peer, large) }
    var most = 0
    #expect(
      world.run(for: .seconds(600)) { world in
        most = max(most, world.fetcher.bufferedBytes)
        return world.head == large.head
      })
    #expect(most <= SyncLimits.bufferBytes + (4 << 20))
    #expect(world.delivered == large.blocks.map(\.root))
  }

  @Test func `our age makes us ask peers where they stand, once a slot`() {
    var world = world()
    world.connect(1, TestChain(through: 0))
    _ = world.run(for: .seconds(40)) { _ in false }
    #expect((9...12).contains(world.statusAsks))
  }

  @Test func `two runs of one seed are the same`() {
    func run() -> [Ask<Int>] {
      var world = world(seed: 9)
      for peer in 1...4 { world.connect(peer, chain, peer == 4 ? .honest : .short) }
      _ = world.run(for: .seconds(60)) { $0.head == chain.head }
      return world.asks
    }
    #expect(run() == run())
  }
}

struct RootWantsTests {
  private let chain = TestChain(through: 100)

  private func world() -> SyncWorld {
    SyncWorld(chain.blocks[98].checkpoint, slot: 100, seed: 1)
  }

  private func roots(_ world: SyncWorld) -> [Ask<Int>] {
    world.asks.filter { if case .roots = $0.content { true } else { false } }
  }

  @Test func `the peer that named a block is asked first, then others, each once`() {
    var world = world()
    for peer in 1...4 { world.connect(peer, TestChain(through: 0)) }
    world.handle(.want(chain.head.root, namedBy: 3))
    _ = world.run(for: .seconds(10)) { _ in false }
    #expect(roots(world).map(\.peer).first == 3)
    #expect(Set(roots(world).map(\.peer)) == [1, 2, 3, 4])
    #expect(roots(world).count == 4)
  }

  @Test func `a block that one peer has comes from it, and a root is asked for once at a time`() {
    var world = world()
    world.connect(1, TestChain(through: 0))
    world.connect(2, chain)
    for _ in 0..<10 { world.handle(.want(chain.head.root, namedBy: 2)) }
    #expect(roots(world).count == 1)
    #expect(world.run(for: .seconds(10)) { $0.head == chain.head })
  }

  @Test func `a block that came by gossip is not asked for again`() {
    var world = world()
    world.connect(1, chain, .silent)
    world.connect(2, chain)
    world.handle(.want(chain.head.root, namedBy: 1))
    world.handle(.found(chain.head.root))
    _ = world.run(for: .seconds(30)) { _ in false }
    #expect(roots(world).count == 1)
  }

  @Test func `slow peers hold two requests each, and wants have a limit`() {
    var world = world()
    for peer in 1...3 { world.connect(peer, chain, .silent) }
    for number in 0..<5_000 {
      world.handle(
        .want(Bytes32 { $0.storeBytes(of: UInt64(number), as: UInt64.self) }, namedBy: 1))
    }
    #expect(roots(world).count == 6)
    #expect(world.fetcher.wantedRoots == SyncLimits.roots)
  }

  @Test func `while much is missing single blocks wait for the range`() {
    var world = SyncWorld(chain.genesis, slot: 101, seed: 1)
    world.connect(1, chain)
    #expect(world.run(for: .seconds(1)) { !$0.asks.isEmpty })
    world.handle(.want(chain.head.root, namedBy: 1))
    #expect(world.run(for: .seconds(60)) { !roots($0).isEmpty || $0.head == chain.head })
    #expect(world.head.slot >= 80)
  }
}
