import Testing

@testable import DashboardApp

struct FramePacerTests {
  @Test func `ten frames a second stay ten, each a little early or late`() {
    var pacer = FramePacer(framesPerSecond: 10)
    var due: [UInt64] = []
    for now in 0..<10_000 as Range<UInt64> where pacer.isDue(at: now) { due.append(now) }
    #expect((97...103).contains(due.count))
    let gaps = zip(due.dropFirst(), due).map { $0 - $1 }
    #expect(gaps.allSatisfy { (90...110).contains($0) })
    #expect(Set(gaps).count > 10)
  }

  @Test func `any rate is brought into reason`() {
    for rate in [Int.min, 0, 1, 60, Int.max] {
      var pacer = FramePacer(framesPerSecond: rate)
      #expect(pacer.isDue(at: 5) == true)
      #expect(pacer.isDue(at: 5) == false)
      #expect((1...1_010).contains(pacer.wait(from: 5)))
    }
  }

  @Test func `a long stop is followed by one frame and not by many`() {
    var pacer = FramePacer(framesPerSecond: 10)
    #expect(pacer.isDue(at: 0) == true)
    #expect(pacer.isDue(at: 60_000) == true)
    #expect(pacer.isDue(at: 60_050) == false)
  }
}
