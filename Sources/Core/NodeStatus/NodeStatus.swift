package import ChainEvents
internal import Hashing

/// Everything the screen knows of one node, folded from its events.
package struct NodeStatus: Sendable {
  /// Ticks, lead times and the like kept for percentiles.
  static let sampleLimit = 256

  /// Workers kept; a machine runs three or four, and others are few.
  static let workerLimit = 16

  /// The name of the node.
  package let name: String
  /// What the node said of itself.
  package internal(set) var description: NodeDescription?
  /// Why the node stopped; `nil` while it runs.
  package internal(set) var stopped: String?
  /// The start of slot 0, in milliseconds since 1970.
  package internal(set) var genesisMilliseconds: UInt64
  /// The time of the first event.
  package internal(set) var firstTimeMilliseconds: UInt64
  /// The time of the newest event.
  package internal(set) var timeMilliseconds: UInt64
  /// A time that one event told and that is too far ahead to be believed yet.
  var doubtfulTime: UInt64?
  /// The wall slot of the newest event.
  package internal(set) var wallSlot: UInt64
  /// The interval of the newest event.
  package internal(set) var interval: Int

  /// Events in this slot and in the one before.
  package internal(set) var slotEvents = (now: 0, before: 0)
  /// Events that the bus dropped.
  package internal(set) var lostEvents: UInt64 = 0
  /// Events about blocks or votes of slots that have not come yet; left out.
  package internal(set) var futureEvents = 0
  /// Events of an unknown name.
  package internal(set) var unknownEvents = 0

  /// The last day, slot by slot.
  package internal(set) var slots = SlotHistory()
  /// Our proposals.
  package internal(set) var proposals = ProposalHistory()
  /// Counters since the first event.
  package internal(set) var counters = Counters()
  /// The newest intervals that were missed or skipped; rare, and counted in every frame.
  var tickSkips = ChunkedRing<TickSkip>(capacity: 4096)
  /// Lateness of the newest ticks, oldest first.
  package internal(set) var tickLateness: [Int64] = []

  /// The blocks.
  package internal(set) var tree = BlockTree()
  /// The newest blocks as they came over the network.
  var gossips: [BlockGossip] = []
  /// The votes by target.
  package internal(set) var votes = VoteBook()
  /// What the voters of the newest slot agree on.
  package internal(set) var tally = VoteTally()
  /// The head, the checkpoints and the safe target; `nil` until told.
  package internal(set) var head: VotePoint?
  /// The latest justified checkpoint.
  package internal(set) var justified: VotePoint?
  /// The latest finalized checkpoint.
  package internal(set) var finalized: VotePoint?
  /// The safe target.
  package internal(set) var safeTarget: VotePoint?
  /// The newest slot of an accepted aggregate, and who made it (`nil`: we).
  package internal(set) var lastAggregate: (slot: UInt64, from: String?)?
  /// The newest reorganisation.
  package internal(set) var lastReorg: (slot: UInt64, depth: Int)?

  /// The peers.
  package internal(set) var peers = PeerBook()
  /// Whether any peer was ever told of.
  package internal(set) var hasNetwork = false
  /// How far the node is.
  package internal(set) var sync: (state: SyncState, head: UInt64, target: UInt64)?
  /// When the node began to sync, and the head that it had.
  package internal(set) var syncBegan: (timeMilliseconds: UInt64, head: UInt64)?
  /// The gate over duties, with the reason of its last move.
  package internal(set) var gate: (isOpen: Bool, reason: String)?

  /// Our validators in ascending order.
  package internal(set) var validators: [OwnValidator] = []
  /// The signing journal.
  package internal(set) var journal = JournalStatus()
  /// Why the chain database cannot be written.
  package internal(set) var storageProblem: String?
  /// The aggregator role.
  package internal(set) var aggregator: (isEnabled: Bool, subnets: [UInt64])?
  /// The newest aggregation of ours as it began; the lead is counted to interval 2.
  package internal(set) var lastAggregation:
    (slot: UInt64, votes: Int, expected: Int, leadMilliseconds: Int64)?
  /// What the prover does.
  package internal(set) var prover: (state: ProverState, slot: UInt64?, waiting: Int)?
  /// Provers and signers in processes of their own, by their place, and when each was told of.
  package internal(set) var workers: [(report: WorkerReport, toldAt: UInt64)] = []
  /// What the cost model predicts.
  package internal(set) var costModel: CostModel?
  /// Offset of the clock against a source.
  package internal(set) var clock: (offset: Int64, source: String, toldAt: UInt64)?
  /// What the process uses.
  package internal(set) var resources:
    (memory: UInt64, processorPermille: Int, database: UInt64, toldAt: UInt64)?
  /// Faults that are switched on, in the order of their start.
  package internal(set) var faults: [StandingFault] = []
  /// The alarms that stand.
  package internal(set) var alarms = AlarmBoard()
  /// When the node was not running, the newest last.
  package internal(set) var downtimes: [Downtime] = []
  /// The number of the newest event, which tells whether events are missing before the next.
  var lastSequence: UInt64?
  /// Blocks of ours whose fate is not decided, in the order of their slots.
  var undecided: [VotePoint] = []
  /// The newest slots of events that raise an alarm for a while.
  var incidents = Incidents()
  /// Milliseconds of the newest step of the wall clock.
  var newestClockStep: Int64 = 0
  /// The newest start.
  var restart: Restart?
  /// The parts of a status that have come, in order from the first.
  var parts: [StatusPart] = []
  /// How long the fleet had been watched at the newest event, to tell who is silent.
  var heardAt: UInt64 = 0
  /// The newest events.
  package internal(set) var log = EventLog()

  /// Creates the model of a node at its first event.
  init(_ first: TimedEvent) {
    name = first.node
    firstTimeMilliseconds = first.timeMilliseconds
    timeMilliseconds = first.timeMilliseconds
    wallSlot = first.slot
    interval = first.interval
    genesisMilliseconds = NodeStatus.genesis(of: first)
  }

  /// The start of slot 0 as far as one event tells it: exact for a tick, else to an interval.
  static func genesis(of event: TimedEvent) -> UInt64 {
    var time = event.timeMilliseconds
    if case .clock(.tick(let lateness)) = event.event { time &-= UInt64(bitPattern: lateness) }
    let (slots, overflow) = event.slot.multipliedReportingOverflow(by: EventStamp.slotMilliseconds)
    let sinceGenesis = slots &+ UInt64(event.interval) * EventStamp.intervalMilliseconds
    return overflow || sinceGenesis > time ? 0 : time - sinceGenesis
  }
}

