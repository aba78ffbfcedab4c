internal import CWorkers
private import Foundation
private import Synchronization

/// This process as a worker over a shared library: requests from standard input, answers to standard
/// output, one after the other.
package enum LibraryWorker {
  /// Why a process does not become a worker, or is none any more.
  package struct Problem: Error, CustomStringConvertible {
    package let description: String
  }

  /// The stack that set-up of the library needs; with a usual one it crashes without a word.
  private static let stackBytes = 64 << 20

  /// Bytes that are read at once.
  private static let pieceBytes = 1 << 16

  /// Serves until standard input ends.
  ///
  /// - Throws: ``Problem`` when the limits are refused, the library is none, or the other side says
  ///   what is no request.
  package static func run(library path: String, limits: WorkerLimitsOfUse) throws(Problem) {
    var bounds = limits.forSystem
    let failure = worker_limit(&bounds)
    guard failure == 0 else {
      throw Problem(description: "the limits are refused: \(String(cString: strerror(failure)))")
    }
    // Whatever the library prints must not get between the frames.
    let output = dup(STDOUT_FILENO)
    guard output >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else {
      throw Problem(description: "standard output cannot be had")
    }
    let ended = DispatchSemaphore(value: 0)
    let outcome = Mutex(Result<Void, Problem>.success(()))
    let thread = Thread {
      let end = Result { () throws(Problem) in
        try serve(try opened(path), from: STDIN_FILENO, to: output)
      }
      outcome.withLock { $0 = end }
      ended.signal()
    }
    thread.stackSize = stackBytes
    thread.start()
    ended.wait()
    try outcome.withLock(\.self).get()
  }

  private static func opened(_ path: String) throws(Problem) -> ProverLibrary {
    do throws(ProverLibrary.Problem) {
      return try ProverLibrary(path: path)
    } catch {
      throw Problem(description: error.description)
    }
  }

  private static func serve(
    _ library: ProverLibrary, from input: Int32, to output: Int32
  ) throws(Problem) {
    var reader = WorkerFrameReader(limit: WorkerFrameReader.requestLimit)
    var piece = [UInt8](repeating: 0, count: pieceBytes)
    while true {
      do throws(WorkerFrameDefect) {
        while let frame = try reader.next() {
          let answer = answer(try WorkerRequest(frame), library).frame(frame.request)
          guard write(answer.bytes, to: output) else { return }
        }
      } catch {
        throw Problem(description: "the other side sends what is no request: \(error)")
      }
      let count = read(input, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      reader.append(piece.prefix(count))
    }
  }

  private static func answer(_ request: WorkerRequest, _ library: ProverLibrary) -> WorkerAnswer {
    do throws(WorkerFailure) {
      switch request {
      case .hello: return .hello(library.hello())
      case .prepare:
        try library.prepare()
        return .done
      case .aggregate(let message, let leaf, let children, let signatures):
        return .proof(
          try library.aggregate(
            message: message, leaf: leaf, children: children, signatures: signatures))
      case .merge(let components, nil): return .proof(try library.merge(components))
      case .split(let proof, let keys, let message):
        return .proof(try library.split(proof, keys: keys, message: message))
      case .verify(let proof, let components, let isMulti):
        guard try library.verify(proof, components, isMulti: isMulti) else {
          return .failure(WorkerFailure(.invalid, "the proof does not verify"))
        }
        // Proofs of this interface name no keys: what verifies shows what was asked.
        return .claims(components.flatMap(\.claims))
      case .verifySignatures(let signatures): return .verdicts(library.verify(signatures))
      case .merge(_, .some), .openKey, .prepareKey, .sign:
        return .failure(WorkerFailure(.unsupported, "this interface cannot \(request.name)"))
      }
    } catch {
      return .failure(error)
    }
  }

  /// Writes all bytes; no when nobody reads any more.
  private static func write(_ bytes: [UInt8], to output: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(output, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
