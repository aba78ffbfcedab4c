internal import ChainEvents

/// Whose votes of the newest slot with an aggregate are in one, and whether they came before the
/// safe target moves, at interval 3.
struct AggregateCoverage: Sendable {
  private(set) var slot: UInt64?
  private(set) var timely = ValidatorSet()
  private(set) var late = ValidatorSet()

  /// Adds an aggregate that came so long after its slot's start.
  mutating func add(_ aggregate: ReceivedAggregate, arrival: Int64) {
    if let slot, aggregate.vote.slot < slot { return }
    if aggregate.vote.slot != slot { self = AggregateCoverage(slot: aggregate.vote.slot) }
    if arrival < 3 * Int64(EventStamp.intervalMilliseconds) {
      timely.formUnion(aggregate.participants)
    } else {
      late.formUnion(aggregate.participants)
    }
  }

  /// Everybody whose vote is in an aggregate.
  var combined: ValidatorSet {
    var all = timely
    all.formUnion(late)
    return all
  }
}