extension NodeStatus {
  /// Milliseconds from the start of a slot to a time.
  package func milliseconds(of time: UInt64, inSlot slot: UInt64) -> Int32 {
    let start = genesisMilliseconds &+ slot &* EventStamp.slotMilliseconds
    return Int32(near: Int64(bitPattern: time &- start))
  }

  /// Validators of the chain; `nil` until told.
  package var validatorCount: UInt64? {
    description.flatMap { $0.validators > 0 ? $0.validators : nil }
  }

  /// Whether the node catches up and does no duties; behind an open gate it does them.
  package var isSyncing: Bool { sync?.state == .syncing && gate?.isOpen != true }

  /// Votes that make a target justified: two thirds, rounded up.
  package var votesNeeded: Int? { validatorCount.map { Int((2 * $0 + 2) / 3) } }

  /// Wall slot minus head slot; `nil` until the head is told.
  package var headLag: UInt64? { lag(of: head?.slot, behind: wallSlot) }
  /// Head slot minus justified slot; `nil` until both are told.
  package var justifiedLag: UInt64? { lag(of: justified?.slot, behind: head?.slot) }
  /// Head slot minus finalized slot, of which 3 is healthy; `nil` until both are told.
  package var finalizedLag: UInt64? { lag(of: finalized?.slot, behind: head?.slot) }
  /// Head slot minus safe target slot; `nil` until both are told.
  package var safeTargetLag: UInt64? { lag(of: safeTarget?.slot, behind: head?.slot) }

  private func lag(of slot: UInt64?, behind reference: UInt64?) -> UInt64? {
    guard let slot, let reference else { return nil }
    return reference - min(slot, reference)
  }

  /// Whether the node was watched for longer than a voter or an aggregator may be silent.
  var isWatchedLongEnough: Bool {
    let watched = timeMilliseconds - min(firstTimeMilliseconds, timeMilliseconds)
    return watched > (FinalityDoctor.silence + 1) * EventStamp.slotMilliseconds
  }

  /// Changes the record of a slot, if it is kept.
  mutating func updateSlot(_ slot: UInt64, _ change: (inout SlotRecord) -> Void) {
    slots.update(slot, wall: wallSlot, change)
  }

  /// Adds a note to the record of a slot.
  mutating func note(_ kind: SlotNote.Kind, slot: UInt64) {
    let milliseconds = milliseconds(of: timeMilliseconds, inSlot: slot)
    updateSlot(slot) { $0.note(kind, at: milliseconds) }
  }

  /// Our proposals from `slot` on, as the schedule (slot modulo validators) gives them.
  package func proposalCalendar(
    from slot: UInt64, slots count: Int
  ) -> [(
    slot: UInt64, validator: UInt64
  )] {
    guard let total = validatorCount, let description else { return [] }
    let own = description.ownValidators
    return (0..<UInt64(max(0, count))).compactMap { offset in
      let next = slot &+ offset
      return own.contains(next % total) ? (next, next % total) : nil
    }
  }

  /// The next slot that one of our validators proposes.
  package func nextProposal(from slot: UInt64) -> (slot: UInt64, validator: UInt64)? {
    proposalCalendar(from: slot, slots: Int(validatorCount ?? 0)).first
  }
}

extension Int32 {
  /// Milliseconds within three days of the start of a slot, so that sums of several still fit.
  package init(near milliseconds: some BinaryInteger) {
    self = Int32(clamping: Swift.min(Swift.max(milliseconds, -1 << 28), 1 << 28))
  }
}

extension Array {
  /// Appends and drops the oldest beyond the limit.
  mutating func append(_ element: Element, limit: Int) {
    append(element)
    if count > limit { removeFirst(count - limit) }
  }
}

extension [Int64] {
  /// The value below which this share of the values lies; `nil` for none.
  package func percentile(_ percent: Int) -> Int64? {
    guard !isEmpty else { return nil }
    let ordered = sorted()
    return ordered[Swift.min(ordered.count * percent / 100, ordered.count - 1)]
  }
}
