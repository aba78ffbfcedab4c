internal import Consensus

/// How late in their slots blocks have entered our store lately.
///
/// Ours count too: they say how late a block of this network is.
package struct BlockArrivals: Hashable, Sendable {
  /// Blocks that are remembered; two rounds of a small network.
  static let windowLength = 8

  private var milliseconds: [UInt64] = []

  package init() {}

  /// Remembers a block that came in its own slot; older ones were asked for, or lost their way.
  package mutating func observe(_ offset: Int64) {
    guard let offset = UInt64(exactly: offset), offset < Preset.millisecondsPerSlot else { return }
    if milliseconds.count == BlockArrivals.windowLength { milliseconds.removeFirst() }
    milliseconds.append(offset)
  }

  /// The latest of them, counted from the start of its slot; zero when there was none.
  package var latest: UInt64 { milliseconds.max() ?? 0 }
}
