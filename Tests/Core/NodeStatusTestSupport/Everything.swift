package import NodeStatus

/// All that a node holds, without the noise of its log, how long it was watched and how memory is laid
/// out: whatever is added to a node is compared too.
package struct Everything: Equatable, CustomStringConvertible {
  let lines: [String]

  package init(_ node: NodeStatus) {
    lines = Mirror(reflecting: node).children.compactMap { child in
      guard let label = child.label, !["log", "heardAt"].contains(label) else { return nil }
      return "\(label): \(Everything.words(of: child.value))"
    }
  }

  private static func words(of value: Any) -> String {
    if let slots = value as? SlotHistory {
      return "\(slots.slots) \(slots.allowance) \(slots.suffix(.max, through: .max))"
    }
    if let proposals = value as? ProposalHistory { return "\(proposals.newest(.max))" }
    let mirror = Mirror(reflecting: value)
    let parts = mirror.children.map { (($0.label ?? "") + " ") + words(of: $0.value) }
    switch mirror.displayStyle {
    case .dictionary?, .set?: return "\(parts.sorted())"
    case nil where parts.isEmpty: return "\(value)"
    case .enum? where parts.isEmpty: return "\(value)"
    default: return parts.isEmpty ? "\(value)" : "\(parts)"
    }
  }

  package var description: String { lines.joined(separator: "\n").prefix(4_000).description }

  package static func == (left: Everything, right: Everything) -> Bool {
    left.lines == right.lines
  }
}
