import Chain
import ChainTestSupport
import ChainWork
import Consensus
import Hashing
import SSZ
import Testing

@testable import ChainHost

struct ChainMailboxTests {
  private func name(_ input: ChainEngine.Input?) -> String {
    switch input {
    case .block(_, let origin): "block \(origin.gossip ?? 0)"
    case .attestation(_, let origin): "vote \(origin.gossip ?? 0)"
    case .peer(let name, _): name
    case .wake: "wake"
    case nil: "closed"
    default: "other"
    }
  }

  private func vote(
    _ number: UInt64, from peer: String = "a", slot: Slot = 1
  ) -> ChainEngine.Input {
    let nowhere = Checkpoint(root: root(9), slot: slot)
    let vote = SignedAttestation(
      validatorIndex: 0,
      data: AttestationData(slot: slot, head: nowhere, target: nowhere, source: nowhere),
      signature: Fixture.signature(1))
    return .attestation(vote, MessageOrigin(peer: peer, gossip: number))
  }

  private func block(_ number: UInt64) -> ChainEngine.Input {
    let block = Block(
      slot: 1, proposerIndex: 1, parentRoot: .zero, stateRoot: .zero, body: BlockBody())
    let proof = MultiMessageAggregate(proof: ByteList512KiB(unchecked: []))
    return .block(
      SignedBlock(block: block, proof: proof), MessageOrigin(peer: "a", gossip: number))
  }

  private func next(_ count: Int, of mailbox: ChainMailbox) async -> [String] {
    var names: [String] = []
    for _ in 0..<count { names.append(name(await mailbox.next())) }
    return names
  }

  @Test func `what the engine asked for goes ahead of what peers send`() async {
    let mailbox = ChainMailbox()
    mailbox.post(.peer("first", head: nil))
    mailbox.post(.peer("second", head: nil))
    mailbox.post(.wake)
    #expect(await next(3, of: mailbox) == ["wake", "first", "second"])
  }

  @Test func `answers to our proposal go ahead of verified votes`() async {
    let mailbox = ChainMailbox()
    mailbox.post(.workEnded(WorkTicket(number: 1), .verifiedVotes([])))
    mailbox.post(.wake)
    #expect(await next(2, of: mailbox) == ["wake", "other"])
  }

  @Test func `a flood of votes neither delays nor drops a block`() async {
    let mailbox = ChainMailbox()
    mailbox.post(block(1))
    for number in 0..<UInt64(3 * ChainMailbox.Kind.vote.limit) { mailbox.post(vote(number)) }
    mailbox.post(block(2))
    #expect(await next(3, of: mailbox).prefix(2) == ["block 1", "block 2"])
  }

  @Test func `at the limit of its kind a peer that floods loses its own oldest message`() async {
    let mailbox = ChainMailbox()
    mailbox.post(vote(7, from: "honest"))
    for number in 0..<UInt64(ChainMailbox.Kind.vote.limit + 2) {
      mailbox.post(vote(1000 + number, from: "flood"))
    }
    let dropped = mailbox.takeDropped()
    #expect(dropped.counts == [.vote: 3])
    #expect(dropped.gossip == [1000, 1001, 1002])
    #expect(mailbox.takeDropped().counts == [:])
    #expect(await next(2, of: mailbox) == ["vote 7", "vote 1003"])
  }

  @Test func `votes of slots that are over are dropped and told`() async {
    let mailbox = ChainMailbox()
    mailbox.post(vote(1, slot: 1))
    mailbox.post(vote(2, slot: 2))
    mailbox.expire(before: 2)
    #expect(mailbox.takeDropped().gossip == [1])
    #expect(await next(1, of: mailbox) == ["vote 2"])
  }

  @Test func `a closed mailbox ends its reader and takes nothing in`() async {
    let mailbox = ChainMailbox()
    async let next = mailbox.next()
    mailbox.close()
    mailbox.post(.wake)
    #expect(name(await next) == "closed")
  }
}
