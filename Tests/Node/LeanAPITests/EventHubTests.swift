import ChainEvents
import Hashing
import NodeStatus
import Synchronization
import Testing

@testable import LeanAPI

struct EventHubTests {
  private let root = Bytes32 { $0[0] = 0xAB }

  private func event(_ sequence: UInt64, _ event: ChainEvent, slot: UInt64 = 5) -> TimedEvent {
    TimedEvent(
      timeMilliseconds: 1_000_000 + sequence, slot: slot, interval: 1, sequence: sequence,
      node: "n0", event: event)
  }

  private func text(_ reader: EventReader?) -> String {
    String(decoding: reader?.take() ?? [], as: UTF8.self)
  }

  @Test func `Frames of ethlambda's topics have its fields in its order`() {
    let vote = Vote(
      slot: 4, head: VotePoint(root: root, slot: 4), target: VotePoint(root: root, slot: 3),
      source: VotePoint(root: root, slot: 0))
    let point = { (slot: Int) in #"{"root":"\#(self.root)","slot":\#(slot)}"# }
    let data = #"{"slot":4,"head":\#(point(4)),"target":\#(point(3)),"source":\#(point(0))}"#
    let hub = EventHub(run: 1)
    let reader = hub.follow(Set(ChainTopic.allCases))
    hub.take([
      event(0, .forkChoice(.head(slot: 4, block: root, state: root))),
      event(1, .forkChoice(.block(ImportedBlock(slot: 4, block: root, parent: root, votes: 3)))),
      event(
        2,
        .forkChoice(.attestation(ReceivedAttestation(validator: 2, vote: vote, verdict: .accepted)))
      ),
      event(
        3,
        .forkChoice(.attestation(ReceivedAttestation(validator: 2, vote: vote, verdict: .rejected)))
      ),
      event(
        4,
        .forkChoice(
          .aggregate(
            ReceivedAggregate(participants: ValidatorSet([0, 3]), vote: vote, verdict: .accepted)))),
      event(5, .clock(.tick(latenessMilliseconds: 1))),
    ])
    #expect(
      text(reader) == """
        event: head
        data: {"slot":4,"block":"\(root)","state":"\(root)"}

        event: block
        data: {"slot":4,"block":"\(root)"}

        event: attestation
        data: {"validator_id":2,"data":\(data)}

        event: aggregate
        data: {"participants":[0,3],"data":\(data)}


        """)
  }

  @Test
  func `A head far behind the clock is no news, and topics that were not asked for stay away`() {
    let hub = EventHub(run: 1)
    let reader = hub.follow([.head])
    hub.take([
      event(0, .forkChoice(.head(slot: 4, block: root, state: nil)), slot: 37),
      event(1, .forkChoice(.finalized(slot: 1, block: root, state: nil))),
    ])
    #expect(text(reader).isEmpty)
  }

  @Test func `A stream goes on after the event that the client has seen`() {
    let hub = EventHub(run: 77)
    hub.take((0..<5).map { event($0, .clock(.tick(latenessMilliseconds: Int64($0)))) })
    let rest = text(hub.followAll(after: "77-2"))
    #expect(rest.hasPrefix("id: 77-3\nevent: tick\ndata: {"))
    #expect(rest.contains("id: 77-4\n"))
    #expect(!rest.contains("id: 77-2\n"))
  }

  @Test(arguments: ["76-2", "77-9", "77", "", "77-18446744073709551615", "x-y"])
  func `A place that this run does not have begins with a prelude`(id: String) throws {
    let hub = EventHub(run: 77)
    let description = NodeDescription(
      network: "n", client: "swiftlet", genesisMilliseconds: 980_000, validators: 4,
      ownValidators: ValidatorSet([1]), committees: 1, simulated: [], policies: "")
    hub.take([event(0, .node(.started(description)))])
    let lines = text(hub.followAll(after: id)).split(separator: "\n").filter {
      $0.hasPrefix("data: ")
    }
    var status = FleetStatus()
    for line in lines { status.update(try TimedEvent(line: String(line.dropFirst(6)))) }
    #expect(status.nodes.first?.description == description)
  }

  @Test func `Readers that come together share one prelude, and none is kept for long`() throws {
    let hub = EventHub(run: 77)
    hub.take([event(0, .clock(.tick(latenessMilliseconds: 0)))])
    let first = try #require(hub.followAll(after: nil)).take()
    hub.take([event(1, .clock(.tick(latenessMilliseconds: 1)))])
    let late = try #require(hub.followAll(after: nil))
    let second = late.take()
    let places = [first, second].map { $0.withUnsafeBufferPointer { $0.baseAddress } }
    #expect(places[0] == places[1])
    // What came between is told as news.
    #expect(String(decoding: late.take(), as: UTF8.self).hasPrefix("id: 77-1\nevent: tick\n"))
    hub.take((2..<300).map { event($0, .clock(.tick(latenessMilliseconds: 0))) })
    #expect(hub.state.withLock { $0.prelude == nil })
  }

  @Test func `Who reads too slowly loses the oldest and is told how many`() {
    let hub = EventHub(run: 1)
    let reader = hub.followAll(after: nil)
    _ = reader?.take()
    hub.take(
      (0..<UInt64(EventHub.frameLimit + 3)).map {
        event($0, .clock(.tick(latenessMilliseconds: 0)))
      })
    #expect(text(reader).hasPrefix(": error - dropped 3 messages\n\nid: 1-3\n"))
  }

  @Test func `Events are kept by their bytes as well`() {
    let hub = EventHub(run: 1)
    let long = String(repeating: "x", count: 500)
    hub.take((0..<40_000).map { event($0, .node(.log(.info, source: long, message: long))) })
    let (bytes, frames) = hub.state.withLock { ($0.byteCount, $0.frames.count) }
    #expect(bytes <= EventHub.byteLimit)
    #expect(frames > 1000)
  }

  @Test func `Streams have a limit, and those that end make room`() {
    let hub = EventHub(run: 1)
    var readers = (0..<EventHub.readerLimit).map { _ in hub.follow([.head]) }
    #expect(readers.allSatisfy { $0 != nil })
    #expect(hub.follow([.head]) == nil)
    readers.removeLast()
    #expect(hub.follow([.head]) != nil)
  }

  @Test func `A stream says that it lives, and ends with the hub`() async throws {
    let hub = EventHub(run: 1)
    let reader = try #require(hub.follow([.head]))
    var pieces = reader.makeAsyncIterator()
    hub.keepAlive()
    #expect(await pieces.next().map { String(decoding: $0, as: UTF8.self) } == ":\n\n")
    hub.end()
    #expect(await pieces.next() == nil)
    #expect(hub.follow([.head]) == nil)
  }
}
