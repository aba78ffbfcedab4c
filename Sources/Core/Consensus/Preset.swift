/// The constants of the fork; leanSpec: config.py.
public enum Preset {
  /// Intervals in a slot; ``SlotInterval`` names them.
  public static let intervalsPerSlot: UInt64 = 5

  /// Seconds in a slot.
  public static let secondsPerSlot: UInt64 = 4

  /// Milliseconds in a slot.
  public static let millisecondsPerSlot = secondsPerSlot * 1000

  /// Milliseconds in an interval.
  public static let millisecondsPerInterval = millisecondsPerSlot / intervalsPerSlot

  /// Intervals by which a vote may be ahead of the local clock, for clocks that disagree.
  public static let gossipDisparityIntervals: UInt64 = 1

  /// Slots that an attestation target may lie before the head.
  public static let justificationLookbackSlots: UInt64 = 3

  /// Slots after the finalized one that are always justifiable.
  public static let immediateJustificationWindow: UInt64 = 5

  /// The most block roots a state remembers: about twelve days of slots.
  public static let historicalRootsLimit = 1 << 18

  /// Slots that a block may be after its parent; leanSpec: `HISTORICAL_ROOTS_LIMIT`.
  public static let maximumSlotGap = UInt64(historicalRootsLimit)

  /// Attestation committees, hence subnets, in a slot.
  public static let attestationCommitteeCount: UInt64 = 1

  /// The most validators in a registry.
  public static let validatorRegistryLimit = 1 << 12

  /// The most distinct attestation data in a block.
  public static let maximumAttestationData = 8

  /// The most blocks that one request may ask for.
  public static let maximumRequestBlocks = 1 << 10
}
