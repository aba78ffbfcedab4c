import Simulation
import Testing

struct SimulatedClockTests {
  private let epoch = 1_700_000_000_000

  @Test(arguments: [-100_000, -100, -1, 0, 1, 73, 100_000])
  func `the moment of a wall time is the first that shows it`(drift: Int) {
    let clock = SimulatedClock(epoch: epoch, offset: 25, driftPartsPerMillion: drift)
    for wall in stride(from: epoch + 26, to: epoch + 3_000_000, by: 99_991) {
      let time = clock.time(wall: wall)
      #expect(clock.wall(at: time) >= wall)
      #expect(clock.wall(at: VirtualTime(milliseconds: time.milliseconds - 1)) < wall)
    }
  }

  @Test func `a step moves the wall clock and not the monotonic clock`() {
    var clock = SimulatedClock(epoch: epoch, driftPartsPerMillion: 50)
    let time = VirtualTime(milliseconds: 1_000_000)
    #expect(clock.wall(at: time) == epoch + 1_000_050)
    clock.step(byMilliseconds: -7000)
    #expect(clock.wall(at: time) == epoch + 993_050)
    #expect(clock.monotonic(at: time) == 1_000_050)
    clock.synchronize(at: time)
    #expect(clock.wall(at: time) == epoch + 1_000_000)
  }
}
