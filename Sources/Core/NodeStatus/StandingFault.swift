/// A fault that someone put in on purpose and that has not ended.
public struct StandingFault: Hashable, Sendable {
  /// The kind, such as `pause`; of each kind one stands at a time.
  public let name: String
  /// What it does to the node.
  public let detail: String

  /// The fault in one phrase.
  public var words: String { detail.isEmpty ? name : "\(name) \(detail)" }
}

extension NodeStatus {
  /// The fault of this kind, while it stands.
  public func fault(_ name: String) -> StandingFault? {
    faults.first { $0.name == name }
  }
}
