import ChainEvents
import DashboardDemo
import NodeStatus
import Testing

struct TimeMachineTests {
  @Test func `the past looks exactly as it looked then`() throws {
    let events = DemoDevnet().events(100...140)
    var machine = TimeMachine()
    for event in events { machine.update(event) }
    for slot in [101, 117, 139] as [UInt64] {
      let moment = DemoDevnet.start(of: slot) + 2400
      var then = FleetStatus()
      for event in events where event.timeMilliseconds <= moment { then.update(event) }
      let visited = machine.fleet(at: moment)
      #expect(visited.timeMilliseconds == then.timeMilliseconds)
      for (left, right) in zip(visited.nodes, then.nodes) {
        #expect(left.counters == right.counters)
        #expect(left.head == right.head)
        #expect(left.log.total == right.log.total)
        #expect(left.log.total == right.log.total)
        #expect(left.log.newest(.max, EventFilter("")) == right.log.newest(.max, EventFilter("")))
        #expect(
          left.slots.suffix(64, through: slot) == right.slots.suffix(64, through: slot))
      }
    }
  }

  @Test func `what a status brings is in the past too, without its parts`() throws {
    let events = DemoDevnet().events(100...120)
    var whole = FleetStatus()
    for event in events { whole.update(event) }
    var machine = TimeMachine()
    let now = whole.timeMilliseconds
    for event in whole.prelude { machine.update(event) }
    for event in DemoDevnet().events(121...122, continuing: true) { machine.update(event) }
    #expect(try #require(machine.times).contains(now + 1))
    let visited = machine.fleet(at: now + 1)
    #expect(visited.nodes.map(\.counters) == whole.nodes.map(\.counters))
    #expect(visited.nodes.map(\.head) == whole.nodes.map(\.head))
  }

  @Test func `the past ends where memory ends, and begins again at now`() throws {
    var machine = TimeMachine()
    #expect(machine.times == nil)
    let events = DemoDevnet().events(100...480)
    for event in events { machine.update(event) }
    #expect(machine.fleet(at: 0).nodes.map(\.log.count).allSatisfy { $0 <= 2048 })
    let times = try #require(machine.times)
    #expect(times.upperBound == events.last?.timeMilliseconds)
    #expect(times.lowerBound > DemoDevnet.start(of: 101))
    #expect(machine.fleet(at: .max).timeMilliseconds == times.upperBound)
    #expect(machine.fleet(at: 0).timeMilliseconds <= times.lowerBound)
  }
}
