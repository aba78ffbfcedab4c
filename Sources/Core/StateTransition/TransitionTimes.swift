/// How long the parts of one state transition took.
package struct TransitionTimes: Sendable {
  /// Who is told of transitions, and by which clock they are measured.
  package struct Observer: Sendable {
    fileprivate let now: @Sendable () -> ContinuousClock.Instant
    fileprivate let report: @Sendable (TransitionTimes) -> Void

    /// Creates an observer.
    package init(
      now: @escaping @Sendable () -> ContinuousClock.Instant,
      report: @escaping @Sendable (TransitionTimes) -> Void
    ) {
      self.now = now
      self.report = report
    }
  }

  /// The observer of a task's transitions; without one nothing is measured.
  ///
  /// A value of the task and no argument: what a transition gives must not depend on a clock.
  @TaskLocal package static var observer: Observer?

  /// Slots that the transition went through.
  package var slotCount: UInt64 = 0
  /// The slots without a block.
  package var slots = Duration.zero
  /// The header and the attestations.
  package var block = Duration.zero
  /// The attestations alone.
  package var attestations = Duration.zero
  /// All of it, with the root of the state after it.
  package var total = Duration.zero

  private var last: ContinuousClock.Instant?

  /// Creates the times.
  package init() {}

  /// Begins to measure, if there is an observer.
  static func begin() -> TransitionTimes {
    var times = TransitionTimes()
    times.last = observer?.now()
    return times
  }

  /// Adds the time since the last call to some parts and to the total.
  mutating func add(to parts: WritableKeyPath<TransitionTimes, Duration>...) {
    guard let last, let now = Self.observer?.now() else { return }
    for part in parts + [\.total] { self[keyPath: part] += now - last }
    self.last = now
  }

  /// Tells the observer of a transition that succeeded.
  func report() { Self.observer?.report(self) }
}
