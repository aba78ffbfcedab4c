/// What became of the messages of a run.
package struct NetworkReport: Hashable, Sendable, CustomStringConvertible {
  /// Messages that were published.
  package var messages = 0
  /// Pairs of a message and a node that should get it: it took the topic, was running from the
  /// publication until the message was two heartbeats old, and no partition kept them apart.
  package var due = 0
  /// Due pairs whose message did not arrive in that time.
  package var missed = 0
  /// Milliseconds from publication to arrival, of all arrivals, in order.
  package var latencies: [Int] = []
  /// Messages that arrived at a node that had them.
  package var duplicates = 0
  /// Bytes that all nodes sent.
  package var sentBytes = 0
  /// Messages that were published when no peer could take them.
  package var unheard = 0
  /// Connections that a node ended because of what its peer did; all nodes are honest.
  package var condemned = 0
  /// A digest of all events in order.
  package var digest: UInt64 = 0

  /// Messages that arrive again for each that arrives.
  package var duplicatesPerArrival: Double {
    latencies.isEmpty ? 0 : Double(duplicates) / Double(latencies.count)
  }

  /// The milliseconds that so many in a thousand of the arrivals stay within; `nil` without any.
  package func latency(perMille: Int) -> Int? {
    latencies.isEmpty ? nil : latencies[(latencies.count - 1) * perMille / 1000]
  }

  /// The report as lines of text.
  package var description: String {
    func milliseconds(_ perMille: Int) -> String {
      latency(perMille: perMille).map { "\($0)" } ?? "-"
    }
    return """
      messages     \(messages), \(unheard) of them with no peer to take them
      arrivals     \(latencies.count), \(missed) of \(due) due ones missing after two heartbeats
      latency      p50 \(milliseconds(500)) ms, p99 \(milliseconds(990)) ms, \
      worst \(milliseconds(1000)) ms
      duplicates   \((duplicatesPerArrival * 100).rounded() / 100) for each arrival
      sent         \(sentBytes / 1_000_000) MB
      condemned    \(condemned) honest peers
      digest       \(String(digest, radix: 16))
      """
  }
}
