import ChainTestSupport
import Hashing
import Testing

@testable import Chain

struct BlockRequestsTests {
  @Test func `a root is asked for at once, and again each slot, the oldest wish first`() {
    var requests = BlockRequests()
    let wishes = [root(9), root(1), root(9)].map { requests.want($0, namedBy: "a") }
    #expect(wishes.map { $0?.root } == [root(9), root(1), nil])
    #expect(requests.askAgain().requests.map(\.root) == [root(9), root(1)])
    requests.fulfil(root(9))
    #expect(requests.askAgain().requests.map(\.root) == [root(1)])
  }

  @Test func `one peer cannot make us ask for more than its share`() {
    var requests = BlockRequests()
    let wishes = (0..<40).map { requests.want(root($0), namedBy: "hoarder") }
    #expect(wishes.count { $0 != nil } == BlockRequests.peerLimit)
    #expect(requests.want(root(99), namedBy: "honest") != nil)
  }

  @Test func `many hostile peers neither keep an honest wish out nor in the dark`() {
    var requests = BlockRequests()
    for number in 0..<BlockRequests.limit {
      let peer = "hoarder \(number % (BlockRequests.limit / BlockRequests.peerLimit))"
      #expect(requests.want(numbered(number), namedBy: peer) != nil)
    }
    #expect(requests.want(numbered(998), namedBy: "hoarder 1") == nil)
    #expect(requests.want(numbered(999), namedBy: "honest") != nil)
    let rounds = (0..<BlockRequests.limit / BlockRequests.againLimit).map { _ in
      requests.askAgain().requests
    }
    #expect(rounds.allSatisfy { $0.count == BlockRequests.againLimit })
    #expect(Set(rounds.joined()).count == BlockRequests.limit)
    #expect(rounds.joined().contains(BlockRequest(root: numbered(999), namedBy: "honest")))
  }

  private func numbered(_ number: Int) -> Bytes32 {
    Bytes32((0..<32).map { $0 < 2 ? UInt8(truncatingIfNeeded: number >> (8 * $0)) : 0 }) ?? .zero
  }

  @Test func `a root that nobody has is given up`() {
    var requests = BlockRequests()
    _ = requests.want(root(1), namedBy: "a")
    let rounds = (0..<BlockRequests.triesLimit).map { _ in requests.askAgain() }
    #expect(rounds.dropLast().allSatisfy { $0.requests.count == 1 && $0.givenUp.isEmpty })
    #expect(rounds.last?.givenUp == [root(1)])
  }
}
