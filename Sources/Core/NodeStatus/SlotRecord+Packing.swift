internal import ChainEvents
internal import Hashing

extension SlotRecord: Packable {
  static let blank = SlotRecord(slot: 0)

  mutating func code(_ coder: inout PackCoder) {
    coder(
      &self, \.slot, \.ownProposer, \.outcome, \.spans, \.block, \.aggregate, \.safeTargetMoved,
      \.lags, \.notes)
    guard coder.isReading else { return }
    spans = Array(spans.prefix(SlotRecord.spanLimit))
    notes = Array(notes.prefix(SlotRecord.noteLimit))
  }
}

extension StageSpan: Packable {
  static let blank = StageSpan(stage: .blank, start: 0)

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.stage, \.start, \.end, \.failed)
  }
}

extension BlockArrival: Packable {
  static let blank = BlockArrival(root: .zero, isOurs: false)

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.root, \.proposer, \.arrival, \.importTime, \.votes, \.isOurs)
  }
}

extension AggregateArrival: Packable {
  static let blank = AggregateArrival(votes: 0, isOurs: false)

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.votes, \.bytes, \.arrival, \.isOurs)
  }
}

extension Lags: Packable {
  static let blank = Lags()

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.head, \.justified, \.finalized, \.safeTarget)
  }
}

extension SlotNote: Packable {
  static let blank = SlotNote(milliseconds: 0, kind: .lateBlock(root: .zero))

  mutating func code(_ coder: inout PackCoder) {
    coder(&milliseconds)
    if coder.isReading { kind = Kind(reading: &coder) } else { kind.write(to: &coder) }
  }
}

extension SlotNote.Kind {
  fileprivate func write(to coder: inout PackCoder) {
    switch self {
    case .reorg(let depth, let from, let to):
      coder.write(0 as UInt8)
      coder.write(depth)
      coder.write(from)
      coder.write(to)
    case .lateBlock(let root):
      coder.write(1 as UInt8)
      coder.write(root)
    case .secondBlock(let root):
      coder.write(2 as UInt8)
      coder.write(root)
    case .blockRejected(let reason):
      coder.write(3 as UInt8)
      coder.write(reason)
    case .missedInterval(let interval, let busyWith):
      coder.write(4 as UInt8)
      coder.write(interval)
      coder.write(busyWith)
    case .clockStep(let milliseconds):
      coder.write(5 as UInt8)
      coder.write(milliseconds)
    case .gate(let isOpen, let reason):
      coder.write((isOpen ? 6 : 7) as UInt8)
      coder.write(reason)
    case .stageFailed(let stage, let reason):
      coder.write(8 as UInt8)
      coder.write(stage)
      coder.write(reason)
    case .duty(let duty, let outcome, let reason):
      coder.write(9 as UInt8)
      coder.write(duty)
      coder.write(outcome)
      coder.write(reason)
    case .aggregatorSkipped(let reason):
      coder.write(10 as UInt8)
      coder.write(reason)
    case .signingRefused(let validator, let reason):
      coder.write(11 as UInt8)
      coder.write(validator)
      coder.write(reason)
    }
  }

  fileprivate init(reading coder: inout PackCoder) {
    let mark: UInt8 = coder.read()
    switch mark {
    case 0: self = .reorg(depth: coder.read(), from: coder.read(), to: coder.read())
    case 1: self = .lateBlock(root: coder.read())
    case 2: self = .secondBlock(root: coder.read())
    case 3: self = .blockRejected(reason: coder.read())
    case 4: self = .missedInterval(interval: coder.read(), busyWith: coder.read())
    case 5: self = .clockStep(milliseconds: coder.read())
    case 6, 7: self = .gate(open: mark == 6, reason: coder.read())
    case 8: self = .stageFailed(coder.read(), reason: coder.read())
    case 9: self = .duty(coder.read(), coder.read(), reason: coder.read())
    case 10: self = .aggregatorSkipped(reason: coder.read())
    case 11: self = .signingRefused(validator: coder.read(), reason: coder.read())
    default:
      coder.refuse()
      self = SlotNote.blank.kind
    }
  }
}
