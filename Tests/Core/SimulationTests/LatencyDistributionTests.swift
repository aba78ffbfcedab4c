import Randomness
import Simulation
import Testing

struct LatencyDistributionTests {
  @Test func `draws follow the quantiles`() {
    let latency = LatencyDistribution(minimum: 10, median: 40, p90: 80, p99: 120, maximum: 200)
    var random = SeededRandom(seed: 5)
    let drawn = (0..<20_000).map { _ in latency.draw(from: &random) }.sorted()
    #expect(drawn.first == 10)
    #expect(drawn[drawn.count - 1] <= 200)
    #expect((38...42).contains(drawn[drawn.count / 2]))
    #expect((77...83).contains(drawn[drawn.count * 9 / 10]))
    #expect((115...126).contains(drawn[drawn.count * 99 / 100]))
  }

  @Test func `a constant draws nothing`() {
    var random = SeededRandom(seed: 5)
    let before = random
    let drawn = LatencyDistribution.constant(12).draw(from: &random)
    #expect(drawn == 12)
    #expect(random == before)
  }
}
