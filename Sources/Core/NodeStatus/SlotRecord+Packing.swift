internal import ChainEvents

extension SlotRecord: Packable {
  func pack(into writer: inout PackWriter) {
    writer.add(number: slot)
    writer.add(optional: ownProposer) { $0.add(number: $1) }
    writer.add(optional: outcome) { $1.pack(into: &$0) }
    writer.add(list: spans) { $1.pack(into: &$0) }
    writer.add(optional: block) { $1.pack(into: &$0) }
    writer.add(blockCount)
    writer.add(number: UInt64(attested))
    writer.add(number: UInt64(votesSeen))
    writer.add(optional: aggregate) { $1.pack(into: &$0) }
    writer.add(optional: safeTargetMoved) { $0.add(signed: $1) }
    writer.add(missedIntervals)
    writer.add(guardSkips)
    for lag in [lags.head, lags.justified, lags.finalized, lags.safeTarget] {
      writer.add(number: lag.map { UInt64($0) + 1 } ?? 0)
    }
    writer.add(list: notes) { $1.pack(into: &$0) }
  }

  init(unpacking reader: inout PackReader) {
    self.init(slot: reader.number())
    ownProposer = reader.optional { $0.number() }
    outcome = reader.optional { ProposalOutcome(unpacking: &$0) }
    spans = reader.list { StageSpan(unpacking: &$0) }
    block = reader.optional { BlockArrival(unpacking: &$0) }
    blockCount = reader.byte()
    attested = reader.unsigned()
    votesSeen = reader.unsigned()
    aggregate = reader.optional { AggregateArrival(unpacking: &$0) }
    safeTargetMoved = reader.optional { $0.signed() }
    missedIntervals = reader.byte()
    guardSkips = reader.byte()
    func lag() -> UInt16? {
      let number = reader.number()
      return number == 0 ? nil : UInt16(number - 1)
    }
    lags = Lags(head: lag(), justified: lag(), finalized: lag(), safeTarget: lag())
    notes = reader.list { SlotNote(unpacking: &$0) }
  }
}

extension StageSpan: Packable {
  func pack(into writer: inout PackWriter) {
    writer.add(word: stage)
    writer.add((failed ? 1 : 0) | (end == nil ? 0 : 2))
    writer.add(signed: start)
    // A run is short, so its length takes fewer bytes than its end.
    if let end { writer.add(signed: Int64(end) - Int64(start)) }
  }

  init(unpacking reader: inout PackReader) {
    let stage: Stage = reader.word()
    let marks = reader.byte()
    let start: Int32 = reader.signed()
    let length: Int64? = marks & 2 == 0 ? nil : reader.signed()
    self.init(
      stage: stage, start: start, end: length.map { Int32(near: Int64(start) + $0) },
      failed: marks & 1 != 0)
  }
}

extension BlockArrival: Packable {
  func pack(into writer: inout PackWriter) {
    writer.add(root)
    writer.add(optional: proposer) { $0.add(number: $1) }
    writer.add(optional: arrival) { $0.add(signed: $1) }
    writer.add(optional: importTime) { $0.add(signed: $1) }
    writer.add(optional: votes) { $0.add(number: UInt64($1)) }
    writer.add(isOurs ? 1 : 0)
  }

  init(unpacking reader: inout PackReader) {
    self.init(
      root: reader.root(), proposer: reader.optional { $0.number() },
      arrival: reader.optional { $0.signed() }, importTime: reader.optional { $0.signed() },
      votes: reader.optional { $0.unsigned() }, isOurs: reader.byte() == 1)
  }
}

extension AggregateArrival: Packable {
  func pack(into writer: inout PackWriter) {
    writer.add(number: UInt64(votes))
    writer.add(optional: bytes) { $0.add(signed: $1) }
    writer.add(optional: arrival) { $0.add(signed: $1) }
    writer.add(isOurs ? 1 : 0)
  }

  init(unpacking reader: inout PackReader) {
    self.init(
      votes: reader.unsigned(), bytes: reader.optional { $0.signed() },
      arrival: reader.optional { $0.signed() },
      isOurs: reader.byte() == 1)
  }
}

extension SlotNote: Packable {
  func pack(into writer: inout PackWriter) {
    writer.add(signed: milliseconds)
    switch kind {
    case .reorg(let depth, let from, let to):
      writer.add(0)
      writer.add(signed: depth)
      writer.add(from)
      writer.add(to)
    case .lateBlock(let root):
      writer.add(1)
      writer.add(root)
    case .secondBlock(let root):
      writer.add(2)
      writer.add(root)
    case .blockRejected(let reason):
      writer.add(3)
      writer.add(reason)
    case .missedInterval(let interval, let busyWith):
      writer.add(4)
      writer.add(signed: interval)
      writer.add(optional: busyWith) { $0.add($1) }
    case .clockStep(let milliseconds):
      writer.add(5)
      writer.add(signed: milliseconds)
    case .gate(let isOpen, let reason):
      writer.add(isOpen ? 6 : 7)
      writer.add(reason)
    case .stageFailed(let stage, let reason):
      writer.add(8)
      writer.add(word: stage)
      writer.add(reason)
    case .duty(let duty, let outcome, let reason):
      writer.add(9)
      writer.add(word: duty)
      writer.add(word: outcome)
      writer.add(optional: reason) { $0.add($1) }
    case .aggregatorSkipped(let reason):
      writer.add(10)
      writer.add(reason)
    case .signingRefused(let validator, let reason):
      writer.add(11)
      writer.add(number: validator)
      writer.add(reason)
    }
  }

  init(unpacking reader: inout PackReader) {
    let milliseconds: Int32 = reader.signed()
    self.init(milliseconds: milliseconds, kind: SlotNote.kind(reader.byte(), &reader))
  }

  private static func kind(_ mark: UInt8, _ reader: inout PackReader) -> Kind {
    switch mark {
    case 0: .reorg(depth: reader.signed(), from: reader.root(), to: reader.root())
    case 1: .lateBlock(root: reader.root())
    case 2: .secondBlock(root: reader.root())
    case 3: .blockRejected(reason: reader.text())
    case 4: .missedInterval(interval: reader.signed(), busyWith: reader.optional { $0.text() })
    case 5: .clockStep(milliseconds: reader.signed())
    case 6, 7: .gate(open: mark == 6, reason: reader.text())
    case 8: .stageFailed(reader.word(), reason: reader.text())
    case 9: .duty(reader.word(), reader.word(), reason: reader.optional { $0.text() })
    case 10: .aggregatorSkipped(reason: reader.text())
    case 11: .signingRefused(validator: reader.number(), reason: reader.text())
    default: preconditionFailure("no note is marked \(mark)")
    }
  }
}
