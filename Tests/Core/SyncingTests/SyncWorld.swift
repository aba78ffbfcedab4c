import ChainEvents
import Consensus
import Hashing
import Randomness
import SSZ

@testable import Syncing

/// A proof that nobody looks at.
private let noProof: MultiMessageAggregate = {
  guard let bytes = try? ByteList512KiB([]) else { preconditionFailure("no bytes are a list") }
  return MultiMessageAggregate(proof: bytes)
}()

/// A chain of empty blocks.
struct TestChain {
  var blocks: [FetchedBlock] = []
  let genesis: Checkpoint

  /// Every slot from `first` has a block, but for those in `empty`; `salt` tells chains apart.
  init(
    after base: Checkpoint = Checkpoint(root: .zero, slot: 0), through last: UInt64,
    empty: Set<UInt64> = [], salt: UInt8 = 0, byteCount: Int = 1_000
  ) {
    genesis = base
    var parent = base
    for slot in base.slot.rawValue + 1...max(last, base.slot.rawValue + 1)
    where slot <= last && !empty.contains(slot) {
      let block = Block(
        slot: Slot(slot), proposerIndex: ValidatorIndex(UInt64(salt)), parentRoot: parent.root,
        stateRoot: .zero, body: BlockBody())
      let fetched = FetchedBlock(
        block: SignedBlock(block: block, proof: noProof),
        root: block.hashTreeRoot(), byteCount: byteCount)
      blocks.append(fetched)
      parent = fetched.checkpoint
    }
  }

  /// This chain up to a slot, then another one.
  func forked(after slot: UInt64, through last: UInt64, salt: UInt8) -> TestChain {
    var fork = self
    fork.blocks = blocks.filter { $0.slot.rawValue <= slot }
    fork.blocks += TestChain(after: fork.head, through: last, salt: salt).blocks
    return fork
  }

  var head: Checkpoint { blocks.last?.checkpoint ?? genesis }

  func range(_ start: Slot, _ count: UInt64) -> [FetchedBlock] {
    blocks.filter { $0.slot >= start && $0.slot.rawValue - start.rawValue < count }
  }
}

/// How a peer answers.
enum Conduct: CaseIterable {
  case honest
  /// Says to be ahead and has nothing.
  case empty
  /// Leaves out the end of every answer.
  case short
  /// Leaves out the beginning of every answer.
  case late
  /// Never answers.
  case silent
  /// One block every nine seconds.
  case dripping
  /// Has no time for us.
  case refusing
  /// A chain of another genesis.
  case foreign
  /// Our chain with invalid blocks.
  case invalid
  /// A head that no clock allows.
  case absurd
  /// What no correct peer sends.
  case malformed
}

/// A fetcher among peers in virtual time, with an engine that takes a block when it has its parent.
struct SyncWorld {
  struct Peer {
    var chain: TestChain
    let conduct: Conduct
  }

  enum Event {
    case input(BlockFetcher<Int>.Input)
    case judge(FetchedBlock, UInt64?)
  }

  var fetcher = BlockFetcher<Int>()
  var peers: [Int: Peer] = [:]
  var known: Set<Bytes32>
  var invalid: Set<Bytes32> = []
  var head: Checkpoint
  var finalized: Checkpoint
  var now = Duration.seconds(1)
  var slot: Slot
  var random: SeededRandom
  var cancelled: Set<UInt64> = []
  var asks: [Ask<Int>] = []
  var delivered: [Bytes32] = []
  var statusAsks = 0
  var engineTime = Duration.milliseconds(2)
  private var engineFreeAt = Duration.zero
  /// What will happen, the next one last.
  private var events: [(at: Duration, number: Int, event: Event)] = []
  private var eventCount = 0

  init(_ start: Checkpoint, slot: UInt64, seed: UInt64) {
    head = start
    finalized = start
    known = [start.root]
    self.slot = Slot(slot)
    random = SeededRandom(seed: seed)
    handle(.chain(ChainPosition(head: head, finalized: finalized)))
  }

  var time: SyncTime { SyncTime(monotonic: now, slot: slot) }

  mutating func connect(_ name: Int, _ chain: TestChain, _ conduct: Conduct = .honest) {
    peers[name] = Peer(chain: chain, conduct: conduct)
    if conduct == .invalid { invalid.formUnion(chain.blocks.map(\.root)) }
    handle(.connected(name))
    pushStatus(name)
  }

