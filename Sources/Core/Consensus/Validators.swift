public import Hashing
public import SSZ
internal import XMSS

/// The validator registry, which never changes after genesis; copies share it.
///
/// It is kept as it is encoded: a state is decoded and encoded by one copy of thousands of keys.
public struct Validators: SSZType, Equatable {
  /// The most validators a registry can have.
  public static let limit = 1 << 12

  /// The number of validators.
  public let count: Int

  /// The bytes of each public key; `nil` of an empty registry.
  public let publicKeyByteCount: Int?

  /// Entries of one length, each at the position that its index names.
  private let encoding: [UInt8]

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
    count = elements.count
    publicKeyByteCount = keyBytes
    encoding = [UInt8](
      sszByteCount: elements.count * Validator.byteCount(publicKeyByteCount: keyBytes ?? 0)
    ) { output in for element in elements { element.encode(into: &output) } }
  }

  /// Whether `index` names a validator.
  public func contains(_ index: ValidatorIndex) -> Bool { index.rawValue < UInt64(count) }

  /// The count varies, so the size does.
  public static var sszFixedByteCount: Int? { nil }

  /// Decodes at most ``limit`` validators, each at the position that its index names.
  ///
  /// The positions also tell how long the keys are, as an encoding does not name its scheme. Bytes
  /// that somebody made to fit both lengths are taken as leanSig's; whoever knows the network's scheme
  /// compares ``publicKeyByteCount`` with it.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    let lengths = PublicKey.byteCounts
    let keyBytes =
      lengths.first { (try? Self.countEntries(bytes, publicKeyByteCount: $0)) != nil } ?? lengths[0]
    count = try Self.countEntries(bytes, publicKeyByteCount: keyBytes)
    publicKeyByteCount = count == 0 ? nil : keyBytes
    encoding = bytes.withUnsafeBytes { Array($0) }
  }

  /// The number of entries with keys of this length, all at their positions.
  private static func countEntries(
    _ bytes: RawSpan, publicKeyByteCount: Int
  ) throws(SSZError) -> Int {
    let entry = Validator.byteCount(publicKeyByteCount: publicKeyByteCount)
    guard bytes.byteCount.isMultiple(of: entry) else {
      throw .partialElement(byteCount: bytes.byteCount, elementByteCount: entry)
    }
    let count = bytes.byteCount / entry
    guard count <= limit else { throw .limitExceeded(count: count, limit: limit) }
    for position in 0..<count {
      let place = position * entry + 2 * publicKeyByteCount
      let index = UInt64(
        littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
      guard index == UInt64(position) else {
        throw .invalidValue("validator at position \(position) has index \(index)")
      }
    }
    return count
  }

  /// The number of bytes of all validators.
  public var sszByteCount: Int { encoding.count }

  /// Appends the validators.
  public func encode(into output: inout OutputRawSpan) {
    encoding.withUnsafeBytes { output.append(contentsOf: $0) }
  }

  /// The root over the validators with their count mixed in.
  public func hashTreeRoot() -> Bytes32 {
    Merkle.mixIn(
      count: count, to: Merkle.root(of: map { $0.hashTreeRoot() }, limit: Self.limit))
  }
}

extension Validators: RandomAccessCollection {
  /// Zero.
  public var startIndex: Int { 0 }

  /// The number of validators.
  public var endIndex: Int { count }

  /// The validator at `position`, which must be below the count.
  public subscript(position: Int) -> Validator {
    let entry = encoding.count / count
    let bytes = encoding.span.bytes.extracting(position * entry..<(position + 1) * entry)
    guard let validator = try? Validator(ssz: bytes) else {
      preconditionFailure("an entry has two keys and an index")
    }
    return validator
  }
}

extension Validators: Codable {
  /// Reads leanSpec's wrapped array.
  public init(from decoder: any Decoder) throws {
    try self.init(Wrapped(from: decoder).data)
  }

  /// Writes leanSpec's wrapped array.
  public func encode(to encoder: any Encoder) throws {
    try Wrapped(data: Array(self)).encode(to: encoder)
  }

  private struct Wrapped: Codable {
    let data: [Validator]
  }
}
