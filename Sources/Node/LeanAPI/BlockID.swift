internal import ChainHost
internal import Consensus
internal import ForkChoice
internal import Hashing

/// How a path names a block: by a word, its root, or its slot on the head's chain.
enum BlockID: Hashable {
  case head
  case justified
  case finalized
  case root(Bytes32)
  case slot(Slot)
  case invalid

  /// Reads one part of a path.
  init(_ text: String) {
    switch text {
    case "head": self = .head
    case "justified": self = .justified
    case "finalized": self = .finalized
    case _ where text.hasPrefix("0x"):
      self = Bytes32(hexadecimal: text).map { .root($0) } ?? .invalid
    default:
      let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
      self = isNumber ? UInt64(text).map { .slot(Slot($0)) } ?? .invalid : .invalid
    }
  }

  /// The root of the block, as far as a view knows it; the block itself may be older than the view.
  func root(in view: ChainView) -> Bytes32? {
    switch self {
    case .head: view.head.root
    case .justified: view.justified.root
    case .finalized: view.finalized.root
    case .root(let root): root
    case .slot(let slot): Self.root(of: slot, in: view)
    case .invalid: nil
    }
  }

  /// The root of the canonical block of a slot: the head, or what the head's state remembers.
  private static func root(of slot: Slot, in view: ChainView) -> Bytes32? {
    if slot == view.head.slot { return view.head.root }
    guard slot < view.head.slot, let hashes = view.head.state?.historicalBlockHashes,
      let index = Int(exactly: slot.rawValue), index < hashes.count
    else { return nil }
    let root = hashes[index]
    return root == .zero ? nil : root
  }
}
