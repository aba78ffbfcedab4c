internal import Chain
internal import ChainEvents
internal import Consensus
internal import Hashing
internal import Randomness
internal import SigningLedger
internal import XMSS

/// A batch of claims on its way to the disk, and the request that they are for.
struct JournalCommit: Sendable {
  let request: SigningRequest
  /// One outcome for each signature wanted.
  let outcomes: [ClaimOutcome]
  /// How many of them are new records on the disk.
  let recordCount: Int
  /// Whether the disk will fail.
  let fails: Bool
  let end: VirtualTime
}

// Signing: decide, make durable, sign. The order is the whole point.
extension SimulatedNode {
  /// Decides on a request and begins the commit.
  mutating func beginSigning(
    _ request: SigningRequest, at time: VirtualTime, disk: DiskOptions,
    random: inout SeededRandom
  ) -> JournalCommit {
    let claims = request.leaves.map { leaf in
      SigningClaim(
        publicKey: SimulatedKeys.publicKey(of: leaf.validator, role: leaf.role),
        slot: leaf.slot.rawValue, root: leaf.root)
    }
    let fails = areValidatorsOffline || random.chance(perMille: disk.failurePerMille)
    let end = max(time, journalFreeAt).advanced(by: disk.commit.draw(from: &random))
    journalFreeAt = end
    var decided = ledger
    if case .floors(let slot) = request { decided.raiseFloors(through: slot.rawValue) }
    let outcomes = decided.claim(claims)
    let records = outcomes.compactMap { outcome -> SigningClaim? in
      guard case .granted(let committed) = outcome, committed.grant == .new else { return nil }
      return committed.claim
    }
    if !fails {
      ledger = decided
      journal.write(records)
    }
    return JournalCommit(
      request: request, outcomes: outcomes, recordCount: fails ? 0 : records.count, fails: fails,
      end: end)
  }

  /// Ends the commit and signs what it granted.
  mutating func endSigning(_ commit: JournalCommit) -> SigningAnswer {
    guard !areValidatorsOffline else { return commit.request.refused(.keyMissing) }
    guard !commit.fails else {
      return commit.request.refused(.journalUnavailable("the disk failed"))
    }
    journal.sync(count: commit.recordCount)
    let results = zip(commit.request.leaves, commit.outcomes).map {
      leaf, outcome -> Result<Signature, SigningRefusal> in
      switch outcome {
      case .granted: .success(leaf.sign())
      case .refused(_, let refusal): .failure(SigningRefusal(refusal))
      }
    }
    return commit.request.answer(results)
  }
}

/// One leaf that a request wants to spend.
struct WantedLeaf: Sendable {
  let validator: ValidatorIndex
  let role: KeyRole
  let slot: Slot
  let root: Bytes32

  func sign() -> Signature {
    SimulatedKeys.sign(
      root, slot: slot, with: SimulatedKeys.publicKey(of: validator, role: role))
  }
}

extension SigningRequest {
  /// The leaves in the order of the answer.
  var leaves: [WantedLeaf] {
    switch self {
    case .floors: []
    case .block(let slot, let proposer, let root):
      [WantedLeaf(validator: proposer, role: .proposal, slot: slot, root: root)]
    case .attestations(let data, let root, let validators):
      validators.map {
        WantedLeaf(validator: $0, role: .attestation, slot: data.slot, root: root)
      }
    }
  }

  /// The answer with one result for each leaf.
  func answer(_ results: [Result<Signature, SigningRefusal>]) -> SigningAnswer {
    switch self {
    case .floors(let slot): .floors(through: slot, failure: nil)
    case .block(let slot, _, let root): .block(slot: slot, root: root, results[0])
    case .attestations(let data, _, let validators):
      .attestations(
        data: data,
        zip(validators, results).map { (validator: $0, $1) })
    }
  }

  /// The answer that refuses all leaves.
  func refused(_ refusal: SigningRefusal) -> SigningAnswer {
    if case .floors(let slot) = self { return .floors(through: slot, failure: "\(refusal)") }
    return answer(leaves.map { _ in .failure(refusal) })
  }
}
