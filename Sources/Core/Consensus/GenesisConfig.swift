public import SSZ

/// The parameters of a chain that its state commits to.
public struct GenesisConfig: SSZContainer, Hashable, Codable {
  /// When slot 0 begins, in Unix seconds.
  public var genesisTime: UInt64

  /// Creates the container from its parts.
  public init(genesisTime: UInt64) {
    self.genesisTime = genesisTime
  }
}

extension GenesisConfig {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<UInt64>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(genesisTime) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    genesisTime = fields.values
  }
}
