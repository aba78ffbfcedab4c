public import Hashing
public import SSZ
private import Synchronization

/// A value that computes its Merkle root once, for itself and all its copies.
///
/// Copies share the root until one of them changes; that one then starts afresh.
@propertyWrapper
public struct RootCaching<Value: SSZType>: SSZType {
  private var root = RootCell()

  /// The value; changing it forgets the root.
  public var wrappedValue: Value {
    didSet { root = RootCell() }
  }

  /// Wraps a value whose root is not known yet.
  public init(wrappedValue: Value) {
    self.wrappedValue = wrappedValue
  }

  /// The size of the value's type.
  public static var sszFixedByteCount: Int? { Value.sszFixedByteCount }

  /// Decodes the value; its root stays unknown until someone asks.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    self.init(wrappedValue: try Value(ssz: bytes))
  }

  /// The number of bytes of the value.
  public var sszByteCount: Int { wrappedValue.sszByteCount }

  /// Appends the value.
  public func encode(into output: inout OutputRawSpan) {
    wrappedValue.encode(into: &output)
  }

  /// The root of the value.
  ///
  /// - Complexity: O(1) after the first call on any copy.
  public func hashTreeRoot() -> Bytes32 {
    root.value { wrappedValue.hashTreeRoot() }
  }
}

extension RootCaching: Equatable where Value: Equatable {
  /// Compares the values.
  public static func == (left: Self, right: Self) -> Bool {
    left.wrappedValue == right.wrappedValue
  }
}

extension RootCaching: Codable where Value: Codable {
  /// Reads the value.
  public init(from decoder: any Decoder) throws {
    self.init(wrappedValue: try Value(from: decoder))
  }

  /// Writes the value.
  public func encode(to encoder: any Encoder) throws {
    try wrappedValue.encode(to: encoder)
  }
}

/// A root that is computed at most once, by whoever asks first.
final class RootCell: Sendable {
  private let known = Mutex<Bytes32?>(nil)

  /// The root, from `compute` when nobody has asked before.
  func value(_ compute: () -> Bytes32) -> Bytes32 {
    known.withLock { known in
      if let known { return known }
      let root = compute()
      known = root
      return root
    }
  }
}
