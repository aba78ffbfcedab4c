import PeerIdentity
import Testing

@testable import Networking

struct AnswerTurnsTests {
  private func begin(_ turns: inout AnswerTurns, _ exchanges: Range<UInt64>, of peer: UInt8) -> Int
  {
    exchanges.count { turns.begin($0, of: testIdentity(peer).peerID) }
  }

  @Test func `an answer keeps its turn until it is over`() {
    var turns = AnswerTurns()
    #expect(begin(&turns, 0..<1, of: 1) == 1)
    #expect(begin(&turns, 0..<1, of: 1) == 1)
    #expect(turns.count == 1)
    let peer = testIdentity(1).peerID
    #expect(turns.end(0, of: peer) == nil)
    #expect(turns.end(0, of: peer) == nil)
    #expect(turns.count == 0)
  }

  @Test func `a peer has four turns, and its other answers wait in order`() {
    var turns = AnswerTurns()
    #expect(begin(&turns, 0..<32, of: 1) == AnswerTurns.peerLimit)
    let peer = testIdentity(1).peerID
    #expect(turns.end(5, of: peer) == nil, "it gave up waiting")
    #expect(turns.end(0, of: peer) == 4)
    #expect(turns.end(1, of: peer) == 6)
    #expect(turns.count == AnswerTurns.peerLimit)
  }

  @Test func `when many peers hold all there is, another still has its first`() {
    var turns = AnswerTurns()
    for peer in 1...40 as ClosedRange<UInt8> {
      _ = begin(&turns, UInt64(peer) * 100..<UInt64(peer) * 100 + 32, of: peer)
    }
    #expect(turns.count == 40 + AnswerTurns.sharedLimit)
    #expect(begin(&turns, 1..<3, of: 99) == 1)
    // The oldest waiting answer of a peer that may have more is next.
    #expect(turns.end(100, of: testIdentity(1).peerID) == 104)
  }
}
