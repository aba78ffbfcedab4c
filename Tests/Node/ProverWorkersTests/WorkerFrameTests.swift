import Hashing
import Testing

@testable import ProverWorkers

private func bytes(_ byte: UInt8, _ count: Int) -> [UInt8] {
  [UInt8](repeating: byte, count: count)
}

private let message = Bytes32 { $0[0] = 9 }

private let signature = WorkerSignature(
  key: bytes(1, 32), message: message, leaf: 7, signature: bytes(2, 2_404))

struct WorkerFrameTests {
  static let requests: [WorkerRequest] = [
    .hello, .prepare,
    .aggregate(
      message: message, leaf: 7,
      children: [WorkerProof(proof: bytes(3, 1_000), keys: [bytes(1, 32), bytes(4, 32)])],
      signatures: [signature]),
    .merge([WorkerProof(proof: bytes(3, 10), keys: [bytes(1, 32)])], proposer: signature),
    .merge([], proposer: nil),
    .split(proof: bytes(5, 20), keys: [[bytes(1, 32)], []], message: message),
    .verify(
      proof: bytes(5, 524_288),
      components: [WorkerBinding(keys: [bytes(1, 52)], message: message, leaf: .max)],
      isMulti: true),
    .verifySignatures([signature, signature]), .openKey(seed: bytes(6, 32)),
    .prepareKey(key: bytes(1, 32), leaf: 65_536),
    .sign(key: bytes(1, 32), leaf: 65_536, message: message),
  ]

  static let answers: [WorkerAnswer] = [
    .hello(hello), .done, .proof(bytes(1, 200_000)),
    .claims([WorkerClaim(key: bytes(1, 32), message: message)]), .verdicts([true, false]),
    .key(bytes(1, 32)), .signature(bytes(2, 2_404)),
    .failure(WorkerFailure(.invalid, "leanXMSS signature 0 does not verify")),
  ]

  static let hello = WorkerHello(
    name: "leanVM", generation: "py-lean-pq 0.7.0", scheme: "leanxmss", publicKeyByteCount: 32,
    signatureByteCount: 2_404, canSplit: false, foldsProposer: true,
    allowsOneComponentPerSlot: false, selfTestFailure: nil)

  @Test(arguments: requests)
  func `a request is read as it was written`(request: WorkerRequest) throws {
    var reader = WorkerFrameReader(limit: WorkerFrameReader.requestLimit)
    reader.append(request.frame(77).bytes)
    let frame = try #require(try reader.next())
    #expect(frame.request == 77)
    #expect(try WorkerRequest(frame) == request)
    #expect(!reader.isInsideFrame)
  }

  @Test(arguments: answers)
  func `an answer is read as it was written`(answer: WorkerAnswer) throws {
    #expect(try WorkerAnswer(answer.frame(1)) == answer)
  }

  @Test func `frames come out whole however their bytes come in`() throws {
    let frames = Self.answers.map { $0.frame(5) }
    let stream = frames.flatMap(\.bytes)
    for step in [1, 7, 4_096, stream.count] where step > 1 || stream.count < 500_000 {
      var reader = WorkerFrameReader(limit: WorkerFrameReader.answerLimit)
      var found: [WorkerFrame] = []
      for start in stride(from: 0, to: stream.count, by: step) {
        reader.append(stream[start..<min(start + step, stream.count)])
        while let frame = try reader.next() { found.append(frame) }
      }
      #expect(found == frames)
    }
  }

  @Test func `a message cut at any byte is refused, and so is one with more`() throws {
    for answer in Self.answers {
      let payload = answer.frame(1).payload
      for count in stride(from: 0, to: payload.count, by: max(1, payload.count / 50)) {
        let cut = WorkerFrame(
          kind: answer.frame(1).kind, request: 1, payload: Array(payload[..<count]))
        #expect(throws: WorkerFrameDefect.self) { try WorkerAnswer(cut) }
      }
      let long = WorkerFrame(kind: answer.frame(1).kind, request: 1, payload: payload + [0])
      #expect(throws: WorkerFrameDefect.trailingBytes(1)) { try WorkerAnswer(long) }
    }
  }

  @Test func `lengths, versions and kinds that are none are refused before anything is kept`() {
    func next(_ bytes: [UInt8]) throws(WorkerFrameDefect) -> WorkerFrame? {
      var reader = WorkerFrameReader(limit: 1_000)
      reader.append(bytes)
      return try reader.next()
    }
    #expect(throws: WorkerFrameDefect.tooLong(1_001, limit: 1_000)) { try next([0xE9, 3, 0, 0]) }
    #expect(throws: WorkerFrameDefect.tooLong(Int(UInt32.max), limit: 1_000)) {
      try next([0xFF, 0xFF, 0xFF, 0xFF])
    }
    #expect(throws: WorkerFrameDefect.tooShort(9)) { try next([9, 0, 0, 0]) }
    #expect(throws: WorkerFrameDefect.version(2)) { try next([10, 0, 0, 0, 2]) }
    #expect(throws: WorkerFrameDefect.kind(200)) {
      try WorkerAnswer(WorkerFrame(kind: 200, request: 1, payload: []))
    }
    #expect(throws: WorkerFrameDefect.kind(0)) {
      try WorkerRequest(WorkerFrame(kind: 0, request: 1, payload: []))
    }
  }

  @Test func `a forged number of elements reads no more than the limit, nor than there is`() {
    func payload(_ count: UInt32) -> [UInt8] {
      var writer = WorkerWriter()
      writer.append(count)
      return writer.bytes
    }
    #expect(throws: WorkerFrameDefect.value("65538 claims")) {
      try WorkerAnswer(WorkerFrame(kind: 132, request: 1, payload: payload(65_538)))
    }
    #expect(throws: WorkerFrameDefect.truncated) {
      try WorkerAnswer(WorkerFrame(kind: 132, request: 1, payload: payload(65_537)))
    }
    #expect(throws: WorkerFrameDefect.value("a proof of 524289 bytes")) {
      try WorkerAnswer(
        WorkerFrame(kind: 131, request: 1, payload: payload(524_289) + bytes(0, 524_289)))
    }
  }

  @Test func `texts of any length are written so that they can be read`() throws {
    // Four bytes each: 1,024 are 256 of them, and one more byte before them leaves 255.
    let long = "x" + String(repeating: "🔥", count: 400)
    var hello = Self.hello
    (hello.name, hello.selfTestFailure) = (long, long)
    let kept = "x" + String(repeating: "🔥", count: 255)
    guard case .hello(let read) = try WorkerAnswer(WorkerAnswer.hello(hello).frame(1)) else {
      Issue.record("another answer")
      return
    }
    #expect(read.name == kept && read.selfTestFailure == kept)
    let failure = WorkerAnswer.failure(WorkerFailure(.broken, long))
    #expect(try WorkerAnswer(failure.frame(1)) == .failure(WorkerFailure(.broken, kept)))
  }
}
