package import ChainEvents
package import ChainWork
package import Consensus
package import Hashing

extension ChainEngine {
  /// Everything that can happen to the engine.
  package enum Input: Sendable {
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
    case workEnded(WorkTicket, JobResult)
    /// The answer to `Effect.sign`.
    case signed(SigningAnswer)
    /// The network has taken our block.
    case published(root: Bytes32)
    /// Our block could not be handed to any peer.
    case publicationFailed(root: Bytes32)
    /// A person wants something.
    case command(OperatorCommand)
    /// The process has been told to end.
    case shutDown
  }

  /// Everything that the engine can want.
  package enum Effect: Sendable {
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
    /// The lane need not wait any longer for a job: it has taken far too long.
    case abandon(WorkTicket, WorkLane)
    /// Ask peers for blocks that others build on or vote for.
    case requestBlocks([BlockRequest])
    /// Tell the network what a message was worth, by ``MessageOrigin/awaited``.
    case judge(gossip: UInt64, Verdict)
    /// Keep something beyond the life of the process.
    case persist(ChainRecord)
    /// Everything is finished or abandoned: the process may end.
    case stopped
  }
}

/// What has to survive the process.
package enum ChainRecord: Sendable {
  /// An imported block.
  case block(SignedBlock, root: Bytes32)
  /// The finalized block with its state: where a restart begins.
  case anchor(Block, State)
}

/// What a person can ask for.
package enum OperatorCommand: String, Hashable, Sendable, CaseIterable {
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
