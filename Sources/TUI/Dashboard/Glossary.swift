internal import ChainEvents
internal import NodeStatus

/// What every word, glyph and column of the screen means.
enum Glossary {
  /// A word as the screen writes it, and its meaning.
  struct Entry: Equatable {
    let term: String
    let words: String
  }

  /// Everything, in the order of the words.
  static let entries: [Entry] =
    (vocabulary + (Glossary.words + Glossary.columns).map { Entry(term: $0.0, words: $0.1) })
    .sorted { ($0.term.lowercased(), $0.words) < ($1.term.lowercased(), $1.words) }

  /// The entries that hold all words of a search: first those whose term begins with it.
  static func search(_ text: String) -> [Entry] {
    let wanted = text.lowercased().split(separator: " ")
    guard !wanted.isEmpty else { return entries }
    let found = entries.filter { entry in
      let text = "\(entry.term) \(entry.words)".lowercased()
      return wanted.allSatisfy { text.contains($0) }
    }
    func rank(_ entry: Entry) -> Int {
      let term = entry.term.lowercased()
      return term.hasPrefix(wanted[0]) ? 0 : term.contains(wanted[0]) ? 1 : 2
    }
    return found.enumerated()
      .sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
  }

  /// Words that the node itself uses: a word without a meaning does not compile.
  private static let vocabulary: [Entry] = {
    var entries: [Entry] = []
    func add<Word>(_ words: [Word], _ term: (Word) -> String, _ meaning: (Word) -> String) {
      entries += words.map { Entry(term: term($0), words: meaning($0)) }
    }
    let verdicts = SlotVerdict.allCases.filter { $0 != .pending }
    add(verdicts, { "\($0.glyph) \($0.word)" }, { $0.meaning })
    add(Stage.allCases, { $0.words }, { "stage: \($0.meaning)" })
    add(DutyOutcome.allCases, { "votes \($0.rawValue)" }, { $0.meaning })
    add(FallbackReason.allCases, { "fallback: \($0.words)" }, { $0.meaning })
    add(StaleReason.allCases, { "forfeited: \($0.words)" }, { $0.meaning })
    add(MissReason.allCases, { "missed: \($0.words)" }, { $0.meaning })
    add(RefreshReason.allCases, { "refreshed: \($0.words)" }, { $0.meaning })
    add(AlarmKind.allCases, { "alarm: \($0.words)" }, { $0.meaning })
    add(Fault.allCases, { "chaos: \($0.words)" }, { $0.meaning })
    add(ProverState.allCases, { "prover \($0.words)" }, { $0.meaning })
    add(SyncState.allCases, { $0.rawValue.uppercased() }, { $0.meaning })
    add(Severity.allCases, { $0.word }, { "log line: \($0.meaning)" })
    return entries
  }()

