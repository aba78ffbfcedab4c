/// The records of the last day of slots.
package struct SlotHistory: Sendable {
  /// Slots in 24 hours.
  package static let capacity = 21_600

  /// Slots ahead of the wall that may have a record: the next proposal is prepared one ahead.
  static let lookahead: UInt64 = 2

  /// Empty slots that one event may add; saved up while none does, so that a node may sleep for a day,
  /// and a line of a file that jumps to and fro costs little more than one that does not.
  static let slotsAnEvent = 64

  /// Empty slots that may be added now.
  package private(set) var allowance = 1024

  private var records = PackedRing<SlotRecord>(capacity: capacity)
  private var firstSlot: UInt64 = 0

  /// The slots that have a record.
  package var slots: Range<UInt64> {
    let base = firstSlot
    return base + UInt64(records.startIndex)..<base + UInt64(records.endIndex)
  }

  /// The record of a slot.
  package subscript(slot: UInt64) -> SlotRecord? {
    guard slots.contains(slot) else { return nil }
    return records[Int(slot - firstSlot)]
  }

  /// The newest records up to a slot, oldest first.
  package func suffix(_ maximum: Int, through slot: UInt64) -> [SlotRecord] {
    let range = slots
    guard !range.isEmpty, slot >= range.lowerBound else { return [] }
    let end = min(slot, range.upperBound - 1)
    let count = min(UInt64(max(0, maximum)), end - range.lowerBound + 1)
    return (end + 1 - count..<end + 1).compactMap { self[$0] }
  }

  /// What `transform` makes of the newest records, oldest first.
  func compactMapNewest<Output>(
    _ maximum: Int, _ transform: (SlotRecord) -> Output?
  ) -> [Output] {
    records.compactMapSuffix(maximum, transform)
  }

  /// Changes the record of a slot near the wall; slots that are gone or far ahead are left alone.
  mutating func update(_ slot: UInt64, wall: UInt64, _ change: (inout SlotRecord) -> Void) {
    guard slot <= wall.addingReportingOverflow(SlotHistory.lookahead).partialValue else { return }
    extend(to: slot)
    guard slots.contains(slot) else { return }
    records.update(Int(slot - firstSlot), change)
  }

  /// Counts an event, which lets the history grow.
  mutating func noteEvent() {
    allowance = min(allowance + SlotHistory.slotsAnEvent, SlotHistory.capacity)
  }

  /// Adds empty records up to a slot; a jump of more than is allowed starts anew.
  mutating func extend(to slot: UInt64) {
    guard slot < UInt64(Int32.max) * 1000 else { return }
    if records.count == 0 || slot >= slots.upperBound + UInt64(allowance) {
      records = PackedRing(capacity: SlotHistory.capacity)
      firstSlot = slot
    }
    while slots.upperBound <= slot {
      records.append(SlotRecord(slot: slots.upperBound))
      allowance = max(0, allowance - 1)
    }
  }
}

extension SlotHistory: Packable {
  static let blank = SlotHistory()

  mutating func code(_ coder: inout PackCoder) {
    var first = slots.lowerBound
    coder(&first)
    coder(&allowance)
    let count = coder.count(records.count)
    guard coder.isReading else {
      for record in records.suffix(.max) { coder.write(record) }
      return
    }
    let allowance = min(max(0, allowance), SlotHistory.capacity)
    self = SlotHistory()
    self.allowance = allowance
    firstSlot = first
    for slot in first..<first + UInt64(count) {
      let record: SlotRecord = coder.read()
      guard record.slot == slot else { return coder.refuse() }
      records.append(record)
    }
  }
}
