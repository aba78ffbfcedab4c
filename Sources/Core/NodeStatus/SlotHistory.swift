/// The records of the last day of slots.
public struct SlotHistory: Sendable {
  /// Slots in 24 hours.
  public static let capacity = 21_600

  /// Slots ahead of the wall that may have a record: the next proposal is prepared one ahead.
  static let lookahead: UInt64 = 2

  private var records = PackedRing<SlotRecord>(capacity: capacity)
  private var firstSlot: UInt64 = 0

  /// The slots that have a record.
  public var slots: Range<UInt64> {
    let base = firstSlot
    return base + UInt64(records.startIndex)..<base + UInt64(records.endIndex)
  }

  /// The record of a slot.
  public subscript(slot: UInt64) -> SlotRecord? {
    guard slots.contains(slot) else { return nil }
    return records[Int(slot - firstSlot)]
  }

  /// The newest records up to a slot, oldest first.
  public func suffix(_ maximum: Int, through slot: UInt64) -> [SlotRecord] {
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

  /// Adds empty records up to a slot; a jump of more than a day starts anew.
  mutating func extend(to slot: UInt64) {
    guard slot < UInt64(Int32.max) * 1000 else { return }
    if records.count == 0 || slot >= slots.upperBound + UInt64(SlotHistory.capacity) {
      records = PackedRing(capacity: SlotHistory.capacity)
      firstSlot = slot
    }
    while slots.upperBound <= slot { records.append(SlotRecord(slot: slots.upperBound)) }
  }
}
