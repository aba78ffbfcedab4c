internal import Hashing

/// Who a worker is, by its own word.
package struct WorkerHello: Hashable, Sendable {
  /// The program.
  package var name: String

  /// The proofs that it understands; other generations' do not verify.
  package var generation: String

  /// The signature scheme.
  package var scheme: String

  /// The bytes of a public key and of a signature.
  package var publicKeyByteCount: UInt32
  package var signatureByteCount: UInt32

  /// Whether a component can be split off.
  package var canSplit: Bool

  /// Whether a merge takes the proposer's raw signature.
  package var foldsProposer: Bool

  /// Whether two messages of one slot do not fit one proof.
  package var allowsOneComponentPerSlot: Bool

  /// What the self-test found; `nil` when all went well.
  package var selfTestFailure: String?

  /// Creates the answer.
  package init(
    name: String, generation: String, scheme: String, publicKeyByteCount: UInt32,
    signatureByteCount: UInt32, canSplit: Bool, foldsProposer: Bool,
    allowsOneComponentPerSlot: Bool, selfTestFailure: String?
  ) {
    self.name = name
    self.generation = generation
    self.scheme = scheme
    self.publicKeyByteCount = publicKeyByteCount
    self.signatureByteCount = signatureByteCount
    self.canSplit = canSplit
    self.foldsProposer = foldsProposer
    self.allowsOneComponentPerSlot = allowsOneComponentPerSlot
    self.selfTestFailure = selfTestFailure
  }
}

/// Why a worker did not do what it was asked.
package struct WorkerFailure: Error, Hashable, Sendable {
  /// Whose fault it is.
  package enum Code: UInt8, Hashable, Sendable {
    /// What was given is not valid: a proof or a signature that does not verify.
    case invalid = 1
    /// The worker cannot do this at all.
    case unsupported = 2
    /// The worker itself failed, as for lack of memory.
    case broken = 3
  }

  package var code: Code
  /// The worker's own words.
  package var text: String

  package init(_ code: Code, _ text: String) {
    self.code = code
    self.text = text
  }
}

/// Why a job brought nothing.
package enum WorkerJobFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The worker refused, with its own words.
  case refused(WorkerFailure)
  /// The time was over.
  case late(seconds: Int, wasRunning: Bool)
  /// The worker died or was ended while it worked on it.
  case lost(String)
  /// Too many more urgent jobs wait.
  case crowdedOut
  /// There is no worker for it, or none any more.
  case noWorker(String)

  package var description: String {
    switch self {
    case .refused(let failure): failure.text
    case .late(let seconds, true): "not done in \(seconds) s"
    case .late(let seconds, false): "no worker was free for \(seconds) s"
    case .lost(let reason): "the worker was lost: \(reason)"
    case .crowdedOut: "too many more urgent jobs wait for the prover"
    case .noWorker(let reason): reason
    }
  }
}

