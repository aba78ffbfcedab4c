private import Consensus

/// Conversions between wall-clock time, slots and intervals.
enum SlotClockRunner: FormatRunner {
  static let format = "slot_clock"
  static let keys: Set = ["operation", "config", "output"]

  private struct Content: Decodable {
    let operation: Operation
    let config: Config
    let output: Output
  }

  private struct Config: Decodable, Equatable {
    let secondsPerSlot: UInt64
    let intervalsPerSlot: UInt64
    let millisecondsPerInterval: UInt64

    static let preset = Config(
      secondsPerSlot: Preset.secondsPerSlot, intervalsPerSlot: Preset.intervalsPerSlot,
      millisecondsPerInterval: Preset.millisecondsPerInterval)
  }

  private struct Output: Decodable, Equatable {
    var interval: UInt64?
    var slot: UInt64?
    var totalIntervals: UInt64?
  }

  private enum Operation: Decodable {
    case fromUnixTime(SlotClock, UnixMilliseconds)
    case fromSlot(Slot)
    case currentSlot(SlotClock, UnixMilliseconds)
    case currentInterval(SlotClock, UnixMilliseconds)
    case totalIntervals(SlotClock, UnixMilliseconds)

    private enum Key: CodingKey {
      case kind, slot, genesisTime, unixSeconds, currentTimeMilliseconds
    }

    private enum Kind: String, Decodable {
      case fromUnixTime = "from_unix_time"
      case fromSlot = "from_slot"
      case currentSlot = "current_slot"
      case currentInterval = "current_interval"
      case totalIntervals = "total_intervals"
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      func clock() throws -> SlotClock {
        SlotClock(genesisTime: try fields.decode(UInt64.self, forKey: .genesisTime))
      }
      func now() throws -> UnixMilliseconds {
        UnixMilliseconds(try fields.decode(UInt64.self, forKey: .currentTimeMilliseconds))
      }
      switch try fields.decode(Kind.self, forKey: .kind) {
      case .fromUnixTime:
        let seconds = try fields.decode(UInt64.self, forKey: .unixSeconds)
        self = .fromUnixTime(try clock(), SlotClock(genesisTime: seconds).genesis)
      case .fromSlot: self = .fromSlot(try fields.decode(Slot.self, forKey: .slot))
      case .currentSlot: self = .currentSlot(try clock(), try now())
      case .currentInterval: self = .currentInterval(try clock(), try now())
      case .totalIntervals: self = .totalIntervals(try clock(), try now())
      }
    }

    var output: Output {
      switch self {
      case .fromUnixTime(let clock, let time):
        Output(interval: clock.interval(at: time).rawValue)
      case .fromSlot(let slot): Output(interval: Interval(of: slot).rawValue)
      case .currentSlot(let clock, let time): Output(slot: clock.slot(at: time).rawValue)
      case .currentInterval(let clock, let time):
        Output(interval: clock.interval(at: time).name.rawValue)
      case .totalIntervals(let clock, let time):
        Output(totalIntervals: clock.interval(at: time).rawValue)
      }
    }
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    guard content.config == .preset else {
      throw Unsupported("durations other than the fork's: \(content.config)")
    }
    try expect(content.operation.output, equals: content.output, "output")
  }
}
