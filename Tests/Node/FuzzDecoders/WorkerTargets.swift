import Hashing
import ProverWorkers

extension FuzzTarget {
  /// What a worker answers, and what one is asked.
  static let workers = [
    FuzzTarget(
      name: "worker_frames",
      seeds: {
        [
          [63] + WorkerAnswer.claims([WorkerClaim(key: [1], message: .zero)]).frame(1).bytes
            + WorkerAnswer.failure(WorkerFailure(.invalid, "no")).frame(2).bytes,
          [3] + WorkerRequest.openKey(seed: [1, 2]).frame(1).bytes
            + WorkerRequest.merge([WorkerProof(proof: [3], keys: [[4]])], proposer: nil)
            .frame(9).bytes,
        ]
      }, run: readFrames)
  ]

  /// Reads a stream in pieces: what is read is what would be written, and nothing else is kept.
  @Sendable private static func readFrames(_ input: [UInt8]) {
    var reader = WorkerFrameReader(limit: WorkerFrameReader.answerLimit)
    do throws(WorkerFrameDefect) {
      for piece in pieces(of: input) {
        reader.append(piece)
        while let frame = try reader.next() {
          if let answer = try? WorkerAnswer(frame), !answer.isText {
            demand(answer.frame(frame.request) == frame, "an answer has one encoding")
          }
          if let request = try? WorkerRequest(frame) {
            demand(request.frame(frame.request) == frame, "a request has one encoding")
          }
        }
      }
    } catch {
      demand(!"\(error)".isEmpty, "a refusal says why")
    }
  }
}

extension WorkerAnswer {
  /// Whether it holds text, whose odd characters are replaced when they are read.
  fileprivate var isText: Bool {
    switch self {
    case .hello, .failure: true
    case .done, .proof, .claims, .verdicts, .key, .signature: false
    }
  }
}
