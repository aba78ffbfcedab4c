/// The newest elements of an endless sequence, addressed by their number in it.
///
/// Stored in chunks, so that a copy of the ring shares all but the chunks changed since:
/// a snapshot of a fleet costs kilobytes, not megabytes.
struct ChunkedRing<Element: Sendable>: Sendable {
  private static var chunkSize: Int { 64 }

  private let capacity: Int
  private var chunks: [[Element]] = []
  /// The number of the first element that is kept.
  private(set) var startIndex = 0
  /// The number after that of the newest element.
  private(set) var endIndex = 0

  /// - Parameter capacity: Elements kept at least; up to one chunk more may be kept.
  init(capacity: Int) {
    precondition(capacity > 0, "the capacity \(capacity) of a ring is not positive")
    self.capacity = capacity
  }

  var count: Int { endIndex - startIndex }
  var indices: Range<Int> { startIndex..<endIndex }
  var last: Element? { chunks.last?.last }

  mutating func append(_ element: Element) {
    if chunks.last.map({ $0.count < Self.chunkSize }) ?? false {
      chunks[chunks.count - 1].append(element)
    } else {
      chunks.append([element])
    }
    endIndex += 1
    if count >= capacity + Self.chunkSize {
      chunks.removeFirst()
      startIndex += Self.chunkSize
    }
  }

  /// The element with a number that is kept.
  subscript(index: Int) -> Element {
    get {
      let place = index - startIndex
      return chunks[place / Self.chunkSize][place % Self.chunkSize]
    }
    _modify {
      let place = index - startIndex
      yield &chunks[place / Self.chunkSize][place % Self.chunkSize]
    }
  }

  /// The number of the newest element for which `isWanted` holds.
  func lastIndex(where isWanted: (Element) -> Bool) -> Int? {
    for place in chunks.indices.reversed() {
      if let index = chunks[place].lastIndex(where: isWanted) {
        return startIndex + place * Self.chunkSize + index
      }
    }
    return nil
  }

  /// The newest elements, oldest of them first.
  func suffix(_ maximum: Int) -> [Element] {
    (max(startIndex, endIndex - max(0, maximum))..<endIndex).map { self[$0] }
  }
}
