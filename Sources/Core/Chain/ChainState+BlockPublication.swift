internal import BlockBuilding
internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Proposing
internal import SSZ

// Interval 0: our block, prepared before, enters our store and leaves for the network.
extension ChainState {
  /// How soon a block that no peer took is sent again.
  static let republicationMilliseconds: UInt64 = 100

  /// Whether a block of ours is on its way for the slot: only then are votes promoted at its start.
  func willPropose(in slot: Slot) -> Bool {
    guard let pipeline = proposals[slot]?.pipeline, pipeline.outcome == nil else { return false }
    return isGateOpen && isRunning
  }

  mutating func importAndPublish(
    _ slot: Slot, _ sealed: ProposalPipeline.SealedBlock
  ) {
    guard let proposal = proposals[slot], let block = proposal.material.signedBlock else {
      preconditionFailure("slot \(slot) publishes a block that it has not made")
    }
    endHold(slot)
    emit(.duty(.stageStarted(.import, slot: slot.rawValue)))
    if let refusal = importOwn(block, root: sealed.root) {
      tellEnd(of: .import, slot, 0, failure: refusal)
      return handProposal(slot, .imported(false))
    }
    importedSlot = slot
    emit(.duty(.stageStarted(.publish, slot: slot.rawValue)))
    effects.append(.publishBlock(block))
    publication = Publication(
      block: block, root: sealed.root, start: now, time: clock.start(in: slot + 1))
    emitCoverage(of: proposal, root: sealed.root)
    handProposal(slot, .imported(true))
  }

  /// Takes our own block in; says why not if our store refuses it.
  private mutating func importOwn(_ block: SignedBlock, root: Bytes32) -> String? {
    do {
      try changeStore { store throws(Rejection) in
        try store.onBlock(VerifiedBlock(trusting: block))
      }
    } catch {
      log(.error, "our own block of slot \(block.block.slot) is refused: \(error)")
      return error.description
    }
    tellImport(of: block.block, root: root, arrived: now, isOurs: true)
    effects.append(.persist(.block(block, root: root)))
    takeWaiting(for: root)
    return nil
  }

  /// Tells once per published block how many of the known voters it carries.
  private mutating func emitCoverage(of proposal: Proposal, root: Bytes32) {
    let included = proposal.material.candidate?.voterCount ?? 0
    let known = coverage[proposal.pipeline.slot.saturatingSubtract(1), default: 0]
    emit(
      .proposal(
        .coverage(
          slot: proposal.pipeline.slot.rawValue, block: root, included: included,
          known: max(known, included), validators: store.validators.count)))
  }

  // MARK: Until the network has it

  mutating func endPublication(of root: Bytes32) {
    guard let published = publication, published.root == root, !published.isTaken else { return }
    publication?.isTaken = true
    tellEnd(
      of: .publish, published.slot, now.milliseconds(since: published.start), failure: nil)
  }

  mutating func retryPublication(of root: Bytes32) {
    guard let published = publication, published.root == root, !published.isTaken else { return }
    if !published.isRefused {
      log(.warning, "no peer took the block of slot \(published.slot): it is sent again")
    }
    publication?.isRefused = true
    publication?.time = now + ChainState.republicationMilliseconds
  }

  mutating func republishIfDue() {
    guard let due = publication, due.time <= now else { return }
    let slotEnd = clock.start(in: due.slot + 1)
    guard now < slotEnd else {
      publication = nil
      guard !due.isTaken else { return }
      return tellEnd(
        of: .publish, due.slot, now.milliseconds(since: due.start),
        failure: "no peer took it in its slot")
    }
    effects.append(.publishBlock(due.block))
    publication?.time = slotEnd
  }
}

/// A block of ours on its way, kept until its slot ends in case no peer takes it.
struct Publication: Sendable {
  let block: SignedBlock
  let root: Bytes32
  /// When it was handed over first.
  let start: UnixMilliseconds
  /// When to look at it again: soon after a failure, else when its slot ends.
  var time: UnixMilliseconds
  /// Whether the network has it.
  var isTaken = false
  /// Whether no peer took it at first.
  var isRefused = false

  var slot: Slot { block.block.slot }
}
