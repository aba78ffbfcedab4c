internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Proposing
internal import SSZ

/// The way of a peer's block: checked, kept until its parent is here, verified elsewhere, imported.
///
/// A block is known by its root, its copies by root and proof. One copy is verified at a time and
/// peers take turns, so forged copies, however many come first, delay the real one and hide none.
/// Only a block that is itself invalid takes down what waits for it.
struct BlockIntake: Sendable {
  enum Input {
    case received(SignedBlock, MessageOrigin)
    case verified(ReceivedBlock, VerifiedBlock)
    case failed(ReceivedBlock, JobFailure)
    /// A block of ours has entered the store.
    case entered(Bytes32)
    /// Votes keep naming a block.
    case wanted(Bytes32, namedBy: String)
    case slotBegan
  }

  /// Copies that may wait for verification: 64 MiB with the largest proofs.
  static let waitingLimit = 128

  private let validatorCount: UInt64
  private var unverified = FairQueue<(block: ReceivedBlock, check: BlockSignatureCheck)>(
    limit: BlockIntake.waitingLimit)
  private(set) var orphans = OrphanBlocks()
  private var requests = BlockRequests()

  init(validatorCount: Int) {
    self.validatorCount = UInt64(validatorCount)
  }

  mutating func handle(_ input: Input, at moment: Moment, on chain: inout LiveStore) -> [Step] {
    switch input {
    case .received(let block, let origin): receive(block, origin, moment, chain.store)
    case .verified(let block, let verified): enter(block, verified, moment, &chain)
    case .failed(let block, let failure): fail(block, failure)
    case .entered(let root): takeChildren(of: root, moment, chain.store)
    case .wanted(let root, let peer): want(root, namedBy: peer, chain.store)
    case .slotBegan: beginSlot(chain.store)
    }
  }

  // MARK: In

  private mutating func receive(
    _ block: SignedBlock, _ origin: MessageOrigin, _ moment: Moment, _ store: Store
  ) -> [Step] {
    let root = block.block.hashTreeRoot()
    let received = ReceivedBlock(
      block: block, root: root, origin: origin, byteCount: block.sszByteCount,
      arrived: moment.now)
    guard !store.tree.contains(root), !isCopy(received) else {
      return Step.judge(origin, .ignored)
    }
    let steps = admit(received, moment, store)
    guard origin.gossip != nil else { return steps }
    return [
      .forkChoice(
        .blockGossip(
          slot: received.slot.rawValue, block: root,
          proposer: block.block.proposerIndex.rawValue, from: origin.peer,
          arrivalMilliseconds: moment.arrival(in: received.slot), bytes: received.byteCount))
    ] + steps
  }

  /// Whether the same copy waits already, or another one of that peer.
  private func isCopy(_ received: ReceivedBlock) -> Bool {
    let isSame = { (other: ReceivedBlock) in
      other.root == received.root
        && (other.block.proof == received.block.proof
          || other.origin.peer == received.origin.peer)
    }
    return unverified.contains { isSame($0.block) }
      || orphans.copies(of: received.root).contains(where: isSame)
  }

  /// Checks what costs nothing to check before anything is kept.
  private mutating func admit(
    _ received: ReceivedBlock, _ moment: Moment, _ store: Store
  ) -> [Step] {
    let (slot, proposer) = (received.slot, received.block.block.proposerIndex)
    guard slot > store.latestFinalized.slot else {
      return condemn(
        [received],
        .headNotDescendantOfFinalized(head: received.root, finalized: store.latestFinalized))
    }
    guard slot <= moment.latestAcceptableSlot(store) else {
      return condemn([received], .blockTooFarInFuture(slot: slot, time: store.time))
    }
    let scheduled = ValidatorIndex(slot.rawValue % validatorCount)
    guard proposer == scheduled else {
      return condemn([received], .wrongProposer(proposer, scheduled: scheduled))
    }
    guard store.tree.contains(received.parentRoot) else { return wait(received, store) }
    return verify(received, store)
  }

  private mutating func verify(_ received: ReceivedBlock, _ store: Store) -> [Step] {
    requests.fulfil(received.root)
    do {
      let hasChild = orphans.hasChildren(of: received.root)
      guard let check = try store.signatureCheck(of: received.block, hasChild: hasChild) else {
        return Step.judge(received.origin, .ignored)
      }
      let dropped = unverified.append((received, check), from: received.origin.peer)
      return Step.judge(dropped?.block.origin, .ignored) + verifyNext()
    } catch {
      return condemn([received], error)
    }
  }

  private mutating func verifyNext() -> [Step] {
    unverified.beginCheck().map { [.run(.verifyBlock($0.block, $0.check))] } ?? []
  }

  /// Takes out the copies of a block that wait for verification.
  private mutating func takeCopies(of root: Bytes32) -> [ReceivedBlock] {
    unverified.removeAll { $0.block.root == root }.map(\.block)
  }

  // MARK: Waiting

