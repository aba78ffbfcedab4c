/// A set of validator indices, one bit each; holds nothing beyond the registry.
package struct ValidatorSet: Hashable, Sendable {
  /// leanSpec's limit of the registry; larger indices are not held.
  package static let limit: UInt64 = 4096

  /// The members as bits, 64 a word.
  package private(set) var words: [UInt64] = []

  /// Creates a set.
  package init(_ validators: some Sequence<UInt64> = []) {
    for validator in validators { insert(validator) }
  }

  /// Creates a set from its bits; those beyond ``limit`` are ignored.
  package init(words: [UInt64]) {
    self.words = Array(words.prefix(Int(ValidatorSet.limit / 64)))
  }

  /// The number of validators in the set.
  package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether the set holds nobody.
  package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// Adds a validator; an index beyond ``limit`` is ignored.
  package mutating func insert(_ validator: UInt64) {
    guard validator < ValidatorSet.limit else { return }
    let word = Int(validator / 64)
    while words.count <= word { words.append(0) }
    words[word] |= 1 << (validator % 64)
  }

  /// Adds the members of another set.
  package mutating func formUnion(_ other: ValidatorSet) {
    while words.count < other.words.count { words.append(0) }
    for (index, word) in other.words.enumerated() { words[index] |= word }
  }

  /// Whether the set holds the validator.
  package func contains(_ validator: UInt64) -> Bool {
    let word = Int(clamping: validator / 64)
    return word < words.count && words[word] & 1 << (validator % 64) != 0
  }

  /// The members in ascending order.
  package var members: [UInt64] {
    words.indices.flatMap { index in
      (0..<64).filter { words[index] & 1 << $0 != 0 }.map { UInt64(index) * 64 + $0 }
    }
  }

  /// Those of `0..<total` that are not members.
  package func missing(of total: UInt64) -> [UInt64] {
    (0..<min(total, ValidatorSet.limit)).filter { !contains($0) }
  }
}

extension ValidatorSet: ExpressibleByArrayLiteral {
  /// Creates a set of these indices.
  package init(arrayLiteral validators: UInt64...) {
    self.init(validators)
  }
}

extension ValidatorSet: CustomStringConvertible {
  /// The members as a list.
  package var description: String { "\(members)" }
}

extension ValidatorSet: EventField {
  static func read(_ value: JSONValue?) -> ValidatorSet? {
    [UInt64].read(value).map { ValidatorSet($0) }
  }

  func write(into writer: inout JSONWriter) {
    writer.array(members)
  }
}
