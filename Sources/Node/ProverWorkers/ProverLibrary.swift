internal import CWorkers
internal import Hashing
private import XMSS

/// A prover that comes as a shared library with the `pq_*` interface: what a worker needs of it.
///
/// Each call may take seconds and all cores. Set-up needs a stack of 8 MiB.
final class ProverLibrary {
  /// Why a library cannot be used, one line.
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  /// How much proofs are compressed: 2 as in the lean networks.
  private static let inverseRateLogarithm: UInt = 2

  private let path: String
  private let library: prover_library

  /// Loads the library.
  ///
  /// - Throws: ``Problem`` when the loader refuses it or a function is missing.
  init(path: String) throws(Problem) {
    var library = prover_library()
    var problem = [CChar](repeating: 0, count: 1_024)
    guard prover_library_open(path, &library, &problem, problem.count) == 0 else {
      let reason = String(
        decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw Problem(description: "\(path) is no prover with the pq_* interface: \(reason)")
    }
    self.path = path
    self.library = library
  }

  /// Bytes of a public key.
  var publicKeySize: Int { Int(library.get_public_key_size()) }

  /// Bytes of a signature.
  var signatureSize: Int { Int(library.get_signature_size()) }

  /// Our own scheme with the same sizes.
  private var scheme: Scheme? {
    Scheme.implemented.first {
      $0.publicKeyByteCount == publicKeySize && $0.signatureByteCount == signatureSize
    }
  }

  /// Who the library is, as far as it tells: its sizes are all that names its generation.
  func hello() -> WorkerHello {
    WorkerHello(
      name: path.split(separator: "/").last.map(String.init) ?? path,
      generation: "pq library \(publicKeySize)/\(signatureSize)",
      scheme: scheme?.name ?? "unknown", publicKeyByteCount: UInt32(clamping: publicKeySize),
      signatureByteCount: UInt32(clamping: signatureSize), canSplit: true, foldsProposer: false,
      allowsOneComponentPerSlot: false, selfTestFailure: selfTest())
  }

  /// Gets ready to prove and to verify; takes seconds.
  func prepare() throws(WorkerFailure) {
    // Set-up tells a failure only by this text, so none of an earlier call may stand in it.
    _ = lastError()
    library.setup_prover()
    library.setup_verifier()
    if let error = lastError() { throw WorkerFailure(.broken, error) }
  }

  // MARK: Proofs

  func aggregate(
    message: Bytes32, leaf: UInt32, children: [WorkerProof], signatures: [WorkerSignature]
  ) throws(WorkerFailure) -> [UInt8] {
    let handles = Handles(library)
    let parts = try children.map { child throws(WorkerFailure) in
      (keys: try handles.keys(child.keys), proof: handles.bytes(child.proof))
    }
    let raw = try signatures.map { signed throws(WorkerFailure) in
      pq_signed(
        key: try handles.key(signed.key), signature: try handles.signature(signed.signature))
    }
    let entries = parts.map { $0.keys.child($0.proof) }
    do throws(WorkerFailure) {
      return try made { buffer, capacity, written in
        library.aggregate_signatures_recursive(
          entries, UInt(entries.count), raw, UInt(raw.count), message.bytes, UInt(Bytes32.count),
          UInt64(leaf), Self.inverseRateLogarithm, buffer, capacity, written)
      }
    } catch {
      // The interface does not say whose fault it is, so each part is looked at.
      for (index, part) in parts.enumerated() where !verify(part.keys, part.proof, message, leaf) {
        throw WorkerFailure(.invalid, "child \(index) does not verify")
      }
      for (index, signed) in raw.enumerated() where !verify(signed, message, leaf) {
        throw WorkerFailure(.invalid, "signature \(index) does not verify")
      }
      throw error
    }
  }

  func merge(_ components: [WorkerProof]) throws(WorkerFailure) -> [UInt8] {
    let handles = Handles(library)
    let entries = try components.map { part throws(WorkerFailure) in
      try handles.keys(part.keys).child(handles.bytes(part.proof))
    }
    return try made { buffer, capacity, written in
      library.merge_many_type_1(
        entries, UInt(entries.count), Self.inverseRateLogarithm, buffer, capacity, written)
    }
  }

  func split(
    _ proof: [UInt8], keys: [[[UInt8]]], message: Bytes32
  ) throws(WorkerFailure) -> [UInt8] {
    let handles = Handles(library)
    let components = try keys.map { keys throws(WorkerFailure) in
      try handles.keys(keys).component
    }
    return try made { buffer, capacity, written in
      library.split_type_2_by_message(
        components, UInt(components.count), proof, UInt(proof.count), message.bytes,
        UInt(Bytes32.count), Self.inverseRateLogarithm, buffer, capacity, written)
    }
  }

  /// Whether a proof shows exactly these signatures.
  func verify(
    _ proof: [UInt8], _ bindings: [WorkerBinding], isMulti: Bool
  ) throws(WorkerFailure) -> Bool {
    let handles = Handles(library)
    let keys = try bindings.map { binding throws(WorkerFailure) in try handles.keys(binding.keys) }
    guard isMulti else {
      guard let keys = keys.first, let binding = bindings.first, bindings.count == 1 else {
        throw WorkerFailure(.invalid, "a proof of one message has one component")
      }
      return verify(keys, handles.bytes(proof), binding.message, binding.leaf)
    }
    let components = keys.map(\.component)
    let messages = bindings.map { binding in
      let message = handles.bytes(binding.message.bytes)
      return pq_binding(
        message: message.baseAddress, message_count: UInt(message.count),
        epoch: UInt64(binding.leaf))
    }
    let verdict = library.verify_type_2_with_messages(
      components, UInt(components.count), messages, UInt(messages.count), proof, UInt(proof.count))
    return verdict == 1
  }

  /// Whether each signature is valid; what is no signature at all is not.
  func verify(_ signatures: [WorkerSignature]) -> [Bool] {
    signatures.map { signed in
      let handles = Handles(library)
      guard let key = try? handles.key(signed.key),
        let signature = try? handles.signature(signed.signature)
      else { return false }
      return verify(pq_signed(key: key, signature: signature), signed.message, signed.leaf)
    }
  }

  private func verify(_ signed: pq_signed, _ message: Bytes32, _ leaf: UInt32) -> Bool {
    library.verify(
      signed.key, UInt64(leaf), message.bytes, UInt(Bytes32.count), signed.signature) == 1
  }

  private func verify(
    _ keys: Keys, _ proof: UnsafeBufferPointer<UInt8>, _ message: Bytes32, _ leaf: UInt32
  ) -> Bool {
    library.verify_aggregated_signatures(
      keys.start, UInt(keys.count), message.bytes, UInt(Bytes32.count), proof.baseAddress,
      UInt(proof.count), UInt64(leaf)) == 1
  }

  /// Runs a call that writes a proof.
  private func made(
    _ call: (UnsafeMutablePointer<UInt8>?, UInt, UnsafeMutablePointer<UInt>) -> Int32
  ) throws(WorkerFailure) -> [UInt8] {
    // A buffer that is too small would be noticed after the whole proof.
    var written: UInt = 0
    var code: Int32 = 0
    let proof = [UInt8](unsafeUninitializedCapacity: WorkerLimits.proofBytes) { buffer, count in
      code = call(buffer.baseAddress, UInt(buffer.count), &written)
      count = code == 0 ? Int(min(written, UInt(buffer.count))) : 0
    }
    guard code == 0 else {
      throw WorkerFailure(.broken, lastError() ?? "the library answers \(code)")
    }
    return proof
  }

  /// What the library says of the last call on this thread, if anything.
  private func lastError() -> String? {
    guard let text = library.take_last_error_message() else { return nil }
    defer { library.string_free(text) }
    let message = String(cString: text)
    return message.isEmpty ? nil : message
  }

  // MARK: Self-test

  /// Makes a key, signs, and checks the signature with our own code where it knows the scheme; says
  /// what is wrong.
  private func selfTest() -> String? {
    let message = Bytes32 { bytes in for index in bytes.indices { bytes[index] = UInt8(index) } }
    do throws(WorkerFailure) {
      let handles = Handles(library)
      let (key, secret) = try handles.makeKey()
      var made: UnsafeMutableRawPointer?
      let code = library.sign(secret, 0, message.bytes, UInt(Bytes32.count), &made)
      guard code == 0, let made else { return "it does not sign: \(lastError() ?? "\(code)")" }
      handles.own(made, library.signature_free)
      let signed = WorkerSignature(
        key: try bytes(of: key, publicKeySize, library.public_key_serialize), message: message,
        leaf: 0, signature: try bytes(of: made, signatureSize, library.signature_serialize))
      guard verify([signed]) == [true] else { return "its own signature does not verify" }
      let other = Bytes32 { $0[0] = 9 }
      guard !verify(pq_signed(key: key, signature: made), other, 0) else {
        return "a signature of another message verifies"
      }
      guard let scheme else { return nil }
      guard let publicKey = PublicKey(signed.key),
        let signature = try? Signature(ssz: signed.signature, scheme: scheme),
        scheme.verify([
          SignedMessage(publicKey: publicKey, message: message, slot: 0, signature: signature)
        ]) == [true]
      else { return "its signatures are not of the scheme \(scheme.name), whose sizes it has" }
      return nil
    } catch {
      return error.text
    }
  }

  private func bytes(
    of handle: UnsafeRawPointer, _ size: Int,
    _ serialize: (
      UnsafeRawPointer?, UnsafeMutablePointer<UInt8>?, UInt, UnsafeMutablePointer<UInt>?
    )
      -> Int32
  ) throws(WorkerFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    var written: UInt = 0
    guard serialize(handle, &bytes, UInt(size), &written) == 0, written == UInt(size) else {
      throw WorkerFailure(.broken, "it writes \(written) bytes where it says \(size)")
    }
    return bytes
  }
}

/// The keys of one message, as handles behind each other.
private struct Keys {
  let start: UnsafePointer<UnsafeRawPointer?>?
  let count: Int

