public import Hashing

/// Exactly `count` elements of one type.
public struct SSZVector<Element: SSZType, let count: Int>: SSZType {
  /// The elements; exactly `count`.
  public let elements: [Element]

  /// Creates a vector of exactly `count` elements; `nil` for any other number.
  public init?(_ elements: [Element]) {
    guard elements.count == count else { return nil }
    self.elements = elements
  }

  /// `count` times the size of an element that has one.
  @inlinable
  public static var sszFixedByteCount: Int? { Element.sszFixedByteCount.map { $0 * count } }

  /// Decodes exactly `count` elements.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    elements = try SSZElements.decodeVector(bytes, count: count)
  }

  /// The bytes of the elements and of their offset table.
  public var sszByteCount: Int { SSZElements.byteCount(of: elements) }

  /// Appends the elements.
  public func encode(into output: inout OutputRawSpan) {
    SSZElements.encode(elements, into: &output)
  }

  /// The root over the elements.
  public func hashTreeRoot() -> Bytes32 {
    SSZElements.root(of: elements, limit: count)
  }
}

extension SSZVector: Equatable where Element: Equatable {}
extension SSZVector: Hashable where Element: Hashable {}
