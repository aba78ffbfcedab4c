package import Hashing

/// What a worker is for: a worker that proves never holds up one that verifies, and neither sees a
/// key.
package enum WorkerLane: String, Hashable, Sendable, CaseIterable {
  case prove
  case verify
  case sign
}

/// That a key signed a message: what a proof shows, without slots.
package struct WorkerClaim: Hashable, Sendable, Comparable {
  /// The public key's bytes.
  package let key: [UInt8]

  /// The root that was signed.
  package let message: Bytes32

  /// Creates a claim.
  package init(key: [UInt8], message: Bytes32) {
    self.key = key
    self.message = message
  }

  /// By key, then by message.
  package static func < (left: Self, right: Self) -> Bool {
    left.key == right.key
      ? left.message < right.message : left.key.lexicographicallyPrecedes(right.key)
  }
}

/// A signature with everything that it is checked against.
package struct WorkerSignature: Hashable, Sendable {
  package let key: [UInt8]
  package let message: Bytes32
  package let leaf: UInt32
  package let signature: [UInt8]

  package init(key: [UInt8], message: Bytes32, leaf: UInt32, signature: [UInt8]) {
    self.key = key
    self.message = message
    self.leaf = leaf
    self.signature = signature
  }
}

/// The keys that signed one message with the leaves of one slot.
package struct WorkerBinding: Hashable, Sendable {
  package let keys: [[UInt8]]
  package let message: Bytes32
  package let leaf: UInt32

  package init(keys: [[UInt8]], message: Bytes32, leaf: UInt32) {
    self.keys = keys
    self.message = message
    self.leaf = leaf
  }

  var claims: [WorkerClaim] { keys.map { WorkerClaim(key: $0, message: message) } }
}

/// A proof with the keys that it is about.
package struct WorkerProof: Hashable, Sendable {
  package let proof: [UInt8]
  package let keys: [[UInt8]]

  package init(proof: [UInt8], keys: [[UInt8]]) {
    self.proof = proof
    self.keys = keys
  }
}

/// What a worker may be asked; it answers one request before it reads the next.
package enum WorkerRequest: Hashable, Sendable {
  /// Say who you are, and test yourself; the first request.
  case hello
  /// Get ready for everything that follows; takes seconds, once.
  case prepare
  /// Fold signatures and child proofs over one message.
  case aggregate(
    message: Bytes32, leaf: UInt32, children: [WorkerProof], signatures: [WorkerSignature])
  /// Bind single-message proofs, and a proposer's raw signature where that can be folded.
  case merge([WorkerProof], proposer: WorkerSignature?)
  /// Take one message out of a multi-message proof.
  case split(proof: [UInt8], keys: [[[UInt8]]], message: Bytes32)
  /// Check a proof of one message, or of several with `isMulti`.
  case verify(proof: [UInt8], components: [WorkerBinding], isMulti: Bool)
  /// Check signatures.
  case verifySignatures([WorkerSignature])
  /// Make a secret key from its seed, and remember it by its public key.
  case openKey(seed: [UInt8])
  /// Get a key ready to sign with a leaf; takes seconds when the leaf's tree is not there.
  case prepareKey(key: [UInt8], leaf: UInt32)
  /// Sign.
  case sign(key: [UInt8], leaf: UInt32, message: Bytes32)

  /// The word for screens and logs.
  package var name: String {
    switch self {
    case .hello: "hello"
    case .prepare: "prepare"
    case .aggregate: "aggregate"
    case .merge: "merge"
    case .split: "split"
    case .verify: "verify"
    case .verifySignatures: "verify signatures"
    case .openKey: "open a key"
    case .prepareKey: "prepare a key"
    case .sign: "sign"
    }
  }
}

/// The limits of fields, the same for both sides.
package enum WorkerLimits {
  /// The bytes of a proof.
  package static let proofBytes = 524_288
  /// The validators of a registry.
  static let keys = 4_096
  /// The children or components of one call.
  static let proofs = 16
  /// The longest key and signature of any scheme, with room for the next generation.
  static let keyBytes = 128
  static let signatureBytes = 8_192
  static let seedBytes = 64
  static let textBytes = 1_024
  /// All claims of the largest proof, and the proposer's.
  static let claims = keys * proofs + 1
}

extension WorkerRequest {
  private var kind: UInt8 {
    switch self {
    case .hello: 1
    case .prepare: 2
    case .aggregate: 3
    case .merge: 4
    case .split: 5
    case .verify: 6
    case .verifySignatures: 7
    case .openKey: 8
    case .prepareKey: 9
    case .sign: 10
    }
  }