  /// Marks and words of the header, the timeline and the facts.
  static let words: [(String, String)] = [
    ("◆", "a moment: a block or an aggregate came, our block left, the safe target moved"),
    ("◂ ▸", "a stage that began before the picture or goes on after it; also the selected row"),
    ("░", "a finished block waits for its slot"),
    ("✕ in a lane", "the stage failed"),
    ("┊", "the start of an interval"),
    ("┃", "now"),
    ("▲", "an alarm stands"),
    ("● • in a tree", "a block of our chain; small when it is finalized"),
    ("◇", "a block off the chain"),
    ("H S J F", "head, safe target, justified, finalized"),
    ("Δ", "slots that a peer's head is behind the clock"),
    ("i0 to i4", "the interval: propose, attest, aggregate, safe target, prebuild; 0.8 s each"),
    ("ack", "alarms that a person has acknowledged"),
    ("AT HEAD", "the head is at most two slots behind the clock; sync is not told"),
    ("BEHIND", "the head is more than two slots behind the clock; sync is not told"),
    ("clock", "offset of our clock against its source"),
    ("days", "how long the key lasts at a slot every 4 s"),
    ("DEAD", "the node was killed on purpose"),
    ("STOPPED", "the node ended in order"),
    ("SILENT", "the node tells nothing any more: its process hangs, was stopped or is gone"),
    ("GATE CLOSED", "the sync gate keeps votes and blocks back until the head has caught up"),
    ("NOT TOLD", "nobody has said; never the same as 0 or ok"),
    ("FROZEN", "the screen shows a moment of the past; the node goes on"),
    ("PAUSED", "the replay stands still"), ("live", "the screen shows now"),
    ("replay", "the screen plays a recording"),
    ("read-only", "actions are switched off"), ("REC", "events are being recorded"),
    ("SIMULATED", "parts of the node are simulated, named in the second line"),
    ("seen", "how long this screen has watched; in tables, votes that reached us in any form"),
    ("next ours", "our next proposal"), ("peers", "connected peers"),
    ("lag", "slots behind: the head behind the clock, the checkpoints behind the head"),
    ("head", "the block that fork choice builds on"),
    ("justified", "the newest checkpoint that two thirds have voted for"),
    ("finalized", "the newest checkpoint that can never be undone"),
    ("safe target", "the newest block that two thirds support, for votes to aim at"),
    ("finality ok, stalls", "whether the justified checkpoint is at most four slots behind"),
    ("target", "the checkpoint that votes ask to justify"),
    ("next target", "the unjustified target with the most votes"),
    ("source", "the justified checkpoint that a vote builds on"),
    ("orphaned", "a published block of ours that finality left behind"),
    ("few votes", "a block of ours with less than three quarters of the known votes"),
    ("missed ticks", "intervals that the engine was late past"),
    ("stale", "signed blocks thrown away"), ("refreshes", "unsigned candidates built again"),
    ("milestones", "when the leaf was claimed and when the block was complete"),
    ("candidate", "a sealed block that is not signed yet"),
    ("leaf", "a one-time key for a slot: it signs one message and no other"),
    ("deadline", "when the block has to be ready, and what a build takes"),
    ("leaves left", "slots that the key can still sign"),
    ("gate", "the sync gate over duties, and why it moved"),
    ("sync gate", "the gate that keeps an unsynced node from voting and proposing"),
    ("aggregator", "a node that proves the votes of its subnets for everybody"),
    ("role", "whether this node aggregates, and for which subnets"),
    ("last agg", "the newest aggregate that was seen: votes, and when it came"),
    ("newest", "the newest aggregate that was seen"),
    ("started", "our newest aggregation: votes that it began with"),
    ("own proofs", "how long our aggregations took"),
    ("coverage", "share of the votes in the best aggregate"),
    ("duties", "our aggregations by how they ended"),
    ("skipped", "slots in which the aggregator did nothing, by reason"),
    ("committees", "attestation subnets of the chain"),
    ("policies", "when builds start, when they are signed, what happens to stale blocks"),
    ("prover", "what the prover does now, for which slot, and how many jobs wait"),
    ("ticks late", "lateness of the engine at the start of intervals"),
    ("build takes", "what a build is expected to take, and signing and merging of it"),
    ("journal", "the signing journal: a leaf is claimed there before it signs"),
    ("commit", "time of a durable claim in the journal"),
    ("memory cpu", "memory and processor of the process, size of the database"),
    ("events", "events a second, and those that were lost, unknown or of the future"),
    ("fleet", "all nodes of this screen: head, lag, finalized lag"),
    ("reorgs", "head moves to another branch, by depth"),
    ("finding", "why finality stands still"),
    ("votes of", "what the voters of the newest slot say"),
    ("votes on chain", "voters for the target in blocks of our chain"),
    ("votes in aggregates", "voters for the target in aggregates, where the chain's are not told"),
    ("seen at all", "voters for the target that reached us in any form"),
    ("silent", "validators whose newest vote is more than two slots old"),
    ("delivered", "blocks and votes that this peer brought first"),
    ("round trip", "time to a peer and back"), ("story", "what became of the block's slot"),
    ("next", "the next slot of the validator's proposal"),
    ("proposals", "our blocks that were published, and those that were not"),
    ("p05 p50 p95 p99", "the value below which so many of a hundred lie"),
    ("safe to restart", "slots in which a restart costs the fewest blocks of ours"),
    ("import ms", "milliseconds to check and store a block"),
  ]

  /// Columns of the tables.
  static let columns: [(String, String)] = [
    ("slot", "4 s of the chain, with at most one block"), ("by", "the validator of ours"),
    ("root", "the hash that names a block"), ("parent", "the block that it is built on"),
    ("tree", "the chain, with branches below where they leave it"),
    ("proposer", "the validator whose slot it is"),
    ("weight", "validators whose newest vote is for the block or a descendant"),
    ("votes", "validators whose votes the block carries"),
    ("arrival", "when the block came, from the start of its slot"),
    ("import", "milliseconds to check and store the block"),
    ("mark", "what fork choice calls the block, and how our slot ended"),
    ("prepared", "when the first build began, from the start of the slot"),
    ("outcome", "how our slot ended"), ("build", "select, compact and seal, in milliseconds"),
    ("ready", "milliseconds before the slot at which the block was complete"),
    ("note", "why it was no hit, and what became of the block"),
    ("peer", "the name or id of a peer"), ("client", "the program of the peer"),
    ("dir", "who dialled: in or out"), ("rtt ms", "round trip in milliseconds"),
    ("kB/s in", "kilobytes a second from the peer"), ("out", "kilobytes a second to the peer"),
    ("score", "what gossip thinks of the peer"), ("refused", "messages of it that were refused"),
    ("connected", "for how long"), ("index", "the number of a validator"),
    ("next slot", "its next proposal"),
    ("prepared window", "how much of the prepared part of the key is left"),
    ("votes left", "leaves of the key that signs votes"),
    ("blocks left", "leaves of the key that signs blocks"),
    ("attested", "votes in time"), ("missed", "votes late, missed, gated or failed"),
    ("proposed", "blocks published"), ("no block", "own slots without a block"),
    ("node", "a node of this screen"), ("hits", "prepared blocks that left in time"),
    ("fall", "fallbacks"), ("forf", "forfeited"), ("miss", "missed"),
    ("ticks", "intervals that the engine was late past"), ("agg", "whether it aggregates"),
    ("alarm", "the gravest alarm"), ("on chain", "votes in blocks of our chain"),
    ("aggregated", "votes in aggregates"), ("lacks", "validators whose votes are missing"),
    ("lane", "prove, verify or sign"), ("place", "where a worker runs"),
    ("generation", "the name that a prover gives its proofs"), ("job", "what a worker does now"),
    ("for", "how long it has done that"), ("queue", "jobs of its lane that wait"),
    ("memory", "memory of the process"), ("cores", "processors that it may use"),
    ("starts", "how often it was started"),
  ]
}
