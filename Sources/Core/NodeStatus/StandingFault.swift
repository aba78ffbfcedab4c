package import ChainEvents

/// A fault that someone put in on purpose and that has not ended.
package struct StandingFault: Hashable, Sendable {
  /// The kind; of each kind one stands at a time.
  package internal(set) var name: Fault
  /// What it does to the node.
  package internal(set) var detail: String

  /// The fault in one phrase.
  package var words: String { detail.isEmpty ? name.words : "\(name.words): \(detail)" }
}

extension NodeStatus {
  /// The fault of this kind, while it stands.
  package func fault(_ name: Fault) -> StandingFault? {
    faults.first { $0.name == name }
  }
}
