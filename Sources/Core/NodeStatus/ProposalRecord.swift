package import ChainEvents
package import Hashing

/// The life of one proposal of ours.
package struct ProposalRecord: Equatable, Sendable {
  /// Refreshes kept with their reasons; more are only counted.
  static let refreshLimit = 8

  /// The slot.
  package internal(set) var slot: UInt64
  /// The validator that proposes.
  package internal(set) var validator: UInt64?
  /// When the first build began, from the start of the slot.
  package internal(set) var preparedAt: Int32?
  /// The parent of the newest build.
  package internal(set) var parent: Bytes32?
  /// The newest sealed candidate.
  package internal(set) var candidate: ProposalCandidate?
  /// The root that holds the leaf.
  package internal(set) var committedRoot: Bytes32?
  /// When the leaf was claimed, from the start of the slot.
  package internal(set) var committedAt: Int32?
  /// Milliseconds before the boundary at which the signed block was complete.
  package internal(set) var lead: Int64?
  /// Bytes of the signed block.
  package internal(set) var bytes: Int?
  /// Why the candidate was built again, oldest first.
  package internal(set) var refreshes: [RefreshReason] = []
  /// All refreshes.
  package internal(set) var refreshCount = 0
  /// The discard of the signed block.
  package internal(set) var discard: Discard?
  /// The state of a forced fallback.
  package internal(set) var force: ForceState?
  /// How it ended.
  package internal(set) var outcome: ProposalOutcome?
  /// What became of the published block; `nil` until finality decides, or where nobody can tell.
  package internal(set) var fate: Fate?
  /// The block that finality took in place of an orphaned one, where the tree still knows.
  package internal(set) var orphanedBy: VotePoint?
  /// Votes in the published block.
  package internal(set) var votes: Int?
  /// Votes that were known when it was published.
  package internal(set) var knownVotes: Int?

  /// What became of a published block.
  package enum Fate: CaseIterable, Sendable {
    /// It is part of the finalized chain.
    case canonical
    /// The finalized chain went another way.
    case orphaned
  }

  /// A signed block thrown away.
  package struct Discard: Equatable, Sendable {
    /// Why.
    package var reason: StaleReason
    /// When, from the start of the slot.
    package var milliseconds: Int32
    /// The parent it was built on.
    package var oldParent: Bytes32
    /// The head at that time.
    package var newParent: Bytes32
  }

  init(slot: UInt64) {
    self.slot = slot
  }

  /// Whether the published block carried far fewer votes than were known: less than three quarters.
  package var isThin: Bool {
    guard let votes, let knownVotes, outcome?.publishOffset != nil else { return false }
    return votes * 4 < knownVotes * 3
  }
}

/// Our proposals of the last day, in the order of their slots.
package struct ProposalHistory: Sendable {
  /// Proposals kept: a day in which every slot is ours.
  static let capacity = SlotHistory.capacity

  private var records = PackedRing<ProposalRecord>(capacity: capacity)

  /// The newest proposals, newest first.
  package func newest(_ maximum: Int) -> [ProposalRecord] {
    records.suffix(maximum).reversed()
  }

  /// The proposals for a slot and later ones, oldest first.
  func since(_ slot: UInt64) -> [ProposalRecord] {
    records.elements(firstIndex(from: slot)..<records.endIndex)
  }

  /// How the newest proposals ended, oldest first.
  func outcomes(newest maximum: Int) -> [ProposalOutcome] {
    records.compactMapSuffix(maximum, \.outcome)
  }

  /// Proposals that are kept.
  package var count: Int { records.count }

  /// The proposal for a slot.
  package subscript(slot: UInt64) -> ProposalRecord? {
    index(of: slot).map { records[$0] }
  }

  /// Changes the record of a slot, newly made when the slot is later than all others.
  mutating func update(_ slot: UInt64, _ change: (inout ProposalRecord) -> Void) {
    if records.last.map({ $0.slot < slot }) ?? true { records.append(ProposalRecord(slot: slot)) }
    if let index = index(of: slot) { records.update(index, change) }
  }

  private func index(of slot: UInt64) -> Int? {
    let index = firstIndex(from: slot)
    return index < records.endIndex && records[index].slot == slot ? index : nil
  }

  /// The number of the first proposal for a slot or a later one.
  private func firstIndex(from slot: UInt64) -> Int {
    if let last = records.last, last.slot == slot { return records.endIndex - 1 }
    var range = records.indices
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range =
        records[middle].slot < slot
        ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

extension ProposalHistory: Packable {
  static let blank = ProposalHistory()

  mutating func code(_ coder: inout PackCoder) {
    let count = coder.count(records.count)
    guard coder.isReading else {
      for record in records.suffix(.max) { coder.write(record) }
      return
    }
    self = ProposalHistory()
    for _ in 0..<count {
      let record: ProposalRecord = coder.read()
      guard records.last.map({ $0.slot < record.slot }) ?? true else { return coder.refuse() }
      records.append(record)
    }
  }
}
