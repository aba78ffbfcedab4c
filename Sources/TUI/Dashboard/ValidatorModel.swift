public import ChainEvents

/// One validator of ours: its keys and how it did.
public struct ValidatorModel: Equatable, Sendable {
  /// Validators shown apart; the rest is in the sums.
  public static let limit = 1024

  /// Its index.
  public let index: UInt64
  /// The key that signs votes.
  public internal(set) var attestationKey: KeyWindow?
  /// The key that signs blocks.
  public internal(set) var proposalKey: KeyWindow?
  /// Votes in time.
  public internal(set) var attested = 0
  /// Votes late, missed, gated or failed.
  public internal(set) var unattested = 0
  /// Proposals published.
  public internal(set) var proposed = 0
  /// Proposals without a block.
  public internal(set) var unproposed = 0

  init(index: UInt64) {
    self.index = index
  }

  /// Slots that both keys can still sign after `slot`; `nil` when no key is known.
  public func leavesLeft(after slot: UInt64) -> UInt64? {
    let ends = [attestationKey, proposalKey].compactMap { $0?.endSlot }
    return ends.min().map { $0 > slot ? $0 - slot - 1 : 0 }
  }
}

/// What the signing journal did.
public struct JournalModel: Equatable, Sendable {
  /// Commits kept for percentiles.
  static let commitLimit = 64

  /// The newest operation.
  public internal(set) var operation: JournalOperation?
  /// Claims in the journal, as last told.
  public internal(set) var entries = 0
  /// Milliseconds of the newest commits, oldest first.
  public internal(set) var commits: [Int64] = []
  /// Failures.
  public internal(set) var failures = 0
}
