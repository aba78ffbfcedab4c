package import ChainEvents
package import Hashing

/// The events of a run: a digest of all of them, and the newest ones in full.
///
/// Two runs of one seed are the same run when their digests are equal.
package struct EventLog: Sendable {
  /// Lines kept for the report of a violation: about two slots of four busy nodes.
  package static let lineLimit = 200

  /// Chains line after line: SHA-256 of the digest so far and the line.
  package private(set) var digest = Bytes32.zero
  /// How many events there were.
  package private(set) var count = 0

  private var lines: [String] = []
  private var oldest = 0
  private let collectsAll: Bool

  /// Creates an empty log.
  ///
  /// - Parameter collectsAll: Keep every line, for a recording; memory grows with the run.
  package init(collectsAll: Bool = false) {
    self.collectsAll = collectsAll
  }

  /// Appends an event.
  package mutating func append(_ event: TimedEvent) {
    append(line: event.lineBytes)
  }

  /// Appends something that happened to the world rather than in a node.
  package mutating func append(world text: String, at time: VirtualTime) {
    append(line: Array("# \(time.milliseconds) ms: \(text)".utf8))
  }

  /// One digest for the logs of several runs, in their order.
  package static func combined(_ digests: [Bytes32]) -> Bytes32 {
    digests.count == 1 ? digests[0] : SHA256.hash(digests.flatMap(\.bytes))
  }

  private mutating func append(line: [UInt8]) {
    count += 1
    digest = SHA256.hash(digest.bytes + line)
    let text = String(decoding: line, as: UTF8.self)
    if collectsAll || lines.count < EventLog.lineLimit {
      lines.append(text)
    } else {
      lines[oldest] = text
      oldest = (oldest + 1) % EventLog.lineLimit
    }
  }

  /// The lines kept, oldest first.
  package var recentLines: [String] {
    Array(lines[oldest...] + lines[..<oldest])
  }

  /// Those of nodes, each a JSON object; what happened to the world is no event of a node.
  package var eventLines: [String] {
    recentLines.filter { $0.first == "{" }
  }
}
