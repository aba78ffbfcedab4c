/// A public key as libp2p's protobuf has it: the identity in identify and in certificates.
package struct PublicKeyMessage: Hashable, Sendable {
  /// The algorithm of a key.
  package enum KeyType: UInt64, Sendable {
    /// PKIX DER.
    case rsa = 0
    /// 32 bytes.
    case ed25519 = 1
    /// 33 bytes, compressed: what every lean node has.
    case secp256k1 = 2
    /// PKIX DER.
    case ecdsa = 3
  }

  /// The algorithm.
  package let type: KeyType
  /// The key in the algorithm's own form.
  package let key: [UInt8]

  /// Creates a message.
  package init(type: KeyType, key: [UInt8]) {
    self.type = type
    self.key = key
  }

  /// Decodes the one canonical form: both fields, in order, nothing else.
  ///
  /// A second encoding of a key would give its owner a second peer id.
  ///
  /// - Throws: ``WireError``.
  package init(decoding bytes: ArraySlice<UInt8>) throws(WireError) {
    var reader = ProtobufReader(bytes)
    guard let first = try reader.next(), first.number == 1, case .varint(let type) = first.value,
      let type = KeyType(rawValue: type)
    else { throw .wrongField(tag: 1) }
    guard let second = try reader.next(), second.number == 2, case .bytes(let key) = second.value
    else { throw .wrongField(tag: 2) }
    self.init(type: type, key: Array(key))
    guard encoded.elementsEqual(bytes) else { throw .surplus(bytes: bytes.count - encoded.count) }
  }

  /// The canonical encoding.
  package var encoded: [UInt8] {
    var writer = ProtobufWriter()
    writer.append(1, varint: type.rawValue)
    writer.append(2, bytes: key)
    return writer.bytes
  }
}
