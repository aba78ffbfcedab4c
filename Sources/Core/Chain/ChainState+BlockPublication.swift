internal import BlockBuilding
internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
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
    let refusal = importOwn(block, root: sealed.root)
    tellEnd(of: .import, slot, 0, failure: refusal)
    if refusal == nil {
      emit(.duty(.stageStarted(.publish, slot: slot.rawValue)))
      effects.append(.publishBlock(block))
      tellEnd(of: .publish, slot, 0, failure: nil)
      republication = Republication(
        block: block, root: sealed.root, time: clock.start(in: slot + 1))
      emitCoverage(of: proposal, root: sealed.root)
    }
    handProposal(slot, .imported(refusal == nil))
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
    let known = coverage.map { $0.slot + 1 == proposal.pipeline.slot ? $0.voters : 0 } ?? 0
    emit(
      .proposal(
        .coverage(
          slot: proposal.pipeline.slot.rawValue, block: root, included: included,
          known: max(known, included), validators: store.validators.count)))
  }

  // MARK: A block that nobody took

  mutating func retryPublication(of root: Bytes32) {
    guard republication?.root == root else { return }
    republication?.time = now + ChainState.republicationMilliseconds
  }

  mutating func republishIfDue() {
    guard let due = republication, due.time <= now else { return }
    let slotEnd = clock.start(in: due.block.block.slot + 1)
    guard now < slotEnd else {
      republication = nil
      return
    }
    log(.warning, "sending the block of slot \(due.block.block.slot) again: no peer took it")
    effects.append(.publishBlock(due.block))
    republication?.time = slotEnd
  }
}

/// A published block, kept until its slot ends in case no peer took it.
struct Republication: Sendable {
  let block: SignedBlock
  let root: Bytes32
  /// When to look at it again: soon after a failure, else when its slot ends.
  var time: UnixMilliseconds
}
