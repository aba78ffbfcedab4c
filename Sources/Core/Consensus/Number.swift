public import SSZ

/// A number of slots, intervals or validators; arithmetic saturates, so that a number out of a
/// message can never trap.
public protocol Number: SSZNumber, ExpressibleByIntegerLiteral, CustomStringConvertible
where RawValue == UInt64 {}

extension Number {
  /// Creates the number from its raw integer.
  @inlinable
  public init(_ rawValue: UInt64) {
    self.init(rawValue: rawValue)
  }

  /// Creates the number that a literal names.
  @inlinable
  public init(integerLiteral: UInt64) {
    self.init(rawValue: integerLiteral)
  }

  /// The raw integer in decimal.
  public var description: String { rawValue.description }

  /// The sum, or the greatest number where it would overflow.
  @inlinable
  public static func + (left: Self, right: UInt64) -> Self {
    let (sum, overflow) = left.rawValue.addingReportingOverflow(right)
    return Self(rawValue: overflow ? .max : sum)
  }

  /// The difference, or zero where it would be negative.
  @inlinable
  public func saturatingSubtract(_ other: UInt64) -> Self {
    Self(rawValue: rawValue > other ? rawValue - other : 0)
  }
}
