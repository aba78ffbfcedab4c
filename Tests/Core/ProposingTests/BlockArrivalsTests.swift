import Testing

@testable import Proposing

struct BlockArrivalsTests {
  @Test func `the latest of the newest blocks counts, and only of those that came in their slot`() {
    var arrivals = BlockArrivals()
    #expect(arrivals.latest == 0)
    for offset in [-5, 900, 40, 4000, 70_000] as [Int64] { arrivals.observe(offset) }
    #expect(arrivals.latest == 900)
    for _ in 0..<BlockArrivals.windowLength { arrivals.observe(50) }
    #expect(arrivals.latest == 50)
  }
}
