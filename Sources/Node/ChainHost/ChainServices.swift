package import Chain
package import ChainEvents
package import ChainWork
package import Consensus

/// The clocks of the machine, or of a simulated one.
package protocol WallClock: Sendable {
  /// Both clocks, now.
  func reading() -> ClockReading

  /// Returns when the wall clock shows `time`, as far as that can be known in advance.
  ///
  /// A clock that is stepped meanwhile may make it return early or late; the engine looks again.
  /// - Throws: `CancellationError` when the waiting task is cancelled.
  func sleep(until time: UnixMilliseconds) async throws
}

/// The network as the engine sees it; every call returns at once.
package protocol ChainNetwork: Sendable {
  /// Sends our block and tells that with `Input.published`, or with `Input.publicationFailed` when
  /// there was no peer to take it.
  func publish(_ block: SignedBlock)

  /// Sends our votes.
  func publish(_ attestations: [SignedAttestation])

  /// Sends an aggregate.
  func publish(_ aggregate: SignedAggregatedAttestation)

  /// Asks peers for blocks, first the one that named it, then others, each once; they come back as
  /// `Input.block`.
  func request(_ blocks: [BlockRequest])

  /// Tells gossip what a message was worth.
  func judge(_ gossip: UInt64, _ verdict: Verdict)
}

/// Threads for work that takes long; never the cooperative pool.
package protocol WorkExecutor: Sendable {
  /// Runs a job on its lane and answers once, from any thread.
  func run(_ work: Work, answer: @escaping @Sendable (JobResult) -> Void)

  /// Gives a job up that takes far too long: its lane must go on with the next one.
  func abandon(_ ticket: WorkTicket, _ lane: WorkLane)
}

/// The keys, and the journal in front of them.
package protocol ChainSigner: Sendable {
  /// Claims in one durable commit, signs, and answers once, from any thread.
  func sign(_ request: SigningRequest, answer: @escaping @Sendable (SigningAnswer) -> Void)
}

/// What has to survive the process.
package protocol ChainStorage: Sendable {
  /// Keeps something, as far as the disk lets it.
  func keep(_ record: ChainRecord)
}

/// Everything that the actor needs of the world.
package struct ChainServices: Sendable {
  /// The clocks.
  package var clock: any WallClock

  /// The network.
  package var network: any ChainNetwork

  /// The threads that prove, build and verify.
  package var executor: any WorkExecutor

  /// The keys.
  package var signer: any ChainSigner

  /// The chain database.
  package var storage: any ChainStorage

  /// Where events go.
  package var events: EventBus

  /// Creates the set.
  package init(
    clock: any WallClock, network: any ChainNetwork, executor: any WorkExecutor,
    signer: any ChainSigner, storage: any ChainStorage, events: EventBus
  ) {
    self.clock = clock
    self.network = network
    self.executor = executor
    self.signer = signer
    self.storage = storage
    self.events = events
  }
}
