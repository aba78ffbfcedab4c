internal import ChainEvents
internal import Devnet
private import Foundation
private import Hashing
internal import NodeStatus

/// A node's log: time, level, slot and interval first, then names and values, in every line.
///
/// Files of several clients are read side by side, by eyes and by scripts: no colours, one line each.
struct NodeLogLines: Sendable {
  /// The least severity that is told.
  let least: Severity

  /// Creates the lines from a level of `--log-level`.
  init(level: String) {
    least =
      switch level {
      case "trace", "debug": .trace
      case "info": .info
      case "notice": .event
      case "warning": .warning
      default: .critical
      }
  }

  var lines: EventDigest.Lines {
    var lines = EventDigest.Lines()
    lines.event = { [least] event in event.severity >= least ? Self.line(event) : nil }
    lines.slot = Self.summary
    return lines
  }

  static func line(_ event: TimedEvent) -> String {
    let time = time(event.timeMilliseconds)
    return "\(time) \(event.severity.level) slot=\(event.slot) interval=\(event.interval) "
      + "event=\(event.event.name) \(event.sentence)"
  }

  /// What a slot that is over was to the node.
  static func summary(_ report: DevnetReport, _ slot: UInt64) -> String {
    guard let node = report.fleet.nodes.first else { return "slot=\(slot)" }
    func told(_ number: (some BinaryInteger)?) -> String { number.map { "\($0)" } ?? "-" }
    func told(_ point: VotePoint?) -> String {
      point.map { "\($0.slot):\($0.root.short)" } ?? "-"
    }
    let proposal = node.proposals[slot].flatMap { proposal in
      proposal.outcome.map { outcome in
        let offset = outcome.publishOffset.map { " offset_ms=\($0)" } ?? ""
        return " validator=\(told(proposal.validator)) proposal=\(outcome.name)\(offset)"
      }
    }
    return "\(time(node.timeMilliseconds)) SLOT  slot=\(slot) head=\(told(node.head)) "
      + "justified=\(told(node.justified)) finalized=\(told(node.finalized)) "
      + "lag=\(told(node.finalizedLag)) peers=\(node.peers.peers.count) "
      + "sync=\(node.sync?.state.rawValue ?? "-")\(proposal ?? "")"
  }

  /// A line of the program itself, before there are events.
  static func line(_ level: Severity, _ text: String) -> String {
    let now = UInt64(max(0, Date().timeIntervalSince1970 * 1_000))
    return "\(time(now)) \(level.level) \(text)"
  }

  private static func time(_ milliseconds: UInt64) -> String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
      .formatted(.iso8601.time(includingFractionalSeconds: true))
  }
}

extension Severity {
  /// Five letters, so that columns stay in line.
  fileprivate var level: String {
    switch self {
    case .trace: "TRACE"
    case .info: "INFO "
    case .event: "EVENT"
    case .warning: "WARN "
    case .critical: "ERROR"
    }
  }
}
