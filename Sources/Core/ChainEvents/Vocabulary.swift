/// A step of our work that has a start and an end.
package enum Stage: String, EventWord {
  /// Choosing attestations from a copy of the view.
  case select
  /// Merging the proofs of equal attestation data.
  case compact
  /// Running the state transition and filling the state root.
  case seal
  /// Claiming the leaf in the signing journal and signing.
  case sign
  /// Turning the proposer's signature into a single-message aggregate.
  case wrap
  /// Merging all aggregates into the proof of the block.
  case merge
  /// Waiting for the slot to start.
  case hold
  /// Importing our own block into our store.
  case `import`
  /// Handing the block to the network.
  case publish
  /// Producing and signing the votes of our validators.
  case attest
  /// Proving the votes of our committee.
  case aggregate
  /// Updating the safe target.
  case safeTarget = "safe_target"
}

/// The kinds of duty in the ledger; proposals have outcomes of their own.
package enum Duty: String, EventWord {
  /// Voting with our validators.
  case attestation
  /// Aggregating the votes of a committee.
  case aggregation
}

/// How an attestation or aggregation duty ended.
package enum DutyOutcome: String, EventWord {
  /// Done in its interval.
  case done
  /// Done after its interval.
  case late
  /// Not done: its time passed.
  case missed
  /// Not done: the sync gate was closed.
  case gated
  /// Not done: an error, named in the reason.
  case failed
}

/// Why a prebuilt block was not used and the block was built inside the slot.
package enum FallbackReason: String, EventWord {
  /// The head moved and nothing was signed yet.
  case headMoved = "head_moved"
  /// The candidate was not ready at the boundary.
  case notReady = "not_ready"
  /// The operator asked for it.
  case forced
  /// Interval 4 of the slot before did not run in time, so nothing was started.
  case intervalMissed = "interval_missed"
  /// The prebuild failed before anything was signed.
  case buildFailed = "build_failed"
  /// The candidate conflicted with the finalized block.
  case finalizedConflict = "finalized_conflict"
  /// The sync gate opened too late for a prebuild.
  case gateOpenedLate = "gate_opened_late"
  /// Building ahead is turned off.
  case prebuildOff = "prebuild_off"
}

/// Why a signed block was thrown away.
package enum StaleReason: String, EventWord {
  /// The canonical head is no longer the parent.
  case headMoved = "head_moved"
  /// The operator forced a rebuild.
  case forced
  /// The slot of the block has ended.
  case expired
  /// The sync gate closed.
  case gateClosed = "gate_closed"
  /// The parent does not descend from the finalized block.
  case finalizedConflict = "finalized_conflict"
}

/// Why nothing was published although no signed block was thrown away.
package enum MissReason: Hashable, Sendable {
  /// The node was not synced.
  case syncing
  /// The proposal key is not loaded.
  case keyMissing
  /// The proposal key has no leaf for the slot.
  case keyExhausted
  /// The tree of the proposal key that holds the leaf is still being made.
  case keyNotReady
  /// The file of the proposal key is damaged where the slot is signed.
  case keyDamaged
  /// The journal holds another root for this leaf.
  case alreadySigned
  /// The slot is not above the floor that bars what an earlier run may have signed.
  case restartFloor
  /// The signing journal refused or failed.
  case journalUnavailable
  /// The signer brought no signature in time, or failed; the leaf is spent.
  case signerFailed
  /// The prover failed in this stage.
  case proverFailed(Stage)
  /// Our own store refused the block.
  case importFailed
  /// The slot ended before the block was ready.
  case overrun
  /// The node was stopping.
  case shutdown
  /// The wall clock moved past the slot.
  case clockStepped
  /// Another node was seen signing with the same key.
  case duplicateKeySeen
  /// The node was not running; told by whoever reads its events, never by the node itself.
  case nodeDown
}

