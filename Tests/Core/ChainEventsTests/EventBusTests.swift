import ChainEvents
import Synchronization
import Testing

struct EventBusTests {
  private let bus = EventBus(stamp: EventStamp(node: "n", genesisMilliseconds: 10_000))

  private func tick(_ lateness: Int64) -> ChainEvent {
    .clock(.tick(latenessMilliseconds: lateness))
  }

  @Test func `events come out in order and stamped`() throws {
    let reader = try #require(bus.subscribe())
    bus.emit(tick(1), at: 9000)
    bus.emit(tick(2), at: 10_000 + 4000 + 2400)
    #expect(
      reader.drain() == [
        TimedEvent(
          timeMilliseconds: 9000, slot: 0, interval: 0, sequence: 0, node: "n", event: tick(1)),
        TimedEvent(
          timeMilliseconds: 16_400, slot: 1, interval: 3, sequence: 1, node: "n", event: tick(2)),
      ])
    #expect(reader.drain() == [])
  }

  @Test func `a full ring keeps the newest and says how many were lost`() throws {
    let slow = try #require(bus.subscribe(capacity: 3))
    let fast = try #require(bus.subscribe(capacity: 8))
    for lateness in 0..<8 { bus.emit(tick(Int64(lateness)), at: 10_000) }
    #expect(
      slow.drain().map(\.event)
        == [.node(.lost(count: 5)), tick(5), tick(6), tick(7)])
    #expect(fast.drain().map(\.event) == (0..<8).map { tick($0) })
    bus.emit(tick(9), at: 10_000)
    #expect(slow.drain().map(\.event) == [tick(9)])
  }

  @Test func `a reader is woken, and not after it left`() throws {
    let wakes = Atomic<Int>(0)
    let reader = try #require(
      bus.subscribe { wakes.wrappingAdd(1, ordering: .relaxed) })
    bus.emit(tick(0), at: 0)
    bus.unsubscribe(reader)
    bus.emit(tick(1), at: 0)
    #expect(wakes.load(ordering: .relaxed) == 1)
    #expect(reader.drain().count == 1)
  }

  @Test func `the number of readers is bounded`() {
    let readers = (0..<EventBus.subscriptionLimit).map { _ in bus.subscribe() }
    #expect(readers.allSatisfy { $0 != nil })
    #expect(bus.subscribe() == nil)
  }

  @Test func `emission from many tasks loses nothing below the capacity`() async throws {
    let reader = try #require(bus.subscribe())
    await withTaskGroup { group in
      for task in 0..<8 {
        group.addTask { for _ in 0..<100 { bus.emit(tick(Int64(task)), at: 0) } }
      }
    }
    #expect(reader.drain().map(\.sequence) == Array(0..<800))
  }
}
