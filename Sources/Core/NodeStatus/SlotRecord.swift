package import ChainEvents
package import Hashing

/// What happened in one slot, small enough to keep a day of them.
package struct SlotRecord: Equatable, Sendable {
  /// Spans kept of one slot: twelve stages, and room for refreshes.
  static let spanLimit = 32

  /// Notes kept of one slot.
  static let noteLimit = 12

  /// The slot.
  package internal(set) var slot: UInt64
  /// The validator of ours that has to propose it.
  package internal(set) var ownProposer: UInt64?
  /// How our proposal ended.
  package internal(set) var outcome: ProposalOutcome?
  /// The stages of our work for the slot, in the order of their starts.
  package internal(set) var spans: [StageSpan] = []
  /// The first block of the slot that entered the store.
  package internal(set) var block: BlockArrival?
  /// The largest aggregate of the slot.
  package internal(set) var aggregate: AggregateArrival?
  /// When the safe target moved, in milliseconds from the start of the slot.
  package internal(set) var safeTargetMoved: Int32?
  /// The lags at the end of the slot so far.
  package internal(set) var lags = Lags()
  /// What else explains the slot.
  package internal(set) var notes: [SlotNote] = []

  init(slot: UInt64) {
    self.slot = slot
  }

  mutating func note(_ kind: SlotNote.Kind, at milliseconds: Int32) {
    guard notes.count < SlotRecord.noteLimit else { return }
    notes.append(SlotNote(milliseconds: milliseconds, kind: kind))
  }
}

extension String {
  /// The text as a note keeps it: a reason is a few words, whatever a recording says.
  var brief: String { utf8.count <= 160 ? self : prefix(159) + "…" }
}

/// One run of a stage; times are milliseconds from the start of its slot.
package struct StageSpan: Equatable, Sendable {
  /// The stage.
  package var stage: Stage
  /// When it began.
  package var start: Int32
  /// When it ended; `nil` while it runs.
  package var end: Int32?
  /// Whether it failed.
  package var failed = false
}

/// When a block came and what it cost.
package struct BlockArrival: Equatable, Sendable {
  /// The root.
  package var root: Bytes32
  /// The proposer.
  package var proposer: UInt64?
  /// Milliseconds from the start of its slot.
  package var arrival: Int32?
  /// Milliseconds of its import.
  package var importTime: Int32?
  /// Validators whose votes it carries.
  package var votes: UInt16?
  /// Whether it is ours.
  package var isOurs: Bool
}

/// When an aggregate came and how good it is.
package struct AggregateArrival: Equatable, Sendable {
  /// Voters in it.
  package var votes: UInt16
  /// Bytes of its proof.
  package var bytes: Int32?
  /// Milliseconds from the start of its slot.
  package var arrival: Int32?
  /// Whether we made it.
  package var isOurs: Bool
}

/// How far the checkpoints are behind, in slots, where told; saturates at 65,535.
package struct Lags: Equatable, Sendable {
  /// Wall slot minus head slot.
  package var head: UInt16?
  /// Head slot minus justified slot.
  package var justified: UInt16?
  /// Head slot minus finalized slot.
  package var finalized: UInt16?
  /// Head slot minus safe target slot.
  package var safeTarget: UInt16?
}

/// An event that explains a slot.
package struct SlotNote: Equatable, Sendable {
  /// What happened.
  package enum Kind: Equatable, Sendable {
    /// The head moved to another branch.
    case reorg(depth: Int, from: Bytes32, to: Bytes32)
    /// A block of this slot came after its interval 0.
    case lateBlock(root: Bytes32)
    /// A second block of this slot.
    case secondBlock(root: Bytes32)
    /// A block of this slot was refused.
    case blockRejected(reason: String)
    /// The engine was late past an interval.
    case missedInterval(interval: Int, busyWith: String?)
    /// The wall clock moved.
    case clockStep(milliseconds: Int64)
    /// The gate over duties moved.
    case gate(open: Bool, reason: String)
    /// A stage failed.
    case stageFailed(Stage, reason: String)
    /// A vote or aggregation of ours did not end well.
    case duty(Duty, DutyOutcome, reason: String?)
    /// Nobody aggregated here.
    case aggregatorSkipped(reason: String)
    /// A signature was refused.
    case signingRefused(validator: UInt64, reason: String)
  }

  /// Milliseconds from the start of the slot that the note belongs to.
  package var milliseconds: Int32
  /// What happened.
  package var kind: Kind
}

/// One glyph of the strip: how a slot went.
package enum SlotVerdict: CaseIterable, Sendable {
  /// Ours: the prepared block was published.
  case hit
  /// Ours: the prepared block was published when peers had begun to vote.
  case late
  /// Ours: a block built inside the slot was published.
  case fallback
  /// Ours: a signed block was discarded.
  case forfeited
  /// Ours: nothing was published.
  case missed
  /// A block of another proposer.
  case foreign
  /// No block.
  case empty
  /// Not over yet, or not ours to judge.
  case pending
}

extension SlotRecord {
  /// How the slot went, judged when the wall is at `wallSlot`.
  package func verdict(wallSlot: UInt64) -> SlotVerdict {
    switch outcome {
    case .hit?: return .hit
    case .late?: return .late
    case .fallback?: return .fallback
    case .forfeited?: return .forfeited
    case .missed?: return .missed
    case nil: break
    }
    if block != nil { return .foreign }
    return slot < wallSlot ? .empty : .pending
  }

  /// Total milliseconds of a stage, with the part that has run until `now`; `nil` if it never ran.
  package func milliseconds(of stage: Stage, until now: Int32) -> Int32? {
    let runs = spans.filter { $0.stage == stage && $0.start <= now }
    guard !runs.isEmpty else { return nil }
    return runs.reduce(0) { $0 &+ max(0, min($1.end ?? now, now) &- $1.start) }
  }
}
