private import Foundation
internal import Hashing
private import Synchronization
package import XMSS

/// A secret key that a worker signs with: its seed here, its trees there.
///
/// A worker that was lost is given the seed again. Signing is deterministic, so a request that is made
/// again for the same permit gives the same signature; another message needs another permit, and the
/// journal grants none.
package final class WorkerKey: Sendable {
  /// What went wrong with a key.
  package enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The permit is for another key.
    case otherKey
    /// The seed is another key's.
    case otherSeed
    /// The worker brought nothing.
    case job(WorkerJobFailure)
    /// The worker's signature does not verify.
    case notValid

    /// One line for people.
    package var description: String {
      switch self {
      case .otherKey: "the permit is for another key"
      case .otherSeed: "the seed is not this key's: check the key files"
      case .job(let failure): "signing: \(failure)"
      case .notValid: "the signing worker made a signature that is not valid"
      }
    }
  }

  /// Leaves of one tree, which a worker makes as a whole: three days of 4-second slots.
  private static let leavesPerTree = Scheme.leanXMSS.slotsPerBottomTree

  /// Opening and preparing take seconds each, on a busy machine a minute.
  private static let patienceSeconds = 300.0

  /// Urgencies within the lane: a signature goes before a tree.
  private static let signing = 0
  private static let preparing = 1

  /// The public half.
  package let publicKey: PublicKey

  private let seed: [UInt8]
  private let pool: WorkerPool
  private let signingSeconds: Double
  private let prepared = Mutex<Set<UInt64>>([])

  /// Asks a worker for the public half of a seed, and remembers both.
  ///
  /// - Parameters:
  ///   - seed: 32 secret bytes.
  ///   - expected: What the public half must be; `nil` for a new key.
  ///   - pool: Has a worker that signs and one that verifies.
  ///   - signingSeconds: How long a signature may take before it is of no use.
  /// - Throws: Why there is no key.
  package init(
    seed: [UInt8], expected: PublicKey?, pool: WorkerPool, signingSeconds: Double
  ) throws(Failure) {
    self.seed = seed
    self.pool = pool
    self.signingSeconds = signingSeconds
    let found = try Self.open(seed, pool)
    guard expected == nil || expected == found else { throw .otherSeed }
    publicKey = found
  }

  private static func open(_ seed: [UInt8], _ pool: WorkerPool) throws(Failure) -> PublicKey {
    let answer = try run(.openKey(seed: seed), preparing, patienceSeconds, pool)
    guard case .key(let bytes) = answer, let key = PublicKey(bytes) else {
      throw .job(.lost("no public key in the answer"))
    }
    return key
  }

  private static func run(
    _ request: WorkerRequest, _ priority: Int, _ seconds: Double, _ pool: WorkerPool
  ) throws(Failure) -> WorkerAnswer {
    do throws(WorkerJobFailure) {
      return try pool.run(request, on: .sign, priority: priority, seconds: seconds)
    } catch {
      throw .job(error)
    }
  }

  /// The slots whose tree is there, from the first to the last.
  package var preparedSlots: Range<UInt64> {
    let trees = prepared.withLock { $0 }
    guard let first = trees.min(), let last = trees.max() else { return 0..<0 }
    return first * Self.leavesPerTree..<(last + 1) * Self.leavesPerTree
  }

  /// All slots that have a leaf.
  package var activeSlots: Range<UInt64> { 0..<Scheme.leanXMSS.lifetime }

  /// The tree to make now so that `slot` and the half tree after it can be signed; `nil` when all are
  /// there.
  package func missingTree(for slot: UInt64) -> UInt64? {
    let last = Scheme.leanXMSS.lifetime / Self.leavesPerTree - 1
    let wanted = [slot, slot + Self.leavesPerTree / 2].map { min($0 / Self.leavesPerTree, last) }
    return prepared.withLock { prepared in wanted.first { !prepared.contains($0) } }
  }

  /// Makes a tree, in seconds.
  ///
  /// - Throws: Why it is not there.
  package func prepare(tree: UInt64) throws(Failure) {
    let leaf = UInt32(clamping: tree * Self.leavesPerTree)
    let request = WorkerRequest.prepareKey(key: publicKey.bytes, leaf: leaf)
    _ = try reopening { () throws(Failure) in
      try Self.run(request, Self.preparing, Self.patienceSeconds, pool)
    }
    // The worker keeps this tree and the nearest one, the later of two. One that is not beside it is
    // as good as lost: what lies between has none.
    prepared.withLock { prepared in
      let neighbours = [tree + 1, tree - min(tree, 1)].filter { prepared.contains($0) }
      prepared = Set([tree] + neighbours.prefix(1))
    }
  }

  /// Signs what `permit` allows.
  ///
  /// - Throws: Why there is no signature; the permit is spent even then.
  package func sign(_ permit: consuming SigningPermit) throws(Failure) -> Signature {
    guard permit.publicKey == publicKey, permit.slot <= UInt64(UInt32.max) else { throw .otherKey }
    let (message, leaf) = (permit.message, UInt32(permit.slot))
    let request = WorkerRequest.sign(key: publicKey.bytes, leaf: leaf, message: message)
    let answer = try reopening { () throws(Failure) in
      try Self.run(request, Self.signing, signingSeconds, pool)
    }
    guard case .signature(let bytes) = answer,
      let signature = try? Signature(ssz: bytes, scheme: .leanXMSS)
    else { throw .notValid }
    guard try isValid(bytes, message, leaf) else { throw .notValid }
    return signature
  }

  /// Asks the verifying worker: the one that signs is not trusted either.
  private func isValid(
    _ signature: [UInt8], _ message: Bytes32, _ leaf: UInt32
  ) throws(Failure) -> Bool {
    let signed = WorkerSignature(
      key: publicKey.bytes, message: message, leaf: leaf, signature: signature)
    do throws(WorkerJobFailure) {
      let answer = try pool.run(
        .verifySignatures([signed]), on: .verify, priority: 0, seconds: signingSeconds)
      return answer == .verdicts([true])
    } catch {
      throw .job(error)
    }
  }

  /// Does something again after the worker, which is a new one, was given the seed.
  private func reopening(
    _ body: () throws(Failure) -> WorkerAnswer
  ) throws(Failure) -> WorkerAnswer {
    do throws(Failure) {
      return try body()
    } catch {
      guard case .job(.refused(let failure)) = error, failure.text == Self.notOpen else {
        throw error
      }
      prepared.withLock { $0 = [] }
      guard try Self.open(seed, pool) == publicKey else { throw .otherSeed }
      return try body()
    }
  }

  /// What a worker says of a key that it was not given.
  static let notOpen = "this key is not open here"
}
