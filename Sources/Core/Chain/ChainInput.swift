public import ChainEvents
public import Consensus
public import Hashing
public import XMSS

extension ChainState {
  /// Everything that can happen to the engine.
  public enum Input: Sendable {
    /// The moment named by `nextDeadline` has come.
    case wake

    /// Messages can be sent and received; duties start.
    case networkReady

    /// A block from a peer.
    case block(SignedBlock, MessageOrigin)

    /// A single vote from a peer.
    case attestation(SignedAttestation, MessageOrigin)

    /// An aggregate from a peer.
    case aggregate(SignedAggregatedAttestation, MessageOrigin)

    /// What a peer says its head is; `nil` when it left.
    case peer(String, head: Slot?)

    /// The answer to `Effect.work`.
    case workEnded(WorkTicket, WorkResult)

    /// The answer to `Effect.sign`.
    case signed(SigningAnswer)

    /// The network has taken our block.
    case published(root: Bytes32)

    /// Our block could not be handed to any peer.
    case publicationFailed(root: Bytes32)

    /// A person wants something.
    case command(OperatorCommand)

    /// The chain database failed: nothing that follows would survive a restart.
    case storageFailed(String)

    /// The process has been told to end.
    case shutDown
  }

  /// Everything that the engine can want.
  public enum Effect: Sendable {
    /// Tell the screens, recordings and metrics.
    case emit(ChainEvent)

    /// Run a job on its lane and answer with `Input.workEnded`.
    case work(Work)

    /// Claim leaves in one durable commit, sign, and answer with `Input.signed`.
    case sign(SigningRequest)

    /// Send our block.
    case publishBlock(SignedBlock)

    /// Send our votes.
    case publishAttestations([SignedAttestation])

    /// Send an aggregate of ours.
    case publishAggregate(SignedAggregatedAttestation)

    /// Ask peers for blocks that others build on.
    case requestBlocks([Bytes32])

    /// Tell gossip what a message was worth.
    case judge(gossip: UInt64, Verdict)

    /// Keep something beyond the life of the process.
    case persist(ChainRecord)

    /// Everything is finished or abandoned: the process may end.
    case stopped

    /// The node cannot go on; end the process with this message.
    case fatal(String)
  }
}

/// What has to survive the process.
public enum ChainRecord: Sendable {
  /// An imported block.
  case block(SignedBlock, root: Bytes32)

  /// The finalized block with its state: where a restart begins.
  case anchor(Block, State)
}

/// What a person can ask for.
public enum OperatorCommand: String, Hashable, Sendable, CaseIterable {
  /// Build our next proposal inside its slot.
  case forceFallback = "force_fallback"

  /// Take a forced fallback back.
  case disarmFallback = "disarm_fallback"

  /// Aggregate votes from now on.
  case becomeAggregator = "become_aggregator"

  /// Stop aggregating votes.
  case stopAggregating = "stop_aggregating"

  /// Believe a wall clock that went back, instead of waiting until it has caught up.
  case acceptClock = "accept_clock"
}

/// How a message reached us.
public struct MessageOrigin: Hashable, Sendable {
  /// The short name of the peer.
  public var peer: String

  /// The number under which gossip waits for a verdict; `nil` for an answer to a request.
  public var gossip: UInt64?

  /// Creates an origin.
  public init(peer: String, gossip: UInt64? = nil) {
    self.peer = peer
    self.gossip = gossip
  }
}

/// Leaves to claim and messages to sign, in one durable commit.
public enum SigningRequest: Hashable, Sendable {
  /// The root of a block, with a proposal key.
  case block(slot: Slot, proposer: ValidatorIndex, root: Bytes32)

  /// The root of attestation data, with the attestation keys of several validators.
  case attestations(data: AttestationData, root: Bytes32, validators: [ValidatorIndex])
}

/// What became of a signing request.
public enum SigningAnswer: Sendable {
  /// The signature of a block's root.
  case block(slot: Slot, root: Bytes32, Result<Signature, SigningRefusal>)

  /// The signatures of a vote, each validator of the request once.
  case attestations(
    data: AttestationData, [(validator: ValidatorIndex, Result<Signature, SigningRefusal>)])
}

/// Why something was not signed.
public enum SigningRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// No key is loaded for the validator.
  case keyMissing

  /// The key has no leaf for the slot, or not now.
  case keyExhausted

  /// The journal holds another root for the leaf, or may: the slot is below the key's floor.
  case alreadySigned(String)

  /// The journal could not make the claim durable.
  case journalUnavailable(String)

  /// What an operator reads.
  public var description: String {
    switch self {
    case .keyMissing: "no key is loaded for the validator"
    case .keyExhausted: "the key has no leaf for the slot"
    case .alreadySigned(let reason): reason
    case .journalUnavailable(let reason): "the journal is unavailable: \(reason)"
    }
  }

  /// The reason as a proposal ends with it.
  public var missReason: MissReason {
    switch self {
    case .keyMissing: .keyMissing
    case .keyExhausted: .keyExhausted
    case .alreadySigned: .alreadySigned
    case .journalUnavailable: .journalUnavailable
    }
  }
}
