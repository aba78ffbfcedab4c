package import Consensus

/// The subnets of votes that there are, and those that a node takes.
///
/// Every client of the network goes by these rules. Votes are published to their subnet whether it
/// is taken or not.
package struct AttestationSubnets: Hashable, Sendable {
  /// Why there is no answer; each is a mistake in the node's settings.
  package enum SettingsError: Error, Equatable {
    /// A network without committees never justifies.
    case noCommittee
    /// A subnet that the network does not have.
    case unknownSubnet(UInt64, committeeCount: UInt64)
    /// Subnets to aggregate, for a node that does not aggregate.
    case notAggregating
  }

  /// The attestation committees of the network, one for each subnet.
  package let committeeCount: UInt64

  /// The subnets whose votes are taken.
  package let taken: Set<UInt64>

  /// The subnets of a network with one committee, whose votes are taken.
  package init() {
    committeeCount = 1
    taken = [0]
  }

  /// The subnets that a node takes: those of its validators, and for an aggregator those that it is
  /// told to aggregate, or subnet 0 if it has neither.
  ///
  /// - Parameters:
  ///   - validators: The node's validators.
  ///   - isAggregator: Whether the node is started as an aggregator; one that becomes it later takes
  ///     what it took before.
  ///   - aggregated: The subnets that it is told to aggregate.
  ///   - committeeCount: The number of subnets.
  /// - Throws: ``SettingsError``.
  package init(
    of validators: some Sequence<ValidatorIndex>, isAggregator: Bool,
    aggregated: Set<UInt64> = [], committeeCount: UInt64
  ) throws(SettingsError) {
    guard committeeCount > 0 else { throw .noCommittee }
    guard isAggregator || aggregated.isEmpty else { throw .notAggregating }
    if let unknown = aggregated.filter({ $0 >= committeeCount }).min() {
      throw .unknownSubnet(unknown, committeeCount: committeeCount)
    }
    let subnets = aggregated.union(
      validators.map { $0.subnet(committeeCount: committeeCount).rawValue })
    self.committeeCount = committeeCount
    taken = isAggregator && subnets.isEmpty ? [0] : subnets
  }

  /// The subnet of a validator's votes.
  func subnet(of validator: ValidatorIndex) -> UInt64 {
    validator.subnet(committeeCount: committeeCount).rawValue
  }
}
