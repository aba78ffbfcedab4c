import Consensus
import Testing

@testable import Chain

struct WorkQueueTests {
  private func queue(waitingLimit: Int = 8) -> WorkQueue<String> {
    WorkQueue(concurrency: [.builder: 1, .prover: 1, .verifier: 2], waitingLimit: waitingLimit)
  }

  @Test func `the prover serves proposal before aggregation before reaggregation`() {
    var queue = queue()
    for (job, priority) in [
      ("running", WorkPriority.reaggregation), ("later", .reaggregation),
      ("votes", .aggregation), ("block", .proposal), ("more votes", .aggregation),
    ] {
      _ = queue.submit(job, lane: .prover, priority: priority)
      if job == "running" { #expect(queue.start(at: 0).map(\.job) == ["running"]) }
    }
    var order: [String] = []
    while let running = queue.running.keys.first {
      order.append(queue.finish(running)?.job ?? "")
      _ = queue.start(at: 0)
    }
    #expect(order == ["running", "block", "votes", "more votes", "later"])
  }

  @Test func `lanes do not wait for each other`() {
    var queue = queue()
    _ = queue.submit("proof", lane: .prover, priority: .aggregation)
    _ = queue.submit("selection", lane: .builder, priority: .proposal)
    _ = queue.submit("check", lane: .verifier, priority: .aggregation)
    #expect(queue.start(at: 0).map(\.job) == ["selection", "proof", "check"])
  }

  @Test func `a cancelled job never starts, a running one ends by itself`() {
    var queue = queue()
    _ = queue.submit("first", lane: .prover, priority: .proposal)
    let running = queue.start(at: 0)
    _ = queue.submit("second", lane: .prover, priority: .proposal)
    #expect(queue.cancel { _ in true }.map(\.job) == ["second"])
    #expect(queue.finish(running[0].ticket)?.job == "first")
    #expect(queue.running.isEmpty && queue.waiting.isEmpty)
  }

  @Test func `an answer counts once`() {
    var queue = queue()
    _ = queue.submit("job", lane: .builder, priority: .proposal)
    let ticket = queue.start(at: 0)[0].ticket
    #expect(queue.finish(ticket)?.job == "job")
    #expect(queue.finish(ticket) == nil)
  }

  @Test func `a full lane refuses equals and puts out the less urgent`() {
    var queue = queue(waitingLimit: 1)
    #expect(queue.submit("votes", lane: .prover, priority: .aggregation) != nil)
    #expect(queue.submit("more", lane: .prover, priority: .aggregation) == nil)
    #expect(queue.submit("block", lane: .prover, priority: .proposal)?.displaced?.job == "votes")
    #expect(queue.waiting.map(\.job) == ["block"])
  }
}
