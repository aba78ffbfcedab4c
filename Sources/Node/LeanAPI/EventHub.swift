package import ChainEvents
internal import DequeModule
package import NodeStatus
internal import Synchronization

/// Hands the events of nodes to any number of streams.
///
/// The engine pays for one reader however many there are: each event is written once, readers share
/// the bytes and keep only a place in the history. Who reads too slowly loses the oldest events and
/// is told how many.
package final class EventHub: Sendable {
  /// Events kept for readers that are behind or come back: some minutes of a busy node.
  static let frameLimit = 16_384

  /// Bytes of events kept.
  static let byteLimit = 16 << 20

  /// Streams at once; each costs a connection and a task.
  package static let readerLimit = 2048

  /// Events after which a prelude is written anew: it has megabytes, which readers that come together
  /// share.
  private static let preludeEvents: UInt64 = 256

  /// Slots behind the clock at which a head is no news to ethlambda's readers: it is catching up.
  private static let recentSlots: UInt64 = 32

  struct Frame: Sendable {
    let event: [UInt8]
    let chain: (topic: ChainTopic, frame: [UInt8])?

    var byteCount: Int { event.count + (chain?.frame.count ?? 0) }
  }

  struct State {
    var frames: Deque<Frame> = []
    var byteCount = 0
    /// The number of the oldest frame.
    var first: UInt64 = 0
    var status = FleetStatus()
    var wakers: [UInt64: AsyncStream<Void>.Continuation] = [:]
    var lastReader: UInt64 = 0
    var isEnded = false
    /// How the nodes stood lately, and the place of the next event then.
    var prelude: (bytes: [UInt8], place: UInt64)?
    /// How often readers were asked to show that they live.
    var keepAlives: UInt64 = 0

    var end: UInt64 { first + UInt64(frames.count) }
  }

  /// Tells places of this run from those of another one.
  private let run: UInt64
  let state = Mutex(State())

  /// Creates a hub without events.
  ///
  /// - Parameter run: A number that differs from run to run, such as the time of the start.
  package init(run: UInt64) {
    self.run = run
  }

  /// How the nodes stand after the events taken so far.
  package var status: FleetStatus { state.withLock { $0.status } }

  /// Streams that are open.
  package var readerCount: Int { state.withLock { $0.wakers.count } }

  /// Takes the next events and wakes the readers.
  package func take(_ events: [TimedEvent]) {
    let wakers = state.withLock { state in
      for event in events {
        state.status.update(event)
        add(event, to: &state)
      }
      return Array(state.wakers.values)
    }
    for waker in wakers { waker.yield() }
  }

  /// Wakes readers that have nothing to send, so that a connection shows that it lives.
  package func keepAlive() {
    state.withLock { $0.keepAlives += 1 }
    take([])
  }

  /// Ends all streams.
  package func end() {
    let wakers = state.withLock { state in
      state.isEnded = true
      defer { state.wakers = [:] }
      return Array(state.wakers.values)
    }
    for waker in wakers { waker.finish() }
  }

  private func add(_ event: TimedEvent, to state: inout State) {
    var frame: [UInt8] = []
    frame.append(contentsOf: "id: \(run)-\(state.end)\nevent: \(event.event.name)\ndata: ".utf8)
    frame.append(contentsOf: event.lineBytes)
    frame.append(contentsOf: "\n\n".utf8)
    let chain = chainFrame(of: event)
    let added = Frame(event: frame, chain: chain)
    state.frames.append(added)
    state.byteCount += added.byteCount
    while state.frames.count > EventHub.frameLimit || state.byteCount > EventHub.byteLimit {
      state.byteCount -= state.frames.removeFirst().byteCount
      state.first += 1
    }
    if let place = state.prelude?.place,
      place < state.first || state.end - place >= EventHub.preludeEvents
    {
      state.prelude = nil
    }
  }

  private func chainFrame(of event: TimedEvent) -> (topic: ChainTopic, frame: [UInt8])? {
    if case .forkChoice(.head(let slot, _, _)) = event.event,
      slot + EventHub.recentSlots < event.slot
    {
      return nil
    }
    return ChainFrame(event.event).map { frame in
      (frame.topic, Array("event: \(frame.topic.rawValue)\ndata: \(frame.data)\n\n".utf8))
    }
  }

  // MARK: Readers

  /// Begins a stream of some topics with the next event.
  ///
  /// - Returns: `nil` when there are too many.
  package func follow(_ topics: Set<ChainTopic>) -> EventReader? {
    state.withLock { state in reader(in: &state, at: state.end, topics: topics, prelude: []) }
  }

  /// Begins a stream of all events, after the one named `id` if it is still known, else with the
  /// events that bring an empty fold to how the nodes stand.
  ///
  /// - Returns: `nil` when there are too many.
  package func followAll(after id: String?) -> EventReader? {
    state.withLock { state in
      if let place = id.flatMap({ place(of: $0, in: state) }) {
        return reader(in: &state, at: place, topics: nil, prelude: [])
      }
      let prelude = state.prelude ?? (prelude(of: state), state.end)
      state.prelude = prelude
      return reader(in: &state, at: prelude.place, topics: nil, prelude: prelude.bytes)
    }
  }

  private func prelude(of state: State) -> [UInt8] {
    let lines = state.status.prelude.flatMap { event in
      Array("event: \(event.event.name)\ndata: ".utf8) + event.lineBytes + Array("\n\n".utf8)
    }
    // The name comes with the prelude, so that whoever is cut off right after it can go on.
    let name = state.end > 0 ? "id: \(run)-\(state.end - 1)\n: now\n\n" : ""
    return lines + Array(name.utf8)
  }

  /// The place after the event of that name; an event that is no longer kept counts as lost.
  private func place(of id: String, in state: State) -> UInt64? {
    let parts = id.split(separator: "-").compactMap { UInt64($0) }
    guard parts.count == 2, parts[0] == run, parts[1] < state.end, parts[1] + 1 >= state.first
    else { return nil }
    return parts[1] + 1
  }

  private func reader(
    in state: inout State, at place: UInt64, topics: Set<ChainTopic>?, prelude: [UInt8]
  ) -> EventReader? {
    guard !state.isEnded, state.wakers.count < EventHub.readerLimit else { return nil }
    state.lastReader += 1
    let number = state.lastReader
    let (wakes, waker) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    state.wakers[number] = waker
    return EventReader(
      hub: self, number: number, topics: topics, place: place, prelude: prelude,
      keepAlives: state.keepAlives, wakes: wakes)
  }

  func leave(_ number: UInt64) {
    state.withLock { _ = $0.wakers.removeValue(forKey: number) }
  }
}

