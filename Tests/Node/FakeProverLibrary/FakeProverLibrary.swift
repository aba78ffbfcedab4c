import Aggregation
import CWorkers
import Hashing
import Synchronization
import XMSS

// A shared library with the functions of libleanvm_xmss_c, over `xmss-list` and the test scheme.

private let backend = XMSSListBackend(scheme: .test)
private let lastError = Mutex<String?>(nil)

/// What a handle of the interface points at.
private final class Box<Value> {
  let value: Value

  init(_ value: Value) {
    self.value = value
  }
}

private func handle<Value>(_ value: Value) -> UnsafeMutableRawPointer {
  Unmanaged.passRetained(Box(value)).toOpaque()
}

private func value<Value>(_ handle: UnsafeRawPointer, _ type: Value.Type = Value.self) -> Value {
  Unmanaged<Box<Value>>.fromOpaque(handle).takeUnretainedValue().value
}

private func free<Value>(_ handle: UnsafeMutableRawPointer?, _ type: Value.Type) {
  handle.map { Unmanaged<Box<Value>>.fromOpaque($0).release() }
}

private func bytes(_ start: UnsafePointer<UInt8>?, _ count: UInt) -> [UInt8] {
  Array(UnsafeBufferPointer(start: start, count: Int(count)))
}

private func message(_ start: UnsafePointer<UInt8>?, _ count: UInt) throws -> Bytes32 {
  guard let message = Bytes32(bytes(start, count)) else { throw AggregationError.noPublicKeys }
  return message
}

private func keys(
  _ start: UnsafePointer<UnsafeRawPointer?>?, _ count: UInt
) -> [PublicKey] {
  UnsafeBufferPointer(start: start, count: Int(count)).compactMap { $0.map { value($0) } }
}

private func proofs(_ start: UnsafePointer<pq_child>?, _ count: UInt) -> [KeyedProof] {
  UnsafeBufferPointer(start: start, count: Int(count)).map { child in
    KeyedProof(
      proof: bytes(child.proof, child.proof_count), publicKeys: keys(child.keys, child.key_count))
  }
}

private func components(
  _ start: UnsafePointer<pq_component>?, _ count: UInt
) -> [[PublicKey]] {
  UnsafeBufferPointer(start: start, count: Int(count)).map { keys($0.keys, $0.key_count) }
}

/// Runs a call whose failure is told by `pq_take_last_error_message`.
private func attempt(_ body: () throws -> Void) -> Int32 {
  do {
    try body()
    return 0
  } catch {
    lastError.withLock { $0 = "\(error)" }
    return 99
  }
}

private func write(
  _ bytes: [UInt8], _ buffer: UnsafeMutablePointer<UInt8>, _ capacity: UInt,
  _ written: UnsafeMutablePointer<UInt>
) throws {
  written.pointee = UInt(bytes.count)
  guard bytes.count <= capacity else { throw AggregationError.noPublicKeys }
  buffer.update(from: bytes, count: bytes.count)
}

/// Nothing to set up.
@_cdecl("pq_xmss_aggregation_setup_prover_without_arena")
public func setUpProver() {}

/// Nothing to set up.
@_cdecl("pq_xmss_aggregation_setup_verifier")
public func setUpVerifier() {}

/// The last failure's text, once.
@_cdecl("pq_take_last_error_message")
public func takeLastError() -> UnsafeMutablePointer<CChar>? {
  lastError.withLock { error in
    defer { error = nil }
    guard let text = error?.utf8CString else { return nil }
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count)
    copy.initialize(from: Array(text), count: text.count)
    return copy
  }
}

/// Gives a text back.
@_cdecl("pq_string_free")
public func freeString(_ text: UnsafeMutablePointer<CChar>?) { text?.deallocate() }

/// Bytes of a signature.
@_cdecl("pq_get_signature_size")
public func signatureSize() -> UInt { UInt(Scheme.test.signatureByteCount) }

/// Bytes of a public key.
@_cdecl("pq_get_public_key_size")
public func publicKeySize() -> UInt { UInt(Scheme.test.publicKeyByteCount) }