extension MissReason: RawRepresentable, EventWord {
  /// Every reason in the order of declaration.
  package static let allCases: [MissReason] =
    [
      .syncing, .keyMissing, .keyExhausted, .keyNotReady, .keyDamaged, .alreadySigned,
      .restartFloor, .journalUnavailable, .signerFailed,
      .importFailed, .overrun, .shutdown, .clockStepped, .duplicateKeySeen, .nodeDown,
    ] + Stage.allCases.map { .proverFailed($0) }

  private static let byWord = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

  /// The word in JSON, as `prover_failed:merge`.
  package var rawValue: String {
    switch self {
    case .syncing: "syncing"
    case .keyMissing: "key_missing"
    case .keyExhausted: "key_exhausted"
    case .keyNotReady: "key_not_ready"
    case .keyDamaged: "key_damaged"
    case .alreadySigned: "already_signed"
    case .restartFloor: "restart_floor"
    case .journalUnavailable: "journal_unavailable"
    case .signerFailed: "signer_failed"
    case .proverFailed(let stage): "prover_failed:\(stage.rawValue)"
    case .importFailed: "import_failed"
    case .overrun: "overrun"
    case .shutdown: "shutdown"
    case .clockStepped: "clock_stepped"
    case .duplicateKeySeen: "duplicate_key_seen"
    case .nodeDown: "node_down"
    }
  }

  /// Creates the reason for a word, or `nil`.
  package init?(rawValue: String) {
    guard let reason = MissReason.byWord[rawValue] else { return nil }
    self = reason
  }
}

/// The end of one proposal; every scheduled proposal gets exactly one.
package enum ProposalOutcome: Hashable, Sendable {
  /// The prepared block was published unchanged before peers vote, so long after the slot started.
  case hit(publishOffsetMilliseconds: Int64)
  /// The prepared block was published unchanged, but only when peers had begun to vote.
  case late(publishOffsetMilliseconds: Int64)
  /// A block built inside the slot was published.
  case fallback(FallbackReason, publishOffsetMilliseconds: Int64)
  /// A signed block was discarded; the leaf is spent.
  case forfeited(StaleReason)
  /// Nothing was published for another reason.
  case missed(MissReason)
}

extension ProposalOutcome {
  /// The end of a proposal whose prepared block left so long after its slot started.
  package static func prepared(publishOffsetMilliseconds offset: Int64) -> ProposalOutcome {
    offset < Int64(EventStamp.intervalMilliseconds)
      ? .hit(publishOffsetMilliseconds: offset) : .late(publishOffsetMilliseconds: offset)
  }

  /// Milliseconds from the start of the slot to the publication, if there was one.
  package var publishOffset: Int64? {
    switch self {
    case .hit(let offset), .late(let offset), .fallback(_, let offset): offset
    case .forfeited, .missed: nil
    }
  }
}

extension ProposalOutcome: CustomStringConvertible {
  /// The outcome as logs and drawings of tests have it, like `fallback(forced)+50`.
  package var description: String {
    switch self {
    case .hit(let offset): "hit+\(offset)"
    case .late(let offset): "late+\(offset)"
    case .fallback(let reason, let offset): "fallback(\(reason.rawValue))+\(offset)"
    case .forfeited(let reason): "forfeited(\(reason.rawValue))"
    case .missed(let reason): "missed(\(reason.rawValue))"
    }
  }
}

/// Why an unsigned candidate was built again.
package enum RefreshReason: String, EventWord {
  /// The head moved.
  case headMoved = "head_moved"
  /// The store justified a later checkpoint.
  case justifiedAdvanced = "justified_advanced"
  /// New aggregates arrived and time allowed it.
  case newVotes = "new_votes"
  /// The operator asked for it.
  case forced
}

/// A step in the life of a forced fallback.
package enum ForceState: String, EventWord {
  /// The next proposal will be built inside its slot.
  case armed
  /// The operator took it back.
  case disarmed
  /// Not possible; the reason says why.
  case refused
  /// The forced build started.
  case fired
}

