internal import ChainWork

/// What held the engine longest since the last interval began.
struct BusyRecord: Hashable, Sendable {
  /// Shorter calls are nobody's fault: a tick may be this late.
  static let leastMilliseconds: UInt64 = 50

  private var current = ""
  private var longest = ""
  private var longestMilliseconds: UInt64 = 0

  /// Notes how long the call took that was begun last.
  mutating func endCall(milliseconds: UInt64) {
    guard milliseconds > longestMilliseconds else { return }
    (longest, longestMilliseconds) = (current, milliseconds)
  }

  /// Notes what the engine does now.
  mutating func beginCall(_ input: ChainEngine.Input) {
    current = input.occupation
  }

  /// What it was, and begins anew; `nil` when the engine was not busy but was not called.
  mutating func take() -> String? {
    defer { (longest, longestMilliseconds) = ("", 0) }
    guard longestMilliseconds >= BusyRecord.leastMilliseconds else { return nil }
    return "\(longest), \(longestMilliseconds) ms"
  }
}

extension ChainEngine.Input {
  /// What the engine is busy with while it takes the input in.
  fileprivate var occupation: String {
    switch self {
    case .wake: "a tick"
    case .networkReady: "the start"
    case .block: "a block that came"
    case .attestation: "a vote that came"
    case .aggregate: "an aggregate that came"
    case .peer: "news of a peer"
    case .workEnded(_, let result): result.occupation
    case .signed: "signatures"
    case .published, .publicationFailed: "a published block"
    case .command: "a command"
    case .shutDown: "the end"
    }
  }
}

extension JobResult {
  fileprivate var occupation: String {
    switch self {
    case .selected, .compacted, .sealed: "a candidate"
    case .wrapped, .aggregated, .reaggregated: "a proof"
    case .merged: "our block"
    case .verifiedBlock: "the import of a block"
    case .verifiedVotes: "verified votes"
    case .verifiedAggregate: "a verified aggregate"
    case .failed: "work that failed"
    }
  }
}
