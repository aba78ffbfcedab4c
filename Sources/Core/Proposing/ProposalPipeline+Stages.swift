internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import Hashing

// What each answer means for the phase.
extension ProposalPipeline {
  mutating func take(_ input: Input, _ step: inout Step) {
    switch input {
    case .proceed: break
    case .selected(let number, let compactedProofs):
      guard let attempt = building(number, .select) else { break }
      run(compactedProofs > 0 ? .compact : .seal, attempt, &step)
    case .compacted(let number):
      guard let attempt = building(number, .compact) else { break }
      run(.seal, attempt, &step)
    case .sealed(let number, let block):
      guard var attempt = building(number, .seal) else { break }
      // A prebuild that was not sealed in time was not ready, whatever it started as.
      if step.now >= times.slotStart, attempt.fallback == nil { attempt.fallback = .notReady }
      phase = .sealed(attempt, block)
    case .signed(let number):
      guard case .signing(let attempt, let block) = phase, attempt.number == number else { break }
      step.actions.append(.emit(.committed(slot: slot.rawValue, root: block.root)))
      prove(step.surroundings.costs.foldsProposer ? .merge : .wrap, attempt, block, &step)
    case .refused(let number, let reason):
      guard case .signing(let attempt, _) = phase, attempt.number == number else { break }
      finish(.missed(reason), &step)
    case .wrapped(let number):
      guard let (attempt, block) = proving(number, .wrap) else { break }
      prove(.merge, attempt, block, &step)
    case .merged(let number):
      guard let (attempt, block) = proving(number, .merge) else { break }
      phase = .prepared(attempt, block)
    case .failed(let number, let stage): fail(number, stage, &step)
    case .imported(let isAccepted): takeImport(isAccepted, &step)
    case .foreignBlock(let root):
      guard root != committedRoot else { break }
      finish(.missed(.duplicateKeySeen), &step)
    case .force: force(&step)
    case .disarm: disarm(&step)
    case .clockSteppedForward: didClockStep = step.now >= times.slotStart
    case .shutDown(let time): shutDownTime = time
    }
  }

  /// Starts a new attempt; whatever ran before is forgotten.
  mutating func begin(_ level: BuildLevel, fallback: FallbackReason?, _ step: inout Step) {
    let affordable = step.surroundings.costs.affordableAttestations(
      from: step.now, times: times, policy: policy, expected: step.surroundings.expected,
      limit: step.surroundings.attestationLimit)
    attempts += 1
    let attempt = Attempt(
      number: attempts, level: level,
      maximumAttestations: level.maximumAttestations(affordable: affordable),
      view: step.surroundings.view, fallback: fallback)
    if attempts > 1 { step.actions.append(.discardWork) }
    if attempts == 1, fallback == nil {
      step.actions.append(
        .emit(.prebuildStarted(slot: slot.rawValue, parent: attempt.view.head)))
    }
    run(.select, attempt, &step)
  }

  mutating func finish(_ outcome: ProposalOutcome, _ step: inout Step) {
    phase = .finished(outcome)
    step.actions.append(.finish(outcome))
  }

  private mutating func run(_ stage: Stage, _ attempt: Attempt, _ step: inout Step) {
    phase = .building(attempt, stage)
    step.actions.append(.run(stage, attempt))
  }

  private mutating func prove(
    _ stage: Stage, _ attempt: Attempt, _ block: SealedBlock, _ step: inout Step
  ) {
    phase = .proving(attempt, block, stage)
    step.actions.append(.run(stage, attempt))
  }

  private func building(_ number: Int, _ expected: Stage) -> Attempt? {
    guard case .building(let attempt, let stage) = phase else { return nil }
    return attempt.number == number && stage == expected ? attempt : nil
  }

  private func proving(_ number: Int, _ expected: Stage) -> (Attempt, SealedBlock)? {
    guard case .proving(let attempt, let block, let stage) = phase else { return nil }
    return attempt.number == number && stage == expected ? (attempt, block) : nil
  }

  /// A failure before the signature goes one level down; after it the leaf is spent for nothing.
  private mutating func fail(_ number: Int, _ stage: Stage, _ step: inout Step) {
    if proving(number, stage) != nil {
      finish(.missed(.proverFailed(stage)), &step)
      return
    }
    guard let attempt = building(number, stage) else { return }
    let isInSlot = step.now >= times.slotStart
    let fallback = isInSlot ? attempt.fallback ?? .buildFailed : nil
    if let level = attempt.level.next {
      begin(level, fallback: fallback, &step)
    } else if isInSlot {
      finish(.missed(.proverFailed(stage)), &step)
    } else {
      phase = .scheduled
      isPrebuildOver = true
      fallbackReason = .buildFailed
      step.actions.append(.discardWork)
    }
  }

  private mutating func takeImport(_ isAccepted: Bool, _ step: inout Step) {
    guard case .importing(let attempt, _) = phase else { return }
    guard isAccepted else { return finish(.missed(.importFailed), &step) }
    let offset = step.now.signedMilliseconds(since: times.slotStart)
    if let reason = attempt.fallback {
      finish(.fallback(reason, publishOffsetMilliseconds: offset), &step)
    } else {
      finish(.prepared(publishOffsetMilliseconds: offset), &step)
    }
  }

  private mutating func force(_ step: inout Step) {
    if let root = committedRoot {
      refuseForce("the leaf is spent on \(root.short)", &step)
      return
    }
    guard step.now < times.slotStart else {
      return refuseForce("the slot has started", &step)
    }
    isForced = true
    if phase != .scheduled { step.actions.append(.discardWork) }
    phase = .scheduled
    step.actions.append(.emit(.forceFallback(slot: slot.rawValue, .armed, reason: nil)))
  }

  private mutating func disarm(_ step: inout Step) {
    guard isForced, step.now < times.slotStart else {
      return refuseForce(isForced ? "it has fired" : "nothing is armed", &step)
    }
    isForced = false
    step.actions.append(.emit(.forceFallback(slot: slot.rawValue, .disarmed, reason: nil)))
  }

  private func refuseForce(_ reason: String, _ step: inout Step) {
    step.actions.append(.emit(.forceFallback(slot: slot.rawValue, .refused, reason: reason)))
  }
}
