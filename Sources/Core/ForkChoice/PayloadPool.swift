public import Consensus
internal import SSZ

/// Aggregate proofs by the vote that they cover, in an order that every node reproduces.
///
/// The order decides between votes of one validator for one slot: the earlier entry wins.
/// When the pool is full, the vote with the oldest slot goes, among equals the latest in order.
public struct PayloadPool: Sendable, Equatable {
  /// A vote and the proofs for it.
  public struct Entry: Sendable, Equatable {
    /// The vote.
    public let data: AttestationData
    /// The proofs in order of arrival; none for a vote that only a block carried.
    public fileprivate(set) var proofs: [SingleMessageAggregate]
    /// The place in the pool's order; lower comes first.
    var rank: Int
  }

  /// What a pool may hold.
  public struct Limits: Sendable, Equatable {
    /// Votes: eight a block is the protocol's maximum, and 64 full blocks more than finality needs.
    public var votes = 512
    /// Proofs for one vote; aggregates of one committee overlap, so more of them add nothing.
    public var proofsPerVote = 32
    /// Bytes of all proofs; at the largest proof size these are 512 of them.
    public var proofBytes = 256 * 1024 * 1024

    /// Creates the default limits.
    public init() {}
  }

  /// The number of votes that went because the pool was full.
  public private(set) var evictedVoteCount = 0
  /// The number of proofs that were refused because their vote had enough.
  public private(set) var refusedProofCount = 0
  /// The bytes of all proofs.
  public private(set) var proofByteCount = 0

  let limits: Limits
  private var entriesByData: [AttestationData: Entry] = [:]
  /// Ranks below this one are free at the front, and from `nextRank` on at the back.
  private var firstRank = 0
  private var nextRank = 0

  /// Creates an empty pool.
  public init(limits: Limits = Limits()) {
    self.limits = limits
  }

  /// The number of votes.
  public var count: Int { entriesByData.count }

  /// Whether the pool holds no vote.
  public var isEmpty: Bool { entriesByData.isEmpty }

  /// The votes with their proofs in order.
  ///
  /// - Complexity: O(n log n).
  public var entries: [Entry] {
    entriesByData.values.sorted { $0.rank < $1.rank }
  }

  /// The proofs for a vote, or `nil` when the pool does not know the vote.
  public subscript(data: AttestationData) -> [SingleMessageAggregate]? {
    entriesByData[data]?.proofs
  }

  func entry(for data: AttestationData) -> Entry? {
    entriesByData[data]
  }

  /// Adds a vote at the end unless it is known, then a proof for it unless it is known.
  ///
  /// - Returns: Whether the proof is new and was kept.
  @discardableResult
  package mutating func insert(_ proof: SingleMessageAggregate, for data: AttestationData) -> Bool {
    var entry = entriesByData[data] ?? newEntry(for: data)
    guard !entry.proofs.contains(proof) else { return false }
    guard entry.proofs.count < limits.proofsPerVote else {
      refusedProofCount += 1
      return false
    }
    entry.proofs.append(proof)
    proofByteCount += proof.proof.bytes.count
    entriesByData[data] = entry
    enforceLimits()
    return entriesByData[data] != nil
  }

  /// Moves votes to the front in the order given; unknown ones enter without a proof.
  mutating func moveToFront(_ votes: [AttestationData]) {
    firstRank -= votes.count
    for (offset, data) in votes.enumerated() {
      var entry = entriesByData[data] ?? Entry(data: data, proofs: [], rank: 0)
      entry.rank = firstRank + offset
      entriesByData[data] = entry
    }
    enforceLimits()
  }

  mutating func removeAll() {
    entriesByData.removeAll()
    proofByteCount = 0
  }

  mutating func removeAll(where isStale: (AttestationData) -> Bool) {
    for data in entriesByData.keys.filter(isStale) { remove(data) }
  }

  private mutating func newEntry(for data: AttestationData) -> Entry {
    defer { nextRank += 1 }
    return Entry(data: data, proofs: [], rank: nextRank)
  }

  private mutating func enforceLimits() {
    while count > limits.votes || proofByteCount > limits.proofBytes {
      guard let oldest = entriesByData.values.min(by: Self.goesBefore) else { return }
      remove(oldest.data)
      evictedVoteCount += 1
    }
  }

  private static func goesBefore(_ left: Entry, _ right: Entry) -> Bool {
    left.data.slot != right.data.slot ? left.data.slot < right.data.slot : left.rank > right.rank
  }

  private mutating func remove(_ data: AttestationData) {
    guard let entry = entriesByData.removeValue(forKey: data) else { return }
    proofByteCount -= entry.proofs.reduce(0) { $0 + $1.proof.bytes.count }
  }
}
