public import Hashing
public import SSZ

/// Which slots after the last finalized one are justified, the slot right after it first.
public struct JustifiedSlots: SSZType, Equatable {
  /// The most slots that can be tracked.
  public static let limit = 1 << 18

  /// One bit a slot.
  public private(set) var bits: Bits

  /// Creates an empty list.
  public init() {
    bits = Bits()
  }

  /// Creates a list of flags.
  ///
  /// - Throws: ``SSZError/limitExceeded(count:limit:)``.
  public init(_ bits: Bits) throws(SSZError) {
    guard bits.count <= Self.limit else {
      throw .limitExceeded(count: bits.count, limit: Self.limit)
    }
    self.bits = bits
  }

  /// Whether `slot` is justified; slots up to the finalized one are by definition.
  ///
  /// - Throws: `JUSTIFIED_SLOT_OUT_OF_RANGE` for a slot after those that are tracked.
  public func isJustified(_ slot: Slot, finalized: Slot) throws(Rejection) -> Bool {
    guard let index = slot.justifiedIndex(after: finalized) else { return true }
    guard index < UInt64(bits.count) else {
      throw .justifiedSlotOutOfRange(slot: slot, finalized: finalized, trackedCount: bits.count)
    }
    return bits[Int(index)]
  }

  /// Marks a tracked slot as justified.
  public mutating func justify(_ slot: Slot, finalized: Slot) {
    guard let index = slot.justifiedIndex(after: finalized) else { return }
    precondition(index < UInt64(bits.count), "slot \(slot) is not tracked")
    bits[Int(index)] = true
  }

  /// Tracks slots up to `slot`; the new ones are not justified.
  ///
  /// - Throws: `HISTORY_LIMIT_EXCEEDED` when more than ``limit`` slots would be tracked.
  public mutating func extend(to slot: Slot, finalized: Slot) throws(Rejection) {
    guard let index = slot.justifiedIndex(after: finalized), index >= UInt64(bits.count) else {
      return
    }
    guard index < UInt64(Self.limit) else { throw .historyLimitExceeded(slot: slot) }
    bits.resize(to: Int(index) + 1)
  }

  /// Moves the window on when finalization advances by `slots`.
  public mutating func removeFirst(_ slots: UInt64) {
    bits.removeFirst(Int(min(slots, UInt64(bits.count))))
  }

  /// The count varies, so the size does.
  public static var sszFixedByteCount: Int? { nil }

  /// Decodes at most ``limit`` flags.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    bits = try Bits(bitlist: bytes, limit: Self.limit)
  }

  /// The bytes of the flags and their delimiter.
  public var sszByteCount: Int { bits.bitlistByteCount }

  /// Appends the flags and their delimiter.
  public func encode(into output: inout OutputRawSpan) {
    bits.encodeBitlist(into: &output)
  }

  /// The root over the flags with their count mixed in.
  public func hashTreeRoot() -> Bytes32 {
    Merkle.mixIn(count: bits.count, to: bits.root(limit: Self.limit))
  }
}

extension JustifiedSlots: Codable {
  /// Reads leanSpec's wrapped array of Booleans.
  public init(from decoder: any Decoder) throws {
    try self.init(Bits(from: decoder))
  }

  /// Writes leanSpec's wrapped array of Booleans.
  public func encode(to encoder: any Encoder) throws {
    try bits.encode(to: encoder)
  }
}
