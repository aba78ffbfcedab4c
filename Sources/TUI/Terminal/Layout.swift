/// How much of a line of cells a part of a layout takes.
package enum Length: Hashable, Sendable {
  /// Exactly this many cells while there is room.
  case cells(Int)
  /// A share, by weight, of what the others leave.
  case share(Int)
  /// At least this many cells, and an equal share of what is left.
  case atLeast(Int)
}

extension Rect {
  /// Parts from top to bottom, one for each of `lengths`, that never overlap or leave the rectangle.
  ///
  /// Where room ends, earlier parts get theirs and later ones are empty.
  package func splitRows(_ lengths: [Length]) -> [Rect] {
    var next = row
    return Rect.allot(lengths, of: height).map { height in
      defer { next += height }
      return Rect(column: column, row: next, width: width, height: height)
    }
  }

  /// Parts from left to right, one for each of `lengths`, that never overlap or leave the rectangle.
  ///
  /// Where room ends, earlier parts get theirs and later ones are empty.
  package func splitColumns(_ lengths: [Length]) -> [Rect] {
    var next = column
    return Rect.allot(lengths, of: width).map { width in
      defer { next += width }
      return Rect(column: next, row: row, width: width, height: height)
    }
  }

  /// Cells for each length: fixed parts first, then the rest by weight, odd cells to the earlier.
  private static func allot(_ lengths: [Length], of total: Int) -> [Int] {
    var left = total
    var allotted = lengths.map { length in
      switch length {
      case .cells(let count), .atLeast(let count):
        let granted = min(max(count, 0), left)
        left -= granted
        return granted
      case .share: return 0
      }
    }
    let weights = lengths.map { length in
      switch length {
      case .cells: 0
      case .share(let weight): min(max(weight, 0), limit)
      case .atLeast: 1
      }
    }
    var weightLeft = weights.reduce(0, +)
    for (index, weight) in weights.enumerated() where weight > 0 {
      let granted = (left * weight + weightLeft - 1) / weightLeft
      allotted[index] += granted
      left -= granted
      weightLeft -= weight
    }
    return allotted
  }
}
