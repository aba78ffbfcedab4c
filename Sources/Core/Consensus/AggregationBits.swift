public import SSZ

/// Which validators take part in an aggregate, by index.
public typealias AggregationBits = Bitlist<4096>

extension AggregationBits {
  /// The bits with exactly `indices` set, no longer than the highest needs.
  ///
  /// - Throws: `EMPTY_AGGREGATION_BITS` for no index, `VALIDATOR_INDEX_OUT_OF_RANGE` for one that
  ///   no registry has.
  public init(indices: some Sequence<ValidatorIndex>) throws(Rejection) {
    var bits = Bits()
    for index in indices {
      guard index.isWithinRegistry(validatorCount: Preset.validatorRegistryLimit) else {
        throw .validatorIndexOutOfRange(index, validatorCount: Preset.validatorRegistryLimit)
      }
      let position = Int(index.rawValue)
      if position >= bits.count { bits.resize(to: position + 1) }
      bits[position] = true
    }
    guard bits.count > 0 else { throw .emptyAggregationBits }
    self.init(unchecked: bits)
  }

  /// The validators whose bit is set, ascending.
  ///
  /// - Throws: `EMPTY_AGGREGATION_BITS` when none is.
  public func validatorIndices() throws(Rejection) -> [ValidatorIndex] {
    let indices = bits.setIndices
    guard !indices.isEmpty else { throw .emptyAggregationBits }
    return indices.map { ValidatorIndex(UInt64($0)) }
  }
}
