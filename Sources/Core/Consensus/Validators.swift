public import Hashing
public import SSZ
internal import XMSS

/// The validator registry, which never changes after genesis; copies share it.
public struct Validators: SSZType, Equatable {
  /// The most validators a registry can have.
  public static let limit = 1 << 12

  /// The validators by index.
  public let elements: [Validator]

  /// The bytes of each public key; `nil` of an empty registry.
  public var publicKeyByteCount: Int? { elements.first?.attestationPublicKey.byteCount }

  /// Creates a registry.
  ///
  /// - Throws: ``SSZError`` for too many validators, or one whose index is not its position.
  public init(_ elements: [Validator]) throws(SSZError) {
    guard elements.count <= Self.limit else {
      throw .limitExceeded(count: elements.count, limit: Self.limit)
    }
    let keyBytes = elements.first?.attestationPublicKey.byteCount
    for position in elements.indices {
      guard elements[position].index.rawValue == UInt64(position) else {
        throw .invalidValue(
          "validator at position \(position) has index \(elements[position].index)")
      }
      guard elements[position].attestationPublicKey.byteCount == keyBytes else {
        throw .invalidValue("validator at position \(position) has keys of another scheme")
      }
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
  ///
  /// The positions also tell how long the keys are, as an encoding does not name its scheme. Bytes
  /// that somebody made to fit both lengths are taken as leanSig's; whoever knows the network's scheme
  /// compares ``publicKeyByteCount`` with it.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    let lengths = PublicKey.byteCounts
    let fitting = lengths.first { Self.positionsFit(bytes, publicKeyByteCount: $0) }
    let entry = Validator.byteCount(publicKeyByteCount: fitting ?? lengths[0])
    guard bytes.byteCount.isMultiple(of: entry) else {
      throw .partialElement(byteCount: bytes.byteCount, elementByteCount: entry)
    }
    let count = bytes.byteCount / entry
    guard count <= Self.limit else { throw .limitExceeded(count: count, limit: Self.limit) }
    var elements: [Validator] = []
    elements.reserveCapacity(count)
    for start in stride(from: 0, to: bytes.byteCount, by: entry) {
      elements.append(try Validator(ssz: bytes.extracting(start..<start + entry)))
    }
    if fitting != nil { self.init(checked: elements) } else { try self.init(elements) }
  }

  /// Takes entries that are at their positions and have keys of one length.
  private init(checked elements: [Validator]) { self.elements = elements }

  /// Whether entries with keys of this length end in their positions.
  private static func positionsFit(_ bytes: RawSpan, publicKeyByteCount: Int) -> Bool {
    let entry = Validator.byteCount(publicKeyByteCount: publicKeyByteCount)
    guard bytes.byteCount.isMultiple(of: entry), bytes.byteCount / entry <= limit else {
      return false
    }
    return (0..<bytes.byteCount / entry).allSatisfy { position in
      let place = position * entry + 2 * publicKeyByteCount
      let index = bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
      return UInt64(littleEndian: index) == UInt64(position)
    }
  }

  /// The number of bytes of all validators.
  public var sszByteCount: Int {
    elements.count * Validator.byteCount(publicKeyByteCount: publicKeyByteCount ?? 0)
  }

  /// Appends the validators.
  public func encode(into output: inout OutputRawSpan) {
    for element in elements { element.encode(into: &output) }
  }

  /// The root over the validators with their count mixed in.
  public func hashTreeRoot() -> Bytes32 {
    let roots = elements.map { $0.hashTreeRoot() }
    return Merkle.mixIn(count: elements.count, to: Merkle.root(of: roots, limit: Self.limit))
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
    try self.init(Wrapped(from: decoder).data)
  }

  /// Writes leanSpec's wrapped array.
  public func encode(to encoder: any Encoder) throws {
    try Wrapped(data: elements).encode(to: encoder)
  }

  private struct Wrapped: Codable {
    let data: [Validator]
  }
}
