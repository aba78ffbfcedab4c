/// Why bytes are not a key of the scheme.
public enum SecretKeyError: Error, Hashable, Sendable {
  /// The key is cut off or too long; the right size is known once its window is.
  case byteCount(Int, expected: Int?)
  /// The key belongs to a scheme with another tree height.
  case otherScheme(height: UInt64, expected: Int)
  /// The active slots are not whole bottom trees within the lifetime.
  case window(activation: UInt64, count: UInt64)
  /// The prepared window lies outside the active slots.
  case leftTree(UInt64)
  /// A field element is at or above the prime.
  case elementOutOfRange
  /// The bytes cannot be read, as from a broken disk or a file that was cut.
  case unreadable
  /// The stored trees are not those of the secret.
  case otherSecret
  /// An offset, index or count is not the one that the window requires.
  case notCanonical
  /// A stored node is not the hash of what is below it.
  case inconsistentNode(level: Int, index: UInt64)
}

extension SecretKeyError: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    switch self {
    case .byteCount(let count, let expected):
      "the key has \(count) bytes" + (expected.map { " instead of \($0)" } ?? ": too few")
    case .otherScheme(let height, let expected):
      "the key's tree has height \(height), the scheme's \(expected)"
    case .window(let activation, let count):
      "\(count) slots from \(activation) are not whole bottom trees of the scheme"
    case .leftTree(let index): "the prepared tree \(index) is outside the active slots"
    case .elementOutOfRange: "the key holds a field element at or above P"
    case .unreadable: "the key cannot be read"
    case .otherSecret: "the secret is not the one that the trees were made from"
    case .notCanonical: "an offset or index of the key has a value that it cannot have"
    case .inconsistentNode(let level, let index):
      "node \(index) of level \(level) is not the hash of what is below it"
    }
  }
}
