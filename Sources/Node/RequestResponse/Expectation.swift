internal import Consensus
internal import Hashing
private import SSZ
private import Wire

/// What the answer to a request of ours may hold next.
struct Expectation {
  /// Why a chunk ends the request.
  struct Failure: Error {
    let outcome: OutgoingRequest.Outcome

    static let malformed = Failure(outcome: .misconduct(.malformed))
    static let unaskedBlock = Failure(outcome: .misconduct(.unaskedBlock))
  }

  private enum Content {
    case status(isThere: Bool)
    case roots(Set<Bytes32>)
    /// Slots that may still come, and the root that the next block must follow.
    case range(Range<UInt64>, parent: Bytes32?)
  }

  private var content: Content

  init(_ request: Request) {
    content =
      switch request {
      case .status: .status(isThere: false)
      case .blocksByRoot(let roots): .roots(Set(roots))
      case .blocksByRange(let start, let count):
        .range(start.rawValue..<start.rawValue + count, parent: nil)
      }
  }

  /// The most SSZ bytes of a chunk.
  var maximumBytes: Int {
    switch content {
    case .status: Request.maximumBytes(of: .status)
    case .roots, .range: Snappy.maximumDecodedBytes
    }
  }

  /// Whether the answer may end: blocks may be left out, a status may not.
  var isMet: Bool {
    switch content {
    case .status(let isThere): isThere
    case .roots, .range: true
    }
  }

  /// Takes the SSZ of a chunk.
  mutating func take(_ bytes: [UInt8]) -> Result<OutgoingRequest.Effect, Failure> {
    switch content {
    case .status(let isThere):
      guard !isThere else { return .failure(Failure(outcome: .misconduct(.surplus))) }
      guard let status = try? Status(ssz: bytes) else { return .failure(.malformed) }
      content = .status(isThere: true)
      return .success(.status(status))
    case .roots(var roots):
      guard let block = try? SignedBlock(ssz: bytes) else { return .failure(.malformed) }
      let root = block.block.hashTreeRoot()
      guard roots.remove(root) != nil else { return .failure(.unaskedBlock) }
      content = .roots(roots)
      return .success(.block(block, root: root))
    case .range(let slots, let parent):
      guard let block = try? SignedBlock(ssz: bytes) else { return .failure(.malformed) }
      let slot = block.block.slot.rawValue
      guard slots.contains(slot) else { return .failure(.unaskedBlock) }
      guard parent == nil || parent == block.block.parentRoot else {
        return .failure(Failure(outcome: .disconnected))
      }
      let root = block.block.hashTreeRoot()
      content = .range(slot + 1..<slots.upperBound, parent: root)
      return .success(.block(block, root: root))
    }
  }
}
