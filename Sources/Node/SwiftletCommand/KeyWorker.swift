private import ArgumentParser
internal import KeyFiles
private import ProverWorkers
internal import XMSS

/// The worker that computes keys of a scheme which is not implemented here.
struct KeyWorker {
  /// The prover whose keys these are.
  let generation: String

  private let pool: WorkerPool

  /// How long the worker may take to get ready: seconds on a machine with nothing else to do.
  private static let patienceSeconds = 240.0

  /// Starts the signing worker of the prover below a data directory; takes seconds.
  ///
  /// - Throws: ``LeanVM/Problem`` when it is not installed, a refusal when it does not get ready.
  init(below dataDirectory: String) throws {
    let commands = try LeanVM(below: dataDirectory).commands(limits: WorkerLimitsOfUse())
    pool = WorkerPool(
      commands.filter { $0.lane == .sign },
      publicKeyByteCount: Scheme.leanXMSS.publicKeyByteCount,
      signatureByteCount: Scheme.leanXMSS.signatureByteCount, report: { _ in })
    do throws(WorkerPool.NotReady) {
      try pool.startAndWait(seconds: Self.patienceSeconds)
    } catch {
      throw ValidationError("\(error); try `swiftlet prover check`")
    }
    guard let hello = pool.hello(of: .sign) else {
      pool.stop()
      throw ValidationError("the signing worker is gone; try `swiftlet prover check`")
    }
    generation = hello.generation
  }

  /// Computes the public key of a seed; takes seconds.
  func publicKey(_ seed: [UInt8]) throws(KeyFileError) -> PublicKey {
    do throws(WorkerKey.Failure) {
      return try WorkerKey(seed: seed, expected: nil, pool: pool, signingSeconds: 0).publicKey
    } catch {
      throw KeyFileError("a seed", "gives no key: \(error)")
    }
  }

  /// Ends the worker.
  func stop() { pool.stop() }
}
