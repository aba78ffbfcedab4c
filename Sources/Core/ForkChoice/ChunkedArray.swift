/// A growing list whose copies share what has not changed since.
///
/// Proposers and readers look at a copy of the tree while the chain goes on. Of a plain array the
/// next block would copy every element, so without finality a slot would cost more and more.
/// - Complexity: Subscripts are O(1). A change of a list that is shared copies one chunk, and a
///   reference for each of the others.
package struct ChunkedArray<Element> {
  /// Elements of a chunk: 50,000 are 196 chunks, so that neither level dominates the cost.
  static var chunkCapacity: Int { 256 }

  private var chunks: [[Element]] = []

  /// The number of elements.
  package private(set) var count = 0

  mutating func append(_ element: Element) {
    if count.isMultiple(of: Self.chunkCapacity) { chunks.append([]) }
    chunks[chunks.count - 1].append(element)
    count += 1
  }
}

extension ChunkedArray: RandomAccessCollection, MutableCollection {
  /// Zero.
  package var startIndex: Int { 0 }

  /// The number of elements.
  package var endIndex: Int { count }

  /// The element at a position.
  package subscript(position: Int) -> Element {
    get { chunks[position / Self.chunkCapacity][position % Self.chunkCapacity] }
    _modify { yield &chunks[position / Self.chunkCapacity][position % Self.chunkCapacity] }
  }
}

extension ChunkedArray: Sendable where Element: Sendable {}
