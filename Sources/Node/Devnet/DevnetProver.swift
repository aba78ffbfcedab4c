internal import Aggregation
package import ChainEvents
internal import Consensus
private import Foundation
internal import KeyFiles
internal import LeanNode
package import ProverWorkers
private import Synchronization
package import XMSS

/// The workers that all nodes of a devnet share: one queue, in which proposals go before aggregations
/// before the rest, whichever node they are of.
package final class DevnetProver: Sendable {
  package let pool: WorkerPool
  private let hello: WorkerHello
  private let secondsPerSlot: Double
  private let costs: MeasuredCosts

  /// The seeds in use, whose files stay locked.
  private let seeds = Mutex<[LoadedSeeds]>([])

  /// Starts workers and waits until each lane has one that is ready; takes seconds.
  ///
  /// - Parameters:
  ///   - commands: The workers.
  ///   - scheme: The network's scheme.
  ///   - secondsPerSlot: Real seconds of a slot: what a signature may take.
  ///   - costs: What the prover costs, as far as it is known.
  ///   - report: Told of every start, death and end of a worker, on any thread.
  /// - Throws: ``DevnetRefusal/prover(_:)``.
  package init(
    _ commands: [WorkerCommand], scheme: Scheme, secondsPerSlot: Int, costs: MeasuredCosts,
    report: @escaping @Sendable (WorkerEvent) -> Void
  ) throws(DevnetRefusal) {
    self.secondsPerSlot = Double(secondsPerSlot)
    self.costs = costs
    pool = WorkerPool(
      commands, publicKeyByteCount: scheme.publicKeyByteCount,
      signatureByteCount: scheme.signatureByteCount, report: report)
    do throws(WorkerPool.NotReady) {
      try pool.startAndWait(seconds: Self.patienceSeconds)
    } catch {
      throw .prover(error.description)
    }
    guard let hello = pool.hello(of: .prove) else {
      pool.stop()
      throw .prover("the proving worker is gone")
    }
    self.hello = hello
  }

  /// How long workers may take to get ready: seconds on a machine with nothing else to do.
  private static let patienceSeconds = 240.0

  /// How the workers stand, for events.
  package var reports: [WorkerReport] {
    zip(pool.status, pool.commands).enumerated().map { index, worker in
      let (status, command) = worker
      return WorkerReport(
        worker: index, lane: status.lane.rawValue, place: status.place,
        generation: status.generation, activity: status.activity,
        activityMilliseconds: status.activityMilliseconds, memoryBytes: status.memoryBytes,
        processors: command.limits.processors?.count, waiting: status.waiting,
        starts: status.lives)
    }
  }

  /// The prover's own name of its proofs.
  var generation: String { hello.generation }

  /// The backend of a node.
  var backend: any AggregationBackend { WorkerBackend(pool, hello: hello, costs: costs.model) }

  /// Real milliseconds of a signature, on average.
  var signing: Double { costs.signMilliseconds }

  /// Makes the seeds of a plan; each key has its first tree when this returns.
  func makeSeeds(
    _ plan: KeyPlan, onProgress: (KeyMakingProgress) -> Void
  ) throws(KeyFileError) {
    _ = try SeedMaker(plan, generation: generation).run(
      publicKeys: { seed throws(KeyFileError) in
        do throws(WorkerKey.Failure) {
          return try key(seed: seed, expected: nil, slot: 0).publicKey
        } catch {
          throw KeyFileError(plan.folder, "no key can be made: \(error)")
        }
      }, onProgress: onProgress)
  }

  /// Opens the keys of a folder, each with the tree of `slot`.
  func keys(
    of folder: KeyFolder, slot: UInt64, onProgress: (Int) -> Void
  ) throws -> [ValidatorKeys] {
    let made = folder.manifest.generation
    guard made == generation else {
      throw KeyFileError(
        folder.path, "holds keys of \(made ?? "no known prover"), and this one is \(generation)")
    }
    var keys: [ValidatorKeys] = []
    let loaded = try folder.loadSeeds()
    self.seeds.withLock { $0 = loaded }
    for seeds in loaded {
      let validator = seeds.validator
      keys.append(
        ValidatorKeys(
          index: ValidatorIndex(validator.index),
          attestation: .worker(
            try key(
              seed: seeds.attestation, expected: validator.attestation.publicKey, slot: slot)),
          proposal: .worker(
            try key(seed: seeds.proposal, expected: validator.proposal.publicKey, slot: slot))))
      onProgress(keys.count)
    }
    return keys
  }

  private func key(
    seed: [UInt8], expected: PublicKey?, slot: UInt64
  ) throws(WorkerKey.Failure) -> WorkerKey {
    let key = try WorkerKey(
      seed: seed, expected: expected, pool: pool, signingSeconds: secondsPerSlot)
    try key.prepare(tree: slot / Scheme.leanXMSS.slotsPerBottomTree)
    return key
  }

  /// Ends the workers.
  package func stop() { pool.stop() }
}
