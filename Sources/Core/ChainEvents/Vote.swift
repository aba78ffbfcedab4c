public import Hashing

/// A block with the slot at which it counts.
public struct VotePoint: Hashable, Sendable {
  /// The root of the block.
  public var root: Bytes32
  /// The slot of the checkpoint.
  public var slot: UInt64

  /// Creates a point.
  public init(root: Bytes32, slot: UInt64) {
    self.root = root
    self.slot = slot
  }
}

/// What a validator votes for; the form of leanSpec's `AttestationData`.
public struct Vote: Hashable, Sendable {
  /// The slot of the vote.
  public var slot: UInt64
  /// The head that the voter sees.
  public var head: VotePoint
  /// The checkpoint to justify.
  public var target: VotePoint
  /// The justified checkpoint that the vote builds on.
  public var source: VotePoint

  /// Creates a vote.
  public init(slot: UInt64, head: VotePoint, target: VotePoint, source: VotePoint) {
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
