package import ChainEvents
package import ChainWork
package import Consensus
package import Hashing

/// The life of one proposal, from the schedule to exactly one outcome.
///
///     scheduled ── select ── compact ── seal ──┬── sign ── wrap ── merge ── prepared ── publish
///                  unsigned, free to rebuild ──┘└── signed, the leaf is spent
///
/// The pipeline knows time, roots and rules; blocks and proofs are the engine's. It never starts
/// work itself but says what to start, and is told how that ended.
/// - Invariant: at most one root is ever handed out for signing.
package struct ProposalPipeline: Sendable {
  /// One try to build a block.
  package struct Attempt: Hashable, Sendable {
    /// Counts the tries of this proposal; answers to an older one are ignored.
    package let number: Int
    package let level: BuildLevel
    package let maximumAttestations: Int
    /// The view it was started on.
    package let view: View
    /// Why it is not a prebuild; `nil` for one that was sealed before its slot.
    package var fallback: FallbackReason?
  }

  /// What a build depends on; when it changes, an unsigned candidate is built again.
  package struct View: Hashable, Sendable {
    package var head: Bytes32
    package var justifiedSlot: Slot
    /// Counts the changes of the votes that a build may choose from.
    package var votesRevision: UInt64

    package init(head: Bytes32, justifiedSlot: Slot, votesRevision: UInt64) {
      self.head = head
      self.justifiedSlot = justifiedSlot
      self.votesRevision = votesRevision
    }
  }

  /// A block whose root is final.
  package struct SealedBlock: Hashable, Sendable {
    package let root: Bytes32
    package let parentRoot: Bytes32
    package let justifiedSlot: Slot
    package let attestations: Int

    package init(root: Bytes32, parentRoot: Bytes32, justifiedSlot: Slot, attestations: Int) {
      self.root = root
      self.parentRoot = parentRoot
      self.justifiedSlot = justifiedSlot
      self.attestations = attestations
    }
  }

  package enum Phase: Hashable, Sendable {
    /// Nothing runs.
    case scheduled
    /// Select, compact or seal runs.
    case building(Attempt, Stage)
    /// Unsigned and complete.
    case sealed(Attempt, SealedBlock)
    /// The claim may be durable already: the leaf counts as spent.
    case signing(Attempt, SealedBlock)
    /// Wrap or merge runs.
    case proving(Attempt, SealedBlock, Stage)
    /// Signed and complete; held until the slot starts.
    case prepared(Attempt, SealedBlock)
    /// Our own store takes it in.
    case importing(Attempt, SealedBlock)
    case finished(ProposalOutcome)
  }

  /// What the rest of the chain looks like now.
  package struct Surroundings: Hashable, Sendable {
    /// Before the slot the view as it will be when the slot starts, inside it the live one.
    package var view: View
    package var isGateOpen: Bool
    /// Whether the parent of the current work no longer descends from the finalized block.
    package var conflictsWithFinalized: Bool
    /// Whether the head is the block of the slot before.
    package var isParentHere: Bool
    /// Whether nothing may be signed for the slot: the clock jumped, and what was signed is unknown.
    package var isBarred: Bool
    /// When blocks enter our store at the latest, as of late, counted from the start of their slot.
    package var usualArrivalMilliseconds: UInt64
    /// When the first aggregate of the slot before was accepted, not before its interval 2.
    package var firstAggregate: UnixMilliseconds?
    package var expected: ExpectedBlock
    package var costs: CostEstimator
    /// The most attestations that the prover merges, as far as that is known.
    package var attestationLimit: Int?

    package init(
      view: View, isGateOpen: Bool, conflictsWithFinalized: Bool, isParentHere: Bool,
      isBarred: Bool = false, usualArrivalMilliseconds: UInt64, firstAggregate: UnixMilliseconds?,
      expected: ExpectedBlock,
      costs: CostEstimator, attestationLimit: Int? = nil
    ) {
      self.view = view
      self.isGateOpen = isGateOpen
      self.conflictsWithFinalized = conflictsWithFinalized
      self.isParentHere = isParentHere
      self.isBarred = isBarred
      self.usualArrivalMilliseconds = usualArrivalMilliseconds
      self.firstAggregate = firstAggregate
      self.expected = expected
      self.costs = costs
      self.attestationLimit = attestationLimit
    }
  }

  package enum Input: Hashable, Sendable {
    /// Time passed or the surroundings changed.
    case proceed
    /// A selection is there; `compactedProofs` is zero when there is nothing to merge.
    case selected(attempt: Int, compactedProofs: Int)
    case compacted(attempt: Int)
    case sealed(attempt: Int, SealedBlock)
    case signed(attempt: Int)
    case refused(attempt: Int, MissReason)
    case wrapped(attempt: Int)
    case merged(attempt: Int)
    case failed(attempt: Int, Stage)
    case imported(Bool)
    /// A verified block of our proposer for this slot that this node did not make.
    case foreignBlock(Bytes32)
    case force
    case disarm
    /// The wall clock jumped, maybe into or over the slot.
    case clockSteppedForward
    /// The node stops; what cannot be published by then is given up.
    case shutDown(by: UnixMilliseconds)
  }

  package enum Action: Equatable, Sendable {
    /// Start a stage of an attempt: select, compact, seal, wrap or merge.
    case run(Stage, Attempt)
    /// Claim the leaf for this root and sign.
    case sign(Attempt, SealedBlock)
    /// Take the block into our store and, if it is accepted, send it.
    case importAndPublish(Attempt, SealedBlock)
    /// Forget the products of all attempts before this one.
    case discardWork
    case emit(ProposalEvent)
    /// Predicted costs kept a block from being tried.
    case doubtCosts
    /// A line for the operator.
    case warn(String)
    case finish(ProposalOutcome)
  }

  /// Refreshes that only new votes cause; each costs a build, and votes keep coming.
  package static let maximumVoteRefreshes = 8

  package let slot: Slot
  package let proposer: ValidatorIndex
  package let times: ProposalTimes
  package let policy: ProposalPolicy

  package internal(set) var phase = Phase.scheduled
  package internal(set) var attempts = 0
  var voteRefreshes = 0
  /// Whether the operator wants the block built inside the slot.
  package internal(set) var isForced: Bool
  /// Whether every level of the prebuild failed.
  var isPrebuildOver = false
  /// The reason that a build inside the slot will carry.
  var fallbackReason: FallbackReason
  var didClockStep = false
  var shutDownTime: UnixMilliseconds?

  package init(
    slot: Slot, proposer: ValidatorIndex, clock: SlotClock, policy: ProposalPolicy,
    isForced: Bool = false
  ) {
    self.slot = slot
    self.proposer = proposer
    self.times = ProposalTimes(slot: slot, clock: clock)
    self.policy = policy
    self.isForced = isForced
    fallbackReason = policy.start == .off ? .prebuildOff : .intervalMissed
  }

  /// Takes an input in and goes as far as time and surroundings allow.
  package mutating func handle(
    _ input: Input, at now: UnixMilliseconds, in surroundings: Surroundings
  ) -> [Action] {
    guard outcome == nil else { return [] }
    var step = Step(now: now, surroundings: surroundings)
    take(input, &step)
    if outcome == nil { proceed(&step) }
    return step.actions
  }

  /// The outcome once there is one.
  package var outcome: ProposalOutcome? {
    if case .finished(let outcome) = phase { outcome } else { nil }
  }

  /// How much the unsigned build that runs tries to put in.
  package var buildingLevel: BuildLevel? {
    if case .building(let attempt, _) = phase { attempt.level } else { nil }
  }

  /// The root that holds the leaf, from the moment it was handed out for signing.
  package var committedRoot: Bytes32? {
    switch phase {
    case .signing(_, let block), .proving(_, let block, _), .prepared(_, let block),
      .importing(_, let block):
      block.root
    case .scheduled, .building, .sealed, .finished: nil
    }
  }

  /// The parent of the current work.
  package var parentRoot: Bytes32? {
    switch phase {
    case .scheduled, .finished: nil
    case .building(let attempt, _): attempt.view.head
    case .sealed(_, let block), .signing(_, let block), .proving(_, let block, _),
      .prepared(_, let block), .importing(_, let block):
      block.parentRoot
    }
  }

  /// One call of `handle`: its circumstances and what it decided.
  struct Step {
    let now: UnixMilliseconds
    let surroundings: Surroundings
    var actions: [Action] = []
  }
}
