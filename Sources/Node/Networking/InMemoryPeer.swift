package import Chain
package import ChainEvents
internal import ChainHost
internal import ChainWork
package import Consensus
internal import Hashing
internal import SSZ

/// One member's way into an ``InMemoryNetwork``.
package struct InMemoryPeer: NodeNetwork {
  /// The member's name.
  package let name: String

  let network: InMemoryNetwork
  let mailbox: ChainMailbox

  /// Sends our block to every connected peer.
  package func publish(_ block: SignedBlock) {
    let root = block.block.hashTreeRoot()
    let isSent = network.broadcast(.block(block), from: name)
    mailbox.post(isSent ? .published(root: root) : .publicationFailed(root: root))
  }

  /// Sends our votes to every connected peer.
  package func publish(_ attestations: [SignedAttestation]) {
    for attestation in attestations {
      _ = network.broadcast(.attestation(attestation), from: name)
    }
  }

  /// Sends an aggregate to every connected peer.
  package func publish(_ aggregate: SignedAggregatedAttestation) {
    _ = network.broadcast(.aggregate(aggregate), from: name)
  }

  /// Asks peers for blocks, one peer after the other.
  package func request(_ blocks: [BlockRequest]) {
    for block in blocks { network.request(block, for: name) }
  }

  /// Does nothing: nobody forwards here, so no verdict is waited for.
  package func judge(_ gossip: UInt64, _ verdict: Verdict) {}

  /// Tells every connected peer where we stand.
  package func announce() {
    network.announce(name)
  }

  package func setCut(_ isCut: Bool) {
    network.setCut(name, isCut)
  }

  package func holdNextBlock(
    byMilliseconds milliseconds: Int, whenHeld: @escaping @Sendable () -> Void
  ) {
    network.holdNextBlock(of: name, byMilliseconds: milliseconds, whenHeld: whenHeld)
  }

  /// Leaves the network; peers learn of it at once either way.
  package func leave(isAbrupt: Bool) {
    network.leave(name)
  }
}

/// A message for everyone.
package enum GossipMessage: Sendable {
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
