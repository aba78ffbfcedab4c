public import Chain
public import ChainEvents
internal import Consensus
private import Dispatch
internal import Hashing
internal import SSZ
internal import SigningLedger
public import Storage
internal import XMSS

/// Signs what the engine asks for, after the journal has made the claims durable.
///
/// One thread: claims of a slot are one commit, and a key is never used twice at once.
public final class JournaledSigner: ChainSigner {
  private let keys: [ValidatorIndex: ValidatorKeys]
  private let journal: SigningJournal
  private let report: @Sendable (KeyEvent) -> Void
  private let queue: DispatchQueue

  /// Creates a signer; the journal must have been started with all of `keys`.
  ///
  /// - Parameters:
  ///   - keys: The keys of the node's validators.
  ///   - journal: What stands before every signature.
  ///   - name: The node's name, for its thread.
  ///   - report: Told of commits; refusals are in the answers.
  public init(
    keys: [ValidatorKeys], journal: SigningJournal, name: String,
    report: @escaping @Sendable (KeyEvent) -> Void
  ) {
    self.keys = Dictionary(uniqueKeysWithValues: keys.map { ($0.index, $0) })
    self.journal = journal
    self.report = report
    queue = DispatchQueue(label: "\(name) signer", qos: .userInteractive)
  }

  /// Claims, signs and answers on the signer's thread.
  public func sign(
    _ request: SigningRequest, answer: @escaping @Sendable (SigningAnswer) -> Void
  ) {
    queue.async { [self] in
      switch request {
      case .block(let slot, let proposer, let root):
        let signature = signatures(
          [(proposer, keys[proposer]?.proposal)], slot: slot, root: root)[0]
        answer(.block(slot: slot, root: root, signature))
      case .attestations(let data, let root, let validators):
        let signatures = signatures(
          validators.map { ($0, keys[$0]?.attestation) }, slot: data.slot, root: root)
        answer(.attestations(data: data, Array(zip(validators, signatures)).map { ($0, $1) }))
      }
    }
  }

  /// Claims the leaves of all keys in one commit, then signs with each.
  ///
  /// A key whose window does not hold the slot, as after the clock went back, claims nothing: it
  /// stays as it was, and the leaf is unspent.
  private func signatures(
    _ signers: [(validator: ValidatorIndex, key: SecretKey?)], slot: Slot, root: Bytes32
  ) -> [Result<Signature, SigningRefusal>] {
    let able = signers.compactMap(\.key).filter { $0.canSign(slot) }
    let claims = able.map { key in
      SigningClaim(publicKey: key.publicKey, slot: slot.rawValue, root: root)
    }
    let started = ContinuousClock.now
    let outcomes: [ClaimOutcome]
    do throws(JournalError) {
      outcomes = try journal.claim(claims)
    } catch {
      report(.journal(.failed, slot: slot.rawValue, entries: claims.count, milliseconds: 0))
      return signers.map { _ in .failure(.journalUnavailable(error.description)) }
    }
    let milliseconds = Int64((ContinuousClock.now - started) / .milliseconds(1))
    report(
      .journal(
        .claimed, slot: slot.rawValue, entries: claims.count, milliseconds: milliseconds))
    var remaining = outcomes[...]
    return signers.map { _, key in
      guard let key else { return .failure(.keyMissing) }
      guard able.contains(where: { $0 === key }), let outcome = remaining.popFirst() else {
        return .failure(.keyExhausted)
      }
      return sign(outcome, with: key)
    }
  }

  private func sign(
    _ outcome: ClaimOutcome, with key: SecretKey
  ) -> Result<Signature, SigningRefusal> {
    let claim: CommittedClaim
    do {
      claim = try outcome.committed()
    } catch {
      return .failure(.alreadySigned("\(error)"))
    }
    do {
      return .success(try key.sign(claim.permit()))
    } catch {
      return .failure(.keyExhausted)
    }
  }
}

extension SecretKey {
  /// Whether the key has a leaf for the slot in memory.
  fileprivate func canSign(_ slot: Slot) -> Bool {
    activeSlots.contains(slot.rawValue) && preparedSlots.contains(slot.rawValue)
  }
}