/// What the prover is busy with.
package enum ProverState: String, EventWord {
  /// Nothing.
  case idle
  /// A stage of a proposal.
  case proposal
  /// The votes of our committee.
  case aggregation
  /// Votes borne by blocks.
  case reaggregation
  /// Getting ready, once, before the first duty.
  case preparing
}

/// What we decided about a message of a peer.
package enum Verdict: String, EventWord {
  /// Valid and new.
  case accepted
  /// Not used and not held against the peer.
  case ignored
  /// Invalid.
  case rejected
}

/// The direction of a connection.
package enum PeerDirection: String, EventWord {
  /// The peer dialled us.
  case inbound
  /// We dialled the peer.
  case outbound
}

/// How far the node is in the chain.
package enum SyncState: String, EventWord {
  /// No peer to compare with.
  case idle
  /// Behind.
  case syncing
  /// At the head.
  case synced
  /// At the head of a network that has had no block for long.
  case stalled
}

/// Which of a validator's two keys is meant.
package enum KeyRole: String, EventWord {
  /// The key that signs votes.
  case attestation
  /// The key that signs blocks.
  case proposal
}

/// What the signing journal did.
package enum JournalOperation: String, EventWord {
  /// Opened; the entries say how many claims it holds.
  case opened
  /// Claimed leaves durably.
  case claimed
  /// Removed claims that no key can use again.
  case pruned
  /// Failed; nothing may be signed.
  case failed
}

/// A fault that a person puts into a simulated network to see what happens.
package enum Fault: String, EventWord {
  /// The node handles nothing, as a stopped process.
  case pause
  /// No message reaches the node or leaves it.
  case cut
  /// The node ends as in a crash.
  case kill
  /// The next block of anyone reaches its peers too late for the next pre-build.
  case delayBlock = "delay_block"
  /// The prover takes the time of the next published one; after the last, its own.
  case slowProver = "slow_prover"
  /// The node's clock is wrong.
  case stepClock = "step_clock"
  /// The aggregator proves no votes.
  case silence
}

/// What can be wrong with a node, the gravest first.
package enum AlarmKind: String, EventWord {
  /// The node was killed.
  case dead
  /// The node tells nothing any more.
  case silent
  /// A signature was refused: the leaf is spent on another root.
  case signingRefused = "signing_refused"
  /// A signer brought no signature in time; the leaf is spent.
  case signer
  /// The signing journal takes no claims.
  case journal
  /// The disk is full.
  case diskFull = "disk_full"
  /// Finality is behind.
  case finality
  /// The head is behind the wall.
  case head
  /// The network has had no block for long.
  case stalled
  /// The sync gate keeps duties from being done.
  case gate
  /// A proposal of ours had no block.
  case missedProposal = "missed_proposal"
  /// No peer, or too few.
  case peers
  /// The clock is off, or stepped.
  case clock
  /// The chain database cannot be written.
  case storage
  /// A key ends soon.
  case keys
  /// A block or vote of ours left when its time was over.
  case latePublishing = "late_publishing"
  /// Few of our proposals are hits.
  case hitRate = "hit_rate"
  /// The engine missed an interval.
  case missedInterval = "missed_interval"
  /// Proofs take too long.
  case slowProver = "slow_prover"
  /// Events were lost.
  case lost
}

/// How much an alarm matters.
package enum AlarmLevel: String, EventWord, Comparable {
  /// Work is late, or soon will be.
  case warning
  /// Duties fail.
  case critical

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  package static func < (left: AlarmLevel, right: AlarmLevel) -> Bool {
    left == .warning && right == .critical
  }
}

/// The severity of a log line.
package enum LogLevel: String, EventWord {
  /// Every step.
  case trace
  /// For developers.
  case debug
  /// Normal news.
  case info
  /// Something to look at.
  case warning
  /// Something failed.
  case error
}
