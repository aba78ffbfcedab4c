/// Whether and from where a key signs, as found when signing starts.
public struct KeyStanding: Hashable, Sendable {
  /// What a key may do.
  public enum Verdict: Hashable, Sendable {
    /// The key signs slots above `KeyStanding.floor`.
    case signs

    /// The floor lies so far ahead that a clock must have been wrong: no duties.
    case floorFarAhead

    /// The key was exported: no duties.
    case retired
  }

  /// The key.
  public let key: SigningKeyID

  /// The highest slot that will not be signed, or `nil` when every slot may be.
  public let floor: UInt64?

  /// What the key may do.
  public let verdict: Verdict

  /// Creates a standing.
  public init(key: SigningKeyID, floor: UInt64?, verdict: Verdict) {
    self.key = key
    self.floor = floor
    self.verdict = verdict
  }
}

/// The rules that give a key its floor when signing starts.
///
/// Leaves are bound to time: an earlier run with an honest clock has signed nothing beyond the next
/// slot. So two slots of silence replace any history that is missing or may be out of date.
public enum SigningStart {
  /// Slots after the current one in which a key without a fresh history stays silent.
  ///
  /// A proposal is sealed one slot ahead of its own; the second slot covers a clock that is off.
  public static let silentSlots: UInt64 = 2

  /// The lead of a floor over the current slot from which on a clock is blamed.
  public static let farAheadSlots: UInt64 = 32

  /// The floor of a key when signing starts.
  ///
  /// - Parameters:
  ///   - history: What the store knows of the key.
  ///   - newestClaim: The highest slot claimed by any key of the store. Unless it agrees with the
  ///     clock, the store was idle or is an old copy, and does not prove that nothing newer was
  ///     signed.
  ///   - currentSlot: The slot by the clock, or `nil` before genesis.
  /// - Returns: The highest slot that must not be signed, or `nil` when every slot may be.
  package static func floor(
    of history: KeyHistory, newestClaim: UInt64?, currentSlot: UInt64?
  ) -> UInt64? {
    let known = history.highWaterSlot
    guard let currentSlot else { return known }
    let silenceEnd = min(currentSlot, KeyHistory.lastSlot) + silentSlots
    if history.highestSlot != nil, let newestClaim, newestClaim <= silenceEnd,
      newestClaim + 1 >= currentSlot
    {
      return known
    }
    return max(known ?? 0, silenceEnd)
  }

  /// What a key with this history may do at `currentSlot`.
  package static func standing(
    of key: SigningKeyID, _ history: KeyHistory, currentSlot: UInt64?
  ) -> KeyStanding {
    let limit = min(currentSlot ?? 0, KeyHistory.lastSlot) + farAheadSlots
    let verdict: KeyStanding.Verdict =
      if history.isRetired {
        .retired
      } else if let floor = history.floor, floor >= limit {
        .floorFarAhead
      } else {
        .signs
      }
    return KeyStanding(key: key, floor: history.floor, verdict: verdict)
  }
}
