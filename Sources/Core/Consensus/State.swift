public import Hashing
public import SSZ

/// The consensus state after a block.
///
/// A copy shares storage with the original: the registry, the history, and every list until one of
/// the two changes it. Roots of these parts are computed once for all copies.
public struct State: SSZContainer, Equatable, Codable {
  /// The chain's parameters.
  public var config: GenesisConfig
  /// The current slot.
  public var slot: Slot
  /// The header of the most recent block; its state root is zero until the next slot begins.
  public var latestBlockHeader: BlockHeader
  /// The latest justified checkpoint.
  public var latestJustified: Checkpoint
  /// The latest finalized checkpoint.
  public var latestFinalized: Checkpoint
  /// The roots of all earlier blocks by slot.
  @RootCaching public var historicalBlockHashes: HistoricalBlockHashes
  /// Which slots after the finalized one are justified.
  @RootCaching public var justifiedSlots: JustifiedSlots
  /// The validator registry.
  @RootCaching public var validators: Validators
  /// The targets with votes but no justification yet, ascending.
  @RootCaching public var justificationsRoots: JustificationRoots
  /// The votes for these targets: as many bits as there are validators, target after target.
  @RootCaching public var justificationsValidators: JustificationValidators

  /// The state before the first block.
  public init(genesisTime: UInt64, validators: Validators) {
    config = GenesisConfig(genesisTime: genesisTime)
    slot = Slot(0)
    latestBlockHeader = BlockHeader(
      slot: Slot(0), proposerIndex: ValidatorIndex(0), parentRoot: .zero, stateRoot: .zero,
      bodyRoot: BlockBody().hashTreeRoot())
    latestJustified = Checkpoint(root: .zero, slot: Slot(0))
    latestFinalized = Checkpoint(root: .zero, slot: Slot(0))
    historicalBlockHashes = HistoricalBlockHashes()
    justifiedSlots = JustifiedSlots()
    self.validators = validators
    justificationsRoots = JustificationRoots()
    justificationsValidators = JustificationValidators(unchecked: Bits())
  }
}

/// Roots of targets that are not justified yet.
public typealias JustificationRoots = SSZList<Bytes32, 262_144>

/// Votes for targets that are not justified yet.
public typealias JustificationValidators = Bitlist<1_073_741_824>

extension State {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<
    GenesisConfig, Slot, BlockHeader, Checkpoint, Checkpoint, RootCaching<HistoricalBlockHashes>,
    RootCaching<JustifiedSlots>, RootCaching<Validators>, RootCaching<JustificationRoots>,
    RootCaching<JustificationValidators>
  >

  /// The fields in leanSpec's order.
  public var fields: Fields {
    SSZFields(
      config, slot, latestBlockHeader, latestJustified, latestFinalized, _historicalBlockHashes,
      _justifiedSlots, _validators, _justificationsRoots, _justificationsValidators)
  }

  /// Creates a state from its fields.
  public init(fields: Fields) {
    (
      config, slot, latestBlockHeader, latestJustified, latestFinalized, _historicalBlockHashes,
      _justifiedSlots, _validators, _justificationsRoots, _justificationsValidators
    ) = fields.values
  }
}