/// What a worker answers.
package enum WorkerAnswer: Hashable, Sendable {
  case hello(WorkerHello)
  /// To `prepare` and `prepareKey`.
  case done
  /// A proof that was made.
  case proof([UInt8])
  /// A proof verifies, and this is all that it shows.
  case claims([WorkerClaim])
  /// Signatures, each valid or not.
  case verdicts([Bool])
  /// A key is open.
  case key([UInt8])
  case signature([UInt8])
  case failure(WorkerFailure)

  private var kind: UInt8 {
    switch self {
    case .hello: 129
    case .done: 130
    case .proof: 131
    case .claims: 132
    case .verdicts: 133
    case .key: 134
    case .signature: 135
    case .failure: 255
    }
  }

  /// The frame of the answer to a request.
  package func frame(_ request: UInt64) -> WorkerFrame {
    var writer = WorkerWriter()
    switch self {
    case .hello(let hello):
      for text in [hello.name, hello.generation, hello.scheme] { writer.append(text) }
      writer.append(hello.publicKeyByteCount)
      writer.append(hello.signatureByteCount)
      writer.append(hello.canSplit)
      writer.append(hello.foldsProposer)
      writer.append(hello.allowsOneComponentPerSlot)
      writer.append(hello.selfTestFailure ?? "")
    case .done: break
    case .proof(let bytes), .key(let bytes), .signature(let bytes): writer.append(bytes)
    case .claims(let claims):
      writer.append(list: claims) { writer, claim in
        writer.append(claim.key)
        writer.append(fixed: claim.message.bytes)
      }
    case .verdicts(let verdicts): writer.append(list: verdicts) { $0.append($1) }
    case .failure(let failure):
      writer.append(failure.code.rawValue)
      writer.append(failure.text)
    }
    return WorkerFrame(kind: kind, request: request, payload: writer.bytes)
  }

  /// Reads the answer of a frame.
  ///
  /// - Throws: Why it is none.
  package init(_ frame: WorkerFrame) throws(WorkerFrameDefect) {
    var reader = WorkerReader(frame.payload[...])
    self = try Self(kind: frame.kind, &reader)
    try reader.end()
  }

  private init(kind: UInt8, _ reader: inout WorkerReader) throws(WorkerFrameDefect) {
    switch kind {
    case 129: self = .hello(try WorkerHello(&reader))
    case 130: self = .done
    case 131: self = .proof(try reader.proof())
    case 132:
      self = .claims(
        try reader.list(limit: WorkerLimits.claims, "claims") { reader throws(WorkerFrameDefect) in
          WorkerClaim(key: try reader.key(), message: try reader.bytes32())
        })
    case 133:
      self = .verdicts(
        try reader.list(limit: WorkerLimits.keys, "verdicts") { reader throws(WorkerFrameDefect) in
          try reader.bool()
        })
    case 134: self = .key(try reader.key())
    case 135:
      self = .signature(try reader.bytes(limit: WorkerLimits.signatureBytes, "a signature"))
    case 255:
      guard let code = WorkerFailure.Code(rawValue: try reader.uint8()) else {
        throw .value("the code of a failure")
      }
      let text = try reader.text(limit: WorkerLimits.textBytes, "a failure")
      self = .failure(WorkerFailure(code, text))
    default: throw .kind(kind)
    }
  }
}

extension WorkerAnswer {
  /// Whether an answer is one to a request; a failure is one to any.
  func answers(_ request: WorkerRequest) -> Bool {
    switch (self, request) {
    case (.failure, _), (.hello, .hello), (.done, .prepare), (.done, .prepareKey),
      (.proof, .aggregate), (.proof, .merge), (.proof, .split), (.claims, .verify),
      (.key, .openKey), (.signature, .sign):
      true
    case (.verdicts(let verdicts), .verifySignatures(let signatures)):
      verdicts.count == signatures.count
    default: false
    }
  }
}

extension WorkerHello {
  /// Whether the proofs of both are of one generation, and both can do the same with them.
  func makesProofs(like other: WorkerHello) -> Bool { proofs == other.proofs }

  /// What its proofs are, in words that differ when they do.
  var proofs: String {
    let traits = [
      canSplit ? nil : "cannot split", foldsProposer ? "folds the proposer" : nil,
      allowsOneComponentPerSlot ? "one data a slot" : nil,
    ].compactMap(\.self)
    return traits.isEmpty ? generation : "\(generation) (\(traits.joined(separator: ", ")))"
  }
}

extension WorkerHello {
  fileprivate init(_ reader: inout WorkerReader) throws(WorkerFrameDefect) {
    let limit = WorkerLimits.textBytes
    name = try reader.text(limit: limit, "a name")
    generation = try reader.text(limit: limit, "a generation")
    scheme = try reader.text(limit: limit, "a scheme")
    publicKeyByteCount = try reader.uint32()
    signatureByteCount = try reader.uint32()
    canSplit = try reader.bool()
    foldsProposer = try reader.bool()
    allowsOneComponentPerSlot = try reader.bool()
    let failure = try reader.text(limit: limit, "a self-test")
    selfTestFailure = failure.isEmpty ? nil : failure
  }
}
