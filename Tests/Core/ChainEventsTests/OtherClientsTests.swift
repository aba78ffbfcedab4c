import ChainEvents
import ChainEventsTestSupport
import Hashing
import Testing

/// The topics of ethlambda's event stream, which tell less than our events of the same names.
struct OtherClientsTests {
  private static let root = "0x" + String(repeating: "01", count: 32)
  private static let one = Bytes32 { $0.initializeMemory(as: UInt8.self, repeating: 1) }
  private static let point = #"{"root":"\#(root)","slot":6}"#
  private static let data =
    #"{"slot":7,"head":\#(point),"target":\#(point),"source":\#(point)}"#
  private static let vote: Vote = {
    let point = VotePoint(root: one, slot: 6)
    return Vote(slot: 7, head: point, target: point, source: point)
  }()

  private static let streams: [(topic: String, data: String, event: ForkChoiceEvent)] = [
    (
      "head", #"{"slot":7,"block":"\#(root)","state":"\#(root)"}"#,
      .head(slot: 7, block: one, state: one)
    ),
    (
      "justified_checkpoint", #"{"slot":6,"block":"\#(root)","state":"\#(root)"}"#,
      .justified(slot: 6, block: one, state: one)
    ),
    (
      "finalized_checkpoint", #"{"slot":5,"block":"\#(root)","state":"\#(root)"}"#,
      .finalized(slot: 5, block: one, state: one)
    ),
    ("block", #"{"slot":7,"block":"\#(root)"}"#, .block(ImportedBlock(slot: 7, block: one))),
    (
      "block_gossip", #"{"slot":7,"block":"\#(root)"}"#,
      .blockGossip(
        slot: 7, block: one, proposer: nil, from: nil, arrivalMilliseconds: nil, bytes: nil)
    ),
    (
      "attestation", #"{"validator_id":3,"data":\#(data)}"#,
      .attestation(ReceivedAttestation(validator: 3, vote: vote))
    ),
    (
      "aggregate", #"{"participants":[0,3],"data":\#(data)}"#,
      .aggregate(ReceivedAggregate(participants: [0, 3], vote: vote))
    ),
    (
      "chain_reorg",
      #"{"slot":7,"depth":2,"old_head_block":"\#(root)","old_head_state":"\#(root)","#
        + #""new_head_block":"\#(root)","new_head_state":"\#(root)"}"#,
      .reorg(depth: 2, oldSlot: nil, oldHead: one, newSlot: 7, newHead: one)
    ),
    ("safe_target", #"{"slot":6,"block":"\#(root)"}"#, .safeTarget(slot: 6, block: one)),
    // An earlier version of the stream.
    ("head", #"{"slot":7,"root":"\#(root)"}"#, .head(slot: 7, block: one, state: nil)),
    (
      "block", #"{"slot":7,"root":"\#(root)","parent_root":"\#(root)"}"#,
      .block(ImportedBlock(slot: 7, block: one, parent: one))
    ),
  ]

  @Test(arguments: streams.indices)
  func `a topic of ethlambda is the event of that name, and what it leaves out is not told`(
    index: Int
  ) throws {
    let (topic, data, event) = Self.streams[index]
    #expect(try ChainEvent(topic: topic, data: Array(data.utf8)) == .forkChoice(event))
  }

  @Test(arguments: streams.indices)
  func `an event that tells little survives its line`(index: Int) throws {
    let timed = TimedEvent(
      timeMilliseconds: 1, slot: 7, interval: 0, sequence: 0, node: "ethlambda_0",
      event: .forkChoice(Self.streams[index].event))
    #expect(try TimedEvent(line: timed.line) == timed)
  }

  @Test func `data that is no object is refused`() {
    #expect(throws: EventDecodingError(offset: 0, problem: .notAnObject)) {
      try ChainEvent(topic: "head", data: Array("7".utf8))
    }
  }
}
