public import Hashing

/// The coding of a run of elements, with limits as arguments: what vectors and lists share.
///
/// Collections whose limit is known only at run time, or that store elements in their own way,
/// build on this too.
public enum SSZElements<Element: SSZType> {
  /// Decodes the elements of a vector.
  ///
  /// - Throws: ``SSZError`` unless `bytes` are `count` elements.
  @inlinable
  public static func decodeVector(_ bytes: RawSpan, count: Int) throws(SSZError) -> [Element] {
    if let size = Element.sszFixedByteCount {
      try bytes.requireByteCount(count * size)
      return try decodeFixed(bytes, size: size)
    }
    let tableByteCount = count * sszOffsetByteCount
    guard bytes.byteCount >= tableByteCount else {
      throw .truncated(byteCount: bytes.byteCount, needed: tableByteCount)
    }
    guard count > 0 else {
      try bytes.requireByteCount(0)
      return []
    }
    guard bytes.offset(at: 0) == tableByteCount else {
      throw .firstOffset(bytes.offset(at: 0), expected: tableByteCount)
    }
    return try decodeVariable(bytes, count: count)
  }

  /// Decodes the elements of a list.
  ///
  /// - Throws: ``SSZError`` unless `bytes` are at most `limit` elements.
  @inlinable
  public static func decodeList(_ bytes: RawSpan, limit: Int) throws(SSZError) -> [Element] {
    guard bytes.byteCount > 0 else { return [] }
    if let size = Element.sszFixedByteCount {
      guard bytes.byteCount.isMultiple(of: size) else {
        throw .partialElement(byteCount: bytes.byteCount, elementByteCount: size)
      }
      try requireLimit(bytes.byteCount / size, limit)
      return try decodeFixed(bytes, size: size)
    }
    guard bytes.byteCount >= sszOffsetByteCount else {
      throw .truncated(byteCount: bytes.byteCount, needed: sszOffsetByteCount)
    }
    let first = bytes.offset(at: 0)
    guard first > 0, first <= bytes.byteCount, first.isMultiple(of: sszOffsetByteCount) else {
      throw .offsetTable(firstOffset: first, byteCount: bytes.byteCount)
    }
    try requireLimit(first / sszOffsetByteCount, limit)
    return try decodeVariable(bytes, count: first / sszOffsetByteCount)
  }

  /// The number of bytes of the encoded elements, their offset table included.
  @inlinable
  public static func byteCount(of elements: some Collection<Element>) -> Int {
    if let size = Element.sszFixedByteCount { return elements.count * size }
    return elements.reduce(elements.count * sszOffsetByteCount) { $0 + $1.sszByteCount }
  }

  /// Appends the encoded elements.
  @inlinable
  public static func encode(_ elements: some Collection<Element>, into output: inout OutputRawSpan)
  {
    if Element.isSSZMemoryImage {
      let copied: Void? = elements.withContiguousStorageIfAvailable { memory in
        output.append(contentsOf: UnsafeRawBufferPointer(memory))
      }
      if copied != nil { return }
    }
    if Element.sszFixedByteCount == nil {
      var offset = elements.count * sszOffsetByteCount
      for element in elements {
        output.append(offset: offset)
        offset += element.sszByteCount
      }
    }
    for element in elements { element.encode(into: &output) }
  }

  /// The root over the elements in a tree with room for `limit` of them, without their count.
  @inlinable
  public static func root(of elements: some Collection<Element>, limit: Int) -> Bytes32 {
    guard Element.isSSZBasic, let size = Element.sszFixedByteCount else {
      return Merkle.root(of: elements.map { $0.hashTreeRoot() }, limit: limit)
    }
    let bytes = [UInt8](sszByteCount: elements.count * size) { encode(elements, into: &$0) }
    let chunkLimit = Merkle.chunkCount(byteCount: limit * size)
    return Merkle.root(ofBytes: bytes.span.bytes, chunkLimit: chunkLimit)
  }

  @inlinable
  static func requireLimit(_ count: Int, _ limit: Int) throws(SSZError) {
    guard count <= limit else { throw .limitExceeded(count: count, limit: limit) }
  }

  @inlinable
  static func decodeFixed(_ bytes: RawSpan, size: Int) throws(SSZError) -> [Element] {
    let elementCount = bytes.byteCount / size
    if Element.isSSZMemoryImage {
      return [Element](unsafeUninitializedCapacity: elementCount) { memory, count in
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(memory).copyMemory(from: $0) }
        count = elementCount
      }
    }
    var elements: [Element] = []
    elements.reserveCapacity(elementCount)
    var start = 0
    while start < bytes.byteCount {
      elements.append(try Element(ssz: bytes.extracting(start..<(start + size))))
      start += size
    }
    return elements
  }

  /// Decodes `count` elements after a table of that many offsets, the first one already checked.
  ///
  /// Grows the array as elements prove valid: a table alone must not reserve memory.
  @inlinable
  static func decodeVariable(_ bytes: RawSpan, count: Int) throws(SSZError) -> [Element] {
    var elements: [Element] = []
    var start = bytes.offset(at: 0)
    for index in 1...count {
      let isLast = index == count
      let end = isLast ? bytes.byteCount : bytes.offset(at: index * sszOffsetByteCount)
      guard end >= start, end <= bytes.byteCount else {
        throw .offset(end, outside: start...bytes.byteCount)
      }
      elements.append(try Element(ssz: bytes.extracting(start..<end)))
      start = end
    }
    return elements
  }
}
