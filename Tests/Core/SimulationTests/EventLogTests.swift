import Simulation
import Testing

struct EventLogTests {
  @Test func `the digest depends on every line and on their order`() {
    let digests = [["a", "b"], ["b", "a"], ["a", "b"], ["a"]].map { texts in
      var log = EventLog()
      for text in texts { log.append(world: text, at: .zero) }
      return log.digest
    }
    #expect(digests[0] == digests[2])
    #expect(Set([digests[0], digests[1], digests[3]]).count == 3)
  }

  @Test func `only the newest lines are kept, oldest first`() {
    var log = EventLog()
    for number in 0..<(EventLog.lineLimit + 2) { log.append(world: "\(number)", at: .zero) }
    #expect(log.recentLines.count == EventLog.lineLimit)
    #expect(log.recentLines.first == "# 0 ms: 2")
    #expect(log.recentLines.last == "# 0 ms: \(EventLog.lineLimit + 1)")
  }
}