/// Makes a key for all leaves.
@_cdecl("pq_key_gen")
public func makeKey(
  _ first: UInt, _ count: UInt, _ key: UnsafeMutablePointer<UnsafeMutableRawPointer?>,
  _ secret: UnsafeMutablePointer<UnsafeMutableRawPointer?>
) -> Int32 {
  attempt {
    var random = SystemRandomNumberGenerator()
    let generation = try KeyGeneration(
      scheme: .test, slots: 0..<Scheme.test.lifetime, using: &random)
    generation.work.run()
    let made = try generation.finish()
    key.pointee = handle(made.publicKey)
    secret.pointee = handle(made)
  }
}

/// Signs whatever is asked for.
@_cdecl("pq_sign")
public func sign(
  _ secret: UnsafeRawPointer, _ epoch: UInt64, _ text: UnsafePointer<UInt8>, _ count: UInt,
  _ signature: UnsafeMutablePointer<UnsafeMutableRawPointer?>
) -> Int32 {
  attempt {
    let key: SecretKey = value(secret)
    let permit = SigningPermit(
      publicKey: key.publicKey, slot: epoch, message: try message(text, count))
    signature.pointee = handle(try key.sign(permit))
  }
}

/// Checks a signature.
@_cdecl("pq_verify")
public func verify(
  _ key: UnsafeRawPointer, _ epoch: UInt64, _ text: UnsafePointer<UInt8>, _ count: UInt,
  _ signature: UnsafeRawPointer
) -> Int32 {
  guard let message = try? message(text, count) else { return -1 }
  let signed = SignedMessage(
    publicKey: value(key), message: message, slot: epoch, signature: value(signature))
  guard Scheme.test.verify([signed]) == [true] else {
    lastError.withLock { $0 = "the signature is not valid" }
    return 0
  }
  return 1
}

/// Writes a key's bytes.
@_cdecl("pq_public_key_serialize")
public func writePublicKey(
  _ key: UnsafeRawPointer, _ buffer: UnsafeMutablePointer<UInt8>, _ capacity: UInt,
  _ written: UnsafeMutablePointer<UInt>
) -> Int32 {
  attempt { try write(value(key, PublicKey.self).bytes, buffer, capacity, written) }
}

/// Reads a key's bytes.
@_cdecl("pq_public_key_deserialize")
public func readPublicKey(
  _ start: UnsafePointer<UInt8>, _ count: UInt,
  _ key: UnsafeMutablePointer<UnsafeMutableRawPointer?>
) -> Int32 {
  attempt {
    guard let found = PublicKey(bytes(start, count)) else { throw AggregationError.noPublicKeys }
    key.pointee = handle(found)
  }
}

/// Writes a signature's bytes.
@_cdecl("pq_signature_serialize")
public func writeSignature(
  _ signature: UnsafeRawPointer, _ buffer: UnsafeMutablePointer<UInt8>, _ capacity: UInt,
  _ written: UnsafeMutablePointer<UInt>
) -> Int32 {
  attempt { try write(value(signature, Signature.self).bytes, buffer, capacity, written) }
}

/// Reads a signature's bytes.
@_cdecl("pq_signature_deserialize")
public func readSignature(
  _ start: UnsafePointer<UInt8>, _ count: UInt,
  _ signature: UnsafeMutablePointer<UnsafeMutableRawPointer?>
) -> Int32 {
  attempt { signature.pointee = handle(try Signature(ssz: bytes(start, count), scheme: .test)) }
}

/// Gives a secret key back.
@_cdecl("pq_secret_key_free")
public func freeSecretKey(_ key: UnsafeMutableRawPointer?) { free(key, SecretKey.self) }

/// Gives a public key back.
@_cdecl("pq_public_key_free")
public func freePublicKey(_ key: UnsafeMutableRawPointer?) { free(key, PublicKey.self) }

/// Gives a signature back.
@_cdecl("pq_signature_free")
public func freeSignature(_ signature: UnsafeMutableRawPointer?) { free(signature, Signature.self) }

