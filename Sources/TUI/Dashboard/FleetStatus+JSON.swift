internal import ChainEvents
internal import Hashing
package import NodeStatus

extension FleetStatus {
  /// What the screen says, as one JSON object, for the file beside a picture.
  package var json: String {
    let nodes = nodes.map { node in
      """
      {"node":\(quoted(node.name)),"wall_slot":\(node.wallSlot),"interval":\(node.interval),\
      "head":\(point(node.head)),"justified":\(point(node.justified)),\
      "finalized":\(point(node.finalized)),"safe_target":\(point(node.safeTarget)),\
      "lag":{"head":\(number(node.headLag)),"justified":\(number(node.justifiedLag)),\
      "finalized":\(number(node.finalizedLag)),"safe_target":\(number(node.safeTargetLag))},\
      "counters":\(counters(node.counters)),"peers":\(number(node.hasNetwork ? UInt64(node.peers.peers.count) : nil)),\
      "alarms":[\(node.alarms.alarms.map { quoted($0.text) }.joined(separator: ","))],\
      "lost_events":\(node.lostEvents),"unknown_events":\(node.unknownEvents)}
      """
    }
    return "{\"time_ms\":\(timeMilliseconds),\"nodes\":[\(nodes.joined(separator: ","))]}"
  }

  private func point(_ point: VotePoint?) -> String {
    point.map { "{\"slot\":\($0.slot),\"root\":\(quoted($0.root.description))}" } ?? "null"
  }

  private func number(_ number: UInt64?) -> String { number.map { "\($0)" } ?? "null" }

  private func counters(_ counters: Counters) -> String {
    """
    {"hits":\(counters.hits),"late":\(counters.lates),"fallbacks":\(counters.fallbackCount),\
    "forfeited":\(counters.forfeitCount),"missed":\(counters.missCount),"orphaned":\(counters.orphans),\
    "few_votes":\(counters.thinBlocks),\
    "stale":\(counters.staleCount),"refreshes":\(counters.refreshCount),\
    "forced":\(counters.forced),"ticks":\(counters.ticks),\
    "missed_intervals":\(counters.missedIntervalCount),"guard_skips":\(counters.guardSkips),\
    "reorgs":\(counters.reorgCount)}
    """
  }

  private func quoted(_ text: String) -> String {
    var line = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": line += "\\\(scalar)"
      case _ where scalar.value < 0x20: line += " "
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line + "\""
  }
}
