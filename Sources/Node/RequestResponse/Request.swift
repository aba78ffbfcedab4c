package import Consensus
private import Hashing
private import SSZ
private import Wire

/// What is asked on one stream.
package enum Request: Hashable, Sendable {
  /// The asker's own status; the answer is the other's.
  case status(Status)
  /// The roots of the blocks.
  case blocksByRoot(RequestedBlockRoots)
  /// The blocks of `count` slots from `start`.
  case blocksByRange(start: Slot, count: UInt64)

  /// The protocol of the stream.
  package var `protocol`: RequestProtocol {
    switch self {
    case .status: .status
    case .blocksByRoot: .blocksByRoot
    case .blocksByRange: .blocksByRange
    }
  }

  /// The bytes on the wire.
  var encoded: [UInt8] {
    let ssz =
      switch self {
      case .status(let status): status.sszBytes()
      case .blocksByRoot(let roots): BlocksByRootRequest(roots: roots).sszBytes()
      case .blocksByRange(let start, let count):
        BlocksByRangeRequest(startSlot: start, count: count).sszBytes()
      }
    return FramedPayload.encode(ssz)
  }

  /// The most SSZ bytes of a request: more is refused by its length alone.
  static func maximumBytes(of protocol: RequestProtocol) -> Int {
    switch `protocol` {
    case .status: 2 * (Bytes32.count + 8)
    case .blocksByRoot: 4 + Preset.maximumRequestBlocks * Bytes32.count
    case .blocksByRange: 16
    }
  }

  /// Decodes the SSZ of a request.
  ///
  /// - Throws: ``Refusal/malformedRequest`` or ``Refusal/countOutOfRange``.
  init(_ protocol: RequestProtocol, ssz bytes: [UInt8]) throws(Refusal) {
    do {
      switch `protocol` {
      case .status: self = .status(try Status(ssz: bytes))
      case .blocksByRoot: self = .blocksByRoot(try BlocksByRootRequest(ssz: bytes).roots)
      case .blocksByRange:
        let range = try BlocksByRangeRequest(ssz: bytes)
        self = .blocksByRange(start: range.startSlot, count: range.count)
      }
    } catch {
      throw .malformedRequest
    }
    guard case .blocksByRange(let start, let count) = self else { return }
    guard (1...UInt64(Preset.maximumRequestBlocks)).contains(count),
      !start.rawValue.addingReportingOverflow(count).overflow
    else { throw .countOutOfRange }
  }
}