/// Joins signatures and proofs of one message.
@_cdecl("pq_aggregate_signatures_recursive")
public func aggregate(
  _ children: UnsafeRawPointer?, _ childCount: UInt, _ signatures: UnsafeRawPointer?,
  _ signatureCount: UInt, _ text: UnsafePointer<UInt8>, _ count: UInt, _ epoch: UInt64,
  _ rate: UInt, _ buffer: UnsafeMutablePointer<UInt8>, _ capacity: UInt,
  _ written: UnsafeMutablePointer<UInt>
) -> Int32 {
  attempt {
    let raw = UnsafeBufferPointer(
      start: signatures?.assumingMemoryBound(to: pq_signed.self), count: Int(signatureCount))
    let proof = try backend.aggregate(
      children: proofs(children?.assumingMemoryBound(to: pq_child.self), childCount),
      signatures: raw.map {
        KeyedSignature(publicKey: value($0.key), signature: value($0.signature))
      },
      message: try message(text, count), slot: epoch)
    try write(proof, buffer, capacity, written)
  }
}

/// Checks a proof of one message.
@_cdecl("pq_verify_aggregated_signatures")
public func verifyAggregate(
  _ start: UnsafePointer<UnsafeRawPointer?>?, _ keyCount: UInt, _ text: UnsafePointer<UInt8>,
  _ count: UInt, _ proof: UnsafePointer<UInt8>?, _ proofCount: UInt, _ epoch: UInt64
) -> Int32 {
  let failure = attempt {
    try backend.verify(
      bytes(proof, proofCount), publicKeys: keys(start, keyCount),
      message: try message(text, count), slot: epoch)
  }
  return failure == 0 ? 1 : 0
}

/// Joins proofs of several messages.
@_cdecl("pq_merge_many_type_1")
public func merge(
  _ parts: UnsafeRawPointer?, _ count: UInt, _ rate: UInt, _ buffer: UnsafeMutablePointer<UInt8>,
  _ capacity: UInt, _ written: UnsafeMutablePointer<UInt>
) -> Int32 {
  attempt {
    let proof = try backend.merge(proofs(parts?.assumingMemoryBound(to: pq_child.self), count))
    try write(proof, buffer, capacity, written)
  }
}

/// Checks a proof of several messages.
@_cdecl("pq_verify_type_2_with_messages")
public func verifyMerged(
  _ parts: UnsafeRawPointer?, _ count: UInt, _ messages: UnsafeRawPointer?, _ messageCount: UInt,
  _ proof: UnsafePointer<UInt8>?, _ proofCount: UInt
) -> Int32 {
  let failure = attempt {
    let bindings = UnsafeBufferPointer(
      start: messages?.assumingMemoryBound(to: pq_binding.self), count: Int(messageCount))
    let keys = components(parts?.assumingMemoryBound(to: pq_component.self), count)
    try backend.verify(
      bytes(proof, proofCount),
      components: try zip(keys, bindings).map { keys, binding in
        ComponentBinding(
          publicKeys: keys, message: try message(binding.message, binding.message_count),
          slot: binding.epoch)
      })
  }
  return failure == 0 ? 1 : 0
}

/// Takes the proof of one message out.
@_cdecl("pq_split_type_2_by_message")
public func split(
  _ parts: UnsafeRawPointer?, _ count: UInt, _ proof: UnsafePointer<UInt8>?, _ proofCount: UInt,
  _ text: UnsafePointer<UInt8>, _ textCount: UInt, _ rate: UInt,
  _ buffer: UnsafeMutablePointer<UInt8>, _ capacity: UInt, _ written: UnsafeMutablePointer<UInt>
) -> Int32 {
  attempt {
    let found = try backend.split(
      bytes(proof, proofCount),
      publicKeysPerComponent: components(
        parts?.assumingMemoryBound(to: pq_component.self), count),
      message: try message(text, textCount))
    try write(found, buffer, capacity, written)
  }
}
