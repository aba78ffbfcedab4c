private import Consensus
private import ForkChoice
private import Hashing

/// A store that lives through ticks, blocks and votes.
enum ForkChoiceRunner: FormatRunner {
  static let format = "fork_choice"
  static let keys: Set = ["anchorState", "anchorBlock", "steps"]

  private struct Content: Decodable {
    let anchorState: State
    let anchorBlock: Block
    let steps: [ForkChoiceStep]
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    // Cases of leanSpec let three validators say nine things in one slot.
    var limits = Store.Limits()
    limits.payloads.dataPerValidator = .max
    let store = try vector.accepted {
      try Store(anchor: content.anchorBlock, state: content.anchorState, limits: limits)
    }
    guard let store else { return }
    var replay = ForkChoiceReplay(
      store, genesis: content.anchorBlock, scheme: vector.environment.scheme,
      proofs: vector.proofSetting)
    for (index, step) in content.steps.enumerated() {
      do {
        try replay.run(step)
      } catch let mismatch as Mismatch {
        let place = "step \(index) (\(step.type)): "
        throw Mismatch(expected: place + mismatch.expected, actual: place + mismatch.actual)
      }
    }
  }
}
