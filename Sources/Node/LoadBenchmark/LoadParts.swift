internal import Aggregation
internal import Chain
internal import ChainHost
internal import ChainWork
internal import Consensus
private import Dispatch
internal import ForkChoice
private import Foundation
internal import Hashing
internal import LeanNode
internal import SSZ
private import Synchronization
internal import XMSS

/// Signatures and proofs that prove nothing: what real ones would take is waited, not computed.
enum Mock {
  /// A signature of the test scheme with offsets and no content.
  static let signature: Signature = {
    let hashes = 40 + 8 * 32
    var bytes = [UInt8](repeating: 0, count: Scheme.test.signatureByteCount)
    bytes[0] = 36
    (bytes[32], bytes[33]) = (UInt8(hashes & 255), UInt8(hashes >> 8))
    bytes[36] = 4
    guard let signature = try? Signature(ssz: bytes, scheme: .test) else {
      preconditionFailure("an empty signature of the test scheme is well-formed")
    }
    return signature
  }()

  /// As large as a real proof of a block is said to be.
  static let proof = ByteList512KiB(unchecked: [UInt8](repeating: 7, count: 200_000))

  /// What the check of one vote costs in a batch (`swiftlet bench xmss`).
  static let microsecondsPerVote = 25

  /// What a signature of the production scheme costs one core.
  static let microsecondsPerSignature = 250
}

/// A prover that believes everything.
struct MockProver: AggregationBackend {
  var name: String { "mock" }

  var capabilities: AggregationCapabilities {
    AggregationCapabilities(
      isSuccinct: true, allowsOneComponentPerSlot: false, needsPreparation: false)
  }

  func aggregate(
    children: [KeyedProof], signatures: [KeyedSignature], message: Bytes32, slot: UInt64
  ) throws(AggregationError) -> [UInt8] { Array(Mock.proof.bytes) }

  func verify(
    _ proof: [UInt8], publicKeys: [PublicKey], message: Bytes32, slot: UInt64
  ) throws(AggregationError) {}

  func merge(_ components: [KeyedProof]) throws(AggregationError) -> [UInt8] {
    Array(Mock.proof.bytes)
  }

  func split(
    _ proof: [UInt8], publicKeysPerComponent: [[PublicKey]], message: Bytes32
  ) throws(AggregationError) -> [UInt8] { Array(Mock.proof.bytes) }

  func verify(_ proof: [UInt8], components: [ComponentBinding]) throws(AggregationError) {}

  func multiMessageProofByteCount(signersPerComponent: [Int]) -> Int { Mock.proof.bytes.count }
}

/// The lanes of a node, with votes that are believed after the time that their check would take.
final class LoadExecutor: WorkExecutor {
  private let lanes: LaneExecutor
  private let votes = DispatchQueue(label: "load votes", qos: .userInitiated)

  init(_ lanes: LaneExecutor) {
    self.lanes = lanes
  }

  func run(_ work: Work, answer: @escaping @Sendable (JobResult) -> Void) {
    guard case .verifyVotes(let checks) = work.job else { return lanes.run(work, answer: answer) }
    votes.async {
      usleep(UInt32(checks.count * Mock.microsecondsPerVote))
      answer(.verifiedVotes(checks.map { (vote: $0, valid: $0.check.trusted) }))
    }
  }

  func abandon(_ ticket: WorkTicket, _ lane: WorkLane) {
    lanes.abandon(ticket, lane)
  }
}

/// Signs without keys, in parts as a real signer does.
final class LoadSigner: ChainSigner {
  private static let votesAtOnce = 32
  private let queue = DispatchQueue(label: "load signer", qos: .userInteractive)

  func sign(_ request: SigningRequest, answer: @escaping @Sendable (SigningAnswer) -> Void) {
    queue.async {
      // The commit of the journal.
      usleep(2000)
      switch request {
      case .floors(let slot): answer(.floors(through: slot, failure: nil))
      case .block(let slot, _, let root):
        answer(.block(slot: slot, root: root, .success(Mock.signature)))
      case .attestations(let data, _, let validators):
        var left = validators[...]
        while !left.isEmpty {
          let part = left.prefix(LoadSigner.votesAtOnce)
          left = left.dropFirst(part.count)
          // Two cores sign.
          usleep(UInt32(part.count * Mock.microsecondsPerSignature / 2))
          answer(.attestations(data: data, part.map { ($0, .success(Mock.signature)) }))
        }
      }
    }
  }
}

/// Keeps nothing: the disk is measured elsewhere.
struct LoadStorage: ChainStorage {
  func keep(_ record: ChainRecord) {}
}

/// The machine's clock, which notes when the engine is called and how long each call takes.
///
/// The owner of the engine reads it when a call begins and when its effects are done.
final class CallClock: WallClock {
  /// One call with its effects.
  struct Call {
    let wallMicroseconds: Int
    let processorMicroseconds: Int
    /// When it began.
    let start: UnixMilliseconds
  }

  private struct State {
    var begun: (wall: Int64, processor: Int64, start: UnixMilliseconds)?
    var calls: [Call] = []
  }

  private let clock = NodeClock()
  private let state = Mutex(State())

  func reading() -> ClockReading {
    let reading = clock.reading()
    let (wall, processor) = (nanoseconds(CLOCK_MONOTONIC), nanoseconds(CLOCK_THREAD_CPUTIME_ID))
    state.withLock { state in
      guard let begun = state.begun else {
        state.begun = (wall, processor, reading.wall)
        return
      }
      state.begun = nil
      state.calls.append(
        Call(
          wallMicroseconds: Int(wall - begun.wall) / 1000,
          processorMicroseconds: Int(processor - begun.processor) / 1000, start: begun.start))
    }
    return reading
  }

  func sleep(until time: UnixMilliseconds) async throws {
    try await clock.sleep(until: time)
  }

  /// The time, for everybody but the owner of the engine.
  var now: UnixMilliseconds { clock.reading().wall }

  func takeCalls() -> [Call] {
    state.withLock { state in
      defer { state.calls = [] }
      return state.calls
    }
  }
}

private func nanoseconds(_ clock: clockid_t) -> Int64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
