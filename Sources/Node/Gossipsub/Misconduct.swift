/// What a peer does wrong itself; never what is in a message, which any honest peer may relay.
package enum Misconduct: String, Hashable, Sendable, CaseIterable {
  /// A frame that is no RPC, or has more in it than any client sends.
  case malformedFrame = "malformed frame"
  /// A frame longer than any client sends: the stream cannot be read on.
  case oversizedFrame = "oversized frame"
  /// More in a slot's time than any client sends, of something that is its own doing.
  case flood
  /// A message that it offered and did not send.
  case brokenPromise = "broken promise"
  /// A GRAFT while it must stay out.
  case earlyGraft = "early graft"
  /// It has not read what we sent, though its stream was opened anew.
  case notReading = "not reading"
  /// Its unfinished frames took most of the memory that all unfinished frames may take.
  case heldMemory = "unfinished frames"

  /// What it costs of ``PeerScore/limit``.
  var points: Int {
    switch self {
    case .malformedFrame: 25
    case .oversizedFrame, .flood, .notReading, .heldMemory: PeerScore.limit
    case .brokenPromise: 6
    case .earlyGraft: 4
    }
  }
}

/// The points of a peer; they fade.
struct PeerScore: Sendable {
  /// The points at which a peer is disconnected.
  static let limit = 100

  /// Points that fade in a heartbeat: a peer that is slow, or forgets back-offs in a topic or two,
  /// stays; four malformed frames in two seconds do not.
  static let fadingPoints = 5

  private(set) var points = 0

  /// Adds points.
  ///
  /// - Returns: Whether the peer is to be disconnected.
  mutating func add(_ misconduct: Misconduct) -> Bool {
    points = min(points + misconduct.points, Self.limit)
    return points == Self.limit
  }

  /// Lets points of a heartbeat fade.
  mutating func fade() {
    points = max(points - Self.fadingPoints, 0)
  }
}
