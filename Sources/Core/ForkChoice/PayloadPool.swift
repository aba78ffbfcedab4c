public import Consensus
public import SSZ

/// Aggregate proofs by the vote that they cover.
///
/// A proof is kept if it shows a voter that the kept ones do not, or more voters than each of them.
/// When the pool is full, the vote with fewest voters goes first, the older among equals; votes of
/// the last slots go last, because their voters are still being collected.
public struct PayloadPool: Sendable, Equatable {
  /// A vote and the proofs for it.
  public struct Entry: Sendable, Equatable {
    /// The vote.
    public let data: AttestationData
    /// The proofs in order of arrival; none for a vote that only a block carried.
    public let proofs: [SingleMessageAggregate]
    /// Everyone whom a proof covers.
    public let voters: Bits

    fileprivate init(_ entry: VoteTable<[SingleMessageAggregate]>.Entry) {
      data = entry.data
      proofs = entry.evidence
      voters = entry.voters
    }
  }

  /// What a pool may hold.
  public struct Limits: Sendable, Equatable {
    /// Votes: eight a block is the protocol's maximum, and 64 full blocks more than finality needs.
    public var votes = 512
    /// Proofs for one vote; aggregates of one committee overlap, so more of them add nothing.
    public var proofsPerVote = 32
    /// Bytes of all proofs; at the largest proof size these are 512 of them.
    public var proofBytes = 256 * 1024 * 1024

    /// Votes of one validator for one slot: two prove the offence, and more help nobody.
    ///
    /// Fork choice counts the right one of them in any case.
    public var dataPerValidator = 2

    /// Creates the default limits.
    public init() {}
  }

  /// The slots whose votes go last: proofs for them still come in pieces.
  static let recentSlots: UInt64 = 8

  /// The number of votes that went because the pool was full.
  public private(set) var evictedVoteCount = 0
  /// The number of proofs that were refused or went because others show what they show.
  public private(set) var refusedProofCount = 0
  /// The bytes of all proofs.
  public private(set) var proofByteCount = 0

  let limits: Limits
  private var table: VoteTable<[SingleMessageAggregate]>

  /// Creates an empty pool.
  public init(limits: Limits = Limits()) {
    self.limits = limits
    table = VoteTable(dataPerValidator: limits.dataPerValidator)
  }

  /// The number of votes.
  public var count: Int { table.count }

  /// Whether the pool holds no vote.
  public var isEmpty: Bool { table.count == 0 }

  /// The votes with their proofs; those of the newest block first, then in order of arrival.
  ///
  /// - Complexity: O(n log n).
  public var entries: [Entry] { table.ordered.map { Entry($0) } }

  /// The votes with their proofs in no particular order.
  package var unordered: some Collection<Entry> { table.unordered.lazy.map { Entry($0) } }

  /// The votes in no particular order.
  package var data: some Collection<AttestationData> { table.unordered.lazy.map(\.data) }

  /// The proofs for a vote, or `nil` when the pool does not know the vote.
  public subscript(data: AttestationData) -> [SingleMessageAggregate]? {
    table[data]?.evidence
  }

  /// Everyone whom a proof for a vote covers.
  package func voters(for data: AttestationData) -> Bits {
    table[data]?.voters ?? Bits()
  }

  /// Adds a vote at the end unless it is known, then a proof for it unless it shows nothing new.
  ///
  /// - Returns: Whether the proof was kept.
  @discardableResult
  package mutating func insert(_ proof: SingleMessageAggregate, for data: AttestationData) -> Bool {
    // One length for one set of voters: padding makes no new proof.
    let proof = SingleMessageAggregate(
      participants: AggregationBits(unchecked: proof.participants.bits.trimmed), proof: proof.proof)
    guard isNew(proof, for: data) else {
      refusedProofCount += 1
      return false
    }
    proofByteCount += proof.proof.bytes.count
    let dropped = table.change(data, startingWith: []) { [limits] entry in
      entry.evidence.append(proof)
      return entry.dropLeastProof(beyond: limits.proofsPerVote)
    }
    if let dropped {
      refusedProofCount += 1
      proofByteCount -= dropped.proof.bytes.count
    }
    enforceLimits()
    return dropped != proof && table[data] != nil
  }

  private func isNew(_ proof: SingleMessageAggregate, for data: AttestationData) -> Bool {
    let voters = proof.participants.bits
    let admitted = table.admitted(voters, for: data)
    guard let entry = table[data], !entry.evidence.isEmpty else { return admitted.setCount > 0 }
    if admitted.setCount(notIn: entry.voters) > 0 { return true }
    let count = voters.setCount
    return admitted.setCount > 0
      && entry.evidence.allSatisfy { $0.participants.bits.setCount < count }
  }

  /// Moves votes to the front in the order given; unknown ones enter without a proof.
  mutating func moveToFront(_ votes: [AttestationData]) {
    table.moveToFront(votes, startingWith: [])
    enforceLimits()
  }

  mutating func removeAll() {
    table.removeAll()
    proofByteCount = 0
  }

  mutating func removeAll(where isStale: (AttestationData) -> Bool) {
    for data in table.unordered.map(\.data).filter(isStale) { remove(data) }
  }

  private mutating func enforceLimits() {
    while count > limits.votes || proofByteCount > limits.proofBytes {
      let newest = table.newestSlot ?? 0
      let least = table.unordered.map { entry in
        let isRecent = entry.data.slot + PayloadPool.recentSlots > newest
        let slot = entry.data.slot.rawValue
        return (
          data: entry.data, order: (isRecent ? 1 : 0, entry.voters.setCount, slot, -entry.rank)
        )
      }.min { $0.order < $1.order }
      guard let least else { return }
      remove(least.data)
      evictedVoteCount += 1
    }
  }

  private mutating func remove(_ data: AttestationData) {
    guard let entry = table.remove(data) else { return }
    proofByteCount -= entry.evidence.reduce(0) { $0 + $1.proof.bytes.count }
  }
}

extension VoteTable<[SingleMessageAggregate]>.Entry {
  /// Counts the voters, and drops the proof that adds least when there are more than `limit`.
  fileprivate mutating func dropLeastProof(beyond limit: Int) -> SingleMessageAggregate? {
    var dropped: SingleMessageAggregate?
    if evidence.count > limit {
      let least = evidence.indices.map { position in
        let others = Bits(unionOf: evidence.indices.filter { $0 != position }.map { evidence[$0] })
        let voters = evidence[position].participants.bits
        return (position, order: (voters.setCount(notIn: others), voters.setCount, -position))
      }.min { $0.order < $1.order }
      dropped = least.map { evidence.remove(at: $0.0) }
    }
    voters = Bits(unionOf: evidence)
    return dropped
  }
}

extension Bits {
  /// Everyone whom one of the proofs covers.
  fileprivate init(unionOf proofs: [SingleMessageAggregate]) {
    self = proofs.reduce(into: Bits()) { $0.formUnion($1.participants.bits) }
  }
}
