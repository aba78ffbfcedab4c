public import SSZ

/// A number of intervals since genesis: the time of the fork-choice store.
public struct Interval: Number {
  /// The number.
  public let rawValue: UInt64

  /// Creates an interval from its number.
  @inlinable
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// The interval that `name` has in `slot`; saturates for slots that no clock will reach.
  public init(_ name: SlotInterval = .blockPublication, of slot: Slot) {
    let (start, overflow) = slot.rawValue.multipliedReportingOverflow(by: Preset.intervalsPerSlot)
    self = Interval(rawValue: overflow ? .max : start) + name.rawValue
  }

  /// The slot that this interval belongs to.
  public var slot: Slot { Slot(rawValue / Preset.intervalsPerSlot) }

  /// What this interval of its slot is for.
  public var name: SlotInterval { SlotInterval.allCases[Int(rawValue % Preset.intervalsPerSlot)] }
}

/// The five intervals of a slot, by what nodes do when one begins.
public enum SlotInterval: UInt64, CaseIterable, Codable, Sendable {
  /// The slot's proposer publishes its block.
  case blockPublication
  /// Validators vote.
  case attestationProduction
  /// Aggregators bundle the votes.
  case aggregation
  /// The safe target follows the latest votes.
  case safeTargetUpdate
  /// Pending votes start to count; the next proposer builds.
  case endOfSlot
}
