internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Proposing
internal import SSZ
internal import XMSS

// Interval 1: every validator of ours votes, in one journal commit.
extension ChainState {
  /// Asks for the signatures; a closed gate keeps the duty open, because it may still open.
  mutating func produceAttestations(_ key: DutyLedger.Key) {
    guard isGateOpen else { return }
    let data = store.produceAttestationData(slot: key.slot)
    duties.start(key, at: now)
    emit(.duty(.stageStarted(.attest, slot: key.slot.rawValue)))
    effects.append(
      .sign(
        .attestations(
          data: data, root: data.hashTreeRoot(), validators: configuration.validators)))
  }

  mutating func takeVotes(
    _ data: AttestationData,
    _ answers: [(validator: ValidatorIndex, Result<Signature, SigningRefusal>)]
  ) {
    var votes: [SignedAttestation] = []
    var refusals: [String] = []
    for (validator, answer) in answers {
      switch answer {
      case .success(let signature):
        votes.append(
          SignedAttestation(validatorIndex: validator, data: data, signature: signature))
      case .failure(let refusal):
        refusals.append("validator \(validator): \(refusal)")
        emit(
          .key(
            .signingRefused(
              slot: data.slot.rawValue, validator: validator.rawValue, .attestation,
              reason: "\(refusal)")))
      }
    }
    deliver(votes, data)
    let key = DutyLedger.Key(slot: data.slot, duty: .attestation)
    let reason = refusals.isEmpty ? nil : refusals.joined(separator: "; ")
    if let start = duties.open[key]?.start {
      tellEnd(of: .attest, data.slot, now.milliseconds(since: start), failure: reason)
    }
    votes.isEmpty ? endDuty(key, .failed, reason: reason) : endDutyAsDone(key, reason: reason)
  }

  /// Sends our votes and takes them in ourselves: gossip does not echo.
  private mutating func deliver(_ votes: [SignedAttestation], _ data: AttestationData) {
    guard !votes.isEmpty else { return }
    effects.append(.publishAttestations(votes))
    let due = clock.start(of: .attestationProduction, in: data.slot)
    emit(
      .duty(
        .attested(
          validators: ValidatorSet(votes.map(\.validatorIndex.rawValue)), vote: Vote(data),
          latenessMilliseconds: now.signedMilliseconds(since: due))))
    for vote in votes {
      accept(VerifiedAttestation(trusting: vote), from: nil)
    }
  }
}
