internal import Consensus
internal import Hashing
private import SSZ

/// A block with the name that checks refer to it by.
struct LabelledBlock: Decodable {
  let block: Block
  let label: String?

  private enum Key: CodingKey {
    case blockRootLabel
  }

  init(from decoder: any Decoder) throws {
    block = try Block(from: decoder)
    let fields = try decoder.container(keyedBy: Key.self)
    label = try fields.decodeIfPresent(String.self, forKey: .blockRootLabel)
  }
}

/// The roots of blocks by name.
struct Labels {
  private var roots: [String: Bytes32] = [:]

  init(_ blocks: [LabelledBlock] = []) {
    for block in blocks { add(block) }
  }

  mutating func add(_ block: LabelledBlock) {
    if let label = block.label { roots[label] = block.block.hashTreeRoot() }
  }

  mutating func add(_ root: Bytes32, as label: String) {
    roots[label] = root
  }

  /// The root of the block called `label`, or `nil` when the vector does not say which that is.
  subscript(label: String) -> Bytes32? { roots[label] }

  /// Demands that `root` is that of the block called `label`, if both are given.
  func expect(_ root: Bytes32, isOf label: String?, _ subject: String) throws(Mismatch) {
    guard let label, let expected = roots[label] else { return }
    guard root == expected else {
      throw Mismatch(
        expected: "\(subject) \(label) \(expected)", actual: "\(subject) \(name(of: root))")
    }
  }

  private func name(of root: Bytes32) -> String {
    let names = roots.filter { $0.value == root }.keys.sorted()
    return (names + ["\(root)"]).joined(separator: " ")
  }
}
