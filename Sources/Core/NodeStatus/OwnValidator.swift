package import ChainEvents

/// One validator of ours: its keys and how it did.
package struct OwnValidator: Equatable, Sendable {
  /// Validators shown apart; the rest is in the sums.
  package static let limit = 1024

  /// Its index.
  package internal(set) var index: UInt64
  /// The key that signs votes.
  package internal(set) var attestationKey: KeyWindow?
  /// The key that signs blocks.
  package internal(set) var proposalKey: KeyWindow?
  /// Votes in time.
  package internal(set) var attested = 0
  /// Votes late, missed, gated or failed.
  package internal(set) var unattested = 0
  /// Proposals published.
  package internal(set) var proposed = 0
  /// Proposals without a block.
  package internal(set) var unproposed = 0

  init(index: UInt64) {
    self.index = index
  }

  /// The key that ends first; `nil` when no key is known.
  package var shortestKey: KeyWindow? {
    [attestationKey, proposalKey].compactMap(\.self).min { $0.endSlot < $1.endSlot }
  }

  /// Slots that both keys can still sign after `slot`; `nil` when no key is known.
  package func leavesLeft(after slot: UInt64) -> UInt64? {
    shortestKey?.leavesLeft(after: slot)
  }
}

/// How soon a key needs a successor.
package enum KeyOutlook: Hashable, Sendable {
  /// Later than anyone plans.
  case long
  /// Soon enough to plan: 30 days, or the last tenth of a key that was made for less.
  case ending
  /// Soon enough to act: 7 days, or the last fortieth of a key that was made for less.
  case urgent
}

extension KeyWindow {
  /// Slots of a day.
  static let slotsPerDay: UInt64 = 21_600

  /// Slots that the key can still sign after `slot`.
  package func leavesLeft(after slot: UInt64) -> UInt64 {
    endSlot > slot ? endSlot - slot - 1 : 0
  }

  /// How soon the key needs a successor.
  ///
  /// A devnet's keys last for a day and must not alarm all day, so short keys count by shares.
  package func outlook(
    after slot: UInt64, ending: UInt64 = 30 * slotsPerDay, urgent: UInt64 = 7 * slotsPerDay
  ) -> KeyOutlook {
    let left = leavesLeft(after: slot)
    if left < min(urgent, endSlot / 40) { return .urgent }
    return left < min(ending, endSlot / 10) ? .ending : .long
  }
}

/// What the signing journal did.
package struct JournalStatus: Equatable, Sendable {
  /// Commits kept for percentiles.
  static let commitLimit = 64

  /// The newest operation.
  package internal(set) var operation: JournalOperation?
  /// Claims in the journal, as last told.
  package internal(set) var entries: Int?
  /// Milliseconds of the newest commits, oldest first.
  package internal(set) var commits: [Int64] = []
  /// Failures.
  package internal(set) var failures = 0
  /// Why the last claim was refused by a journal that fails; `nil` since one was made.
  package internal(set) var problem: String?
}
