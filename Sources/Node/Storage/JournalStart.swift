public import Hashing
public import SigningLedger

/// A key that signed on another chain.
public struct ReusedKey: Hashable, Sendable {
  /// The key.
  public let key: SigningKeyID

  /// The other chain.
  public let genesis: Bytes32

  /// The highest slot that was or may have been signed there.
  public let highWaterSlot: UInt64

  /// Creates a finding.
  public init(key: SigningKeyID, genesis: Bytes32, highWaterSlot: UInt64) {
    self.key = key
    self.genesis = genesis
    self.highWaterSlot = highWaterSlot
  }

  static func find(in record: JournalRecord, besides genesis: Bytes32) -> [ReusedKey] {
    record.chains.sorted { $0.key < $1.key }.compactMap { chain, history in
      guard chain != genesis, !history.roots.isEmpty, let highWaterSlot = history.highWaterSlot
      else { return nil }
      return ReusedKey(key: record.key, genesis: chain, highWaterSlot: highWaterSlot)
    }
  }
}

/// What the journal found when signing started.
public struct JournalStart: Hashable, Sendable {
  /// The standing of each key, in the order in which the keys were named.
  public let standings: [KeyStanding]

  /// Keys with signatures on another chain.
  public let reusedKeys: [ReusedKey]

  /// The claims that the journal holds for these keys.
  public let claimCount: Int

  /// The slot by the clock, or `nil` before genesis.
  public let currentSlot: UInt64?

  /// Which earlier signatures count.
  public let policy: JournalPolicy

  /// Creates a finding.
  public init(
    standings: [KeyStanding], reusedKeys: [ReusedKey], claimCount: Int, currentSlot: UInt64?,
    policy: JournalPolicy
  ) {
    self.standings = standings
    self.reusedKeys = reusedKeys
    self.claimCount = claimCount
    self.currentSlot = currentSlot
    self.policy = policy
  }

  /// What keys find in records when they start to sign, and the ledger that decides from then on.
  ///
  /// - Parameters:
  ///   - records: All that the journal holds.
  ///   - keys: Every key that may sign.
  ///   - genesis: The chain on which they sign.
  ///   - policy: Which earlier signatures count.
  ///   - currentSlot: The slot by the clock, or `nil` before genesis.
  /// - Returns: The finding, and the ledger with the floors that it tells of.
  static func find(
    in records: [JournalRecord], keys: [SigningKeyID], genesis: Bytes32, policy: JournalPolicy,
    currentSlot: UInt64?
  ) -> (start: JournalStart, ledger: SigningLedger) {
    let scope = policy == .strict ? nil : genesis
    var ledger = SigningLedger(
      histories: Dictionary(
        uniqueKeysWithValues: records.map { ($0.key, $0.history(under: scope)) }))
    let standings = ledger.start(keys: keys, currentSlot: currentSlot)
    let named = Set(keys)
    let own = records.filter { named.contains($0.key) }
    let start = JournalStart(
      standings: standings,
      reusedKeys: own.flatMap { ReusedKey.find(in: $0, besides: genesis) },
      claimCount: own.reduce(0) { sum, record in
        sum + record.chains.values.reduce(0) { $0 + $1.roots.count }
      },
      currentSlot: currentSlot, policy: policy)
    return (start, ledger)
  }

  /// Whether a key does not sign.
  package var costsDuties: Bool { standings.contains { $0.verdict != .signs } }

  /// One line for each thing that a person should know, the most serious first.
  public var warnings: [String] {
    standings.compactMap(warning) + reusedKeys.map(warning)
  }

  private func warning(_ standing: KeyStanding) -> String? {
    let name = standing.key.digest.short
    switch standing.verdict {
    case .signs:
      return nil
    case .floorFarAhead:
      let now = currentSlot.map { "the current slot is \($0)" } ?? "genesis is still to come"
      let cause =
        reusedKeys.contains { $0.key == standing.key }
        ? "it signed on another chain: make new keys, or choose the devnet policy"
        : "a clock was wrong: set the clock, or make new keys"
      return "key \(name) signs only above slot \(standing.floor ?? 0), but \(now); "
        + "its duties are off; \(cause)"
    case .retired:
      return "key \(name) was exported and is retired here; its duties are off; "
        + "import its record to use it here again"
    }
  }

  private func warning(_ reused: ReusedKey) -> String {
    let name = reused.key.digest.short
    let chain = reused.genesis.short
    let common = "key \(name) signed up to slot \(reused.highWaterSlot) under genesis \(chain)"
    return switch policy {
    case .strict: "\(common); it signs here only above that slot"
    case .devnet: "\(common) and signs again here: ITS ONE-TIME SECURITY IS GONE; devnets only"
    }
  }
}
