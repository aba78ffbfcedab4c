import Consensus
import Testing

@testable import Chain

struct ClockMonitorTests {
  private func steps(_ readings: [(wall: UInt64, monotonic: UInt64)]) -> [Int64] {
    var monitor = ClockMonitor()
    return readings.map {
      monitor.observe(
        ClockReading(
          wall: UnixMilliseconds($0.wall), monotonicMilliseconds: $0.monotonic))
    }
  }

  @Test func `clocks in step show nothing`() {
    #expect(steps([(5000, 10), (5800, 810), (6601, 1610)]) == [0, 0, 0])
  }

  @Test func `a step is seen once, with its sign`() {
    #expect(
      steps([(5000, 10), (9800, 810), (10_600, 1610), (7400, 2410)]) == [0, 4000, 0, -4000])
  }

  @Test func `slewing never adds up to a step`() {
    let slewed = (0..<1000).map { (wall: 5000 + UInt64($0) * 801, monotonic: UInt64($0) * 800) }
    #expect(steps(slewed).allSatisfy { $0 == 0 })
  }

  @Test func `a laptop that slept shows how long`() {
    #expect(steps([(5000, 10), (3_605_000, 110)]) == [0, 3_599_900])
  }
}
