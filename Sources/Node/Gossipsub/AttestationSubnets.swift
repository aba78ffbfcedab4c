/// Which subnets of votes a node takes.
///
/// Every client of the network goes by these rules. Votes are published to their subnet whether it
/// is taken or not.
package enum AttestationSubnets {
  /// Why there is no answer; each is a mistake in the node's settings.
  package enum SettingsError: Error, Equatable {
    /// A subnet that the network does not have.
    case unknownSubnet(UInt64, committeeCount: UInt64)
    /// Subnets to aggregate, for a node that does not aggregate.
    case notAggregating
  }

  /// The subnet of a validator's votes.
  package static func subnet(of validator: UInt64, committeeCount: UInt64) -> UInt64 {
    precondition(committeeCount > 0, "a network has a committee")
    return validator % committeeCount
  }

  /// Says which subnets a node takes.
  ///
  ///
  /// - Parameters:
  ///   - validators: The indices of the node's validators.
  ///   - isAggregator: Whether the node is started as an aggregator; one that becomes it later takes
  ///     what it took before.
  ///   - aggregated: The subnets that it is told to aggregate.
  ///   - committeeCount: The number of subnets.
  /// - Returns: Those of its validators, and for an aggregator those that it is told to aggregate, or
  ///   subnet 0 if it has neither.
  /// - Throws: ``SettingsError``.
  package static func taken(
    by validators: some Sequence<UInt64>, isAggregator: Bool, aggregated: Set<UInt64>,
    committeeCount: UInt64
  ) throws(SettingsError) -> Set<UInt64> {
    guard isAggregator || aggregated.isEmpty else { throw .notAggregating }
    if let unknown = aggregated.filter({ $0 >= committeeCount }).min() {
      throw .unknownSubnet(unknown, committeeCount: committeeCount)
    }
    let subnets = aggregated.union(
      validators.map { subnet(of: $0, committeeCount: committeeCount) })
    return isAggregator && subnets.isEmpty ? [0] : subnets
  }
}
