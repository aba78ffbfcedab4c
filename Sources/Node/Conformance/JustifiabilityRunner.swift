private import Consensus

/// Which slots may be justified after which finalized one.
enum JustifiabilityRunner: FormatRunner {
  static let format = "justifiability"
  static let keys: Set = ["slot", "finalizedSlot"]

  private struct Content: Decodable {
    let slot: Slot
    let finalizedSlot: Slot
    let output: Output
  }

  private struct Output: Decodable, Equatable {
    let delta: UInt64
    let isJustifiable: Bool
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    guard content.slot >= content.finalizedSlot else {
      throw Unsupported("slot \(content.slot) is before the finalized \(content.finalizedSlot)")
    }
    let output = Output(
      delta: content.slot.rawValue - content.finalizedSlot.rawValue,
      isJustifiable: content.slot.isJustifiable(after: content.finalizedSlot))
    try expect(output, equals: content.output, "justifiability")
  }
}
