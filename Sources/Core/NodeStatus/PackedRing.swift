/// The newest elements of an endless sequence, addressed by their number in it, the older ones packed.
///
/// Stored in chunks as in ``ChunkedRing``; all but the newest chunks are kept as bytes, in a fifth of
/// the memory, and their elements are made anew whenever someone looks at them.
struct PackedRing<Element: Packable>: Sendable {
  private static var chunkSize: Int { 64 }
  /// Chunks that are not packed: what panels look at in every frame.
  private static var openChunks: Int { 10 }

  /// A chunk as bytes.
  private struct Pack: Sendable {
    private let bytes: [UInt8]
    /// Where each element begins.
    private let starts: [UInt32]

    init(_ elements: [Element]) {
      var coder = PackCoder()
      var starts: [UInt32] = []
      starts.reserveCapacity(elements.count)
      for element in elements {
        starts.append(UInt32(coder.bytes.count))
        coder.write(element)
      }
      self.starts = starts
      // A copy, because it has no spare room, unlike the bytes that grew.
      bytes = Array(coder.bytes[...])
    }

    subscript(place: Int) -> Element {
      var coder = PackCoder(reading: bytes, at: Int(starts[place]))
      return coder.read()
    }

    var elements: [Element] { starts.indices.map { self[$0] } }
  }

  private let capacity: Int
  private var packed: [Pack] = []
  private var open: [[Element]] = []
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
  var last: Element? { open.last?.last }

  mutating func append(_ element: Element) {
    if count.isMultiple(of: Self.chunkSize) {
      open.append([element])
      if open.count > Self.openChunks { packed.append(Pack(open.removeFirst())) }
    } else {
      open[open.count - 1].append(element)
    }
    endIndex += 1
    if count >= capacity + Self.chunkSize {
      if packed.isEmpty { open.removeFirst() } else { packed.removeFirst() }
      startIndex += Self.chunkSize
    }
  }

  /// The element with a number that is kept.
  subscript(index: Int) -> Element {
    let (chunk, place) = (index - startIndex).quotientAndRemainder(dividingBy: Self.chunkSize)
    return chunk < packed.count ? packed[chunk][place] : open[chunk - packed.count][place]
  }

  /// Changes the element with a number that is kept; a packed chunk is packed anew.
  mutating func update(_ index: Int, _ change: (inout Element) -> Void) {
    let (chunk, place) = (index - startIndex).quotientAndRemainder(dividingBy: Self.chunkSize)
    guard chunk < packed.count else {
      return change(&open[chunk - packed.count][place])
    }
    var elements = packed[chunk].elements
    change(&elements[place])
    packed[chunk] = Pack(elements)
  }

  /// The newest elements, oldest of them first.
  func suffix(_ maximum: Int) -> [Element] {
    elements(max(startIndex, endIndex - max(0, maximum))..<endIndex)
  }

  /// The elements of these numbers, which are kept.
  func elements(_ numbers: Range<Int>) -> [Element] {
    numbers.map { self[$0] }
  }

  /// What `transform` makes of the newest elements, oldest first; copies none of them.
  func compactMapSuffix<Output>(
    _ maximum: Int, _ transform: (Element) -> Output?
  ) -> [Output] {
    var outputs: [Output] = []
    for index in max(startIndex, endIndex - max(0, maximum))..<endIndex {
      let (chunk, place) = (index - startIndex).quotientAndRemainder(dividingBy: Self.chunkSize)
      let output =
        chunk < packed.count
        ? transform(packed[chunk][place]) : transform(open[chunk - packed.count][place])
      if let output { outputs.append(output) }
    }
    return outputs
  }
}
