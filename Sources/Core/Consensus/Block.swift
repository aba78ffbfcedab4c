public import Hashing
public import SSZ

/// A block without signatures.
public struct Block: SSZContainer, Hashable, Codable {
  /// The slot of the block.
  public var slot: Slot
  /// The validator that proposed it.
  public var proposerIndex: ValidatorIndex
  /// The root of the block before.
  public var parentRoot: Bytes32
  /// The root of the state after the block.
  public var stateRoot: Bytes32
  /// The content.
  public var body: BlockBody

  /// Creates the container from its parts.
  public init(
    slot: Slot, proposerIndex: ValidatorIndex, parentRoot: Bytes32, stateRoot: Bytes32,
    body: BlockBody
  ) {
    self.slot = slot
    self.proposerIndex = proposerIndex
    self.parentRoot = parentRoot
    self.stateRoot = stateRoot
    self.body = body
  }
}

extension Block {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<Slot, ValidatorIndex, Bytes32, Bytes32, BlockBody>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(slot, proposerIndex, parentRoot, stateRoot, body) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    (slot, proposerIndex, parentRoot, stateRoot, body) = fields.values
  }

  /// The header of this block; its root is the block's root.
  public var header: BlockHeader {
    BlockHeader(
      slot: slot, proposerIndex: proposerIndex, parentRoot: parentRoot, stateRoot: stateRoot,
      bodyRoot: body.hashTreeRoot())
  }
}

/// The content of a block.
public struct BlockBody: SSZContainer, Hashable, Codable {
  /// Votes; the block's proof covers their signatures.
  public var attestations: AggregatedAttestations

  /// Creates the container from its parts.
  public init(attestations: AggregatedAttestations = AggregatedAttestations()) {
    self.attestations = attestations
  }
}

extension BlockBody {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<AggregatedAttestations>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(attestations) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    attestations = fields.values
  }
}

/// The votes in a block.
public typealias AggregatedAttestations = SSZList<AggregatedAttestation, 4096>
