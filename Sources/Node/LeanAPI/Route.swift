/// The routes, found by their paths.
enum Route: Hashable {
  enum CheckpointName: String {
    case justified
    case finalized
  }

  case health
  case metrics
  case spec
  case genesis
  case checkpoint(CheckpointName)
  case state(BlockID)
  case block(BlockID)
  case header(BlockID)
  case forkChoice
  case forkChoicePage
  case identity
  case syncing
  case peers
  case peerCount
  case aggregator
  case events
  case everyEvent
  case command

  /// The route of a path's parts.
  static func find(_ path: [String]) -> Route? {
    switch path.first {
    case "lean" where path.count > 2 && path[1] == "v0": lean(Array(path[2...]))
    case "health" where path.count == 1: .health
    case "v0" where path == ["v0", "health"]: .health
    case "metrics" where path.count == 1: .metrics
    case "swiftlet" where path == ["swiftlet", "v1", "events"]: .everyEvent
    case "swiftlet" where path == ["swiftlet", "v1", "commands"]: .command
    default: nil
    }
  }

  private static func lean(_ path: [String]) -> Route? {
    switch path.count {
    case 1: one(path[0])
    case 2: two(path[0], path[1])
    case 3 where path[0] == "blocks" && path[2] == "header": .header(BlockID(path[1]))
    default: nil
    }
  }

  private static func one(_ name: String) -> Route? {
    switch name {
    case "health": .health
    case "genesis": .genesis
    case "head": .header(.head)
    case "fork_choice": .forkChoice
    case "events": .events
    default: nil
    }
  }

  private static func two(_ group: String, _ name: String) -> Route? {
    switch group {
    case "blocks": .block(BlockID(name))
    case "headers": .header(BlockID(name))
    case "states": .state(BlockID(name))
    case "checkpoints": CheckpointName(rawValue: name).map { .checkpoint($0) }
    case "config": name == "spec" ? .spec : nil
    case "fork_choice": name == "ui" ? .forkChoicePage : nil
    case "admin": name == "aggregator" ? .aggregator : nil
    case "node": node(name)
    default: nil
    }
  }

  private static func node(_ name: String) -> Route? {
    switch name {
    case "identity": .identity
    case "syncing": .syncing
    case "peers": .peers
    case "peer_count": .peerCount
    default: nil
    }
  }

  /// The methods that the route has, beside `OPTIONS`.
  var methods: Set<APIRequest.Method> {
    switch self {
    case .aggregator: [.get, .head, .post]
    case .events, .everyEvent: [.get]
    case .command: [.post]
    default: [.get, .head]
    }
  }

  /// The methods as a header names them.
  var allow: String {
    APIRequest.Method.allCases.filter { methods.contains($0) || $0 == .options }
      .map(\.rawValue).joined(separator: ", ")
  }
}
