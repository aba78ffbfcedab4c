import Randomness
import Simulation
import Testing

struct EventQueueTests {
  @Test func `events come by time, and by order of scheduling among equals`() {
    var random = SeededRandom(seed: 9)
    var queue = EventQueue<Int>()
    var planned: [(time: Int, event: Int)] = []
    for event in 0..<500 {
      let time = random.below(40)
      planned.append((time, event))
      queue.schedule(event, at: VirtualTime(milliseconds: time))
    }
    var taken: [Int] = []
    while let event = queue.next() { taken.append(event) }
    let wanted = planned.sorted { ($0.time, $0.event) < ($1.time, $1.event) }.map(\.event)
    #expect(taken == wanted)
  }

  @Test func `an event for the past happens now, after what waits for now`() {
    var queue = EventQueue<String>()
    queue.schedule("first", at: VirtualTime(milliseconds: 10))
    queue.schedule("second", at: VirtualTime(milliseconds: 10))
    var taken = [queue.next()]
    queue.schedule("late", at: .zero)
    for _ in 0..<3 { taken.append(queue.next()) }
    #expect(taken == ["first", "second", "late", nil])
    #expect(queue.now == VirtualTime(milliseconds: 10))
  }
}