  mutating func handle(_ input: BlockFetcher<Int>.Input) {
    for effect in fetcher.handle(input, at: time) {
      switch effect {
      case .ask(let ask):
        asks.append(ask)
        answer(ask)
      case .cancel(let number): cancelled.insert(number)
      case .deliver(let block, _, let ticket):
        delivered.append(block.root)
        engineFreeAt = max(engineFreeAt, now) + engineTime
        push(engineFreeAt, .judge(block, ticket))
      case .askStatus(let peer):
        statusAsks += 1
        if peers[peer]?.conduct != .silent { pushStatus(peer) }
      }
    }
  }

  private mutating func pushStatus(_ name: Int) {
    guard let peer = peers[name] else { return }
    let claim =
      switch peer.conduct {
      case .absurd: Checkpoint(root: .zero, slot: 999_999_999)
      case .empty, .silent: Checkpoint(root: .zero, slot: slot)
      default: peer.chain.head
      }
    push(
      now + .milliseconds(40),
      .input(.status(name, Status(finalized: peer.chain.genesis, head: claim))))
  }

  private mutating func push(_ at: Duration, _ event: Event) {
    eventCount += 1
    var (low, high) = (0, events.count)
    while low < high {
      let middle = (low + high) / 2
      if events[middle].at > at { low = middle + 1 } else { high = middle }
    }
    events.insert((at, eventCount, event), at: low)
  }

  private mutating func answer(_ ask: Ask<Int>) {
    guard let peer = peers[ask.peer] else {
      return push(now, .input(.ended(ask: ask.number, .failed)))
    }
    var blocks: [FetchedBlock]
    switch ask.content {
    case .range(let start, let count): blocks = peer.chain.range(start, count)
    case .roots(let roots): blocks = peer.chain.blocks.filter { roots.contains($0.root) }
    }
    var end = AskEnd.answered
    var step = Duration.milliseconds(1)
    var at = now + .milliseconds(20 + random.below(60))
    switch peer.conduct {
    case .honest, .foreign, .invalid, .absurd: break
    case .empty: blocks = []
    case .short: blocks.removeLast(blocks.count / 2)
    case .late: blocks.removeFirst(blocks.count / 2)
    case .silent: (blocks, end, at) = ([], .failed, now + .seconds(10))
    case .dripping: (step, end) = (.seconds(9), .failed)
    case .refusing: (blocks, end) = ([], .refused)
    case .malformed: (blocks, end) = ([], .misconduct)
    }
    if peer.conduct == .dripping { blocks = Array(blocks.prefix(6)) }
    for block in blocks {
      push(at, .input(.block(block, ask: ask.number)))
      at += step
    }
    push(at, .input(.ended(ask: ask.number, end)))
  }

  /// Lets time pass until a condition holds; says whether it did in time.
  mutating func run(
    for limit: Duration, until isDone: (SyncWorld) -> Bool
  ) -> Bool {
    let end = now + limit
    while !isDone(self) {
      let due = fetcher.deadline(after: time).map { max($0, now + .milliseconds(1)) }
      if let event = events.last, event.at <= due ?? event.at {
        guard event.at <= end else { return false }
        events.removeLast()
        now = max(now, event.at)
        perform(event.event)
      } else {
        guard let due, due <= end else { return false }
        now = due
        handle(.time)
      }
    }
    return true
  }

  private mutating func perform(_ event: Event) {
    switch event {
    case .input(.block(_, let ask)) where cancelled.contains(ask): break
    case .input(.ended(let ask, _)) where cancelled.contains(ask): break
    case .input(.ended(let ask, .misconduct)):
      // The shell ends the connection of such a peer, and it comes back.
      handle(.ended(ask: ask, .misconduct))
    case .input(let input): handle(input)
    case .judge(let block, let ticket): judge(block, ticket)
    }
  }

  private mutating func judge(_ block: FetchedBlock, _ ticket: UInt64?) {
    let verdict: Verdict
    if known.contains(block.root) {
      verdict = .ignored
    } else if invalid.contains(block.root) {
      verdict = .rejected
    } else {
      // The real engine keeps such a block until its parent comes, and may never judge it.
      guard known.contains(block.parentRoot) else { return }
      verdict = .accepted
      known.insert(block.root)
      if block.slot > head.slot { head = block.checkpoint }
      handle(.chain(ChainPosition(head: head, finalized: finalized)))
    }
    if let ticket { handle(.judged(ticket: ticket, verdict)) }
  }
}
