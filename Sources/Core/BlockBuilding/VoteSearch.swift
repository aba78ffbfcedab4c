internal import Aggregation
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ
internal import StateTransition

/// The search for the votes of a block: what is chosen so far, and what that would do to the state.
struct VoteSearch {
  /// A known vote that proofs cover.
  struct ProvenVote {
    let data: AttestationData
    let voters: Bits
    private let known: [SingleMessageAggregate]

    /// A vote that only a block carried has no proof of its own and is no candidate.
    init?(_ entry: PayloadPool.Entry) {
      guard !entry.proofs.isEmpty else { return nil }
      data = entry.data
      guard entry.proofs.count > AggregationLimits.maximumChildren else {
        known = entry.proofs
        voters = entry.voters
        return
      }
      known = Array(
        ProofCoverage.select(from: entry.proofs).proofs.prefix(AggregationLimits.maximumChildren))
      voters = known.reduce(into: Bits()) { $0.formUnion($1.participants.bits) }
    }

    /// The proofs that together cover the voters.
    var proofs: [SingleMessageAggregate] { ProofCoverage.select(from: known).proofs }
  }

  private let view: ProposalView
  private let rules: SelectionRules
  /// By target slot; those of one target in the order of the pool.
  private let candidates: [ProvenVote]
  /// The parent's state at the slot of the block.
  private let advancedState: State

  /// The state after a block with the votes so far: its checkpoints decide what is eligible.
  private var postState: State
  /// The voters that ``postState`` counts for targets that were asked about.
  private var counted: [Bytes32: Bits] = [:]
  private(set) var votes: [SelectedVote] = []
  private var chosen: Set<AttestationData> = []
  /// The signers of each component: the votes', then the proposer.
  private var signerCounts = [1]

  init(view: ProposalView, rules: SelectionRules) throws(Rejection) {
    self.view = view
    self.rules = rules
    candidates = view.votes.entries.compactMap { ProvenVote($0) }
      .sorted { $0.data.target.slot < $1.data.target.slot }
    advancedState = try view.parentState.processSlots(to: view.slot)
    postState = try advancedState.processBlock(view.block(attestations: []))
  }

  /// Takes every vote that leanSpec would take in one round; answers whether there was one.
  mutating func takeRound(_ proofByteCount: ([Int]) -> Int) -> Bool {
    let before = votes.count
    for candidate in candidates where votes.count < rules.maximumAttestationData {
      guard isEligible(candidate.data) else { continue }
      take(candidate, proofByteCount)
    }
    return votes.count > before
  }

  /// Takes the vote that does most for finality; answers whether one does anything.
  mutating func takeBest(_ proofByteCount: ([Int]) -> Int) -> Bool {
    guard votes.count < rules.maximumAttestationData else { return false }
    var useful: [(candidate: ProvenVote, score: VoteScore)] = []
    for candidate in candidates {
      if let score = score(of: candidate) { useful.append((candidate, score)) }
    }
    // One that is too large for the proof must not keep the next best out.
    for entry in useful.sorted(by: { $0.score < $1.score })
    where take(entry.candidate, proofByteCount) {
      return true
    }
    return false
  }

  /// Tries the votes so far; answers whether a checkpoint moved, which may admit more votes.
  mutating func advance() throws(Rejection) -> Bool {
    let before = (postState.latestJustified, postState.latestFinalized.slot)
    let attestations = votes.flatMap { vote in
      vote.proofs.map { AggregatedAttestation(aggregationBits: $0.participants, data: vote.data) }
    }
    postState = try advancedState.processBlock(view.block(attestations: attestations))
    counted = [:]
    return (postState.latestJustified, postState.latestFinalized.slot) != before
  }

  /// Adds a vote unless the proof of the block would become too large.
  @discardableResult
  private mutating func take(_ candidate: ProvenVote, _ proofByteCount: ([Int]) -> Int) -> Bool {
    let counts = [candidate.voters.setCount] + signerCounts
    guard proofByteCount(counts) <= AggregationLimits.maximumProofBytes else { return false }
    signerCounts = counts
    chosen.insert(candidate.data)
    votes.append(SelectedVote(data: candidate.data, proofs: candidate.proofs))
    return true
  }

  // MARK: What may be chosen

  /// leanSpec's conditions: a vote from the justified checkpoint to a target that is not justified.
  private func isEligible(_ data: AttestationData) -> Bool {
    guard isPossible(data), data.source.slot == postState.latestJustified.slot else { return false }
    return isGenesisSelfVote(data) || !isJustified(data.target.slot)
  }

  /// Conditions of every order: new, on this chain, from a justified source.
  private func isPossible(_ data: AttestationData) -> Bool {
    guard !chosen.contains(data), postState.isOnChain(data.source),
      postState.isOnChain(data.target), postState.isOnChain(data.head),
      isJustified(data.source.slot)
    else { return false }
    guard rules.oneDataPerSlot else { return true }
    return data.slot != view.slot && !votes.contains { $0.data.slot == data.slot }
  }

  /// A vote of genesis for itself justifies nothing but carries weight for its head.
  private func isGenesisSelfVote(_ data: AttestationData) -> Bool {
    data.source.slot == 0 && data.target.slot == 0
  }

  /// A slot beyond the tracked ones is not justified.
  private func isJustified(_ slot: Slot) -> Bool {
    let finalized = postState.latestFinalized.slot
    return (try? postState.justifiedSlots.isJustified(slot, finalized: finalized)) ?? false
  }

  // MARK: What is best

  /// How much a vote would do for finality now; `nil` when the transition would ignore it or it
  /// adds no voter.
  private mutating func score(of candidate: ProvenVote) -> VoteScore? {
    let data = candidate.data
    guard isPossible(data) else { return nil }
    if isGenesisSelfVote(data) {
      guard postState.latestJustified.slot == 0 else { return nil }
      return VoteScore(data, gain: candidate.voters.setCount, step: .builds)
    }
    guard data.target.slot > data.source.slot, !isJustified(data.target.slot),
      data.target.slot.isJustifiable(after: postState.latestFinalized.slot)
    else { return nil }
    let target = data.target.root
    let counted = self.counted[target] ?? postState.pendingVotes(for: target)
    self.counted[target] = counted
    let gain = candidate.voters.setCount(notIn: counted)
    guard gain > 0 else { return nil }
    let justifies = 3 * (counted.setCount + gain) >= 2 * postState.validators.count
    guard justifies else { return VoteScore(data, gain: gain, step: .builds) }
    return VoteScore(data, gain: gain, step: postState.finalizes(data) ? .finalizes : .justifies)
  }
}

/// How much a vote does for finality; the smaller is the better.
struct VoteScore: Comparable {
  /// What the vote brings about together with those that the chain has counted already.
  enum Step: Int {
    case finalizes
    case justifies
    case builds
  }

  private let step: Step
  private let gain: Int
  private let target: UInt64
  private let slot: UInt64

  init(_ data: AttestationData, gain: Int, step: Step) {
    self.step = step
    self.gain = gain
    target = data.target.slot.rawValue
    slot = data.slot.rawValue
  }

  /// Later targets first among steps that are done; more voters first among those that are not.
  static func < (left: VoteScore, right: VoteScore) -> Bool {
    if left.step != right.step { return left.step.rawValue < right.step.rawValue }
    if left.step == .builds, left.gain != right.gain { return left.gain > right.gain }
    return (left.target, left.slot, left.gain) > (right.target, right.slot, right.gain)
  }
}
