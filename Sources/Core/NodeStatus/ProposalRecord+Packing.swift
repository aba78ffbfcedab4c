internal import ChainEvents
internal import Hashing

extension ProposalRecord: Packable {
  static let blank = ProposalRecord(slot: 0)

  mutating func code(_ coder: inout PackCoder) {
    coder(
      &self, \.slot, \.validator, \.preparedAt, \.parent, \.candidate, \.committedRoot,
      \.committedAt, \.lead, \.bytes, \.refreshes, \.refreshCount, \.discard, \.force, \.outcome,
      \.fate, \.orphanedBy, \.votes, \.knownVotes)
    if coder.isReading { refreshes = Array(refreshes.prefix(ProposalRecord.refreshLimit)) }
  }
}

extension ProposalRecord.Discard: Packable {
  static let blank = ProposalRecord.Discard(
    reason: .blank, milliseconds: 0, oldParent: .zero, newParent: .zero)

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.reason, \.milliseconds, \.oldParent, \.newParent)
  }
}

extension ProposalCandidate: Packable {
  static let blank = ProposalCandidate(
    slot: 0, root: .zero, parent: .zero, votes: 0, validators: 0, aggregates: 0)

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.slot, \.root, \.parent, \.votes, \.validators, \.aggregates)
  }
}

extension ProposalOutcome: Packable {
  static let blank = ProposalOutcome.missed(.nodeDown)

  mutating func code(_ coder: inout PackCoder) {
    guard coder.isReading else { return write(to: &coder) }
    switch coder.read() as UInt8 {
    case 0: self = .hit(publishOffsetMilliseconds: coder.read())
    case 1: self = .late(publishOffsetMilliseconds: coder.read())
    case 2: self = .fallback(coder.read(), publishOffsetMilliseconds: coder.read())
    case 3: self = .forfeited(coder.read())
    case 4: self = .missed(coder.read())
    default: coder.refuse()
    }
  }

  private func write(to coder: inout PackCoder) {
    switch self {
    case .hit(let offset):
      coder.write(0 as UInt8)
      coder.write(offset)
    case .late(let offset):
      coder.write(1 as UInt8)
      coder.write(offset)
    case .fallback(let reason, let offset):
      coder.write(2 as UInt8)
      coder.write(reason)
      coder.write(offset)
    case .forfeited(let reason):
      coder.write(3 as UInt8)
      coder.write(reason)
    case .missed(let reason):
      coder.write(4 as UInt8)
      coder.write(reason)
    }
  }
}
