import BlockBuilding
import Consensus
import ForkChoice
import Hashing
import SSZ
import Testing

struct SelectionTests {
  @Test func `a view is a copy: the live store does not move`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    let before = chain.store
    let view = try chain.view(slot: 2)
    _ = try view.select().uncompacted.seal()
    #expect(chain.store == before)
    #expect(view.head == before.headNode.checkpoint)
  }

  @Test func `a view holds the votes that are promoted when the slot starts`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    let data = chain.store.produceAttestationData(slot: 1)
    let aggregate = SignedAggregatedAttestation(data: data, proof: TestChain.proof(data, [0, 1]))
    try chain.store.onAggregatedAttestation(VerifiedAggregate(trusting: aggregate))
    #expect(chain.store.knownPayloads.isEmpty)
    #expect(try chain.view(slot: 2).select().votes.map(\.data) == [data])
  }

  @Test func `only the proposer of the slot gets a view`() throws {
    let chain = try TestChain()
    #expect(throws: Rejection.wrongProposer(2, scheduled: 1)) {
      try ProposalView(of: chain.store, slot: 1, proposerIndex: 2)
    }
  }

  @Test func `no block is built beside the head's own slot`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    #expect(throws: Rejection.blockSlotNotInFuture(block: 1, state: 1)) {
      try ProposalView(of: chain.store, slot: 1, proposerIndex: 1)
    }
  }

  @Test func `without votes the body is empty`() throws {
    let chain = try TestChain()
    let candidate = try chain.view(slot: 1).select().uncompacted.seal()
    #expect(candidate.block.body == BlockBody())
    #expect(candidate.voterCount == 0)
  }

  @Test func `the proposer's cap bounds the body, and zero empties it`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    chain.vote(slot: 1, [0])
    chain.vote(slot: 2, [1])
    let view = try chain.view(slot: 3)
    let counts = try [0, 1, 2, 8].map { cap in
      try view.select(SelectionRules(maximumAttestationData: cap)).votes.count
    }
    #expect(counts == [0, 1, 2, 2])
  }

  @Test func `a vote that justifies admits votes that build on it in the same block`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    let first = chain.voteForHead(slot: 1)
    try chain.extend(slot: 2)
    // What voters say once the first vote has justified its target.
    var second = chain.voteForHead(slot: 2)
    second.source = first.target
    chain.store.insertKnown(TestChain.proof(second, [1, 2, 3]), for: second)
    #expect(try chain.view(slot: 3).select().votes == [])
    chain.store.insertKnown(TestChain.proof(first, [0, 1, 2]), for: first)
    let selection = try chain.view(slot: 3).select()
    #expect(selection.votes.map(\.data) == [first, second])
    #expect(try selection.uncompacted.seal().postState.latestFinalized.slot == 1)
  }

  @Test func `a target that is justified already is left out`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    chain.vote(slot: 1, [0, 1, 2])
    let justifying = try chain.extend(slot: 2)
    #expect(justifying.postState.latestJustified.slot == 1)
    #expect(try chain.view(slot: 3).select().votes == [])
  }

  @Test func `the widest proof comes first, and proofs that add nobody stay out`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    let data = chain.vote(slot: 1, [0])
    for voters in [[0, 1], [1, 2, 3], [2]] {
      chain.store.insertKnown(TestChain.proof(data, voters), for: data)
    }
    let votes = try chain.view(slot: 2).select().votes
    #expect(
      votes.map(\.proofs) == [
        [TestChain.proof(data, [1, 2, 3]), TestChain.proof(data, [0, 1])]
      ])
  }

  @Test func `scenario 15: a prover that binds one message to a slot gets one vote a slot`() throws
  {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    let vote = chain.vote(slot: 1, [0])
    var other = vote
    other.head = other.source
    other.target = other.source
    chain.store.insertKnown(TestChain.proof(other, [1]), for: other)
    var later = vote
    later.slot = 2
    chain.store.insertKnown(TestChain.proof(later, [2]), for: later)
    let view = try chain.view(slot: 2)
    let slots = try [false, true].map { oneDataPerSlot in
      try view.select(SelectionRules(oneDataPerSlot: oneDataPerSlot, order: .targetSlot))
        .votes.map(\.data.slot)
    }
    // Slot 2 is the block's own: the proposer's signature takes that leaf.
    #expect(slots == [[1, 1, 2], [1]])
  }

  @Test func `votes that make the proof too large stay out`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    chain.vote(slot: 1, [0, 1, 2])
    chain.vote(slot: 2, [3])
    let selection = try chain.view(slot: 3).select { signers in
      signers.contains(3) ? 600_000 : 100
    }
    #expect(selection.votes.map(\.data.slot) == [2])
  }

  @Test func `a vote that adds no voter takes no place`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    let old = chain.vote(slot: 1, [0, 1])
    try chain.extend(slot: 2)
    var again = old
    again.slot = 2
    chain.store.insertKnown(TestChain.proof(again, [0, 1]), for: again)
    let votes = try SelectionOrder.allCases.map { order in
      try chain.view(slot: 3).select(SelectionRules(order: order)).votes.map(\.data)
    }
    #expect(votes == [[old, again], []])
  }

  @Test func `what justifies comes before what only adds voters`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    let first = chain.vote(slot: 1, [0])
    try chain.extend(slot: 2)
    let second = chain.vote(slot: 2, [1, 2, 3])
    let rules = SelectionOrder.allCases.map {
      SelectionRules(maximumAttestationData: 1, order: $0)
    }
    let votes = try rules.map { try chain.view(slot: 3).select($0).votes.map(\.data) }
    #expect(votes == [[first], [second]])
  }
}
