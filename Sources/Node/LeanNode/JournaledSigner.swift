package import Chain
package import ChainEvents
internal import ChainHost
internal import Consensus
private import Dispatch
internal import Hashing
internal import LeanMetrics
internal import SSZ
internal import SigningLedger
package import Storage
internal import XMSS

/// Signs what the engine asks for, after the journal has made the claims durable.
///
/// Claims are made on one thread, in the order of the requests, those of a slot in one commit. What
/// they permit is signed on all cores, and votes are answered in parts, as they are ready.
package final class JournaledSigner: ChainSigner {
  private let keys: [ValidatorIndex: ValidatorKeys]
  private let journal: SigningJournal
  private let others: OtherSigners?
  private let report: @Sendable (KeyEvent) -> Void
  private let claims: DispatchQueue
  private let signing: DispatchQueue
  private let votesAtOnce: Int
  private let times: WorkTimes?

  /// Creates a signer; the journal must have been started with all of `keys`.
  ///
  /// - Parameters:
  ///   - keys: The keys of the node's validators.
  ///   - journal: What stands before every signature.
  ///   - name: The node's name, for its threads.
  ///   - votesAtOnce: Votes of one answer: some 10 ms of work by default, so that the first leave at
  ///     once and a thousand cost the engine no more than a few dozen calls.
  ///   - others: Knows which keys another machine signs with; those sign nothing here.
  ///   - times: Told how long each vote took.
  ///   - report: Told of commits; refusals are in the answers.
  init(
    keys: [ValidatorKeys], journal: SigningJournal, name: String, votesAtOnce: Int = 32,
    others: OtherSigners?, times: WorkTimes? = nil, report: @escaping @Sendable (KeyEvent) -> Void
  ) {
    self.others = others
    self.times = times
    self.keys = Dictionary(uniqueKeysWithValues: keys.map { ($0.index, $0) })
    self.journal = journal
    self.votesAtOnce = votesAtOnce
    self.report = report
    claims = DispatchQueue(label: "\(name) claims", qos: .userInteractive)
    signing = DispatchQueue(
      label: "\(name) signer", qos: .userInteractive, attributes: .concurrent)
  }

  /// Creates a signer that does not ask whether another machine signs with its keys.
  package convenience init(
    keys: [ValidatorKeys], journal: SigningJournal, name: String, votesAtOnce: Int = 32,
    report: @escaping @Sendable (KeyEvent) -> Void
  ) {
    self.init(
      keys: keys, journal: journal, name: name, votesAtOnce: votesAtOnce, others: nil,
      report: report)
  }

  /// Claims and signs on the signer's threads, and answers from one of them.
  package func sign(
    _ request: SigningRequest, answer: @escaping @Sendable (SigningAnswer) -> Void
  ) {
    claims.async { [self] in
      switch request {
      case .floors(let slot): answer(.floors(through: slot, failure: raiseFloors(through: slot)))
      case .block(let slot, let proposer, let root):
        let claimed = claim([proposer], .proposal, slot: slot, root: root)[0]
        signing.async { answer(.block(slot: slot, root: root, claimed.signed())) }
      case .attestations(let data, let root, let validators):
        let claimed = claim(validators, .attestation, slot: data.slot, root: root)
        // Away from the claims: a block's claim does not wait for a thousand votes.
        signing.async { self.sign(claimed, of: validators, data, answer) }
      }
    }
  }

  /// Spends leaves on all cores and answers part by part.
  private func sign(
    _ leaves: [ClaimedLeaf], of validators: [ValidatorIndex], _ data: AttestationData,
    _ answer: @escaping @Sendable (SigningAnswer) -> Void
  ) {
    let parts = (leaves.count + votesAtOnce - 1) / votesAtOnce
    DispatchQueue.concurrentPerform(iterations: parts) { [votesAtOnce] part in
      let range = part * votesAtOnce..<min((part + 1) * votesAtOnce, leaves.count)
      answer(.attestations(data: data, range.map { (validators[$0], signed(leaves[$0])) }))
    }
  }

  private func signed(_ vote: ClaimedLeaf) -> Result<Signature, SigningRefusal> {
    let start = ContinuousClock.now
    let signature = vote.signed()
    if case .success = signature { times?.signed(in: ContinuousClock.now - start) }
    return signature
  }

  /// Bars all keys from the slots up to this one; says why if the journal could not.
  private func raiseFloors(through slot: Slot) -> String? {
    do throws(JournalError) {
      try journal.raiseFloors(through: slot.rawValue)
      return nil
    } catch {
      return error.description
    }
  }

  /// Claims the leaves of all validators in one commit, but those of keys with another signer.
  private func claim(
    _ validators: [ValidatorIndex], _ role: KeyRole, slot: Slot, root: Bytes32
  ) -> [ClaimedLeaf] {
    let stopped = others?.update() ?? []
    let isStopped = validators.map { validator in
      stopped.contains(.init(validator: validator.rawValue, role: role))
    }
    let able = zip(validators, isStopped).filter { !$0.1 }.map(\.0)
    var claimed = claim(
      able.map { role == .proposal ? keys[$0]?.proposal : keys[$0]?.attestation }, slot: slot,
      root: root)[...]
    return isStopped.map { isStopped in
      isStopped ? .refused(.otherSigner) : claimed.popFirst() ?? .refused(.keyMissing)
    }
  }

  /// Claims the leaves of all keys in one commit.
  ///
  /// A key whose window does not hold the slot, as after the clock went back, claims nothing: it
  /// stays as it was, and the leaf is unspent.
  private func claim(_ keys: [SigningKey?], slot: Slot, root: Bytes32) -> [ClaimedLeaf] {
    let able = keys.map { key in key.flatMap { $0.canSign(slot) ? $0 : nil } }
    let wanted = able.compactMap(\.self).map { key in
      SigningClaim(publicKey: key.publicKey, slot: slot.rawValue, root: root)
    }
    let started = ContinuousClock.now
    var outcomes: ArraySlice<ClaimOutcome>
    do throws(JournalError) {
      outcomes = try journal.claim(wanted)[...]
    } catch {
      report(.journal(.failed, slot: slot.rawValue, entries: wanted.count, milliseconds: 0))
      return keys.map { _ in .refused(.journalUnavailable(error.description)) }
    }
    let milliseconds = Int64((ContinuousClock.now - started) / .milliseconds(1))
    report(
      .journal(
        .claimed, slot: slot.rawValue, entries: wanted.count, milliseconds: milliseconds))
    return zip(keys, able).map { key, able in
      guard let key else { return .refused(.keyMissing) }
      guard let able, let outcome = outcomes.popFirst() else {
        return .refused(key.isLate(for: slot) ? .keyNotReady : .keyExhausted)
      }
      do throws(ClaimRefusal) {
        return .granted(try outcome.committed(), able)
      } catch {
        return .refused(SigningRefusal(error))
      }
    }
  }
}

/// What the journal said to the claim of one leaf.
private enum ClaimedLeaf: Sendable {
  case granted(CommittedClaim, SigningKey)
  case refused(SigningRefusal)

  /// Spends the leaf.
  func signed() -> Result<Signature, SigningRefusal> {
    switch self {
    case .refused(let refusal): return .failure(refusal)
    case .granted(let claim, let key):
      return Result { () throws(SigningRefusal) in try key.sign(claim.permit()) }
    }
  }
}

extension SigningKey {
  /// Whether the key can sign the slot now.
  fileprivate func canSign(_ slot: Slot) -> Bool {
    activeSlots.contains(slot.rawValue) && preparedSlots.contains(slot.rawValue)
  }

  /// Whether the slot has a leaf below a tree that is still to be made.
  fileprivate func isLate(for slot: Slot) -> Bool {
    activeSlots.contains(slot.rawValue)
      && (preparedSlots.isEmpty || slot.rawValue >= preparedSlots.upperBound)
  }
}
