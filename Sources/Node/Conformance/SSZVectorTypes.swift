internal import Consensus
internal import Hashing
internal import SSZ

extension SSZVectorType {
  /// The type that vectors call `name`; `nil` when there is none.
  init?(named name: String, _ environment: Vector.Environment) {
    let type =
      Self.types[name] ?? Self.schemeType(named: name, environment) ?? Self.sizedType(named: name)
    guard let type else { return nil }
    self = type
  }

  /// Types whose size or limit is part of the type.
  private static var types: [String: SSZVectorType] {
    [
      "Boolean": Self(Bool.self),
      "Uint8": Self(UInt8.self),
      "Uint16": Self(UInt16.self),
      "Uint32": Self(UInt32.self),
      "Uint64": Self(UInt64.self),
      "Bytes4": Self(Bytes4.self),
      "Bytes16": Self(Bytes16.self),
      "Bytes20": Self(Bytes20.self),
      "Bytes32": Self(Bytes32.self),
      "Bytes33": Self(Bytes33.self),
      "Bytes52": Self(Bytes52.self),
      "Bytes64": Self(Bytes64.self),
      "ByteList512KiB": Self(ByteList512KiB.self),
      "AttestationSubnets": Self(Bitvector<64>.self),
      "Slot": Self(Slot.self),
      "Interval": Self(Interval.self),
      "ValidatorIndex": Self(ValidatorIndex.self),
      "ValidatorIndices": Self(ValidatorIndices.self),
      "SubnetId": Self(SubnetID.self),
      "Checkpoint": Self(Checkpoint.self),
      "AttestationData": Self(AttestationData.self),
      "Attestation": Self(Attestation.self),
      "AggregationBits": Self(AggregationBits.self),
      "AggregatedAttestation": Self(AggregatedAttestation.self),
      "AggregatedAttestations": Self(AggregatedAttestations.self),
      "SingleMessageAggregate": Self(SingleMessageAggregate.self),
      "MultiMessageAggregate": Self(MultiMessageAggregate.self),
      "SignedAggregatedAttestation": Self(SignedAggregatedAttestation.self),
      "BlockHeader": Self(BlockHeader.self),
      "BlockBody": Self(BlockBody.self),
      "Block": Self(Block.self),
      "SignedBlock": Self(SignedBlock.self),
      "Validators": Self(Validators.self),
      "HistoricalBlockHashes": Self(HistoricalBlockHashes.self),
      "JustifiedSlots": Self(JustifiedSlots.self),
      "JustificationRoots": Self(JustificationRoots.self),
      "JustificationValidators": Self(JustificationValidators.self),
      "State": Self(State.self),
      "Config": Self(GenesisConfig.self),
      "GenesisConfig": Self(GenesisConfig.self),
      "Status": Self(Status.self),
      "RequestedBlockRoots": Self(RequestedBlockRoots.self),
      "BlocksByRootRequest": Self(BlocksByRootRequest.self),
      "BlocksByRangeRequest": Self(BlocksByRangeRequest.self),
    ]
  }
}
