internal import Hashing
internal import SSZ
package import XMSS

/// The content of an `xmss-list` single-message proof: who signed, with the signatures.
///
///     "XMSS-LIST-1/S" 00 | message (32) | slot u32 | n u32 | n × (key | length u32 | signature)
///
/// Integers are little-endian. There is one encoding of each list: keys strictly ascending, no
/// trailing bytes.
/// - Invariant: at least one entry, keys strictly ascending.
package struct SignatureList: Equatable, Sendable {
  static let header = Array("XMSS-LIST-1/S\0".utf8)
  static let fixedByteCount = header.count + Bytes32.count + 4 + 4

  let message: Bytes32
  let slot: UInt32
  package let entries: [KeyedSignature]

  /// The union of `entries`, in canonical order.
  ///
  /// Signing is deterministic, so two signatures of one key differ only when one is forged or the
  /// signer is odd. The smaller bytes stay, whatever the order of arrival; if they are forged, the
  /// union does not verify.
  init(message: Bytes32, slot: UInt32, union entries: [KeyedSignature]) {
    self.message = message
    self.slot = slot
    let sorted = entries.map { (key: $0.publicKey.bytes, entry: $0) }.sorted { left, right in
      left.key == right.key
        ? left.entry.signature.bytes.lexicographicallyPrecedes(right.entry.signature.bytes)
        : left.key.lexicographicallyPrecedes(right.key)
    }
    var union: [KeyedSignature] = []
    union.reserveCapacity(sorted.count)
    for (_, entry) in sorted where entry.publicKey != union.last?.publicKey {
      union.append(entry)
    }
    precondition(!union.isEmpty, "a proof has at least one signer")
    self.entries = union
  }

  package init(decoding bytes: [UInt8], scheme: Scheme) throws(AggregationError) {
    try AggregationLimits.check(proof: bytes)
    var reader = ProofReader(bytes[...])
    self = try Self(reading: &reader, scheme: scheme)
    try reader.end()
  }

  init(reading reader: inout ProofReader, scheme: Scheme) throws(AggregationError) {
    try reader.expect(Self.header)
    message = try reader.bytes32()
    slot = try reader.integer()
    let count = try reader.integer()
    guard count > 0 else { throw .malformed(.noSigners) }
    var entries: [KeyedSignature] = []
    // Each entry is read from bytes that are there, so a forged count allocates nothing.
    for _ in 0..<count {
      let entry = try reader.entry(scheme: scheme)
      if let last = entries.last {
        guard last.publicKey.bytes.lexicographicallyPrecedes(entry.publicKey.bytes)
        else { throw .malformed(.keysNotAscending) }
      }
      entries.append(entry)
    }
    self.entries = entries
  }

  func encoded() throws(AggregationError) -> [UInt8] {
    let entryByteCount = Self.entryByteCount(
      key: entries[0].publicKey.byteCount, signature: entries[0].signature.bytes.count)
    let byteCount = Self.fixedByteCount + entries.count * entryByteCount
    guard byteCount <= AggregationLimits.maximumProofBytes else {
      throw .proofTooLarge(byteCount: byteCount)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    bytes += Self.header
    bytes += message.bytes
    bytes.append(littleEndian: slot)
    bytes.append(littleEndian: UInt32(entries.count))
    for entry in entries {
      bytes += entry.publicKey.bytes
      bytes.append(littleEndian: UInt32(entry.signature.bytes.count))
      bytes += entry.signature.bytes
    }
    return bytes
  }

  static func byteCount(signers: Int, scheme: Scheme) -> Int {
    let entry = entryByteCount(key: scheme.publicKeyByteCount, signature: scheme.signatureByteCount)
    return fixedByteCount + signers * entry
  }

  private static func entryByteCount(key: Int, signature: Int) -> Int { key + 4 + signature }

  /// Refuses another set of keys than the caller's.
  func requireSigners(_ publicKeys: [PublicKey]) throws(AggregationError) {
    guard !publicKeys.isEmpty else { throw .noPublicKeys }
    guard Set(publicKeys) == Set(entries.map(\.publicKey)) else { throw .wrongPublicKeys }
  }
}

/// The content of an `xmss-list` multi-message proof: single-message proofs in order.
///
///     "XMSS-LIST-1/M" 00 | n u32 | n × (length u32 | single)
struct SignatureListSequence: Equatable, Sendable {
  static let header = Array("XMSS-LIST-1/M\0".utf8)

  let components: [SignatureList]

  init(_ components: [SignatureList]) {
    self.components = components
  }

  init(decoding bytes: [UInt8], scheme: Scheme) throws(AggregationError) {
    try AggregationLimits.check(proof: bytes)
    var reader = ProofReader(bytes[...])
    try reader.expect(Self.header)
    let count = try reader.integer()
    guard (1...UInt32(AggregationLimits.maximumComponents)).contains(count) else {
      throw .malformed(.componentCount(count))
    }
    var components: [SignatureList] = []
    for _ in 0..<count {
      var part = ProofReader(try reader.bytes(count: Int(try reader.integer())))
      components.append(try SignatureList(reading: &part, scheme: scheme))
      try part.end()
    }
    try reader.end()
    self.components = components
  }

  func encoded() throws(AggregationError) -> [UInt8] {
    var bytes = Self.header
    bytes.append(littleEndian: UInt32(components.count))
    for component in components {
      let single = try component.encoded()
      bytes.append(littleEndian: UInt32(single.count))
      bytes += single
    }
    try AggregationLimits.check(proof: bytes)
    return bytes
  }

  static func byteCount(signersPerComponent: [Int], scheme: Scheme) -> Int {
    signersPerComponent.reduce(header.count + 4) { total, signers in
      total + 4 + SignatureList.byteCount(signers: signers, scheme: scheme)
    }
  }
}

/// Reads fields from the front of untrusted bytes.
struct ProofReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  mutating func bytes(count: Int) throws(AggregationError) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw .malformed(.truncated) }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func expect(_ header: [UInt8]) throws(AggregationError) {
    guard rest.starts(with: header) else { throw .malformed(.header) }
    rest = rest.dropFirst(header.count)
  }

  mutating func integer() throws(AggregationError) -> UInt32 {
    try bytes(count: 4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  mutating func bytes32() throws(AggregationError) -> Bytes32 {
    guard let value = Bytes32(try bytes(count: Bytes32.count)) else {
      throw .malformed(.truncated)
    }
    return value
  }

  mutating func entry(scheme: Scheme) throws(AggregationError) -> KeyedSignature {
    let keyBytes = try bytes(count: scheme.publicKeyByteCount)
    guard let key = PublicKey(keyBytes) else { throw .malformed(.truncated) }
    let signature = Array(try bytes(count: Int(try integer())))
    do throws(SSZError) {
      return KeyedSignature(
        publicKey: key, signature: try Signature(ssz: signature, scheme: scheme))
    } catch {
      throw .malformed(.signature(error))
    }
  }

  func end() throws(AggregationError) {
    guard rest.isEmpty else { throw .malformed(.trailingBytes(rest.count)) }
  }
}

extension [UInt8] {
  fileprivate mutating func append(littleEndian value: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
