public import Hashing

/// What one key signed lately, and the slot below which nothing may be signed any more.
///
/// This value is the whole rule of one-time signing; the durable journal and the simulator's
/// ledger differ only in where they keep it.
/// - Invariant: at most one root per slot, ever: an old claim is forgotten only together with
///   raising the floor to its slot.
public struct KeyHistory: Hashable, Sendable {
  /// Slots for which the roots are remembered, so that the same duty can be asked for again.
  ///
  /// 256 slots are 17 minutes: far beyond any honest repetition, and 10 kB a key.
  public static let retainedSlots: UInt64 = 256

  /// The last slot for which any key can have a leaf.
  public static let lastSlot = UInt64(UInt32.max)

  /// The highest slot that may no longer be claimed, or `nil` when every slot may.
  public private(set) var floor: UInt64?

  /// The remembered roots by slot.
  public private(set) var roots: [UInt64: Bytes32] = [:]

  /// Whether the key was exported, and so signs nowhere here.
  public package(set) var isRetired = false

  /// Creates the history of a key that never signed.
  public init() {}

  /// The highest remembered slot.
  public var highestSlot: UInt64? {
    roots.keys.max()
  }

  /// The highest slot that was or may have been signed: what an importer must take as floor.
  public var highWaterSlot: UInt64? {
    [floor, highestSlot].compactMap(\.self).max()
  }

  /// What a claim that got a permit means for the store.
  public enum Grant: Hashable, Sendable {
    /// The claim is new and must be durable before anything is signed.
    case new

    /// The same root holds the slot already: signing is deterministic, the signature is the same.
    case again
  }

  /// Decides whether `root` may be signed at `slot`, without remembering anything.
  ///
  /// - Throws: Why the root gets no permit.
  public func decide(slot: UInt64, root: Bytes32) throws(ClaimRefusal) -> Grant {
    guard slot <= Self.lastSlot else { throw .beyondLastLeaf }
    guard !isRetired else { throw .retired }
    if let claimed = roots[slot] {
      guard claimed == root else { throw .alreadySigned(root: claimed) }
      return .again
    }
    if let floor, slot <= floor { throw .notAboveFloor(floor) }
    return .new
  }

  /// Decides, and remembers a new claim.
  package mutating func claim(slot: UInt64, root: Bytes32) throws(ClaimRefusal) -> Grant {
    let grant = try decide(slot: slot, root: root)
    if grant == .new { record(slot: slot, root: root) }
    return grant
  }

  /// Remembers a claim that is already decided or stored; the first root of a slot stays.
  ///
  /// - Returns: Whether another root already held the slot.
  @discardableResult
  package mutating func record(slot: UInt64, root: Bytes32) -> Bool {
    if let claimed = roots[slot] { return claimed != root }
    roots[slot] = root
    if let horizon = Self.horizon(below: slot) {
      raiseFloor(to: horizon)
      roots = roots.filter { $0.key > horizon }
    }
    return false
  }

  /// Takes over what another record says of the same key: floors by maximum, roots by union.
  ///
  /// Two roots for one slot mean that the key was used twice: the slot goes below the floor.
  package mutating func merge(_ other: KeyHistory) {
    if let floor = other.floor { raiseFloor(to: floor) }
    for (slot, root) in other.roots.sorted(by: { $0.key < $1.key })
    where record(slot: slot, root: root) {
      raiseFloor(to: slot)
    }
  }

  /// Raises the floor; never lowers it.
  package mutating func raiseFloor(to slot: UInt64) {
    floor = max(floor ?? slot, slot)
  }

  /// The highest slot that is forgotten once `slot` is claimed.
  package static func horizon(below slot: UInt64) -> UInt64? {
    slot >= retainedSlots ? slot - retainedSlots : nil
  }
}
