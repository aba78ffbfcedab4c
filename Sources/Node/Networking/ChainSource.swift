package import Consensus
package import Hashing
package import RequestResponse
internal import SSZ

/// What of our chain is shown to peers that ask; called on a thread that may wait for the disk.
package struct ChainSource: Sendable {
  /// How far our chain is; `nil` before there is one.
  package let status: @Sendable () -> Status?

  /// A block that we have.
  package let block: @Sendable (Bytes32) -> SignedBlock?

  /// The canonical blocks of so many slots from the first.
  package let range: @Sendable (Slot, _ count: UInt64) -> IncomingRequest.RangeAnswer

  /// The slot by the node's clock: what peers claim beyond it cannot be true.
  package let slot: @Sendable () -> Slot

  /// Creates the source.
  package init(
    slot: @escaping @Sendable () -> Slot,
    status: @escaping @Sendable () -> Status?,
    block: @escaping @Sendable (Bytes32) -> SignedBlock?,
    range: @escaping @Sendable (Slot, _ count: UInt64) -> IncomingRequest.RangeAnswer
  ) {
    self.slot = slot
    self.status = status
    self.block = block
    self.range = range
  }

  /// Looks something up.
  func find(_ wanted: Lookup.Wanted) -> IncomingRequest.Input {
    switch wanted {
    case .status: .status(status())
    case .block(let root): .block(block(root)?.sszBytes())
    case .range(let start, let count): .range(range(start, count))
    }
  }
}

/// Something to be looked up for a peer's request.
struct Lookup: Hashable, Sendable {
  enum Wanted: Hashable, Sendable {
    case status
    case block(Bytes32)
    case range(Slot, count: UInt64)
  }

  /// The number of the request.
  let exchange: UInt64
  let wanted: Wanted
}
