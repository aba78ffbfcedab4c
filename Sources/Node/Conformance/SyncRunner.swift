private import Consensus
private import Hashing
private import SSZ
private import Syncing

/// What a node checks of a state before it starts from it.
enum SyncRunner: FormatRunner {
  static let format = "sync"
  static let keys: Set = ["operation", "output"]

  private struct Content: Decodable {
    let operation: Operation
    let output: Output
  }

  private struct Operation: Decodable {
    let kind: String
    let numValidators: Int
    let anchorSlot: UInt64
  }

  private struct Output: Decodable {
    let valid: Bool
    let stateBytes: String
    let validatorCount: Int?
    let anchorSlot: UInt64?
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    guard content.operation.kind == "verify_checkpoint" else {
      throw Unsupported("operation \(content.operation.kind)")
    }
    guard let bytes = Hexadecimal.decode(content.output.stateBytes) else {
      throw Mismatch(expected: "hexadecimal state bytes", actual: "other text")
    }
    let state: State
    do {
      state = try State(ssz: bytes)
    } catch {
      // A registry above the limit is refused as it is decoded.
      return try expect(false, equals: content.output.valid, "valid")
    }
    let isValid = (try? CheckpointCheck.check(state)) != nil
    try expect(isValid, equals: content.output.valid, "valid")
    try expect(state.sszBytes(), equals: bytes, "state bytes")
    try expect(
      state.validators.count,
      equals: content.output.validatorCount ?? content.operation.numValidators, "validators")
    try expect(
      state.slot.rawValue, equals: content.output.anchorSlot ?? content.operation.anchorSlot,
      "slot")
  }
}
