public import Hashing

/// Up to `limit` elements of one type.
public struct SSZList<Element: SSZType, let limit: Int>: SSZType {
  /// The elements; at most `limit`.
  public private(set) var elements: [Element]

  /// Creates an empty list.
  public init() {
    elements = []
  }

  /// Creates a list of `elements`.
  ///
  /// - Throws: ``SSZError/limitExceeded(count:limit:)``.
  public init(_ elements: [Element]) throws(SSZError) {
    try SSZElements<Element>.requireLimit(elements.count, limit)
    self.elements = elements
  }

  /// Appends an element; the list must not be full.
  public mutating func append(_ element: Element) {
    precondition(elements.count < limit, "a list of \(limit) elements is full")
    elements.append(element)
  }

  /// The count varies, so the size does.
  @inlinable
  public static var sszFixedByteCount: Int? { nil }

  /// Decodes at most `limit` elements.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    elements = try SSZElements.decodeList(bytes, limit: limit)
  }

  /// The bytes of the elements and of their offset table.
  public var sszByteCount: Int { SSZElements.byteCount(of: elements) }

  /// Appends the elements.
  public func encode(into output: inout OutputRawSpan) {
    SSZElements.encode(elements, into: &output)
  }

  /// The root over the elements with their count mixed in.
  public func hashTreeRoot() -> Bytes32 {
    Merkle.mixIn(count: elements.count, to: SSZElements.root(of: elements, limit: limit))
  }
}

extension SSZList: RandomAccessCollection {
  /// Zero.
  @inlinable
  public var startIndex: Int { 0 }

  /// The number of elements.
  public var endIndex: Int { elements.count }

  /// The element at `index`.
  public subscript(index: Int) -> Element { elements[index] }
}

extension SSZList: Equatable where Element: Equatable {}
extension SSZList: Hashable where Element: Hashable {}
