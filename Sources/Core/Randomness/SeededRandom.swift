/// A seeded source of pseudo-random numbers: SplitMix64, 64 bits of state, period 2^64.
///
/// Everything simulated draws from values of this type, never from the system, so a seed names a
/// run. Each subsystem owns a stream of its own: one more packet does not shift the disks.
public struct SeededRandom: RandomNumberGenerator, Sendable, Equatable {
  /// A subsystem that draws; the raw value is part of the seed, so cases are never renumbered.
  public enum Stream: UInt64, Sendable, CaseIterable {
    case faultPlan = 1
    case packets = 2
    case disks = 3
    case provers = 4
    case clocks = 5
    case adversary = 6
  }

  private var state: UInt64

  /// Creates the source that `seed` names.
  public init(seed: UInt64) {
    state = seed
  }

  /// Creates the source of one subsystem in the run that `seed` names.
  public init(seed: UInt64, stream: Stream) {
    var source = SeededRandom(seed: seed)
    var mixed = SeededRandom(seed: source.next() ^ stream.rawValue)
    state = mixed.next()
  }

  /// Draws 64 uniform bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  /// Draws a number in `0..<bound`; `bound` must be positive.
  ///
  /// The bias of the multiply-shift is below `bound / 2^64`: nothing a simulation can see.
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "a draw needs a positive bound, not \(bound)")
    return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Draws a number in a closed range.
  public mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// Answers yes `perMille` times in a thousand; draws nothing when the answer is certain.
  public mutating func chance(perMille: Int) -> Bool {
    if perMille <= 0 { return false }
    if perMille >= 1000 { return true }
    return below(1000) < perMille
  }

  /// Puts the elements of `items` into a uniformly random order.
  public mutating func shuffle<Item>(_ items: inout [Item]) {
    for last in stride(from: items.count - 1, to: 0, by: -1) {
      items.swapAt(last, below(last + 1))
    }
  }
}
