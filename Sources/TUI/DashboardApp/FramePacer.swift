/// Decides when the next frame is due.
///
/// Frames are a few milliseconds early or late in turn, so that a picture of time does not beat
/// against the 800 ms of an interval.
struct FramePacer {
  /// Frames of a second that make sense.
  static let rates = 1...60
  /// Milliseconds that a frame may be off.
  static let jitterMilliseconds: UInt64 = 10

  private let interval: UInt64
  private var dueAt: UInt64 = 0
  private var count: UInt64 = 0

  init(framesPerSecond: Int) {
    let rate = min(max(framesPerSecond, FramePacer.rates.lowerBound), FramePacer.rates.upperBound)
    interval = 1_000 / UInt64(rate)
  }

  /// Milliseconds until the next frame.
  func wait(from now: UInt64) -> Int {
    dueAt > now ? Int(dueAt - now) : 0
  }

  /// Whether a frame is due, and if so, sets the time of the next.
  mutating func isDue(at now: UInt64) -> Bool {
    guard now >= dueAt else { return false }
    count += 1
    let swing = min(FramePacer.jitterMilliseconds, interval / 4)
    // Steps of the golden ratio: even in the long run, never periodic, the same in every run.
    let offset = swing == 0 ? 0 : count * 61_803 / 100 % (2 * swing + 1)
    dueAt = now + interval + offset - swing
    return true
  }
}
