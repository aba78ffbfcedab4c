package import Consensus

extension UnixMilliseconds {
  /// The moment `milliseconds` before, not before 1970.
  package func saturatingSubtract(_ milliseconds: UInt64) -> UnixMilliseconds {
    UnixMilliseconds(rawValue > milliseconds ? rawValue - milliseconds : 0)
  }

  /// Milliseconds since another moment, negative when that is still to come.
  package func signedMilliseconds(since other: UnixMilliseconds) -> Int64 {
    Int64(truncatingIfNeeded: rawValue &- other.rawValue)
  }
}

extension Slot {
  /// Slots since an earlier slot, zero when it is not earlier.
  package func saturatingDistance(from earlier: Slot) -> UInt64 {
    saturatingSubtract(earlier.rawValue).rawValue
  }
}
