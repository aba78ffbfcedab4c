package import ChainEvents

/// Turns the frames of a remote node's stream into its events.
///
/// Ours bring whole lines. Another client's bring what its topics tell: the rest, such as when and in
/// which slot it happened, is when it came here.
package struct RemoteEvents: Sendable {
  /// What a node's stream is.
  package enum Kind: Equatable, Sendable {
    /// A stream of Swiftlet, with everything a screen folds.
    case swiftlet
    /// The topics that lean clients share, of a chain that began at this time.
    case shared(node: String, genesisMilliseconds: UInt64)
  }

  /// Where a stream that is cut goes on.
  package private(set) var lastID: String?
  /// Frames that are no events.
  package private(set) var refused = 0
  /// By how much the node's clock is ahead of ours, as far as events tell: at most so much.
  package private(set) var clockOffset: Int64 = 0

  private let kind: Kind
  private var stamp: EventStamp?
  private var sequence: UInt64 = 0
  private var offsets: [Int64] = []
  /// An offset more than a day from the one before, which counts once a second event agrees.
  private var doubtfulOffset: Int64?

  /// Samples of the clock's offset that are kept.
  private static let offsetSamples = 64

  /// Begins to read a stream.
  package init(_ kind: Kind) {
    self.kind = kind
    if case .shared(let node, let genesis) = kind {
      stamp = EventStamp(node: node, genesisMilliseconds: genesis)
    }
  }

  /// The events of a frame that came at a time, in milliseconds since 1970.
  package mutating func event(of frame: EventStreamParser.Frame, at now: UInt64) -> TimedEvent? {
    if let id = frame.id { lastID = id }
    guard !frame.data.isEmpty else { return nil }
    let event: TimedEvent?
    switch kind {
    case .swiftlet: event = try? TimedEvent(line: frame.data)
    case .shared(let node, _): event = shared(frame, of: node, at: now)
    }
    guard let event else {
      refused += 1
      return nil
    }
    // A prelude tells of the past, and its frames have no names.
    if frame.id != nil { learnClock(event.timeMilliseconds, at: now) }
    return event
  }

  private mutating func shared(
    _ frame: EventStreamParser.Frame, of node: String, at now: UInt64
  ) -> TimedEvent? {
    guard frame.event.utf8.allSatisfy({ $0 == 0x5F || (0x61...0x7A).contains($0) }) else {
      return nil
    }
    let line =
      #"{"v":1,"seq":0,"t":\#(now),"slot":0,"interval":0,"node":"n","type":"\#(frame.event)","#
      + #""data":\#(frame.data)}"#
    guard let event = try? TimedEvent(line: line) else { return nil }
    return stamp?.stamp(event.event, at: now)
  }

  private func isFar(_ offset: Int64, from other: Int64) -> Bool {
    (offset - other).magnitude > EventBounds.doubtMilliseconds
  }

  private mutating func learnClock(_ time: UInt64, at now: UInt64) {
    guard case .swiftlet = kind else { return }
    // An event comes later than it happened: the largest difference has the least delay in it.
    let offset = Int64(clamping: time) - Int64(clamping: now)
    if !offsets.isEmpty, isFar(offset, from: clockOffset) {
      defer { doubtfulOffset = offset }
      guard let doubtfulOffset, !isFar(offset, from: doubtfulOffset) else { return }
      offsets = []
    }
    doubtfulOffset = nil
    offsets.append(offset)
    if offsets.count > Self.offsetSamples { offsets.removeFirst() }
    clockOffset = offsets.max() ?? 0
  }
}
