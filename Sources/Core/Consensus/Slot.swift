public import SSZ

/// A slot number since genesis.
public struct Slot: Number {
  /// The number.
  public let rawValue: UInt64

  /// Creates a slot from its number.
  @inlinable
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }
}

/// Justification; leanSpec: slot.py.
extension Slot {
  /// The position of this slot in the flags tracked after `finalized`; `nil` up to that slot,
  /// where all slots count as justified.
  public func justifiedIndex(after finalized: Slot) -> UInt64? {
    self > finalized ? rawValue - finalized.rawValue - 1 : nil
  }

  /// Whether this slot may be justified while `finalized` is the latest finalized one.
  ///
  /// 3SF-mini: the distance is at most five, a square n², or a pronic number n(n + 1).
  /// A slot before `finalized` is not justifiable.
  public func isJustifiable(after finalized: Slot) -> Bool {
    guard self >= finalized else { return false }
    let distance = rawValue - finalized.rawValue
    guard distance > Preset.immediateJustificationWindow else { return true }
    let root = distance.squareRoot()
    return root * root == distance || root * (root + 1) == distance
  }

  /// The last slot up to this one that may be justified while `finalized` is the latest finalized
  /// one; this slot must not be before it.
  public func latestJustifiable(after finalized: Slot) -> Slot {
    precondition(self >= finalized, "slot \(self) is before \(finalized)")
    let distance = rawValue - finalized.rawValue
    guard distance > Preset.immediateJustificationWindow else { return self }
    let root = distance.squareRoot()
    let pronic = root * (root + 1)
    return finalized + (distance < pronic ? root * root : pronic)
  }

  /// The first slot after this one that may be justified while `finalized` is the latest
  /// finalized one; this slot must not be before it.
  public func nextJustifiable(after finalized: Slot) -> Slot {
    precondition(self >= finalized, "slot \(self) is before \(finalized)")
    let distance = rawValue - finalized.rawValue
    guard distance >= Preset.immediateJustificationWindow else { return self + 1 }
    // Between two squares n² and (n + 1)² lies one pronic number, n(n + 1).
    let root = distance.squareRoot()
    let pronic = root * (root + 1)
    let (square, overflow) = (root + 1).multipliedReportingOverflow(by: root + 1)
    return finalized + (distance < pronic ? pronic : overflow ? .max : square)
  }
}

extension UInt64 {
  /// The greatest integer whose square is at most this one.
  ///
  /// Double precision is off by at most one here; its root of 2^64 - 1 would not fit.
  func squareRoot() -> UInt64 {
    var root = Swift.min(UInt64(Double(self).squareRoot()), UInt64(UInt32.max))
    if root * root > self { root -= 1 }
    return root
  }
}
