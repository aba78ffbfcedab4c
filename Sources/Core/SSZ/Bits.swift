public import Hashing

/// A run of bits packed into words, with no limit of its own: what bitlists and bitvectors share.
public struct Bits: Hashable, Sendable {
  /// The number of bits.
  public private(set) var count: Int

  /// The bits, the first one lowest; bits at `count` and above are zero.
  public private(set) var words: [UInt64]

  /// Creates `count` bits, all `bit`.
  public init(repeating bit: Bool = false, count: Int = 0) {
    precondition(count >= 0, "\(count) bits")
    self.count = count
    words = [UInt64](repeating: bit ? .max : 0, count: (count + 63) / 64)
    clearAboveCount()
  }

  /// Creates `count` bits from as many words as they need; bits above `count` are ignored.
  public init(words: [UInt64], count: Int) {
    precondition(words.count == (count + 63) / 64, "\(words.count) words for \(count) bits")
    self.count = count
    self.words = words
    clearAboveCount()
  }

  /// Creates the bits in order.
  public init(_ bits: some Collection<Bool>) {
    self.init(count: bits.count)
    for (index, bit) in bits.enumerated() where bit { words[index / 64] |= 1 << UInt64(index % 64) }
  }

  /// The number of bits that are set.
  public var setCount: Int {
    words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// The positions of the bits that are set, ascending.
  public var setIndices: [Int] {
    var indices: [Int] = []
    indices.reserveCapacity(setCount)
    for (position, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        indices.append(position * 64 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
    return indices
  }

  /// Appends one bit.
  public mutating func append(_ bit: Bool) {
    resize(to: count + 1)
    self[count - 1] = bit
  }

  /// Changes the number of bits; new ones are clear.
  public mutating func resize(to newCount: Int) {
    precondition(newCount >= 0, "\(newCount) bits")
    let wordCount = (newCount + 63) / 64
    if wordCount > words.count {
      words.append(contentsOf: repeatElement(0, count: wordCount - words.count))
    } else {
      words.removeLast(words.count - wordCount)
    }
    count = newCount
    clearAboveCount()
  }

  /// Removes the first `removedCount` bits; the others move down.
  public mutating func removeFirst(_ removedCount: Int) {
    precondition(removedCount >= 0 && removedCount <= count, "\(removedCount) of \(count) bits")
    let (wordShift, bitShift) = (removedCount / 64, UInt64(removedCount % 64))
    for position in words.indices.dropLast(wordShift) {
      let low = words[position + wordShift] >> bitShift
      let next = position + wordShift + 1
      let high = bitShift > 0 && next < words.count ? words[next] << (64 - bitShift) : 0
      words[position] = low | high
    }
    resize(to: count - removedCount)
  }

  /// Sets every bit that is set in `other`, growing to its count.
  public mutating func formUnion(_ other: Bits) {
    if other.count > count { resize(to: other.count) }
    for (position, word) in other.words.enumerated() { words[position] |= word }
  }

  private mutating func clearAboveCount() {
    if !count.isMultiple(of: 64) { words[words.count - 1] &= (1 << UInt64(count % 64)) - 1 }
  }
}

extension Bits: RandomAccessCollection, MutableCollection {
  /// Zero.
  public var startIndex: Int { 0 }

  /// The number of bits.
  public var endIndex: Int { count }

  /// The bit at `index`, which must be below ``count``.
  public subscript(index: Int) -> Bool {
    get {
      precondition(index >= 0 && index < count, "bit \(index) of \(count)")
      return words[index / 64] >> UInt64(index % 64) & 1 == 1
    }
    set {
      precondition(index >= 0 && index < count, "bit \(index) of \(count)")
      let mask: UInt64 = 1 << UInt64(index % 64)
      if newValue { words[index / 64] |= mask } else { words[index / 64] &= ~mask }
    }
  }
}

/// The encodings of bits, with limits as arguments.
extension Bits {
  /// Decodes a bitvector of `count` bits.
  ///
  /// - Throws: ``SSZError`` for another number of bytes or a padding bit that is set.
  public init(bitvector bytes: RawSpan, count: Int) throws(SSZError) {
    try bytes.requireByteCount((count + 7) / 8)
    self.init(bytes, count: count)
    if !count.isMultiple(of: 8) {
      let last = bytes.unsafeLoad(fromByteOffset: bytes.byteCount - 1, as: UInt8.self)
      guard last >> UInt8(count % 8) == 0 else { throw .paddingBits(lastByte: last) }
    }
  }

  /// Decodes a bitlist: the highest bit that is set ends it and must be in the last byte.
  ///
  /// - Throws: ``SSZError`` without such a bit or with more than `limit` bits before it.
  public init(bitlist bytes: RawSpan, limit: Int) throws(SSZError) {
    guard bytes.byteCount > 0 else { throw .missingDelimiter }
    let last = bytes.unsafeLoad(fromByteOffset: bytes.byteCount - 1, as: UInt8.self)
    guard last != 0 else { throw .missingDelimiter }
    let count = bytes.byteCount * 8 - last.leadingZeroBitCount - 1
    guard count <= limit else { throw .limitExceeded(count: count, limit: limit) }
    self.init(bytes, count: count)
  }

  /// Takes the first `count` bits of `bytes`.
  private init(_ bytes: RawSpan, count: Int) {
    self.init(count: count)
    let byteCount = Swift.min(bytes.byteCount, words.count * 8)
    words.withUnsafeMutableBytes { memory in
      bytes.extracting(first: byteCount).withUnsafeBytes { memory.copyMemory(from: $0) }
    }
    for position in words.indices { words[position] = UInt64(littleEndian: words[position]) }
    clearAboveCount()
  }

  /// The number of bytes of the bitlist's encoding, its delimiter included.
  public var bitlistByteCount: Int { count / 8 + 1 }

  /// The number of bytes of the bitvector's encoding.
  public var bitvectorByteCount: Int { (count + 7) / 8 }

  /// Appends the encoding of a bitvector.
  public func encodeBitvector(into output: inout OutputRawSpan) {
    encode(byteCount: bitvectorByteCount, into: &output)
  }

  /// Appends the encoding of a bitlist.
  public func encodeBitlist(into output: inout OutputRawSpan) {
    encode(byteCount: count / 8, into: &output)
    let tail =
      count.isMultiple(of: 8)
      ? 0 : UInt8(truncatingIfNeeded: words[count / 64] >> UInt64(count / 8 % 8 * 8))
    output.append(tail | 1 << UInt8(count % 8), as: UInt8.self)
  }

  /// The root over the bits in a tree with room for `limit` of them, without their count.
  public func root(limit: Int) -> Bytes32 {
    Merkle.root(ofBytes: littleEndianWords.span.bytes, chunkLimit: (limit + 255) / 256)
  }

  private var littleEndianWords: [UInt64] {
    UInt64(littleEndian: 1) == 1 ? words : words.map(\.littleEndian)
  }

  private func encode(byteCount: Int, into output: inout OutputRawSpan) {
    littleEndianWords.withUnsafeBytes { bytes in
      output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[..<byteCount]))
    }
  }
}
