/// Milliseconds since the Unix epoch.
public struct UnixMilliseconds: RawRepresentable, Hashable, Comparable, Codable, Sendable {
  /// The number of milliseconds.
  public let rawValue: UInt64

  /// Creates a time from its number of milliseconds.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Creates a time from its number of milliseconds.
  public init(_ rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// A time later by `milliseconds`, or the last one.
  public static func + (time: UnixMilliseconds, milliseconds: UInt64) -> UnixMilliseconds {
    let (sum, overflow) = time.rawValue.addingReportingOverflow(milliseconds)
    return UnixMilliseconds(overflow ? .max : sum)
  }

  /// The milliseconds from `earlier` to this time; zero when it is not earlier.
  public func milliseconds(since earlier: UnixMilliseconds) -> UInt64 {
    rawValue > earlier.rawValue ? rawValue - earlier.rawValue : 0
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public static func < (left: UnixMilliseconds, right: UnixMilliseconds) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension UnixMilliseconds: ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// Creates the time that a literal names.
  public init(integerLiteral: UInt64) {
    self.init(integerLiteral)
  }

  /// The number of milliseconds in decimal.
  public var description: String { rawValue.description }
}

/// Converts wall-clock time to slots and intervals, and back; leanSpec: node/chain/clock.py.
///
/// Before genesis everything is zero.
/// Times that no clock will reach saturate.
public struct SlotClock: Hashable, Sendable {
  /// When slot 0 begins.
  public let genesis: UnixMilliseconds

  /// Creates a clock for a chain whose slot 0 begins at `genesisTime`, in Unix seconds.
  public init(genesisTime: UInt64) {
    let (milliseconds, overflow) = genesisTime.multipliedReportingOverflow(by: 1000)
    genesis = UnixMilliseconds(overflow ? .max : milliseconds)
  }

  /// The slot at `time`.
  public func slot(at time: UnixMilliseconds) -> Slot {
    interval(at: time).slot
  }

  /// The intervals since genesis at `time`.
  public func interval(at time: UnixMilliseconds) -> Interval {
    Interval(time.milliseconds(since: genesis) / Preset.millisecondsPerInterval)
  }

  /// When `interval` begins.
  public func start(of interval: Interval) -> UnixMilliseconds {
    let (milliseconds, overflow) = interval.rawValue.multipliedReportingOverflow(
      by: Preset.millisecondsPerInterval)
    return genesis + (overflow ? .max : milliseconds)
  }

  /// When the interval that `name` has in `slot` begins.
  public func start(of name: SlotInterval = .blockPublication, in slot: Slot) -> UnixMilliseconds {
    start(of: Interval(name, of: slot))
  }

  /// When the next interval begins, always after `time`; genesis before genesis.
  public func nextIntervalStart(after time: UnixMilliseconds) -> UnixMilliseconds {
    time < genesis ? genesis : start(of: interval(at: time) + 1)
  }
}
