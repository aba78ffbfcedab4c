import Testing

@testable import Gossipsub

struct MisconductTests {
  @Test
  func `a peer that forgets a back-off or breaks a promise in a heartbeat stays for a minute`() {
    for misconduct in [Misconduct.earlyGraft, .brokenPromise] {
      var score = PeerScore()
      for _ in 0..<80 {
        #expect(score.add(misconduct) == false)
        score.fade()
      }
    }
  }

  @Test func `four malformed frames at once end a connection and four in half a minute do not`() {
    var score = PeerScore()
    #expect((0..<4).map { _ in score.add(.malformedFrame) } == [false, false, false, true])
    score = PeerScore()
    for _ in 0..<4 {
      #expect(score.add(.malformedFrame) == false)
      for _ in 0..<10 { score.fade() }
    }
    #expect(score.points == 0)
  }
}
