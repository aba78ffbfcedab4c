internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Proposing
internal import SSZ

/// A block on its way into the store.
struct ReceivedBlock: Sendable {
  let block: SignedBlock
  let root: Bytes32
  let origin: MessageOrigin
  /// When it, or the last of its ancestors, reached us.
  let arrived: UnixMilliseconds

  var slot: Slot { block.block.slot }
  var parentRoot: Bytes32 { block.block.parentRoot }
}

// Blocks of others: kept until their parent is here, verified elsewhere, imported.
extension ChainState {
  mutating func receive(_ block: SignedBlock, from origin: MessageOrigin) {
    let root = block.block.hashTreeRoot()
    guard !store.tree.contains(root), !verifying.contains(root) else {
      return judge(origin, .ignored)
    }
    if origin.gossip != nil {
      emit(
        .forkChoice(
          .blockGossip(
            slot: block.block.slot.rawValue, block: root,
            proposer: block.block.proposerIndex.rawValue, from: origin.peer,
            arrivalMilliseconds: arrival(in: block.block.slot),
            bytes: block.sszBytes().count)))
    }
    take(ReceivedBlock(block: block, root: root, origin: origin, arrived: now))
  }

  private mutating func take(_ received: ReceivedBlock) {
    guard received.slot > store.latestFinalized.slot else {
      return drop(received, "not after the finalized slot", .ignored)
    }
    guard received.slot <= latestAcceptableSlot else {
      return drop(received, "too far in the future", .ignored)
    }
    guard store.state(after: received.parentRoot) != nil else { return wait(received) }
    do {
      guard let check = try store.signatureCheck(of: received.block) else {
        return judge(received.origin, .ignored)
      }
      verifying.insert(received.root)
      submit(.verifyBlock(check), for: .block(received))
    } catch {
      refuse(received, error)
    }
  }

  /// The last slot whose messages may be here already, for clocks that disagree.
  ///
  /// The store's time is never behind the wall clock here, so honest messages that waited behind
  /// work are not taken for the future.
  var latestAcceptableSlot: Slot {
    (max(store.time, clock.interval(at: now)) + Preset.gossipDisparityIntervals).slot
  }

  private mutating func wait(_ received: ReceivedBlock) {
    judge(received.origin, .ignored)
    guard !pendingBlocks.contains(received.root) else { return }
    pendingBlocks.insert(received.block, root: received.root)
    emit(
      .forkChoice(
        .blockPending(
          slot: received.slot.rawValue, block: received.root, parent: received.parentRoot)))
    let missing = pendingBlocks.missingAncestor(of: received.root)
    guard !verifying.contains(missing), requestedBlocks.insert(missing).inserted else { return }
    effects.append(.requestBlocks([missing]))
  }

  /// Blocks asked for at once when a slot begins; requests are limited at the other end too.
  private static let missingBlockLimit = 16

  /// Asks again for the blocks that others wait for, once a slot.
  mutating func requestMissingBlocks() {
    let missing = pendingBlocks.missingRoots.filter { !verifying.contains($0) }
      .prefix(ChainState.missingBlockLimit)
    requestedBlocks = Set(missing)
    if !missing.isEmpty { effects.append(.requestBlocks(Array(missing))) }
  }

  mutating func accept(_ verified: VerifiedBlock, _ received: ReceivedBlock) {
    let block = received.block.block
    verifying.remove(received.root)
    do {
      let isNew = try changeStore { store throws(Rejection) in try store.onBlock(verified) }
      guard isNew else { return judge(received.origin, .ignored) }
    } catch {
      return refuse(received, error)
    }
    judge(received.origin, .accepted)
    tellImport(of: block, root: received.root, arrived: received.arrived, isOurs: false)
    effects.append(.persist(.block(received.block, root: received.root)))
    noticeDuplicate(block, root: received.root)
    updateGate()
    reaggregate(received.block)
    takeWaiting(for: received.root)
  }

  /// Takes up what waited for a block that has been imported.
  mutating func takeWaiting(for root: Bytes32) {
    for child in pendingBlocks.takeChildren(of: root) {
      take(
        ReceivedBlock(
          block: child.block, root: child.root, origin: MessageOrigin(peer: "pending"),
          arrived: now))
    }
    retryVotes(waitingFor: root)
  }

  /// A valid block of a validator of ours that we did not make: somebody else has our keys.
  private mutating func noticeDuplicate(_ block: Block, root: Bytes32) {
    guard isOurs(block.proposerIndex), block.slot >= firstOwnSlot else { return }
    log(
      .error,
      "slot \(block.slot): validator \(block.proposerIndex) of this node signed block "
        + "\(root.short), which this node did not make. Are the keys used elsewhere?")
    handProposal(block.slot, .foreignBlock(root))
  }

  mutating func tellImport(
    of block: Block, root: Bytes32, arrived: UnixMilliseconds, isOurs: Bool
  ) {
    var voters = Bits()
    for attestation in block.body.attestations {
      voters.formUnion(attestation.aggregationBits.bits)
    }
    let start = clock.start(in: block.slot)
    blockArrivals.observe(now.signedMilliseconds(since: start))
    emit(
      .forkChoice(
        .block(
          ImportedBlock(
            slot: block.slot.rawValue, block: root, parent: block.parentRoot,
            proposer: block.proposerIndex.rawValue, votes: voters.setCount,
            arrivalMilliseconds: arrived.signedMilliseconds(since: start),
            importMilliseconds: now.signedMilliseconds(since: arrived), isOurs: isOurs))))
  }

  mutating func refuse(_ received: ReceivedBlock, _ rejection: Rejection) {
    verifying.remove(received.root)
    drop(received, rejection.description, Verdict(rejection))
  }

  /// Refuses a block and everything that waits for it.
  private mutating func drop(
    _ received: ReceivedBlock, _ reason: String, _ verdict: Verdict
  ) {
    pendingBlocks.discardDescendants(of: received.root)
    judge(received.origin, verdict)
    emit(
      .forkChoice(
        .blockRejected(
          slot: received.slot.rawValue, block: received.root, reason: reason,
          from: received.origin.peer)))
  }
}
