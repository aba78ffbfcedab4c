internal import ChainEvents
public import Dashboard
internal import Hashing

extension Dashboard {
  /// What the screen says, as one JSON object, for the file beside a picture.
  public var json: String {
    let nodes = nodes.map { node in
      """
      {"node":\(quoted(node.name)),"wall_slot":\(node.wallSlot),"interval":\(node.interval),\
      "head":\(point(node.head)),"justified":\(point(node.justified)),\
      "finalized":\(point(node.finalized)),"safe_target":\(point(node.safeTarget)),\
      "lag":{"head":\(node.headLag),"justified":\(node.justifiedLag),\
      "finalized":\(node.finalizedLag),"safe_target":\(node.safeTargetLag)},\
      "counters":\(counters(node.counters)),"peers":\(node.peers.peers.count),\
      "alarms":[\(node.alarms.alarms.map { quoted($0.text) }.joined(separator: ","))],\
      "lost_events":\(node.lostEvents),"unknown_events":\(node.unknownEvents)}
      """
    }
    return "{\"time_ms\":\(timeMilliseconds),\"nodes\":[\(nodes.joined(separator: ","))]}"
  }

  private func point(_ point: VotePoint?) -> String {
    point.map { "{\"slot\":\($0.slot),\"root\":\(quoted($0.root.description))}" } ?? "null"
  }

  private func counters(_ counters: Counters) -> String {
    """
    {"hits":\(counters.hits),"fallbacks":\(counters.fallbackCount),\
    "forfeited":\(counters.forfeitCount),"missed":\(counters.missCount),\
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
