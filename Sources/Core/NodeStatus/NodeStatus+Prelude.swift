public import ChainEvents

extension FleetStatus {
  /// The events that bring an empty fold to how all nodes stand, for the beginning of a recording.
  public var prelude: [TimedEvent] { nodes.flatMap(\.prelude) }
}

extension NodeStatus {
  /// Proposals of ours that a prelude tells of; more are a recording of their own.
  static let preludeProposals = 256

  /// The events that bring an empty fold to how the node stands, all at its newest moment.
  ///
  /// Who the node is, its keys, peers and faults, the blocks of its tree, the checkpoints and how its
  /// newest proposals ended. Not the past: slots, votes, the log, and counts that no event can tell.
  public var prelude: [TimedEvent] {
    (standing + proposalEvents + chain + faultEvents).map {
      TimedEvent(
        timeMilliseconds: timeMilliseconds, slot: wallSlot, interval: interval,
        sequence: lastSequence ?? 0, node: name, event: $0)
    }
  }

  private var standing: [ChainEvent] {
    var events: [ChainEvent] = []
    if let description { events.append(.node(.started(description))) }
    if let aggregator {
      events.append(
        .duty(.aggregatorRole(enabled: aggregator.isEnabled, subnets: aggregator.subnets)))
    }
    if let prover {
      events.append(.duty(.prover(prover.state, slot: prover.slot, waiting: prover.waiting)))
    }
    if let costModel { events.append(.duty(.costModel(costModel))) }
    if let clock {
      events.append(.clock(.clockOffset(milliseconds: clock.offset, source: clock.source)))
    }
    if let resources {
      events.append(
        .node(
          .resources(
            memoryBytes: resources.memory, processorPermille: resources.processorPermille,
            databaseBytes: resources.database)))
    }
    for validator in validators {
      events += [validator.attestationKey, validator.proposalKey].compactMap { $0 }
        .map { .key(.window($0)) }
    }
    if let operation = journal.operation, let entries = journal.entries {
      events.append(
        .key(
          .journal(
            operation, slot: nil, entries: entries, milliseconds: journal.commits.last ?? 0)))
    }
    return events + network
  }

  private var network: [ChainEvent] {
    var events: [ChainEvent] = []
    for peer in peers.peers {
      events.append(
        .network(
          .peerConnected(
            peer: peer.peer, peer.direction, client: peer.client, address: peer.address)))
      if let status = peer.status { events.append(.network(.peerStatus(status))) }
    }
    if let sync {
      events.append(.network(.sync(sync.state, headSlot: sync.head, targetSlot: sync.target)))
    }
    if let gate { events.append(.network(.syncGate(open: gate.isOpen, reason: gate.reason))) }
    return events
  }

  private var proposalEvents: [ChainEvent] {
    proposals.newest(NodeStatus.preludeProposals).reversed().flatMap { proposal -> [ChainEvent] in
      guard let validator = proposal.validator else { return [] }
      let scheduled = ChainEvent.proposal(.scheduled(slot: proposal.slot, validator: validator))
      guard let outcome = proposal.outcome else { return [scheduled] }
      return [
        scheduled,
        .proposal(
          .outcome(
            ProposalResult(
              slot: proposal.slot, validator: validator, outcome: outcome,
              root: proposal.committedRoot, votes: proposal.votes, bytes: proposal.bytes))),
      ]
    }
  }

  private var chain: [ChainEvent] {
    var events = tree.blocks.map { block in
      ChainEvent.forkChoice(
        .block(
          ImportedBlock(
            slot: block.slot, block: block.root, parent: block.parent, proposer: block.proposer,
            votes: block.votes, arrivalMilliseconds: block.arrival,
            importMilliseconds: block.importTime, isOurs: block.isOurs)))
    }
    if let head {
      events.append(.forkChoice(.head(slot: head.slot, block: head.root, state: nil)))
    }
    if let justified {
      events.append(
        .forkChoice(.justified(slot: justified.slot, block: justified.root, state: nil)))
    }
    if let finalized {
      events.append(
        .forkChoice(.finalized(slot: finalized.slot, block: finalized.root, state: nil)))
    }
    if let safeTarget {
      events.append(.forkChoice(.safeTarget(slot: safeTarget.slot, block: safeTarget.root)))
    }
    return events
  }

  private var faultEvents: [ChainEvent] {
    faults.map { .node(.chaos(fault: $0.name, active: true, detail: $0.detail)) }
      + (stopped.map { [.node(.stopping(reason: $0))] } ?? [])
  }
}
