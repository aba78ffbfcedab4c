internal import ChainEvents
internal import Hashing

extension NodeStatus {
  mutating func fold(_ event: ForkChoiceEvent) {
    guard event.newestSlot <= wallSlot + SlotHistory.lookahead else {
      futureEvents += 1
      return
    }
    switch event {
    case .blockGossip(_, let root, _, let from, let arrival, let bytes):
      peers.updateKnown(from) { $0.blocksDelivered += 1 }
      gossips.append(
        BlockGossip(root: root, from: from, arrival: arrival, bytes: bytes),
        limit: BlockGossip.capacity)
    case .block(let block): add(block)
    case .blockPending: counters.blocksPending += 1
    case .blockRejected(let slot, _, let reason, let from):
      counters.blocksRejected += 1
      peers.updateKnown(from) { $0.rejected += 1 }
      note(.blockRejected(reason: reason.brief), slot: slot)
    case .head(let slot, let block, _):
      head = VotePoint(root: block, slot: slot)
      recordLags()
    case .reorg(let depth, _, let oldHead, _, let newHead):
      counters.reorgs[min(max(depth, 0), NodeStatus.reorgDepthLimit), default: 0] += 1
      lastReorg = (wallSlot, depth)
      note(.reorg(depth: depth, from: oldHead, to: newHead), slot: wallSlot)
    case .justified(let slot, let block, _):
      justified = VotePoint(root: block, slot: slot)
      recordLags()
    case .finalized(let slot, let block, _):
      let point = VotePoint(root: block, slot: slot)
      finalized = point
      decideFates(by: point)
      recordLags()
    case .safeTarget(let slot, let block):
      safeTarget = VotePoint(root: block, slot: slot)
      let moved = milliseconds(of: timeMilliseconds, inSlot: wallSlot)
      updateSlot(wallSlot) { $0.safeTargetMoved = moved }
      recordLags()
    case .attestation(let attestation): add(attestation)
    case .aggregate(let aggregate): add(aggregate)
    case .justification(let target, let voters, _):
      votes.update(target) { $0.onChain = voters }
    }
  }

  /// Depths of reorganisations that are counted apart.
  static let reorgDepthLimit = 100

  private mutating func add(_ block: ImportedBlock) {
    tree.insert(
      TreeBlock(
        slot: block.slot, root: block.block, parent: block.parent, proposer: block.proposer,
        votes: block.votes, arrival: block.arrivalMilliseconds,
        importTime: block.importMilliseconds, isOurs: block.isOurs,
        gossip: gossips.last { $0.root == block.block }))
    let arrival = BlockArrival(
      root: block.block, proposer: block.proposer,
      arrival: block.arrivalMilliseconds.map { Int32(near: $0) },
      importTime: block.importMilliseconds.map { Int32(near: $0) },
      votes: block.votes.map { UInt16(clamping: $0) },
      isOurs: block.isOurs)
    let now = milliseconds(of: timeMilliseconds, inSlot: block.slot)
    updateSlot(block.slot) { record in
      if record.block == nil {
        record.block = arrival
      } else if record.block?.root != arrival.root {
        record.note(.secondBlock(root: arrival.root), at: arrival.arrival ?? now)
      }
      if let time = arrival.arrival, time >= Int32(EventStamp.intervalMilliseconds) {
        record.note(.lateBlock(root: arrival.root), at: time)
      }
    }
  }

  private mutating func add(_ attestation: ReceivedAttestation) {
    switch attestation.verdict {
    case .accepted?, nil:
      peers.updateKnown(attestation.from) { $0.votesDelivered += 1 }
      recordVote(of: attestation.validator, attestation.vote)
      tally.add(attestation.vote, by: ValidatorSet([attestation.validator]))
    case .ignored?: break
    case .rejected?: reject(from: attestation.from)
    }
  }

  private mutating func add(_ aggregate: ReceivedAggregate) {
    switch aggregate.verdict {
    case .ignored?: return
    case .rejected?: return reject(from: aggregate.from)
    case .accepted?, nil: break
    }
    let slot = aggregate.vote.slot
    if lastAggregate.map({ $0.slot <= slot }) ?? true { lastAggregate = (slot, aggregate.from) }
    peers.updateKnown(aggregate.from) { $0.votesDelivered += 1 }
    let voters = aggregate.participants
    tally.add(aggregate.vote, by: voters)
    votes.update(aggregate.vote.target) { target in
      target.seen.formUnion(voters)
      target.aggregated.formUnion(voters)
    }
    for voter in voters.members {
      tree.vote(validator: voter, slot: slot, head: aggregate.vote.head.root)
    }
    let arrival = AggregateArrival(
      votes: UInt16(clamping: voters.count), bytes: aggregate.bytes.map { Int32(near: $0) },
      arrival: aggregate.arrivalMilliseconds.map { Int32(near: $0) },
      // A client that tells no verdict tells no sender either.
      isOurs: aggregate.from == nil && aggregate.verdict != nil)
    updateSlot(slot) { record in
      if record.aggregate.map({ $0.votes < arrival.votes }) ?? true { record.aggregate = arrival }
    }
  }

  private mutating func reject(from peer: String?) {
    counters.votesRejected += 1
    peers.updateKnown(peer) { $0.rejected += 1 }
  }

  mutating func recordVote(of validator: UInt64, _ vote: Vote) {
    tree.vote(validator: validator, slot: vote.slot, head: vote.head.root)
    votes.update(vote.target) { $0.seen.insert(validator) }
  }
}

extension ForkChoiceEvent {
  /// The newest slot that the event makes us believe in; 0 for one that only tells of a refusal.
  fileprivate var newestSlot: UInt64 {
    switch self {
    case .block(let block): block.slot
    case .head(let slot, _, _), .justified(let slot, _, _), .finalized(let slot, _, _),
      .safeTarget(let slot, _):
      slot
    case .attestation(let attestation):
      attestation.verdict ?? .accepted == .accepted ? attestation.vote.newestSlot : 0
    case .aggregate(let aggregate):
      aggregate.verdict ?? .accepted == .accepted ? aggregate.vote.newestSlot : 0
    case .justification(let target, _, _): target.slot
    case .blockGossip, .blockPending, .blockRejected, .reorg: 0
    }
  }
}

extension Vote {
  fileprivate var newestSlot: UInt64 { max(slot, head.slot, target.slot, source.slot) }
}