/// One stream's place in the history: a sequence of bytes to send, until the hub ends.
///
/// Without news it brings a comment whenever the hub is kept alive.
package final class EventReader: AsyncSequence, Sendable {
  /// Waits for what comes next.
  package struct Iterator: AsyncIteratorProtocol {
    fileprivate let reader: EventReader
    fileprivate var wakes: AsyncStream<Void>.Iterator

    /// The next bytes, or `nil` at the end.
    package mutating func next(isolation actor: isolated (any Actor)?) async -> [UInt8]? {
      while true {
        let batch = reader.take()
        guard batch.isEmpty else { return batch }
        guard await wakes.next(isolation: actor) != nil else { return nil }
      }
    }

    /// The next bytes, or `nil` at the end.
    package mutating func next() async -> [UInt8]? { await next(isolation: #isolation) }
  }

  /// Begins to read; a stream is read once.
  package func makeAsyncIterator() -> Iterator {
    Iterator(reader: self, wakes: wakes.makeAsyncIterator())
  }

  /// Bytes that are handed on at once.
  private static let batchBytes = 64 << 10

  private struct Place {
    var next: UInt64
    var prelude: [UInt8]
    var keepAlives: UInt64
  }

  private let hub: EventHub
  private let number: UInt64
  private let topics: Set<ChainTopic>?
  private let place: Mutex<Place>
  private let wakes: AsyncStream<Void>

  init(
    hub: EventHub, number: UInt64, topics: Set<ChainTopic>?, place: UInt64, prelude: [UInt8],
    keepAlives: UInt64, wakes: AsyncStream<Void>
  ) {
    self.hub = hub
    self.number = number
    self.topics = topics
    self.place = Mutex(Place(next: place, prelude: prelude, keepAlives: keepAlives))
    self.wakes = wakes
  }

  deinit { hub.leave(number) }

  /// The next bytes, at most a batch; empty when there is nothing to send.
  package func take() -> [UInt8] {
    place.withLock { place in
      guard place.prelude.isEmpty else {
        defer { place.prelude = [] }
        return place.prelude
      }
      return hub.state.withLock { state in Self.take(from: state, at: &place, topics) }
    }
  }

  private static func take(
    from state: EventHub.State, at place: inout Place, _ topics: Set<ChainTopic>?
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    if place.next < state.first {
      let lost = state.first - place.next
      bytes.append(contentsOf: ": error - dropped \(lost) messages\n\n".utf8)
      place.next = state.first
    }
    while place.next < state.end, bytes.count < batchBytes {
      let frame = state.frames[Int(place.next - state.first)]
      if let topics {
        if let chain = frame.chain, topics.contains(chain.topic) { bytes += chain.frame }
      } else {
        bytes += frame.event
      }
      place.next += 1
    }
    if bytes.isEmpty, place.keepAlives < state.keepAlives { bytes = Array(":\n\n".utf8) }
    place.keepAlives = state.keepAlives
    return bytes
  }
}
