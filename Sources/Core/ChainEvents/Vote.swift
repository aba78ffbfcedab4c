package import Hashing

/// A block with the slot at which it counts.
package struct VotePoint: Hashable, Sendable {
  /// The root of the block.
  package var root: Bytes32
  /// The slot of the checkpoint.
  package var slot: UInt64

  /// Creates a point.
  package init(root: Bytes32, slot: UInt64) {
    self.root = root
    self.slot = slot
  }
}

/// What a validator votes for; the form of leanSpec's `AttestationData`.
package struct Vote: Hashable, Sendable {
  /// The slot of the vote.
  package var slot: UInt64
  /// The head that the voter sees.
  package var head: VotePoint
  /// The checkpoint to justify.
  package var target: VotePoint
  /// The justified checkpoint that the vote builds on.
  package var source: VotePoint

  /// Creates a vote.
  package init(slot: UInt64, head: VotePoint, target: VotePoint, source: VotePoint) {
    self.slot = slot
    self.head = head
    self.target = target
    self.source = source
  }
}

extension VotePoint: EventFields {
  init(_ field: FieldReader) throws(EventDecodingError) {
    self.init(root: try field("root"), slot: try field("slot"))
  }

  func write(fields write: inout JSONWriter) {
    write("root", root)
    write("slot", slot)
  }
}

extension Vote: EventFields {
  init(_ field: FieldReader) throws(EventDecodingError) {
    self.init(
      slot: try field("slot"), head: try field("head"), target: try field("target"),
      source: try field("source"))
  }

  func write(fields write: inout JSONWriter) {
    write("slot", slot)
    write("head", head)
    write("target", target)
    write("source", source)
  }
}