  var component: pq_component { pq_component(keys: start, key_count: UInt(count)) }

  func child(_ proof: UnsafeBufferPointer<UInt8>) -> pq_child {
    pq_child(
      keys: start, key_count: UInt(count), proof: proof.baseAddress, proof_count: UInt(proof.count))
  }
}

/// What one call needs of the library's handles and of memory that stays where it is, given back
/// with it.
private final class Handles {
  private let library: prover_library
  private var owned: [(handle: UnsafeMutableRawPointer, free: (UnsafeMutableRawPointer?) -> Void)] =
    []
  private var keysByBytes: [[UInt8]: UnsafeRawPointer] = [:]

  init(_ library: prover_library) {
    self.library = library
  }

  deinit { for (handle, free) in owned.reversed() { free(handle) } }

  func own(
    _ handle: UnsafeMutableRawPointer, _ free: @escaping (UnsafeMutableRawPointer?) -> Void
  ) {
    owned.append((handle, free))
  }

  func key(_ bytes: [UInt8]) throws(WorkerFailure) -> UnsafeRawPointer {
    if let known = keysByBytes[bytes] { return known }
    var handle: UnsafeMutableRawPointer?
    guard library.public_key_deserialize(bytes, UInt(bytes.count), &handle) == 0, let handle else {
      throw WorkerFailure(.invalid, "a key that is none")
    }
    own(handle, library.public_key_free)
    keysByBytes[bytes] = UnsafeRawPointer(handle)
    return UnsafeRawPointer(handle)
  }

