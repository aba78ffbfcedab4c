public import Consensus
package import SSZ
public import XMSS

/// Signatures of single validators by the vote that they sign: what an aggregator works from.
///
/// One signature for a validator and vote is kept, the first one that arrived.
/// When the pool is full, the vote with the oldest slot goes, of one slot that with fewest voters.
public struct SignaturePool: Sendable, Equatable {
  /// A vote and the signatures for it.
  public struct Entry: Sendable, Equatable {
    /// The vote.
    public let data: AttestationData
    private let signaturesByValidator: [ValidatorIndex: Signature]

    /// The number of signatures.
    public var count: Int { signaturesByValidator.count }

    /// The signature of a validator, if there is one.
    public subscript(validator: ValidatorIndex) -> Signature? { signaturesByValidator[validator] }

    /// The signatures with their validators, ascending.
    public var signatures: [(validator: ValidatorIndex, signature: Signature)] {
      signaturesByValidator.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    fileprivate init(_ entry: VoteTable<[ValidatorIndex: Signature]>.Entry) {
      data = entry.data
      signaturesByValidator = entry.evidence
    }
  }

  /// The most signatures that a pool holds: four votes of a full registry, 41 MB.
  public static let defaultLimit = 16_384

  /// The most votes that a pool holds; a proof is worth making for the newest few only.
  static let voteLimit = 512

  /// The number of signatures.
  public private(set) var signatureCount = 0
  /// The number of signatures that the limit has cost so far.
  public private(set) var evictionCount = 0

  private let limit: Int
  private var table: VoteTable<[ValidatorIndex: Signature]>

  /// Creates an empty pool.
  ///
  /// - Parameters:
  ///   - limit: The most signatures.
  ///   - dataPerValidator: As in ``PayloadPool/Limits``.
  public init(limit: Int = SignaturePool.defaultLimit, dataPerValidator: Int = 2) {
    self.limit = limit
    table = VoteTable(dataPerValidator: dataPerValidator)
  }

  /// The number of votes.
  public var count: Int { table.count }

  /// The votes with their signatures in order of arrival.
  ///
  /// - Complexity: O(n log n).
  public var entries: [Entry] { table.ordered.map { Entry($0) } }

  /// The votes in no particular order.
  package var data: some Collection<AttestationData> { table.unordered.lazy.map(\.data) }

  /// Everyone who signed a vote.
  package func voters(for data: AttestationData) -> Bits {
    table[data]?.voters ?? Bits()
  }

  /// The signatures for a vote, or `nil` when there are none.
  public subscript(data: AttestationData) -> Entry? {
    table[data].map { Entry($0) }
  }

  /// Adds the signature of a validator unless there is one, or enough for other votes of the slot.
  ///
  /// - Returns: Whether the signature is new and was kept.
  @discardableResult
  package mutating func insert(
    _ signature: Signature, of validator: ValidatorIndex, for data: AttestationData
  ) -> Bool {
    let index = Int(validator.rawValue)
    var voter = Bits()
    voter.insert(index)
    guard table[data]?.voters.isSet(index) != true,
      table.admitted(voter, for: data).isSet(index)
    else { return false }
    table.change(data, startingWith: [:]) { entry in
      entry.evidence[validator] = signature
      entry.voters.insert(index)
    }
    signatureCount += 1
    enforceLimit()
    return table[data] != nil
  }

  mutating func removeAll(where isStale: (AttestationData) -> Bool) {
    for data in table.unordered.map(\.data).filter(isStale) { remove(data) }
  }

  private mutating func enforceLimit() {
    while signatureCount > limit || count > SignaturePool.voteLimit {
      let oldest = table.unordered.map { entry in
        (data: entry.data, order: (entry.data.slot.rawValue, entry.evidence.count, -entry.rank))
      }.min { $0.order < $1.order }
      guard let oldest else { return }
      evictionCount += oldest.order.1
      remove(oldest.data)
    }
  }

  private mutating func remove(_ data: AttestationData) {
    signatureCount -= table.remove(data)?.evidence.count ?? 0
  }
}
