public import Consensus
public import XMSS

/// Signatures of single validators by the vote that they sign: what an aggregator works from.
///
/// One signature for a validator and vote is kept, the first one that arrived.
/// When the pool is full, the signatures for the vote with the oldest slot go.
public struct SignaturePool: Sendable, Equatable {
  /// A vote and the signatures for it.
  public struct Entry: Sendable, Equatable {
    /// The vote.
    public let data: AttestationData
    fileprivate var signaturesByValidator: [ValidatorIndex: Signature] = [:]
    fileprivate let rank: Int

    /// The signatures with their validators, ascending.
    public var signatures: [(validator: ValidatorIndex, signature: Signature)] {
      signaturesByValidator.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
  }

  /// The most signatures that a pool holds: four votes of a full registry, 41 MB.
  public static let defaultLimit = 16_384

  /// The number of signatures.
  public private(set) var signatureCount = 0
  /// The number of signatures that the limit has cost so far.
  public private(set) var evictionCount = 0

  private let limit: Int
  private var entriesByData: [AttestationData: Entry] = [:]
  private var nextRank = 0

  /// Creates an empty pool.
  public init(limit: Int = SignaturePool.defaultLimit) {
    self.limit = limit
  }

  /// The number of votes.
  public var count: Int { entriesByData.count }

  /// The votes with their signatures in order of arrival.
  ///
  /// - Complexity: O(n log n).
  public var entries: [Entry] {
    entriesByData.values.sorted { $0.rank < $1.rank }
  }

  /// The signatures for a vote, or `nil` when there are none.
  public subscript(data: AttestationData) -> Entry? {
    entriesByData[data]
  }

  /// Adds the signature of a validator unless there is one.
  ///
  /// - Returns: Whether the signature is new and was kept.
  @discardableResult
  package mutating func insert(
    _ signature: Signature, of validator: ValidatorIndex, for data: AttestationData
  ) -> Bool {
    var entry = entriesByData[data] ?? Entry(data: data, rank: nextRank)
    guard entry.signaturesByValidator.updateValue(signature, forKey: validator) == nil else {
      return false
    }
    nextRank += 1
    signatureCount += 1
    entriesByData[data] = entry
    while signatureCount > limit {
      guard let oldest = entriesByData.values.min(by: Self.goesBefore) else { break }
      evictionCount += oldest.signaturesByValidator.count
      remove(oldest.data)
    }
    return entriesByData[data] != nil
  }

  mutating func removeAll(where isStale: (AttestationData) -> Bool) {
    for data in entriesByData.keys.filter(isStale) { remove(data) }
  }

  private mutating func remove(_ data: AttestationData) {
    signatureCount -= entriesByData.removeValue(forKey: data)?.signaturesByValidator.count ?? 0
  }

  private static func goesBefore(_ left: Entry, _ right: Entry) -> Bool {
    left.data.slot != right.data.slot ? left.data.slot < right.data.slot : left.rank > right.rank
  }
}
