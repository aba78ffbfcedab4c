internal import ChainEvents
internal import NodeStatus

extension SlotVerdict {
  var meaning: String {
    switch self {
    case .hit: "ours: prebuilt, and left before peers voted"
    case .late: "ours: prebuilt, and left when peers had begun to vote"
    case .fallback: "ours: built inside the slot"
    case .forfeited: "ours: signed, then thrown away; the leaf is spent"
    case .missed: "ours: no block was published"
    case .foreign: "block of another proposer"
    case .empty: "no block in the slot"
    case .pending: "not over yet"
    }
  }
}

extension Stage {
  var meaning: String {
    switch self {
    case .select: "choosing the votes of a block"
    case .compact: "merging the proofs of equal votes"
    case .seal: "running the state transition; the root of the block is known then"
    case .sign: "claiming the leaf and signing"
    case .wrap: "turning our signature into a proof"
    case .merge: "merging all proofs into that of the block"
    case .hold: "waiting for the slot"
    case .import: "importing our own block"
    case .publish: "handing the block to the network; or another's block coming in"
    case .attest: "voting with our validators"
    case .aggregate: "proving the votes of our committee"
    case .safeTarget: "updating the safe target"
    }
  }
}

extension DutyOutcome {
  var meaning: String {
    switch self {
    case .done: "in their interval"
    case .late: "after their interval"
    case .missed: "not done: their time passed, or the node was down"
    case .gated: "not done: the sync gate was closed"
    case .failed: "not done: an error"
    }
  }
}

extension FallbackReason {
  var meaning: String {
    switch self {
    case .headMoved: "the head moved before anything was signed"
    case .notReady: "the candidate was not ready at the boundary"
    case .forced: "a person asked for it (f)"
    case .intervalMissed: "the engine missed interval 4 of the slot before"
    case .buildFailed: "the prebuild failed before anything was signed"
    case .finalizedConflict: "the candidate conflicted with the finalized block"
    case .gateOpenedLate: "the sync gate opened too late for a prebuild"
    case .prebuildOff: "building ahead is turned off (--prebuild-start off)"
    }
  }
}

extension StaleReason {
  var meaning: String {
    switch self {
    case .headMoved: "the head moved away from the parent after signing"
    case .forced: "a person forced a rebuild after signing"
    case .expired: "the slot was over before the block left"
    case .gateClosed: "the sync gate closed after signing"
    case .finalizedConflict: "finality went another way after signing"
    }
  }
}

extension MissReason {
  var meaning: String {
    switch self {
    case .syncing: "the node was not synced"
    case .keyMissing: "the block key is not loaded"
    case .keyExhausted: "the block key has no leaf for the slot"
    case .keyNotReady: "the tree of the block key was still being made"
    case .keyDamaged: "the file of the key is damaged where the slot is signed"
    case .alreadySigned: "another root holds the leaf: a second node may use the keys"
    case .restartFloor: "an earlier run may have signed the slot, so no key may"
    case .journalUnavailable: "the signing journal took no claim"
    case .signerFailed: "the signer brought no signature in time; the leaf is spent"
    case .proverFailed(let stage): "the prover failed in \(stage.words)"
    case .importFailed: "our own store refused the block"
    case .overrun: "the slot ended before the block was ready"
    case .shutdown: "the node was stopping"
    case .clockStepped: "the wall clock moved past the slot"
    case .duplicateKeySeen: "another node was seen signing with the key"
    case .nodeDown: "the node did not run"
    }
  }
}

extension RefreshReason {
  var meaning: String {
    switch self {
    case .headMoved: "the head moved"
    case .justifiedAdvanced: "a later checkpoint was justified"
    case .newVotes: "new votes came and time allowed it"
    case .forced: "a person asked for it"
    }
  }
}

extension AlarmKind {
  var meaning: String {
    switch self {
    case .dead: "the node was killed on purpose"
    case .silent: "nothing was told for 12 s while time went on"
    case .signingRefused: "another root holds a leaf, for 8 slots"
    case .signer: "a duty was not signed in time, for 8 slots"
    case .journal: "the signing journal takes no claims: nothing is signed"
    case .diskFull: "the disk of the journal or the database is full"
    case .finality:
      "more than \(NodeStatus.finalityAlarmLag) slots behind the head; critical from 17"
    case .head: "more than 4 slots behind the clock"
    case .stalled: "nobody has had a block for long"
    case .gate: "the sync gate is closed"
    case .missedProposal: "an own slot without a block, for 8 slots"
    case .peers: "none, or less than half of the most there were"
    case .clock: "off by more than 100 ms, critical from 400; or stepped"
    case .storage: "the chain database cannot be written"
    case .keys: "ends within 30 days (critical 7), or within the last tenth of a short key"
    case .latePublishing: "a block or vote of ours left when its time was over"
    case .hitRate: "less than 80 % of the last 32 proposals were hits"
    case .missedInterval: "the engine was late past a whole interval"
    case .slowProver: "aggregations take more than 700 ms (p95)"
    case .lost: "this reader was too slow: counts are low"
    }
  }
}

extension Fault {
  var meaning: String {
    switch self {
    case .pause: "the node handles nothing, as a stopped process"
    case .cut: "no message comes in or goes out"
    case .kill: "the node ends as in a crash"
    case .delayBlock: "the next block reaches its peers too late for the next prebuild"
    case .slowProver: "the prover takes the time of the next published one"
    case .stepClock: "the wall clock jumps 1.5 s ahead"
    case .silence: "the aggregator proves no votes"
    }
  }
}

extension ProverState {
  var meaning: String {
    switch self {
    case .idle: "nothing to do"
    case .proposal: "a stage of our block"
    case .aggregation: "the votes of our committee"
    case .reaggregation: "votes that blocks brought"
    case .preparing: "getting ready, once"
    }
  }
}

extension SyncState {
  var meaning: String {
    switch self {
    case .idle: "shown as NO PEERS: nobody to compare with"
    case .syncing: "behind, and asking peers for blocks"
    case .synced: "at the head"
    case .stalled: "at the head of a network that has had no block for long"
    }
  }
}

extension Severity {
  var meaning: String {
    switch self {
    case .trace: "the noise of a working chain"
    case .info: "normal news"
    case .event: "what the chain decided"
    case .warning: "work lost or late"
    case .critical: "a duty failed"
    }
  }
}