  private mutating func wait(_ received: ReceivedBlock, _ store: Store) -> [Step] {
    let isNew = orphans.copies(of: received.root).isEmpty
    let dropped = orphans.insert(received)
    var steps = dropped.flatMap { Step.judge($0.origin, .ignored) }
    guard isNew, !dropped.contains(where: { $0.root == received.root }) else { return steps }
    steps.append(
      .forkChoice(
        .blockPending(
          slot: received.slot.rawValue, block: received.root, parent: received.parentRoot)))
    requests.fulfil(received.root)
    let missing = orphans.missingAncestor(of: received.root)
    return steps + want(missing, namedBy: received.origin.peer, store)
  }

  private mutating func want(
    _ root: Bytes32, namedBy peer: String, _ store: Store
  ) -> [Step] {
    guard !store.tree.contains(root), !unverified.contains(where: { $0.block.root == root }),
      orphans.copies(of: root).isEmpty, let request = requests.want(root, namedBy: peer)
    else { return [] }
    return [.effect(.requestBlocks([request]))]
  }

  /// Forgets what can no longer join the chain, and asks again for what did not come.
  private mutating func beginSlot(_ store: Store) -> [Step] {
    var gone = orphans.discard(through: store.latestFinalized.slot)
    let (asked, givenUp) = requests.askAgain()
    for root in givenUp { gone += orphans.discardDescendants(of: root) }
    // A copy with a bad proof, or a peer that wanted too much, may have left some unasked for.
    let wanted = orphans.missing.flatMap { want($0.root, namedBy: $0.namedBy, store) }
    let verdicts = gone.flatMap { Step.judge($0.origin, .ignored) }
    return verdicts + (asked.isEmpty ? [] : [.effect(.requestBlocks(asked))]) + wanted
  }

  private mutating func takeChildren(
    of root: Bytes32, _ moment: Moment, _ store: Store
  ) -> [Step] {
    requests.fulfil(root)
    return orphans.takeChildren(of: root).flatMap { child in
      var child = child
      child.arrived = moment.now
      return admit(child, moment, store)
    }
  }

  // MARK: Out

  private mutating func enter(
    _ received: ReceivedBlock, _ verified: VerifiedBlock, _ moment: Moment,
    _ chain: inout LiveStore
  ) -> [Step] {
    let copies = takeCopies(of: received.root)
    do {
      let change = try chain.take(verified, hasChild: orphans.hasChildren(of: received.root))
      unverified.endCheck(isGood: true)
      let others = copies.flatMap { Step.judge($0.origin, .ignored) }
      guard let movements = change else {
        return Step.judge(received.origin, .ignored) + others + verifyNext()
      }
      return movements + Step.judge(received.origin, .accepted) + others + [
        .imported(
          received.block.block, root: received.root, arrived: received.arrived, isOurs: false,
          moment),
        .imported(ImportedBlockNews(block: received.block, root: received.root, isOurs: false)),
      ] + takeChildren(of: received.root, moment, chain.store) + verifyNext()
    } catch {
      unverified.endCheck()
      return condemn([received] + copies, error) + verifyNext()
    }
  }

  /// A bad proof condemns the copy that has it; anything else the block.
  private mutating func fail(_ received: ReceivedBlock, _ failure: JobFailure) -> [Step] {
    var steps: [Step]
    switch failure {
    case .broken(let reason):
      steps =
        [.log(.warning, "block \(received.root.short) was not verified: \(reason)")]
        + Step.judge(received.origin, .ignored)
    case .rejected(.invalidBlockProof):
      unverified.endCheck(isGood: false)
      steps = tellRefusal(received, .invalidBlockProof)
    case .rejected(let rejection):
      steps = condemn([received] + takeCopies(of: received.root), rejection)
    }
    unverified.endCheck()
    return steps + verifyNext()
  }

  /// Refuses a block, all its copies, and everything that waits for it.
  private mutating func condemn(_ copies: [ReceivedBlock], _ rejection: Rejection) -> [Step] {
    copies.flatMap { copy in
      orphans.discardDescendants(of: copy.root).flatMap { Step.judge($0.origin, .ignored) }
        + tellRefusal(copy, rejection)
    }
  }

  // MARK: Telling

  private func tellRefusal(_ received: ReceivedBlock, _ rejection: Rejection) -> [Step] {
    Step.judge(received.origin, Verdict(rejection)) + [
      .forkChoice(
        .blockRejected(
          slot: received.slot.rawValue, block: received.root, reason: rejection.description,
          from: received.origin.peer))
    ]
  }
}

extension Step {
  /// A block has entered the store.
  static func imported(
    _ block: Block, root: Bytes32, arrived: UnixMilliseconds, isOurs: Bool, _ moment: Moment
  ) -> Step {
    let voters = block.body.attestations.reduce(into: Bits()) {
      $0.formUnion($1.aggregationBits.bits)
    }
    let start = moment.clock.start(in: block.slot)
    return .forkChoice(
      .block(
        ImportedBlock(
          slot: block.slot.rawValue, block: root, parent: block.parentRoot,
          proposer: block.proposerIndex.rawValue, votes: voters.setCount,
          arrivalMilliseconds: arrived.signedMilliseconds(since: start),
          importMilliseconds: moment.now.signedMilliseconds(since: arrived), isOurs: isOurs)))
  }
}
