private import Consensus
private import Foundation
private import Hashing
private import SSZ
private import StateTransition

/// The state transition at scale: SSZ files beside a list of expected roots.
enum LargeRunner: FormatRunner {
  static let format = "large"
  static let keys: Set = ["scheme", "cases"]

  private struct Content: Decodable {
    let cases: [Case]
  }

  private struct Case: Decodable {
    let preState: String
    let block: String
    let preStateRoot: Bytes32
    let blockRoot: Bytes32
    let postStateRoot: Bytes32
    let latestJustified: Checkpoint
    let latestFinalizedSlot: Slot
    let pendingJustificationRoots: Int
  }

  static func cases(of vector: Vector) throws -> [VectorCase] {
    try vector.decode(Content.self).cases.map { content in
      VectorCase(name: content.block) { try check(content, folder: vector.folder) }
    }
  }

  static func check(_ vector: Vector) throws {
    for vectorCase in try cases(of: vector) { try vectorCase.check() }
  }

  private static func check(_ content: Case, folder: URL) throws {
    let bytes = [UInt8](try Data(contentsOf: folder.appending(path: content.preState)))
    let pre = try State(ssz: bytes)
    let blockBytes = [UInt8](try Data(contentsOf: folder.appending(path: content.block)))
    let block = try Block(ssz: blockBytes)
    try expect(pre.sszBytes() == bytes, equals: true, "pre-state encodes to its own bytes:")
    try expect(block.sszBytes(), equals: blockBytes, "block")
    try expect(pre.hashTreeRoot(), equals: content.preStateRoot, "pre-state root")
    try expect(block.hashTreeRoot(), equals: content.blockRoot, "block root")

    let post = try pre.stateTransition(block)
    try expect(post.hashTreeRoot(), equals: content.postStateRoot, "post-state root")
    try expect(post.latestJustified, equals: content.latestJustified, "justified checkpoint")
    try expect(
      post.latestFinalized.slot, equals: content.latestFinalizedSlot, "finalized slot")
    try expect(
      post.justificationsRoots.count, equals: content.pendingJustificationRoots,
      "number of pending targets")
  }
}
