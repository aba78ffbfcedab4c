public import Hashing
public import SSZ

/// The roots of all blocks of a chain by slot, zero where a slot is empty.
///
/// The list only grows, and every block makes a state with one longer.
/// So it is stored in chunks that copies share, each with a root that is computed once: a copy
/// costs one retain, an append copies one chunk, and a root rehashes one chunk and the tops.
public struct HistoricalBlockHashes: SSZType {
  /// The most hashes that fit: twelve days of slots.
  public static let limit = 1 << 18

  /// The number of hashes.
  public private(set) var count = 0

  /// Full chunks and a last one that may be partly filled; none is empty.
  private var chunks: [HashChunk] = []

  /// Creates an empty list.
  public init() {}

  /// Creates a list of hashes.
  ///
  /// - Throws: ``SSZError/limitExceeded(count:limit:)``.
  public init(_ hashes: [Bytes32]) throws(SSZError) {
    guard hashes.count <= Self.limit else {
      throw .limitExceeded(count: hashes.count, limit: Self.limit)
    }
    append(contentsOf: hashes)
  }

  /// Appends hashes; the list must have room for them.
  ///
  /// - Complexity: O(m) for m hashes and at most one chunk that is copied.
  public mutating func append(contentsOf hashes: [Bytes32]) {
    precondition(count + hashes.count <= Self.limit, "\(count) + \(hashes.count) hashes")
    var rest = hashes[...]
    if let last = chunks.last, last.hashes.count < HashChunk.capacity, !rest.isEmpty {
      let fitting = rest.prefix(HashChunk.capacity - last.hashes.count)
      chunks[chunks.count - 1] = HashChunk(last.hashes + fitting)
      rest = rest.dropFirst(fitting.count)
    }
    while !rest.isEmpty {
      chunks.append(HashChunk(rest.prefix(HashChunk.capacity)))
      rest = rest.dropFirst(HashChunk.capacity)
    }
    count += hashes.count
  }

  /// Thirty-two bytes a hash.
  public static var sszFixedByteCount: Int? { nil }

  /// Decodes at most ``limit`` hashes; hashes nothing.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    try self.init(SSZElements<Bytes32>.decodeList(bytes, limit: Self.limit))
  }

  /// The number of bytes of all hashes.
  public var sszByteCount: Int { count * Bytes32.count }

  /// Appends the hashes.
  public func encode(into output: inout OutputRawSpan) {
    for chunk in chunks { chunk.hashes.withUnsafeBytes { output.append(contentsOf: $0) } }
  }

  /// The root over the hashes with their count mixed in.
  ///
  /// - Complexity: O(c) hashes for c chunks, and the chunks that nobody has hashed before.
  public func hashTreeRoot() -> Bytes32 {
    let roots = chunks.map { $0.hashTreeRoot() }
    // A missing chunk is a subtree of zeros, not a zero hash.
    let top = Merkle.root(
      of: roots, limit: Self.limit / HashChunk.capacity,
      height: Merkle.depth(leafCount: HashChunk.capacity))
    return Merkle.mixIn(count: count, to: top)
  }
}

extension HistoricalBlockHashes: RandomAccessCollection {
  /// Zero, genesis.
  public var startIndex: Int { 0 }

  /// The number of hashes, one past the last slot.
  public var endIndex: Int { count }

  /// The hash at `index`, which must be below ``count``.
  public subscript(index: Int) -> Bytes32 {
    let hashes = chunks[index / HashChunk.capacity].hashes
    return hashes[hashes.startIndex + index % HashChunk.capacity]
  }
}

extension HistoricalBlockHashes: Equatable {
  /// Compares the hashes; chunks that both share count as equal unseen.
  public static func == (left: Self, right: Self) -> Bool {
    left.count == right.count
      && zip(left.chunks, right.chunks).allSatisfy { $0 === $1 || $0.hashes == $1.hashes }
  }
}

extension HistoricalBlockHashes: Codable {
  /// Reads leanSpec's wrapped array.
  public init(from decoder: any Decoder) throws {
    try self.init(SSZList<Bytes32, 262_144>(from: decoder).elements)
  }

  /// Writes leanSpec's wrapped array.
  public func encode(to encoder: any Encoder) throws {
    try SSZList<Bytes32, 262_144>(Array(self)).encode(to: encoder)
  }
}

/// Up to 512 neighbouring hashes with the root of their subtree.
private final class HashChunk: Sendable {
  /// 512 chunks of 512 hashes are the whole list, so that neither level dominates the cost.
  static let capacity = 512

  let hashes: ArraySlice<Bytes32>
  private let root = RootCell()

  init(_ hashes: ArraySlice<Bytes32>) {
    self.hashes = hashes
  }

  func hashTreeRoot() -> Bytes32 {
    root.value { Merkle.root(of: Array(hashes), limit: Self.capacity) }
  }
}