  /// The frame of the request with a number.
  package func frame(_ request: UInt64) -> WorkerFrame {
    var writer = WorkerWriter()
    switch self {
    case .hello, .prepare: break
    case .aggregate(let message, let leaf, let children, let signatures):
      writer.append(fixed: message.bytes)
      writer.append(leaf)
      writer.append(list: children) { $0.append($1) }
      writer.append(list: signatures) { $0.append($1) }
    case .merge(let components, let proposer):
      writer.append(list: components) { $0.append($1) }
      writer.append(list: [proposer].compactMap(\.self)) { $0.append($1) }
    case .split(let proof, let keys, let message):
      writer.append(proof)
      writer.append(list: keys) { $0.append(keys: $1) }
      writer.append(fixed: message.bytes)
    case .verify(let proof, let components, let isMulti):
      writer.append(isMulti)
      writer.append(proof)
      writer.append(list: components) { writer, binding in
        writer.append(fixed: binding.message.bytes)
        writer.append(binding.leaf)
        writer.append(keys: binding.keys)
      }
    case .verifySignatures(let signatures): writer.append(list: signatures) { $0.append($1) }
    case .openKey(let seed): writer.append(seed)
    case .prepareKey(let key, let leaf):
      writer.append(key)
      writer.append(leaf)
    case .sign(let key, let leaf, let message):
      writer.append(key)
      writer.append(leaf)
      writer.append(fixed: message.bytes)
    }
    return WorkerFrame(kind: kind, request: request, payload: writer.bytes)
  }

  /// Reads the request of a frame.
  ///
  /// - Throws: Why it is none.
  package init(_ frame: WorkerFrame) throws(WorkerFrameDefect) {
    var reader = WorkerReader(frame.payload[...])
    self = try Self(kind: frame.kind, &reader)
    try reader.end()
  }

  private init(kind: UInt8, _ reader: inout WorkerReader) throws(WorkerFrameDefect) {
    switch kind {
    case 1: self = .hello
    case 2: self = .prepare
    case 3:
      self = .aggregate(
        message: try reader.bytes32(), leaf: try reader.uint32(),
        children: try reader.proofs(), signatures: try reader.signatures(limit: WorkerLimits.keys))
    case 4:
      self = .merge(try reader.proofs(), proposer: try reader.signatures(limit: 1).first)
    case 5:
      self = .split(
        proof: try reader.proof(),
        keys: try reader.list(limit: WorkerLimits.proofs, "components") {
          reader throws(WorkerFrameDefect) in try reader.keys()
        }, message: try reader.bytes32())
    case 6:
      let isMulti = try reader.bool()
      self = .verify(
        proof: try reader.proof(),
        components: try reader.list(limit: WorkerLimits.proofs, "components") {
          reader throws(WorkerFrameDefect) in
          let (message, leaf) = (try reader.bytes32(), try reader.uint32())
          return WorkerBinding(keys: try reader.keys(), message: message, leaf: leaf)
        }, isMulti: isMulti)
    case 7: self = .verifySignatures(try reader.signatures(limit: WorkerLimits.keys))
    case 8: self = .openKey(seed: try reader.bytes(limit: WorkerLimits.seedBytes, "a seed"))
    case 9: self = .prepareKey(key: try reader.key(), leaf: try reader.uint32())
    case 10:
      self = .sign(
        key: try reader.key(), leaf: try reader.uint32(), message: try reader.bytes32())
    default: throw .kind(kind)
    }
  }
}

extension WorkerWriter {
  mutating func append(keys: [[UInt8]]) { append(list: keys) { $0.append($1) } }

  mutating func append(_ proof: WorkerProof) {
    append(proof.proof)
    append(keys: proof.keys)
  }

  mutating func append(_ signature: WorkerSignature) {
    append(signature.key)
    append(fixed: signature.message.bytes)
    append(signature.leaf)
    append(signature.signature)
  }
}

extension WorkerReader {
  mutating func bytes32() throws(WorkerFrameDefect) -> Bytes32 {
    guard let value = Bytes32(try bytes(count: Bytes32.count)) else { throw .truncated }
    return value
  }

  mutating func key() throws(WorkerFrameDefect) -> [UInt8] {
    try bytes(limit: WorkerLimits.keyBytes, "a key")
  }

  mutating func keys() throws(WorkerFrameDefect) -> [[UInt8]] {
    try list(limit: WorkerLimits.keys, "keys") { reader throws(WorkerFrameDefect) in
      try reader.key()
    }
  }

  mutating func proof() throws(WorkerFrameDefect) -> [UInt8] {
    try bytes(limit: WorkerLimits.proofBytes, "a proof")
  }

  mutating func proofs() throws(WorkerFrameDefect) -> [WorkerProof] {
    try list(limit: WorkerLimits.proofs, "proofs") { reader throws(WorkerFrameDefect) in
      WorkerProof(proof: try reader.proof(), keys: try reader.keys())
    }
  }

  mutating func signatures(limit: Int) throws(WorkerFrameDefect) -> [WorkerSignature] {
    try list(limit: limit, "signatures") { reader throws(WorkerFrameDefect) in
      WorkerSignature(
        key: try reader.key(), message: try reader.bytes32(), leaf: try reader.uint32(),
        signature: try reader.bytes(limit: WorkerLimits.signatureBytes, "a signature"))
    }
  }
}
