public import Hashing
public import SigningLedger
private import Synchronization
public import XMSS

/// Which earlier signatures of a key count.
public enum JournalPolicy: String, CaseIterable, Hashable, Sendable {
  /// All of them: a leaf is spent once, whatever the chain.
  case strict

  /// Those of the same genesis: devnet tools start chain after chain with the same keys.
  ///
  /// One-time security is gone once a second genesis signs; the node says so loudly.
  case devnet
}

/// The durable record of what each one-time key signed, and the only way to a signing permit.
///
/// A claim is written and synced before its permit exists, so a crash at any moment loses a duty at
/// worst. All calls block until the disk has answered: call them from an executor that may wait.
/// `Docs/Journal.md` explains how and why.
public final class SigningJournal: Sendable {
  /// Places where a test may stop the process.
  package enum Step: String, CaseIterable, Sendable {
    case beforeClaim, beforeCommit, afterCommit
  }

  private struct State {
    var ledger = SigningLedger()
    var stopped: JournalError?
  }

  /// The chain on which this process signs.
  public let genesis: Bytes32

  /// Which earlier signatures count.
  public let policy: JournalPolicy

  package let store: JournalStore
  private let onStep: @Sendable (Step) -> Void
  private let state = Mutex(State())

  /// Opens or creates the journal at `path` and holds it until `close` or the end of the process.
  ///
  /// - Parameters:
  ///   - path: The database file; its directory must exist.
  ///   - genesis: Any root that differs between chains, such as the genesis block's.
  ///   - policy: Which earlier signatures count.
  /// - Throws: `inUse` when another process signs with this journal, and what files can do.
  public convenience init(
    path: String, genesis: Bytes32, policy: JournalPolicy
  ) throws(JournalError) {
    try self.init(path: path, genesis: genesis, policy: policy, onStep: { _ in })
  }

  package init(
    path: String, genesis: Bytes32, policy: JournalPolicy,
    onStep: @escaping @Sendable (Step) -> Void
  ) throws(JournalError) {
    self.genesis = genesis
    self.policy = policy
    self.onStep = onStep
    store = try JournalStore(path: path)
  }

  /// Names the keys of this process and fixes their floors, in one durable commit.
  ///
  /// - Parameters:
  ///   - publicKeys: Every key that may sign.
  ///   - currentSlot: The slot by the clock, or `nil` before genesis.
  /// - Returns: The standing of each key, in order, and what must be said aloud.
  /// - Throws: When the journal cannot be read or the commit failed.
  public func start(
    publicKeys: [PublicKey], currentSlot: UInt64?
  ) throws(JournalError) -> JournalStart {
    try changeLedger { ledger throws(JournalError) in
      let found = JournalStart.find(
        in: try store.records(), keys: publicKeys.map(SigningKeyID.init), genesis: genesis,
        policy: policy, currentSlot: currentSlot)
      ledger = found.ledger
      try store.write { database in
        for publicKey in publicKeys {
          try JournalStore.insertKey(publicKey, in: database)
        }
        for standing in found.start.standings {
          guard let floor = standing.floor else { continue }
          try JournalStore.raiseFloor(
            of: standing.key, genesis: genesis, to: floor, in: database)
        }
      }
      return found.start
    }
  }

  /// Bars every active key from all slots up to this one, in one durable commit.
  ///
  /// For a clock that jumped, as after the restore of a machine's snapshot: what the journal holds
  /// may be older than what was signed.
  /// - Throws: When the commit failed; then nothing may be signed.
  public func raiseFloors(through slot: UInt64) throws(JournalError) {
    try changeLedger { ledger throws(JournalError) in
      let slot = min(slot, KeyHistory.lastSlot)
      ledger.raiseFloors(through: slot)
      try store.write { [active = ledger.active] database in
        for key in active {
          try JournalStore.raiseFloor(of: key, genesis: genesis, to: slot, in: database)
        }
      }
    }
  }

  /// Claims leaves, all of them in one durable commit.
  ///
  /// When nothing is new, nothing is written.
  /// - Parameter claims: For example the attestations of all our validators in a slot.
  /// - Returns: One outcome for each claim, in order; a granted one is on the disk.
  /// - Throws: When the commit failed; then none of the claims may be signed.
  public func claim(_ claims: [SigningClaim]) throws(JournalError) -> [ClaimOutcome] {
    try changeLedger { ledger throws(JournalError) in
      onStep(.beforeClaim)
      let outcomes = ledger.claim(claims)
      let new = outcomes.compactMap { outcome in
        if case .granted(let committed) = outcome, committed.grant == .new {
          committed.claim
        } else {
          nil
        }
      }
      guard !new.isEmpty else { return outcomes }
      try store.write { database in
        for claim in new {
          try JournalStore.insertClaim(claim, genesis: genesis, in: database)
        }
        onStep(.beforeCommit)
      }
      onStep(.afterCommit)
      return outcomes
    }
  }

  /// Claims one leaf, for example of a proposal.
  public func claim(_ claim: SigningClaim) throws(JournalError) -> ClaimOutcome {
    try self.claim([claim])[0]
  }

  /// Releases the file for another process; later claims are refused.
  public func close() throws(JournalError) {
    try state.withLock { state throws(JournalError) in
      state.stopped = JournalError(.stopped, "signing journal \(store.path) is closed")
      try store.close()
    }
  }

  /// Applies `change` to a copy of the ledger that replaces it only when the disk agreed.
  ///
  /// After a commit whose outcome is unknown nothing is granted any more: the file may hold a claim
  /// that the ledger does not know. A restart reads what is really there.
  private func changeLedger<Output: Sendable>(
    _ change: (inout SigningLedger) throws(JournalError) -> Output
  ) throws(JournalError) -> Output {
    try state.withLock { state throws(JournalError) in
      if let stopped = state.stopped { throw stopped }
      var ledger = state.ledger
      do throws(JournalError) {
        let output = try change(&ledger)
        state.ledger = ledger
        return output
      } catch {
        if !error.isTransient { state.stopped = error }
        throw error
      }
    }
  }
}
