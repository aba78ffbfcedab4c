import ChainEvents
import Consensus
import Devnet
import Synchronization
import Testing

struct EventMonitorTests {
  private struct DiskFull: Error, CustomStringConvertible {
    var description: String { "the disk is full" }
  }

  @Test func `a recorder that fails is told of, called no more, and costs no counts`() {
    let bus = EventBus(stamp: EventStamp(node: "node0", genesisMilliseconds: 0))
    let calls = Mutex(0)
    let monitor = EventMonitor(
      [bus], grid: SlotClock(genesisTime: 0), now: { 40_000 },
      record: { _ in
        calls.withLock { $0 += 1 }
        throw DiskFull()
      }, say: { _ in })
    bus.emit(.node(.log(.error, source: "test", message: "one")), at: 40_000)
    #expect(monitor.finish().errors == ["node0 test: one"])
    bus.emit(.node(.log(.error, source: "test", message: "two")), at: 40_000)
    #expect(monitor.finish().errors.count == 2)
    #expect(calls.withLock { $0 } == 1)
    #expect(monitor.recordingFailure == "the disk is full")
  }
}
