package import Chain

/// What a person, or the program that started a node, asks of it while it runs.
package enum NodeOrder: Hashable, Sendable {
  /// A wish for the engine.
  case command(OperatorCommand)

  /// Cut the node off from all peers, or heal the cut.
  case setCut(Bool)

  /// Hold the next block back for so many milliseconds of real time.
  case holdNextBlock(milliseconds: Int)

  /// Make the prover as slow as the published one of a name, or as fast as it is.
  case proverCost(String?)

  /// Step the wall clock.
  case stepClock(milliseconds: Int64)

  /// The order as a line of words, for another process.
  package var line: String {
    switch self {
    case .command(let command): "command \(command.rawValue)"
    case .setCut(let isCut): "cut \(isCut)"
    case .holdNextBlock(let milliseconds): "hold \(milliseconds)"
    case .proverCost(let name): "prover \(name ?? "none")"
    case .stepClock(let milliseconds): "step \(milliseconds)"
    }
  }

  /// Reads a line; `nil` for one that is no order.
  package init?(line: String) {
    let words = line.split(separator: " ").map(String.init)
    guard words.count == 2 else { return nil }
    switch words[0] {
    case "command":
      guard let command = OperatorCommand(rawValue: words[1]) else { return nil }
      self = .command(command)
    case "cut":
      guard let isCut = Bool(words[1]) else { return nil }
      self = .setCut(isCut)
    case "hold":
      guard let milliseconds = Int(words[1]), (0...60_000).contains(milliseconds) else {
        return nil
      }
      self = .holdNextBlock(milliseconds: milliseconds)
    case "prover": self = .proverCost(words[1] == "none" ? nil : words[1])
    case "step":
      guard let milliseconds = Int64(words[1]) else { return nil }
      self = .stepClock(milliseconds: milliseconds)
    default: return nil
    }
  }
}

/// One life of a node, in this process or in one of its own.
package protocol NodeLife: Sendable {
  /// Passes an order on.
  func obey(_ order: NodeOrder)

  /// Stops the node's hands; nothing is handled until ``resume()``.
  func pause()

  /// Lets the node go on.
  func resume()

  /// Ends the node in order.
  func stop() async

  /// Ends the node without warning.
  func kill()
}
