internal import Yams

extension Node {
  /// Names and values in this order.
  static func block(_ pairs: [(String, Node)]) -> Node {
    .mapping(Mapping(pairs.map { (Node($0.represented()), $1) }, Tag(.implicit), .block))
  }

  /// Values in this order; none are `[]`.
  static func block(_ values: [Node]) -> Node {
    .sequence(Sequence(values, Tag(.implicit), values.isEmpty ? .flow : .block))
  }

  /// A word, in quotes where YAML would take it for something else.
  static func word(_ text: String) -> Node { Node(text.represented()) }

  /// Text that is always in quotes: the digits of a key may look like a number.
  static func quoted(_ text: String) -> Node { Node(text, Tag(.str), .doubleQuoted) }

  static func number(_ value: some BinaryInteger) -> Node { Node("\(value)", Tag(.int), .plain) }

  /// The node as the text of a file.
  var text: String {
    do {
      return try Yams.serialize(node: self, width: -1, allowUnicode: true)
    } catch {
      preconditionFailure("a node made of words and numbers is YAML: \(error)")
    }
  }
}

extension Node {
  private init(_ scalar: Scalar) { self = .scalar(scalar) }
}
