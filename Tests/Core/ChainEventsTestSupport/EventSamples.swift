package import ChainEvents
internal import Hashing

/// One event of every name, with every field set.
package enum EventSamples {
  static let one = Bytes32 { $0.initializeMemory(as: UInt8.self, repeating: 1) }
  static let two = Bytes32 { $0.initializeMemory(as: UInt8.self, repeating: 2) }

  static let vote = Vote(
    slot: 7, head: VotePoint(root: one, slot: 7), target: VotePoint(root: two, slot: 6),
    source: VotePoint(root: .zero, slot: 5))

  package static let all: [ChainEvent] = clock + duty + proposal + forkChoice + network + key + node

  static let clock: [ChainEvent] = [
    .clock(.tick(latenessMilliseconds: 3)),
    .clock(.missedInterval(slot: 7, interval: 4, latenessMilliseconds: 900, busyWith: "merge")),
    .clock(.guardSkip(slot: 7, interval: 0)),
    .clock(.clockStep(milliseconds: -1500)),
    .clock(.processStopped(milliseconds: 18_200)),
    .clock(.clockOffset(milliseconds: -2, source: "peers")),
  ]

  static let duty: [ChainEvent] = [
    .duty(.scheduled(.attestation, slot: 7, validators: [1, 5])),
    .duty(.ended(.aggregation, slot: 7, validators: [1], .gated, reason: "syncing")),
    .duty(.stageStarted(.safeTarget, slot: 7)),
    .duty(.stageEnded(.import, slot: 7, milliseconds: 12, failure: "disk full")),
    .duty(.attested(validators: [1, 5], vote: vote, latenessMilliseconds: 30)),
    .duty(.aggregationStarted(slot: 7, votes: 11, expected: 16, leadMilliseconds: 40)),
    .duty(.aggregatorSkipped(slot: 7, reason: "not_synced")),
    .duty(.aggregatorRole(enabled: true, subnets: [0, 2])),
    .duty(.prover(.reaggregation, slot: 7, waiting: 2)),
    .duty(
      .costModel(
        CostModel(
          buildMilliseconds: 700, commitMilliseconds: 400, mergeMilliseconds: 350, samples: 64,
          foldsProposer: true))),
  ]

  static let proposal: [ChainEvent] = [
    .proposal(.scheduled(slot: 8, validator: 5)),
    .proposal(.prebuildStarted(slot: 8, parent: one)),
    .proposal(
      .candidate(
        ProposalCandidate(slot: 8, root: two, parent: one, votes: 14, validators: 16, aggregates: 3)
      )),
    .proposal(.refreshed(slot: 8, .newVotes, oldParent: one, newParent: two)),
    .proposal(.committed(slot: 8, root: two)),
    .proposal(.prepared(slot: 8, root: two, bytes: 1_310_000, leadMilliseconds: -12)),
    .proposal(.staleDiscard(slot: 8, .headMoved, root: two, oldParent: one, newParent: .zero)),
    .proposal(
      .outcome(
        ProposalResult(
          slot: 8, validator: 5, outcome: .missed(.proverFailed(.merge)), root: two, votes: 14,
          bytes: 9))),
    .proposal(.forceFallback(slot: 8, .refused, reason: "0x02020202 holds the leaf")),
    .proposal(.coverage(slot: 8, block: two, included: 14, known: 15, validators: 16)),
  ]

  static let forkChoice: [ChainEvent] = [
    .forkChoice(
      .blockGossip(
        slot: 7, block: one, proposer: 2, from: "zeam_0", arrivalMilliseconds: 118, bytes: 9)),
    .forkChoice(
      .block(
        ImportedBlock(
          slot: 7, block: one, parent: two, proposer: 2, votes: 15, arrivalMilliseconds: 118,
          importMilliseconds: 41, isOurs: false))),
    .forkChoice(.blockPending(slot: 7, block: one, parent: two)),
    .forkChoice(
      .blockRejected(slot: 7, block: one, reason: "Invalid \"parent\"\n\u{1}", from: "zeam_0")),
    .forkChoice(.head(slot: 7, block: one, state: two)),
    .forkChoice(.reorg(depth: 2, oldSlot: 6, oldHead: one, newSlot: 7, newHead: two)),
    .forkChoice(.justified(slot: 6, block: one, state: two)),
    .forkChoice(.finalized(slot: 5, block: one, state: two)),
    .forkChoice(.safeTarget(slot: 6, block: one)),
    .forkChoice(
      .attestation(
        ReceivedAttestation(
          validator: 3, vote: vote, arrivalMilliseconds: 840, verdict: .rejected,
          reason: "future", from: "zeam_0"))),
    .forkChoice(
      .aggregate(
        ReceivedAggregate(
          participants: [0, 3], vote: vote, bytes: 412_000, arrivalMilliseconds: 2100,
          verdict: .ignored, reason: "known", from: "zeam_0"))),
    .forkChoice(
      .justification(target: VotePoint(root: one, slot: 6), voters: [0, 1], validators: 16)),
  ]

  static let network: [ChainEvent] = [
    .network(
      .peerConnected(
        peer: "zeam_0", .outbound, client: "zeam/0.4", address: "/ip4/10.8.0.12/udp/9000")),
    .network(.peerDisconnected(peer: "zeam_0", reason: "reset by peer")),
    .network(
      .peerStatus(
        PeerStatus(
          peer: "zeam_0", headSlot: 7, finalizedSlot: 4, roundTripMilliseconds: 25,
          bytesIn: 212_000, bytesOut: 140_000, scoreThousandths: -9500))),
    .network(.sync(.syncing, headSlot: 7, targetSlot: 700)),
    .network(.syncGate(open: false, reason: "head lag 6 > 4")),
  ]

  static let key: [ChainEvent] = [
    .key(
      .window(
        KeyWindow(
          validator: 5, role: .proposal, firstPreparedSlot: 0, endPreparedSlot: 131_072,
          endSlot: 1 << 32))),
    .key(.journal(.claimed, slot: 8, entries: 4, milliseconds: 2)),
    .key(
      .signingRefused(
        slot: 8, validator: 5, .attestation, .alreadySigned, reason: "another root")),
  ]

  static let node: [ChainEvent] = [
    .node(
      .started(
        NodeDescription(
          network: "devnet-4", client: "swiftlet/0.1.0", genesisMilliseconds: 1_786_042_488_000,
          validators: 16, ownValidators: [1, 5], committees: 4, simulated: ["prover (1.2 s)"],
          policies: "start auto"))),
    .node(.stopping(reason: "SIGTERM")),
    .node(.resources(memoryBytes: 1 << 31, processorPermille: 380, databaseBytes: 1 << 27)),
    .node(.operatorAction(action: "force_fallback slot=8", result: "armed")),
    .node(.chaos(.cut, active: true, detail: "nodes 0,1 | 2,3")),
    .node(.log(.warning, source: "chain", message: "héllo ✓ \"quoted\" \\ tab\t")),
    .node(.lost(count: 12)),
    .node(.storage(problem: "the disk is full")),
    .node(
      .alarm(
        AlarmNews(
          kind: .peers, level: .critical, isRaised: true, text: "NO PEERS", advice: "heal the cut"))
    ),
    .node(.status(StatusPart(version: 1, index: 0, count: 1, bytes: [0, 255, 7]))),
    .node(
      .worker(
        WorkerReport(
          worker: 1, lane: "prove", place: "ssh prover1", generation: "leanVM 0.7.0",
          activity: "merge", activityMilliseconds: 1_204, memoryBytes: 1 << 31, processors: 2,
          waiting: 3, starts: 2))),
  ]
}
