package import ChainEvents
package import Consensus
private import Dispatch
private import Synchronization

/// Reads the events of nodes on a thread of its own: counts them, hands them to a recorder, and says
/// a line a slot and one for each alarm.
package final class EventMonitor: Sendable {
  /// Takes events for a recording.
  package typealias Record = @Sendable ([TimedEvent]) throws -> Void

  private struct State {
    var digest: EventDigest
    var record: Record?
    var isFinished = false
    var recordingFailure: String?
  }

  /// Events kept for the monitor while its thread is busy: minutes of a large devnet.
  private static let capacity = 65_536

  private let grid: SlotClock
  private let now: @Sendable () -> UnixMilliseconds
  private let subscriptions: [EventSubscription]
  private let say: @Sendable (String) -> Void
  private let state: Mutex<State>
  private let queue = DispatchQueue(label: "event monitor", qos: .utility)

  /// Starts to read a devnet's events, as the other initializer does.
  package convenience init(
    _ devnet: Devnet, record: Record? = nil, say: @escaping @Sendable (String) -> Void
  ) {
    self.init(
      devnet.nodes.map(\.events), grid: devnet.clock,
      now: { UnixMilliseconds(devnet.nowMilliseconds) }, record: record, say: say)
  }

  /// Starts to read; call it before the nodes start, so that nothing is missed.
  ///
  /// - Parameters:
  ///   - buses: The nodes to read from.
  ///   - grid: Their slots.
  ///   - now: Their time, which goes on when a node is silent.
  ///   - record: Takes every event and alarm, on the monitor's thread; it is called no more after it
  ///     has thrown.
  ///   - lines: What is said of events and slots.
  ///   - say: Takes the lines, on the monitor's thread.
  package init(
    _ buses: [EventBus], grid: SlotClock, now: @escaping @Sendable () -> UnixMilliseconds,
    record: Record? = nil, lines: EventDigest.Lines = EventDigest.Lines(),
    say: @escaping @Sendable (String) -> Void
  ) {
    self.grid = grid
    self.now = now
    self.say = say
    subscriptions = buses.compactMap { $0.subscribe(capacity: Self.capacity) }
    let digest = EventDigest(from: grid.slot(at: now()).rawValue, lines: lines)
    state = Mutex(State(digest: digest, record: record))
    readRepeatedly()
  }

  /// Reads what is left, and stops.
  ///
  /// - Returns: The counts of everything that was read.
  package func finish() -> DevnetReport {
    queue.sync {
      state.withLock { $0.isFinished = true }
      read()
    }
    return report
  }

  /// The counts so far.
  package var report: DevnetReport { state.withLock { $0.digest.report } }

  /// Why the recording stopped, if it did.
  package var recordingFailure: String? { state.withLock { $0.recordingFailure } }

  private func readRepeatedly() {
    queue.asyncAfter(deadline: .now() + .milliseconds(100)) { [weak self] in
      guard let self, !state.withLock({ $0.isFinished }) else { return }
      read()
      readRepeatedly()
    }
  }

  private func read() {
    let events = EventOrder.merged(subscriptions.map { $0.drain() })
    let now = now()
    let slot = grid.slot(at: now).rawValue
    let (news, record) = state.withLock { state in
      (state.digest.update(events, at: now.rawValue, slot: slot), state.record)
    }
    do {
      if !news.events.isEmpty { try record?(news.events) }
    } catch {
      state.withLock { state in
        state.record = nil
        state.recordingFailure = "\(error)"
      }
    }
    for line in news.lines { say(line) }
  }
}
