public import Hashing
public import SSZ

/// The validator registry, which never changes after genesis; copies share it.
public struct Validators: SSZType, Equatable {
  /// The most validators a registry can have.
  public static let limit = 1 << 12

  /// The validators by index.
  public let elements: [Validator]

  /// Creates a registry.
  ///
  /// - Throws: ``SSZError`` for too many validators, or one whose index is not its position.
  public init(_ elements: [Validator]) throws(SSZError) {
    guard elements.count <= Self.limit else {
      throw .limitExceeded(count: elements.count, limit: Self.limit)
    }
    for (position, validator) in elements.enumerated()
    where validator.index.rawValue != UInt64(position) {
      throw .invalidValue("validator at position \(position) has index \(validator.index)")
    }
    self.elements = elements
  }

  /// Whether `index` names a validator.
  public func contains(_ index: ValidatorIndex) -> Bool {
    index.rawValue < UInt64(elements.count)
  }

  /// The count varies, so the size does.
  public static var sszFixedByteCount: Int? { nil }

  /// Decodes at most ``limit`` validators, each at the position that its index names.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    try self.init(SSZElements<Validator>.decodeList(bytes, limit: Self.limit))
  }

  /// The number of bytes of all validators.
  public var sszByteCount: Int { SSZElements.byteCount(of: elements) }

  /// Appends the validators.
  public func encode(into output: inout OutputRawSpan) {
    SSZElements.encode(elements, into: &output)
  }

  /// The root over the validators with their count mixed in.
  public func hashTreeRoot() -> Bytes32 {
    Merkle.mixIn(
      count: elements.count, to: SSZElements.root(of: elements, limit: Self.limit))
  }
}

extension Validators: RandomAccessCollection {
  /// Zero.
  public var startIndex: Int { 0 }

  /// The number of validators.
  public var endIndex: Int { elements.count }

  /// The validator at `position`, which must be below the count.
  public subscript(position: Int) -> Validator { elements[position] }
}

extension Validators: Codable {
  /// Reads leanSpec's wrapped array.
  public init(from decoder: any Decoder) throws {
    try self.init(SSZList<Validator, 4096>(from: decoder).elements)
  }

  /// Writes leanSpec's wrapped array.
  public func encode(to encoder: any Encoder) throws {
    try SSZList<Validator, 4096>(elements).encode(to: encoder)
  }
}
