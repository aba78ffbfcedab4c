public import Chain
public import ChainEvents
public import ChainHost
public import Consensus
public import Hashing
internal import SSZ

/// One member's way into an ``InMemoryNetwork``.
public struct InMemoryPeer: ChainNetwork {
  /// The member's name.
  public let name: String

  let network: InMemoryNetwork

  /// Called with the root of each block that was published, and whether any peer was sent it.
  public var onPublished: @Sendable (Bytes32, _ isSent: Bool) -> Void = { _, _ in }

  /// Sends our block to every connected peer.
  public func publish(_ block: SignedBlock) {
    let isSent = network.broadcast(.block(block), from: name)
    onPublished(block.block.hashTreeRoot(), isSent)
  }

  /// Sends our votes to every connected peer.
  public func publish(_ attestations: [SignedAttestation]) {
    for attestation in attestations {
      _ = network.broadcast(.attestation(attestation), from: name)
    }
  }

  /// Sends an aggregate to every connected peer.
  public func publish(_ aggregate: SignedAggregatedAttestation) {
    _ = network.broadcast(.aggregate(aggregate), from: name)
  }

  /// Asks peers for blocks, one peer after the other.
  public func request(_ blocks: [BlockRequest]) {
    for block in blocks { network.request(block, for: name) }
  }

  /// Does nothing: nobody forwards here, so no verdict is waited for.
  public func judge(_ gossip: UInt64, _ verdict: Verdict) {}

  /// Tells every connected peer where we stand.
  public func announce(_ announcement: PeerAnnouncement) {
    network.announce(announcement, from: name)
  }

  /// Leaves the network.
  public func leave() {
    network.leave(name)
  }
}

/// What a member says of itself now and then.
public struct PeerAnnouncement: Hashable, Sendable {
  /// The slot of its head.
  public let head: Slot

  /// The slot that it has finalized.
  public let finalized: Slot

  /// Creates an announcement.
  public init(head: Slot, finalized: Slot) {
    self.head = head
    self.finalized = finalized
  }
}

/// What a member learns about its peers.
public enum PeerNews: Hashable, Sendable {
  /// A peer can be reached.
  case connected(String)

  /// A peer can no longer be reached.
  case disconnected(String)

  /// A peer said where it stands.
  case announced(String, PeerAnnouncement, roundTripMilliseconds: Int)
}

/// Takes news of peers; called on the network's queue.
public typealias PeerReport = @Sendable (PeerNews) -> Void

/// A message for everyone.
public enum GossipMessage: Sendable {
  /// A block of its proposer.
  case block(SignedBlock)

  /// A vote of a validator.
  case attestation(SignedAttestation)

  /// A proof of votes.
  case aggregate(SignedAggregatedAttestation)

  /// What a receiver's engine gets; `number` tells the message from all others.
  func input(from sender: String, number: UInt64) -> ChainEngine.Input {
    let origin = MessageOrigin(peer: sender, gossip: number)
    return switch self {
    case .block(let block): .block(block, origin)
    case .attestation(let attestation): .attestation(attestation, origin)
    case .aggregate(let aggregate): .aggregate(aggregate, origin)
    }
  }
}
