internal import Chain
internal import ChainEvents
internal import Consensus

/// Rule 11: messages are judged against the later of store time and wall clock.
enum MessageCheck {
  static func check(_ call: EngineCall) -> Finding? {
    guard call.wall >= call.clock.genesis else { return nil }
    let time = max(call.before.time, call.clock.interval(at: call.wall))
    let latest = (time + Preset.gossipDisparityIntervals).slot.rawValue
    for event in call.events {
      guard case .forkChoice(let event) = event, let judged = event.judgedByTime else { continue }
      if judged.isRefused, judged.slot <= latest {
        return (.honestIsNotFuture, "slot \(judged.slot) was refused as future in \(time)")
      }
      if !judged.isRefused, judged.slot > latest {
        return (.honestIsNotFuture, "slot \(judged.slot) was accepted in \(time)")
      }
    }
    return nil
  }
}

extension ForkChoiceEvent {
  /// The slot of a message that was accepted, or refused because its slot had not begun.
  fileprivate var judgedByTime: (slot: UInt64, isRefused: Bool)? {
    switch self {
    case .block(let block): return (block.slot, false)
    case .blockRejected(let slot, _, let reason, _): return reason.isFuture ? (slot, true) : nil
    case .attestation(let vote):
      if vote.verdict == .accepted { return (vote.vote.slot, false) }
      return vote.reason?.isFuture == true ? (vote.vote.slot, true) : nil
    case .aggregate(let aggregate):
      if aggregate.verdict == .accepted { return (aggregate.vote.slot, false) }
      return aggregate.reason?.isFuture == true ? (aggregate.vote.slot, true) : nil
    case .blockGossip, .blockPending, .head, .reorg, .justified, .finalized, .safeTarget,
      .justification:
      return nil
    }
  }
}

extension ChainEvent {
  /// The peer whose message was refused because its slot had not begun.
  var refusedAsFutureFrom: String? {
    switch self {
    case .forkChoice(.blockRejected(_, _, let reason, let peer)): reason.isFuture ? peer : nil
    case .forkChoice(.attestation(let vote)):
      vote.reason?.isFuture == true ? vote.from : nil
    case .forkChoice(.aggregate(let aggregate)):
      aggregate.reason?.isFuture == true ? aggregate.from : nil
    case .clock, .duty, .proposal, .forkChoice, .network, .key, .node, .unknown: nil
    }
  }
}

extension String {
  /// Whether a refusal names a slot that has not begun; refusals begin with leanSpec's reason.
  fileprivate var isFuture: Bool {
    switch Rejection.Reason(rawValue: String(prefix { $0 != ":" })) {
    case .blockTooFarInFuture, .attestationTooFarInFuture: true
    default: false
    }
  }
}