  func signature(_ bytes: [UInt8]) throws(WorkerFailure) -> UnsafeRawPointer {
    var handle: UnsafeMutableRawPointer?
    guard library.signature_deserialize(bytes, UInt(bytes.count), &handle) == 0, let handle else {
      throw WorkerFailure(.invalid, "a signature that is none")
    }
    own(handle, library.signature_free)
    return UnsafeRawPointer(handle)
  }

  func keys(_ keys: [[UInt8]]) throws(WorkerFailure) -> Keys {
    let handles = try keys.map { bytes throws(WorkerFailure) -> UnsafeRawPointer? in
      try key(bytes)
    }
    let buffer = UnsafeMutableBufferPointer<UnsafeRawPointer?>.allocate(capacity: handles.count)
    _ = buffer.initialize(from: handles)
    if let start = buffer.baseAddress { own(start) { _ in buffer.deallocate() } }
    return Keys(start: UnsafePointer(buffer.baseAddress), count: handles.count)
  }

  func bytes(_ bytes: [UInt8]) -> UnsafeBufferPointer<UInt8> {
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    _ = buffer.initialize(from: bytes)
    if let start = buffer.baseAddress { own(start) { _ in buffer.deallocate() } }
    return UnsafeBufferPointer(buffer)
  }

  /// A new key for a few leaves.
  func makeKey() throws(WorkerFailure) -> (key: UnsafeRawPointer, secret: UnsafeRawPointer) {
    var (key, secret): (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?)
    guard library.key_gen(0, 8, &key, &secret) == 0, let key, let secret else {
      throw WorkerFailure(.broken, "it makes no key")
    }
    own(key, library.public_key_free)
    own(secret, library.secret_key_free)
    return (UnsafeRawPointer(key), UnsafeRawPointer(secret))
  }
}
