internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Proposing
internal import SSZ
internal import XMSS

/// Our votes: every validator of ours votes at interval 1, in one journal commit; votes leave as they
/// are signed.
struct VotingDesk: Sendable {
  enum Input {
    case schedule(Slot)
    case proceed
    case signed(AttestationData, [(validator: ValidatorIndex, Result<Signature, SigningRefusal>)])
    case shutDown
  }

  /// The votes of one slot that are being signed.
  private struct Signing {
    var unsigned: Set<ValidatorIndex>
    var votes = 0
    var refusals: [String] = []

    /// What went wrong, if something did.
    var failure: String? { refusals.isEmpty ? nil : refusals.joined(separator: "; ") }
  }

  private let validators: [ValidatorIndex]
  private var ledger = DutyLedger(.attestation)
  private var signing: [Slot: Signing] = [:]

  init(validators: [ValidatorIndex]) {
    self.validators = validators
  }

  mutating func handle(_ input: Input, at moment: Moment, on chain: LiveStore) -> [Step] {
    switch input {
    case .schedule(let slot): schedule(slot, moment.clock)
    case .proceed: expire(moment) + produce(moment, chain.store)
    case .signed(let data, let answers): send(data, answers, moment)
    case .shutDown: ledger.open.keys.sorted().flatMap { end($0, "shutdown", at: moment) }
    }
  }

  func nextDeadline(after now: UnixMilliseconds) -> UnixMilliseconds? {
    ledger.nextDeadline(after: now)
  }

  private mutating func schedule(_ slot: Slot, _ clock: SlotClock) -> [Step] {
    guard !validators.isEmpty else { return [] }
    return ledger.enter(
      slot,
      DutyLedger.Entry(
        validators: validators, due: clock.start(of: .attestationProduction, in: slot),
        lateAt: clock.start(of: .aggregation, in: slot), expires: clock.start(in: slot + 1)))
  }

  /// Asks for the signatures; a closed gate keeps the duty open, because it may still open.
  private mutating func produce(_ moment: Moment, _ store: Store) -> [Step] {
    ledger.due(at: moment.now).flatMap { slot -> [Step] in
      guard !moment.isBarred(slot) else { return endBarred(slot) }
      guard moment.isGateOpen else {
        ledger.gate(slot)
        return []
      }
      ledger.start(slot, at: moment.reading)
      signing[slot] = Signing(unsigned: Set(validators))
      let data = store.produceAttestationData(slot: slot)
      let request = SigningRequest.attestations(
        data: data, root: data.hashTreeRoot(), validators: validators)
      return [.duty(.stageStarted(.attest, slot: slot.rawValue)), .effect(.sign(request))]
    }
  }

  private mutating func expire(_ moment: Moment) -> [Step] {
    ledger.expired(at: moment.now).flatMap { slot -> [Step] in
      guard let entry = ledger.open[slot] else { return [] }
      if entry.start != nil { return end(slot, "signing took too long", at: moment) }
      guard !moment.isBarred(slot) else { return endBarred(slot) }
      guard entry.wasGated || !moment.isGateOpen else {
        return ledger.end(slot, .missed, reason: "overrun")
      }
      return ledger.end(slot, .gated, reason: SyncGate.State.behind.rawValue)
    }
  }

  private mutating func endBarred(_ slot: Slot) -> [Step] {
    ledger.end(slot, .missed, reason: "nothing is signed until two slots after the clock jumped")
  }

  /// Ends a duty some or all of whose signatures did not come.
  private mutating func end(_ slot: Slot, _ reason: String, at moment: Moment) -> [Step] {
    guard let left = signing.removeValue(forKey: slot), left.votes > 0 else {
      return ledger.end(slot, .missed, reason: reason)
    }
    let reason = "\(reason): \(left.unsigned.count) of \(validators.count) votes were not sent"
    return ledger.end(slot, .late, reason: reason)
  }

  /// Sends the votes that are signed and counts them: gossip does not echo.
  ///
  /// Signatures that come when the duty has ended are not sent: it was told as missed.
  private mutating func send(
    _ data: AttestationData,
    _ answers: [(validator: ValidatorIndex, Result<Signature, SigningRefusal>)],
    _ moment: Moment
  ) -> [Step] {
    let slot = data.slot
    guard let start = ledger.open[slot]?.start, var signing = signing[slot] else { return [] }
    var votes: [SignedAttestation] = []
    var steps: [Step] = []
    for (validator, answer) in answers where signing.unsigned.remove(validator) != nil {
      switch answer {
      case .success(let signature):
        votes.append(
          SignedAttestation(validatorIndex: validator, data: data, signature: signature))
      case .failure(let refusal):
        signing.refusals.append("validator \(validator): \(refusal)")
        steps.append(.refused(.attestation, slot, validator, refusal))
      }
    }
    signing.votes += votes.count
    self.signing[slot] = signing.unsigned.isEmpty ? nil : signing
    steps += tell(votes, data, moment)
    guard signing.unsigned.isEmpty else { return steps }
    let elapsed = moment.reading.monotonicMilliseconds - start
    return steps + [.ended(.attest, slot, elapsed, failure: signing.failure)]
      + (signing.votes == 0
        ? ledger.end(slot, .failed, reason: signing.failure)
        : ledger.endAsDone(slot, at: moment.now, reason: signing.failure))
  }

  private func tell(
    _ votes: [SignedAttestation], _ data: AttestationData, _ moment: Moment
  ) -> [Step] {
    guard !votes.isEmpty else { return [] }
    let due = moment.clock.start(of: .attestationProduction, in: data.slot)
    return [
      .effect(.publishAttestations(votes)),
      .duty(
        .attested(
          validators: ValidatorSet(votes.map(\.validatorIndex.rawValue)), vote: Vote(data),
          latenessMilliseconds: moment.now.signedMilliseconds(since: due))), .count(votes),
    ]
  }
}

extension Step {
  /// The signer refused a key.
  static func refused(
    _ role: KeyRole, _ slot: Slot, _ validator: ValidatorIndex, _ refusal: SigningRefusal
  ) -> Step {
    .emit(
      .key(
        .signingRefused(
          slot: slot.rawValue, validator: validator.rawValue, role, refusal.missReason,
          reason: "\(refusal)")))
  }
}
