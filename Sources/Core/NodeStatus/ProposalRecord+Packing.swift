internal import ChainEvents

extension ProposalRecord: Packable {
  func pack(into writer: inout PackWriter) {
    writer.add(number: slot)
    writer.add(optional: validator) { $0.add(number: $1) }
    writer.add(optional: preparedAt) { $0.add(signed: $1) }
    writer.add(optional: candidate) { $1.pack(into: &$0) }
    // Mostly the parent and the root of the candidate, which are not written twice.
    writer.add(optional: parent == candidate?.parent ? nil : parent) { $0.add($1) }
    writer.add(optional: committedRoot == candidate?.root ? nil : committedRoot) { $0.add($1) }
    writer.add(
      (parent == nil ? 0 : 1) | (committedRoot == nil ? 0 : 2) | (discard == nil ? 0 : 4))
    writer.add(optional: committedAt) { $0.add(signed: $1) }
    writer.add(optional: lead) { $0.add(signed: $1) }
    writer.add(optional: bytes) { $0.add(signed: $1) }
    writer.add(list: refreshes) { $0.add(word: $1) }
    writer.add(signed: refreshCount)
    if let discard { discard.pack(into: &writer) }
    writer.add(optional: force) { $0.add(word: $1) }
    writer.add(optional: outcome) { $1.pack(into: &$0) }
    writer.add(optional: fate) { $0.add(word: $1) }
    writer.add(optional: votes) { $0.add(signed: $1) }
    writer.add(optional: knownVotes) { $0.add(signed: $1) }
  }

  init(unpacking reader: inout PackReader) {
    self.init(slot: reader.number())
    validator = reader.optional { $0.number() }
    preparedAt = reader.optional { $0.signed() }
    candidate = reader.optional { ProposalCandidate(unpacking: &$0) }
    let otherParent = reader.optional { $0.root() }
    let otherRoot = reader.optional { $0.root() }
    let marks = reader.byte()
    parent = marks & 1 == 0 ? nil : otherParent ?? candidate?.parent
    committedRoot = marks & 2 == 0 ? nil : otherRoot ?? candidate?.root
    committedAt = reader.optional { $0.signed() }
    lead = reader.optional { $0.signed() }
    bytes = reader.optional { $0.signed() }
    refreshes = reader.list { $0.word() }
    refreshCount = reader.signed()
    discard = marks & 4 == 0 ? nil : Discard(unpacking: &reader)
    force = reader.optional { $0.word() }
    outcome = reader.optional { ProposalOutcome(unpacking: &$0) }
    fate = reader.optional { $0.word() }
    votes = reader.optional { $0.signed() }
    knownVotes = reader.optional { $0.signed() }
  }
}

extension ProposalRecord.Discard: Packable {
  func pack(into writer: inout PackWriter) {
    writer.add(word: reason)
    writer.add(signed: milliseconds)
    writer.add(oldParent)
    writer.add(newParent)
  }

  init(unpacking reader: inout PackReader) {
    self.init(
      reason: reader.word(), milliseconds: reader.signed(), oldParent: reader.root(),
      newParent: reader.root())
  }
}

extension ProposalCandidate: Packable {
  func pack(into writer: inout PackWriter) {
    writer.add(number: slot)
    writer.add(root)
    writer.add(parent)
    for count in [votes, validators, aggregates] { writer.add(signed: count) }
  }

  init(unpacking reader: inout PackReader) {
    self.init(
      slot: reader.number(), root: reader.root(), parent: reader.root(), votes: reader.signed(),
      validators: reader.signed(), aggregates: reader.signed())
  }
}

extension ProposalOutcome: Packable {
  func pack(into writer: inout PackWriter) {
    switch self {
    case .hit(let offset):
      writer.add(0)
      writer.add(signed: offset)
    case .fallback(let reason, let offset):
      writer.add(1)
      writer.add(word: reason)
      writer.add(signed: offset)
    case .forfeited(let reason):
      writer.add(2)
      writer.add(word: reason)
    case .missed(let reason):
      writer.add(3)
      writer.add(word: reason)
    case .late(let offset):
      writer.add(4)
      writer.add(signed: offset)
    }
  }

  init(unpacking reader: inout PackReader) {
    switch reader.byte() {
    case 0: self = .hit(publishOffsetMilliseconds: reader.signed())
    case 1: self = .fallback(reader.word(), publishOffsetMilliseconds: reader.signed())
    case 2: self = .forfeited(reader.word())
    case 3: self = .missed(reader.word())
    case 4: self = .late(publishOffsetMilliseconds: reader.signed())
    case let mark: preconditionFailure("no outcome is marked \(mark)")
    }
  }
}
