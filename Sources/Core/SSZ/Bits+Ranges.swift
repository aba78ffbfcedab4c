/// Cutting and joining bits a word at a time.
extension Bits {
  /// A copy of the bits in `range`.
  ///
  /// - Complexity: O(n / 64) for a range of n bits.
  public func extracting(_ range: Range<Int>) -> Bits {
    precondition(range.upperBound <= count, "bits \(range) of \(count)")
    let first = range.lowerBound / 64
    let shift = UInt64(range.lowerBound % 64)
    let wordCount = (range.count + 63) / 64
    guard shift > 0 else {
      return Bits(words: Array(words[first..<(first + wordCount)]), count: range.count)
    }
    let shifted = (first..<(first + wordCount)).map { position in
      let above = position + 1 < words.count ? words[position + 1] << (64 - shift) : 0
      return words[position] >> shift | above
    }
    return Bits(words: shifted, count: range.count)
  }

  /// Joins runs of bits into one, the first run lowest.
  ///
  /// - Complexity: O(n / 64 + r) for n bits in r runs.
  public init(joining runs: some Sequence<Bits>) {
    var joined: [UInt64] = []
    var count = 0
    for run in runs {
      let shift = UInt64(count % 64)
      if shift == 0 {
        joined.append(contentsOf: run.words)
      } else {
        for word in run.words {
          joined[joined.count - 1] |= word << shift
          joined.append(word >> (64 - shift))
        }
      }
      count += run.count
      joined.removeLast(joined.count - (count + 63) / 64)
    }
    self.init(words: joined, count: count)
  }

  /// The position of the last bit that is set, or `nil` when none is.
  public var lastSetIndex: Int? {
    guard let position = words.lastIndex(where: { $0 != 0 }) else { return nil }
    return position * 64 + 63 - words[position].leadingZeroBitCount
  }
}

/// Bits as a set of positions.
extension Bits {
  /// Whether the bit at `index` is set; bits that are not there are not.
  public func isSet(_ index: Int) -> Bool {
    index < count && self[index]
  }

  /// Sets the bit at `index`, growing to hold it.
  public mutating func insert(_ index: Int) {
    if index >= count { resize(to: index + 1) }
    self[index] = true
  }

  /// The number of bits that are set here but not in `other`.
  public func setCount(notIn other: Bits) -> Int {
    zip(words.indices, words).reduce(0) { sum, entry in
      let covered = entry.0 < other.words.count ? other.words[entry.0] : 0
      return sum + (entry.1 & ~covered).nonzeroBitCount
    }
  }

  /// The bits that are set here but not in `other`.
  public func subtracting(_ other: Bits) -> Bits {
    let difference = zip(words.indices, words).map { position, word in
      position < other.words.count ? word & ~other.words[position] : word
    }
    return Bits(words: difference, count: count)
  }

  /// The bits that are set both here and in `other`.
  public func intersection(_ other: Bits) -> Bits {
    let shared = zip(words, other.words).map { $0 & $1 }
    return Bits(words: shared, count: Swift.min(count, other.count))
  }

  /// The same set in as few bits as hold it.
  public var trimmed: Bits {
    var trimmed = self
    trimmed.resize(to: lastSetIndex.map { $0 + 1 } ?? 0)
    return trimmed
  }
}
