private import Aggregation
internal import Consensus
private import ForkChoice
package import Foundation
private import Hashing
private import StateTransition
private import Synchronization

/// Replays vectors that hive sends over HTTP, one store at a time, by the code that imports blocks.
package final class TestDriver: Sendable {
  /// What goes back: a status, and JSON unless it is 204.
  package struct Answer: Sendable {
    /// The status code.
    package let status: Int
    /// The body.
    package let body: Data
  }

  /// The paths begin with this.
  package static let root = "/lean/v0/test_driver/"

  private let replay = Mutex<ForkChoiceReplay?>(nil)

  /// Creates a driver without a store: hive begins with `fork_choice/init`.
  package init() {}

  /// Whether an environment variable asks for the driver.
  package static func isWanted(_ value: String?) -> Bool {
    let word = value?.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    return ["1", "true", "yes"].contains(word)
  }

  /// Answers a request; `nil` for a path that the driver does not have.
  package func answer(_ path: String, _ body: Data) -> Answer? {
    guard path.hasPrefix(Self.root) else { return nil }
    do {
      switch path.dropFirst(Self.root.count) {
      case "fork_choice/init": return try begin(body)
      case "fork_choice/step": return try step(body)
      case "state_transition/run": return try stateTransition(body)
      case "verify_signatures/run": return try signatures(body)
      default: return nil
      }
    } catch {
      return Answer(
        status: 400, body: Data(#"{"error":"the body is not what this route takes"}"#.utf8))
    }
  }

  // MARK: Fork choice

  private struct Anchor: Decodable {
    let anchorState: State
    let anchorBlock: Block
    let genesisTime: UInt64?
  }

  private func begin(_ body: Data) throws -> Answer {
    let anchor = try JSONDecoder().decode(Anchor.self, from: body)
    var state = anchor.anchorState
    if let time = anchor.genesisTime { state.config = GenesisConfig(genesisTime: time) }
    var limits = Store.Limits()
    limits.payloads.dataPerValidator = .max
    let store = try Store(anchor: anchor.anchorBlock, state: state, limits: limits)
    replay.withLock {
      $0 = ForkChoiceReplay(store, genesis: anchor.anchorBlock, scheme: nil, proofs: nil)
    }
    return Answer(status: 204, body: Data())
  }

  private struct Checkpoint: Encodable {
    let slot: UInt64
    let root: Bytes32
  }

  private struct Snapshot: Encodable {
    let headSlot: UInt64
    let headRoot: Bytes32
    let time: UInt64
    let justifiedCheckpoint: Checkpoint
    let finalizedCheckpoint: Checkpoint
    let safeTarget: Bytes32

    init(_ store: Store) {
      headSlot = store.headNode.slot.rawValue
      headRoot = store.head
      time = store.time.rawValue
      justifiedCheckpoint = Checkpoint(
        slot: store.latestJustified.slot.rawValue, root: store.latestJustified.root)
      finalizedCheckpoint = Checkpoint(
        slot: store.latestFinalized.slot.rawValue, root: store.latestFinalized.root)
      safeTarget = store.safeTarget
    }
  }

  private struct StepAnswer: Encodable {
    let accepted: Bool
    let error: String?
    let snapshot: Snapshot
  }

  private func step(_ body: Data) throws -> Answer {
    let step = try JSONDecoder().decode(ForkChoiceStep.self, from: body)
    return try replay.withLock { replay in
      guard var taken = replay else {
        return Answer(status: 409, body: Data(#"{"error":"send fork_choice/init first"}"#.utf8))
      }
      // One owner: a second one would make every step copy the store.
      replay = nil
      defer { replay = taken }
      let reason = Self.rejection { try taken.perform(step) }
      return try Self.json(
        StepAnswer(accepted: reason == nil, error: reason, snapshot: Snapshot(taken.store)))
    }
  }

  // MARK: Single cases

  private struct Blocks: Decodable {
    let pre: State
    let blocks: [LabelledBlock]
    let rejectionReason: String?
  }

  private struct Post: Encodable {
    let slot: UInt64
    let latestBlockHeaderSlot: UInt64
    let latestBlockHeaderStateRoot: Bytes32
    let historicalBlockHashesCount: Int
  }

  private struct TransitionAnswer: Encodable {
    let succeeded: Bool
    let error: String?
    let post: Post?
  }

  private func stateTransition(_ body: Data) throws -> Answer {
    let run = try JSONDecoder().decode(Blocks.self, from: body)
    var post: Post?
    let reason = Self.rejection {
      let state = try StateTransitionRunner.run(
        run.pre, run.blocks.map(\.block), rejection: run.rejectionReason)
      post = Post(
        slot: state.slot.rawValue, latestBlockHeaderSlot: state.latestBlockHeader.slot.rawValue,
        latestBlockHeaderStateRoot: state.latestBlockHeader.stateRoot,
        historicalBlockHashesCount: state.historicalBlockHashes.count)
    }
    return try Self.json(TransitionAnswer(succeeded: reason == nil, error: reason, post: post))
  }

  private struct Signed: Decodable {
    let anchorState: State
    let signedBlock: SignedBlock
    let leanEnv: Vector.Environment?
  }

  private struct SignaturesAnswer: Encodable {
    let succeeded: Bool
    let error: String?
  }

  private func signatures(_ body: Data) throws -> Answer {
    let signed = try JSONDecoder().decode(Signed.self, from: body)
    let check = BlockSignatureCheck(
      of: signed.signedBlock, validators: signed.anchorState.validators)
    let reason = Self.rejection {
      _ = try check.verified(by: XMSSListBackend(scheme: (signed.leanEnv ?? .test).scheme))
    }
    return try Self.json(SignaturesAnswer(succeeded: reason == nil, error: reason))
  }

  private static func rejection(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch let rejection as Rejection {
      return rejection.reason.rawValue
    } catch {
      return "\(error)"
    }
  }

  private static func json(_ answer: some Encodable) throws -> Answer {
    Answer(status: 200, body: try JSONEncoder().encode(answer))
  }
}
