private import Consensus

/// Which slots may be justified after which finalized one.
enum JustifiabilityRunner: FormatRunner {
  static let format = "justifiability"
  static let keys: Set = ["slot", "finalizedSlot"]

  private struct Content: Decodable {
    let slot: Slot
    let finalizedSlot: Slot
  }

  private struct Result<Delta: Decodable & Equatable>: Decodable {
    let output: Output

    struct Output: Decodable, Equatable {
      let delta: Delta
      let isJustifiable: Bool
    }
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    let (slot, finalized) = (content.slot, content.finalizedSlot)
    // A slot before the finalized one has a negative delta.
    if slot >= finalized {
      try check(vector, slot, finalized, delta: slot.rawValue - finalized.rawValue)
    } else {
      try check(vector, slot, finalized, delta: -Double(finalized.rawValue - slot.rawValue))
    }
  }

  private static func check<Delta: Decodable & Equatable>(
    _ vector: Vector, _ slot: Slot, _ finalized: Slot, delta: Delta
  ) throws {
    let expected = try vector.decode(Result<Delta>.self).output
    let output = Result<Delta>.Output(
      delta: delta, isJustifiable: slot.isJustifiable(after: finalized))
    try expect(output, equals: expected, "justifiability")
  }
}
