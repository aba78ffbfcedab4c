import ChainEvents
import Hashing
import Testing

@testable import NodeStatus

/// What a node keeps at most, whatever a file or a peer says.
struct LimitsTests {
  @Test func `workers are known by their place, and more than the limit are left out`() {
    var fleet = FleetStatus()
    var stamp = EventStamp(node: "n", genesisMilliseconds: 0)
    func tell(_ worker: Int, _ activity: String) {
      let report = WorkerReport(
        worker: worker, lane: "prove", place: "local", activity: activity, waiting: 0, starts: 1)
      fleet.update(stamp.stamp(.node(.worker(report)), at: 4_000))
    }
    for worker in (0..<40).reversed() { tell(worker, "starts") }
    tell(39, "idle")
    let workers = fleet.nodes[0].workers
    #expect(workers.count == 16)
    #expect(workers.map(\.report.worker) == Array(24..<40))
    #expect(workers.last?.report.activity == "idle")
    #expect(workers.first?.report.generation == nil)
  }

  private func event(
    _ slot: UInt64, _ sequence: UInt64, _ event: ChainEvent = .clock(.tick(latenessMilliseconds: 0))
  ) -> TimedEvent {
    TimedEvent(
      timeMilliseconds: 4_000 * slot, slot: slot, interval: 0, sequence: sequence, node: "n",
      event: event)
  }

  @Test func `nine thousand peers with long names leave no more than some do`() {
    var fleet = FleetStatus()
    let long = String(repeating: "x", count: 9_000)
    for peer in 0..<9_000 as Range<UInt64> {
      fleet.update(
        event(
          9, 2 * peer,
          .network(
            .peerConnected(peer: "\(peer) \(long)", .inbound, client: long, address: long))))
      fleet.update(
        event(9, 2 * peer + 1, .network(.peerDisconnected(peer: "\(peer)", reason: long))))
    }
    let peers = fleet.nodes[0].peers
    #expect(peers.peers.count == PeerBook.capacity && peers.news.count == PeerBook.newsCapacity)
    #expect(fleet.nodes[0].packed.count < 2_200 * 700)
  }

  @Test func `a jump costs no more slots than the events before it have allowed`() {
    var fleet = FleetStatus()
    fleet.update(event(1, 0))
    fleet.update(event(1 << 40, 1))
    fleet.update(event(1 << 40, 2))
    #expect(fleet.nodes[0].slots.slots.count == 1)
    // To and fro by most of a day with every line.
    var history = SlotHistory()
    var appended = 0
    for line in 1...1_000 as ClosedRange<UInt64> {
      history.noteEvent()
      let before = history.slots
      history.extend(to: line * 20_000)
      appended += history.slots.contains(before.lowerBound) ? 20_000 : 1
    }
    #expect(appended < 1_000 * SlotHistory.slotsAnEvent + 2 * SlotHistory.capacity)
  }

  @Test func `a node may sleep for most of a day and keep what was before`() {
    var fleet = FleetStatus()
    fleet.update(
      event(
        1, 4,
        .node(
          .started(
            NodeDescription(
              network: "", client: "", genesisMilliseconds: 0, validators: 4, ownValidators: [],
              committees: 1, simulated: [], policies: "")))))
    for slot in 1...100 as ClosedRange<UInt64> {
      for tick in 0..<5 as Range<UInt64> { fleet.update(event(slot, 5 * slot + tick)) }
    }
    fleet.update(event(20_000, 505))
    fleet.update(event(20_000, 506))
    #expect(fleet.nodes[0].slots.slots == 1..<20_001)
    #expect(fleet.nodes[0].downtimes.map(\.slots) == [101...19_999])
  }

  @Test func `votes do not crowd news out of the log`() {
    var fleet = FleetStatus()
    fleet.update(event(1, 0, .node(.stopping(reason: "asked to stop"))))
    let vote = Vote(
      slot: 1, head: VotePoint(root: .zero, slot: 1), target: VotePoint(root: .zero, slot: 1),
      source: VotePoint(root: .zero, slot: 0))
    for sequence in 1...20_000 as ClosedRange<UInt64> {
      fleet.update(
        event(
          1, sequence,
          .forkChoice(
            .attestation(
              ReceivedAttestation(
                validator: sequence % 1000, vote: vote, arrivalMilliseconds: 900,
                verdict: .accepted, from: "p")))))
    }
    let log = fleet.nodes[0].log
    #expect(log.newest(9, .calm).map(\.event.name) == ["node_stopping"])
    #expect(log.count <= EventLog.capacity + 2 * 64)
  }
}
