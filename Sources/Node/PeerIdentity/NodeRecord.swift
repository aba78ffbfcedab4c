private import Hashing
package import Wire

/// A signed list of keys and values by which a node says where it is: an ENR of scheme "v4".
///
/// EIP-778; leanSpec: `node/networking/enr/enr.py`.
package struct NodeRecord: Hashable, Sendable {
  /// The most bytes of a record.
  package static let maximumBytes = 300

  /// A key and its value.
  package struct Entry: Hashable, Sendable {
    /// UTF-8.
    package let key: [UInt8]
    /// Any bytes.
    package let value: [UInt8]
  }

  /// r and s of the signature over everything else, 64 bytes.
  package let signature: [UInt8]

  /// Grows with every change of the record.
  package let sequenceNumber: UInt64

  /// Sorted by key, each key once.
  package let entries: [Entry]

  /// Makes the record of a node.
  ///
  /// - Parameters:
  ///   - identity: The node, whose key and scheme are added to `values`.
  ///   - sequenceNumber: Larger than that of any earlier record of the node.
  ///   - values: Everything else, by key.
  /// - Throws: ``NodeRecordError`` when the record gets too large.
  package init(
    of identity: PeerIdentity, sequenceNumber: UInt64, values: [Key: [UInt8]]
  ) throws(NodeRecordError) {
    var values = values
    values[.id] = Array(NodeRecord.scheme.utf8)
    values[.secp256k1] = identity.publicKey
    self.sequenceNumber = sequenceNumber
    entries = values.map { Entry(key: Array($0.key.rawValue.utf8), value: $0.value) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let content = NodeRecord.content(sequenceNumber, entries)
    signature = identity.sign(digest: Keccak256.hash(RLP.encode(list: content)))
    guard encoded.count <= NodeRecord.maximumBytes else {
      throw .tooLarge(bytes: encoded.count)
    }
  }

  /// The value of a key.
  package func value(of key: Key) -> [UInt8]? {
    entries.first { $0.key.elementsEqual(key.rawValue.utf8) }?.value
  }

  /// Whether the scheme is known and there is a key of its size; says nothing of the signature.
  package var isComplete: Bool { identityScheme == NodeRecord.scheme && publicKey != nil }

  /// Whether the key in the record signed it.
  package var isSignatureValid: Bool {
    guard let publicKey else { return false }
    let content = RLP.encode(list: NodeRecord.content(sequenceNumber, entries))
    return PeerIdentity.isValid(
      compact: signature, of: Keccak256.hash(content), by: publicKey)
  }

  private static let scheme = "v4"

  private static func content(_ sequenceNumber: UInt64, _ entries: [Entry]) -> [[UInt8]] {
    [RLP.bigEndian(sequenceNumber)] + entries.flatMap { [$0.key, $0.value] }
  }
}

/// Why bytes or text are no node record.
package enum NodeRecordError: Error, Equatable, Sendable {
  /// The text does not begin with `enr:`.
  case wrongPrefix
  /// The text is not base 64 in the alphabet for addresses.
  case wrongBase64
  /// The record is larger than EIP-778 allows.
  case tooLarge(bytes: Int)
  /// The record is no list of bytes, or its number is none.
  case malformed(WireError)
  /// Signature and number are not followed by pairs.
  case wrongItemCount(Int)
  /// The signature is not of 64 bytes.
  case wrongSignatureSize(bytes: Int)
  /// A key is not UTF-8.
  case wrongKey
  /// Keys are not sorted, or one occurs twice.
  case unsortedKeys
}

extension NodeRecord {
  /// The record as bytes.
  package var encoded: [UInt8] {
    RLP.encode(list: [signature] + NodeRecord.content(sequenceNumber, entries))
  }

  /// Decodes a record; its signature may still be wrong, see ``isSignatureValid``.
  ///
  /// - Throws: ``NodeRecordError``.
  package init(decoding bytes: [UInt8]) throws(NodeRecordError) {
    guard bytes.count <= NodeRecord.maximumBytes else { throw .tooLarge(bytes: bytes.count) }
    let items: [ArraySlice<UInt8>]
    do { items = try RLP.decode(list: bytes[...]) } catch { throw .malformed(error) }
    guard items.count >= 2, items.count.isMultiple(of: 2) else {
      throw .wrongItemCount(items.count)
    }
    guard items[0].count == 64 else { throw .wrongSignatureSize(bytes: items[0].count) }
    signature = Array(items[0])
    do { sequenceNumber = try RLP.integer(items[1]) } catch { throw .malformed(error) }
    var entries: [Entry] = []
    for index in stride(from: 2, to: items.count, by: 2) {
      let key = Array(items[index])
      guard String(validating: key, as: UTF8.self) != nil else { throw .wrongKey }
      if let last = entries.last, !last.key.lexicographicallyPrecedes(key) { throw .unsortedKeys }
      entries.append(Entry(key: key, value: Array(items[index + 1])))
    }
    self.entries = entries
  }
}
