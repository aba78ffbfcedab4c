import ChainTestSupport
import ChainWork
import Consensus
import Hashing
import Testing

@testable import Chain

struct WaitingVotesTests {
  private func vote(
    _ number: UInt64, from peer: String = "a", slot: Slot = 1
  ) -> WaitingVotes.Entry {
    let nowhere = Checkpoint(root: root(9), slot: slot)
    let vote = SignedAttestation(
      validatorIndex: ValidatorIndex(number),
      data: AttestationData(slot: slot, head: nowhere, target: nowhere, source: nowhere),
      signature: Fixture.signature(1))
    return (.vote(vote), MessageOrigin(peer: peer, gossip: number))
  }

  private func insert(
    _ entry: WaitingVotes.Entry, _ root: Bytes32, _ waiting: inout WaitingVotes
  ) -> UInt64? {
    waiting.insert(entry.message, entry.origin, waitingFor: root)?.origin.gossip
  }

  private func numbers(_ messages: [WaitingVotes.Entry]) -> [UInt64?] {
    messages.map(\.origin.gossip)
  }

  @Test func `votes leave with their block, those of a peer in order of arrival`() {
    var waiting = WaitingVotes()
    for number in 1...3 as ClosedRange<UInt64> {
      _ = insert(vote(number), root(number == 2 ? 5 : 4), &waiting)
    }
    #expect(waiting.voterCount(waitingFor: root(4)) == 2)
    let taken = waiting.take(waitingFor: root(4))
    #expect(numbers(taken) == [1, 3])
    #expect(waiting.count == 1)
  }

  @Test func `at the limit the peer with most loses its oldest`() {
    var waiting = WaitingVotes()
    for number in 0..<UInt64(WaitingVotes.limit) {
      _ = insert(vote(number, from: number < 100 ? "honest" : "flood"), root(1), &waiting)
    }
    #expect(insert(vote(9999, from: "late"), root(2), &waiting) == 100)
    #expect(insert(vote(7777, from: "flood"), root(3), &waiting) == 101)
    #expect(waiting.count == WaitingVotes.limit)
    #expect(waiting.voterCount(waitingFor: root(1)) == WaitingVotes.limit - 2)
    #expect(waiting.take(waitingFor: root(1)).count == WaitingVotes.limit - 2)
    #expect(waiting.voterCount(waitingFor: root(1)) == 0)
  }

  @Test func `votes of slots that are over go, newer ones for the same block stay`() {
    var waiting = WaitingVotes()
    _ = insert(vote(1, slot: 1), root(1), &waiting)
    _ = insert(vote(2, slot: 2), root(1), &waiting)
    let old = waiting.takeOld(before: 2)
    #expect(numbers(old) == [1])
    #expect(waiting.count == 1)
  }
}
