internal import ChainEvents
internal import NodeStatus

/// The question before a fault is done to a node of a devnet, or taken back.
struct FaultOffer {
  private let fault: Fault
  private let node: NodeStatus
  /// The fault as the node has it now.
  private let standing: StandingFault?
  private let keymap: Keymap
  private let takesFaults: Bool

  init(_ fault: Fault, _ node: NodeStatus, _ state: ViewState) {
    keymap = state.keymap
    takesFaults = state.takesFaults
    self.fault = fault
    self.node = node
    standing = node.fault(fault)
  }

  /// The question, or why there is nothing to ask.
  var offer: ActionOffer {
    guard takesFaults else {
      return .refuse("faults are for the nodes of a devnet: swiftlet devnet has some")
    }
    let isDead = node.fault(.kill) != nil
    if isDead, fault != .kill, fault != .delayBlock {
      return .refuse("\(node.name) is dead: \(keymap.name(.act(.fault(.kill)))) starts it again")
    }
    if fault == .delayBlock, standing != nil {
      return .refuse("the next block is already to be held back")
    }
    if fault == .silence, standing == nil, node.aggregator?.isEnabled != true {
      return .refuse(
        "\(node.name) does not aggregate: \(keymap.name(.nextNode)) shows the next node")
    }
    let now = standing.map { ["now: \($0.detail)", ""] } ?? []
    return .ask(
      Question(
        title: title, lines: now + lines,
        order: OperatorOrder(node: node.name, .toggleFault(fault)),
        logName: "chaos.\(fault.rawValue) \(node.name)"))
  }

  private var title: String {
    let isOn = standing != nil
    return switch fault {
    case .pause: isOn ? "let \(node.name) go on?" : "pause \(node.name)?"
    case .cut: isOn ? "connect \(node.name) again?" : "cut \(node.name) off?"
    case .kill: isOn ? "start \(node.name) again?" : "kill \(node.name)?"
    case .delayBlock: "hold the next block back?"
    case .slowProver: "change the prover of \(node.name)?"
    case .stepClock:
      isOn ? "set the clock of \(node.name) right?" : "step the clock of \(node.name)?"
    case .silence: isOn ? "let \(node.name) aggregate again?" : "silence \(node.name)?"
    }
  }

  /// What it does and what it costs.
  private var lines: [String] { standing == nil || fault == .slowProver ? entry : way }

  private var entry: [String] {
    let key = keymap.name(.act(.fault(fault)))
    return switch fault {
    case .pause:
      [
        "It handles nothing, as a stopped process; \(key) lets it go on.",
        "Cost: its votes and slots.",
      ]
    case .cut:
      [
        "No message comes in or goes out; \(key) heals the cut.",
        "Cost: its votes and blocks; it may follow a branch of its own.",
      ]
    case .kill:
      [
        "It ends without warning; what is on its disk remains. \(key) restarts it.",
        "Cost: its votes and slots; its journal must keep every leaf from being used twice.",
      ]
    case .delayBlock:
      [
        "The next block of any node reaches the others after their pre-build has begun.",
        "Cost: the next proposal is refreshed, falls back or is forfeited.",
      ]
    case .slowProver:
      [
        "It takes the time of the next published prover; after the last, its own.",
        "Cost: pre-builds that do not fit fall back.",
      ]
    case .stepClock:
      [
        "Its wall clock jumps 1,500 ms ahead; \(key) sets it right.",
        "Cost: it votes and proposes early; its peers may drop that.",
      ]
    case .silence:
      [
        "It proves no votes for its peers; \(key) takes that back.",
        "Cost: if nobody else aggregates, nothing is justified.",
      ]
    }
  }

  private var way: [String] {
    switch fault {
    case .pause: ["It handles what has piled up, late."]
    case .cut: ["Messages flow again; it asks its peers for what it missed."]
    case .kill: ["It starts from its disk and catches up with its peers."]
    case .stepClock: ["Its wall clock jumps back to the time of its peers."]
    case .silence: ["It proves votes again from the next slot on."]
    case .delayBlock, .slowProver: []
    }
  }
}
