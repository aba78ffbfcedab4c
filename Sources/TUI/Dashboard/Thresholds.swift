internal import Theme

/// A figure that is drawn as a warning from one value on, and as critical from another.
package enum Threshold: String, CaseIterable, Sendable {
  /// Slots that the head is behind the clock.
  case headLag = "head_lag"
  /// Slots that the justified checkpoint is behind the head.
  case justifiedLag = "justified_lag"
  /// Slots that the finalized checkpoint is behind the head; 3 is healthy.
  case finalizedLag = "finalized_lag"
  /// Slots that the safe target is behind the head.
  case safeTargetLag = "safe_target_lag"
  /// Slots that a peer's head is behind the clock.
  case peerLag = "peer_lag"
  /// Milliseconds to a peer and back.
  case roundTrip = "round_trip_ms"
  /// Milliseconds that our clock is off, either way.
  case clock = "clock_ms"
  /// Milliseconds that the 99th of 100 ticks comes late.
  case tickLateness = "tick_late_ms"
  /// Milliseconds from the start of a slot to our block.
  case publish = "publish_ms"
  /// Milliseconds of the 95th of 100 aggregations of ours.
  case aggregation = "aggregation_ms"
  /// Leaves that a key has left; here less is worse. A key that is short from the start counts by
  /// its own length.
  case keySlots = "key_slots"

  /// The values unless the settings say others.
  package var levels: ThresholdLevels {
    switch self {
    case .headLag: ThresholdLevels(2, 5)
    case .justifiedLag: ThresholdLevels(4, 13)
    case .finalizedLag: ThresholdLevels(5, 17)
    case .safeTargetLag: ThresholdLevels(3, 9)
    case .peerLag: ThresholdLevels(3, 32)
    case .roundTrip: ThresholdLevels(200, 1_000)
    case .clock: ThresholdLevels(100, 400)
    case .tickLateness: ThresholdLevels(200, 800)
    case .publish: ThresholdLevels(100, 800)
    case .aggregation: ThresholdLevels(700, 1_600)
    case .keySlots: ThresholdLevels(30 * 21_600, 7 * 21_600)
    }
  }

  /// Whether smaller values are worse.
  package var isFloor: Bool { self == .keySlots }
}

/// The two values of a threshold.
package struct ThresholdLevels: Hashable, Sendable {
  /// From here on a warning.
  package let warning: Int64
  /// From here on critical.
  package let critical: Int64

  /// Creates the values.
  package init(_ warning: Int64, _ critical: Int64) {
    self.warning = warning
    self.critical = critical
  }
}

/// Every threshold: the settings' values, and the usual ones for the others.
package struct Thresholds: Hashable, Sendable {
  private var changed: [Threshold: ThresholdLevels] = [:]

  /// Creates the usual values.
  package init() {}

  /// The values of a threshold.
  package subscript(threshold: Threshold) -> ThresholdLevels {
    get { changed[threshold] ?? threshold.levels }
    set { changed[threshold] = newValue }
  }

  /// How a figure is drawn.
  func role(_ threshold: Threshold, _ value: (some BinaryInteger)?, calm: Role) -> Role {
    guard let value else { return .dim }
    let levels = self[threshold]
    let size = Int64(clamping: value.magnitude)
    func reaches(_ level: Int64) -> Bool { threshold.isFloor ? size < level : size >= level }
    return reaches(levels.critical) ? .critical : reaches(levels.warning) ? .warning : calm
  }
}
