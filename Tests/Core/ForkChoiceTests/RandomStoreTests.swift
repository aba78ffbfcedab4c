import AggregationTestSupport
import Consensus
import Hashing
import SSZ
import Testing

@testable import ForkChoice

/// Stores that random blocks, votes and ticks lead through forks, justification and finality.
struct RandomStoreTests {
  @Test(arguments: 0..<8 as Range<UInt64>)
  func `the fast choice is the literal one after every event`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    // Half of the stores have to forget votes on the way.
    var limits = Store.Limits()
    if seed.isMultiple(of: 2) {
      limits.payloads.votes = 4
      limits.payloads.proofsPerVote = 2
    }
    var chain = try TestChain(validatorCount: 5 + Int(seed % 4), limits: limits)
    var finalizedSlots: Set<Slot> = []
    var shown = ShownProofs()
    for _ in 0..<150 {
      let before = chain.store.latestFinalized
      try step(&chain, &random, &shown)
      if chain.store.latestFinalized.slot > before.slot { shown.prune(chain.store) }
      let literal = LiteralForkChoice(chain.store, shown)
      let weights = literal.blockWeights
      #expect(chain.store.blockWeights.allSatisfy { weights[$0.root, default: 0] == $0.weight })
      // With other finality the votes that count are others: choose again before comparing.
      if chain.store.latestFinalized == before {
        #expect(chain.store.head == literal.head)
      }
      var updated = chain.store
      updated.updateSafeTarget()
      #expect(updated.safeTarget == literal.safeTarget)
      finalizedSlots.insert(chain.store.latestFinalized.slot)
    }
    #expect(finalizedSlots.count > 1, "seed \(seed) never finalizes")
    let pool = chain.store.knownPayloads
    #expect((pool.evictedVoteCount + pool.refusedProofCount > 0) == seed.isMultiple(of: 2))
  }

  /// One random event that the rules allow.
  private func step(
    _ chain: inout TestChain, _ random: inout SeededGenerator, _ shown: inout ShownProofs
  ) throws {
    let store = chain.store
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<5:
      try importBlock(&chain, &random, &shown)
    case 5..<9:
      let head = try #require(store.tree.nodes.suffix(6).randomElement(using: &random))
      let slot = max(head.slot, store.time.slot)
      let target = Array(store.tree.chain(from: head.root).prefix(3)).randomElement(using: &random)
      let vote = try chain.vote(for: head.root, slot: slot, target: target?.root)
      let voters = someVoters(chain, &random)
      let proof = MockBackend.header + [UInt8.random(in: 0..<3, using: &random)]
      // Source and target come from different walks: the store may refuse.
      let before = chain.store
      let aggregate = try TestChain.aggregate(vote, voters: voters, proof: proof)
      do {
        try chain.gossip(aggregate)
        shown.new.append(aggregate)
      } catch is Rejection {
        #expect(chain.store == before)
      }
    default:
      let intervals = UInt64.random(in: 1...6, using: &random)
      try tick(
        &chain, to: store.time + intervals, hasProposal: Bool.random(using: &random), &shown)
    }
  }

  /// Lets time pass one interval after the other, and the shown proofs count where they do.
  private func tick(
    _ chain: inout TestChain, to end: Interval, hasProposal: Bool, _ shown: inout ShownProofs
  ) throws {
    while chain.store.time < end {
      let next = chain.store.time + 1
      let proposes = hasProposal && next == end
      if next.name == .endOfSlot || next.name == .blockPublication && proposes { shown.accept() }
      chain.store.onTick(to: next, hasProposal: proposes)
    }
  }

  private func importBlock(
    _ chain: inout TestChain, _ random: inout SeededGenerator, _ shown: inout ShownProofs
  ) throws {
    let onHead = Int.random(in: 0..<8, using: &random) > 0
    let recent = chain.store.tree.nodes.suffix(5).randomElement(using: &random)
    let parent = onHead ? chain.store.headNode : try #require(recent)
    let slot = max(parent.slot, chain.store.time.slot) + 1
    var votes: [(data: AttestationData, voters: [UInt64])] = []
    if Int.random(in: 0..<5, using: &random) > 0 {
      let everyone = Array(0..<UInt64(chain.store.validators.count))
      let isFull = Int.random(in: 0..<5, using: &random) > 0
      let voters = isFull ? everyone : someVoters(chain, &random)
      votes.append((try chain.vote(for: parent.root, slot: parent.slot), voters))
    }
    try tick(&chain, to: Interval(of: slot), hasProposal: true, &shown)
    try chain.extend(parent.root, slot: slot, votes: votes)
  }

  private func someVoters(_ chain: TestChain, _ random: inout SeededGenerator) -> [UInt64] {
    let voters = (0..<UInt64(chain.store.validators.count)).filter { _ in
      Bool.random(using: &random)
    }
    return voters.isEmpty ? [0] : voters
  }
}
