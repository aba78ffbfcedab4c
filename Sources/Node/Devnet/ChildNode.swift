internal import ChainEvents
internal import Foundation
internal import LeanNode
private import Synchronization

/// A node in a process of its own: `swiftlet node --child`, events from its output, orders to its
/// input.
///
/// The child ends when its input does, so it does not outlive us however we end.
final class ChildNode: NodeLife {
  private let process = Process()
  private let orders = Pipe()
  private let output = Pipe()
  private let isWanted = Atomic(true)

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - program: The path of `swiftlet`.
  ///   - arguments: The words after it.
  ///   - log: Takes what the program writes on standard error.
  ///   - events: Takes its events.
  ///   - onEnd: Called with a line when it ends although nobody asked it to.
  /// - Throws: When the program cannot be started.
  init(
    _ program: String, _ arguments: [String], log: FileHandle, events: EventBus,
    onEnd: @escaping @Sendable (String) -> Void
  ) throws {
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardInput = orders
    process.standardOutput = output
    process.standardError = log
    let lines = Mutex(EventLines())
    output.fileHandleForReading.readabilityHandler = { handle in
      let data = handle.availableData
      guard !data.isEmpty else {
        handle.readabilityHandler = nil
        return
      }
      for event in lines.withLock({ $0.take(data) }) {
        events.emit(event.event, at: event.timeMilliseconds)
      }
    }
    process.terminationHandler = { [weak self] process in
      guard let self, isWanted.load(ordering: .acquiring) else { return }
      let reason = process.terminationReason == .exit ? "status" : "signal"
      onEnd("the process has ended by itself, \(reason) \(process.terminationStatus)")
    }
    try process.run()
  }

  /// The number by which the system knows the process.
  var processIdentifier: Int32 { process.processIdentifier }

  func obey(_ order: NodeOrder) {
    // A process that has just ended hears nothing.
    try? orders.fileHandleForWriting.write(contentsOf: Data("\(order.line)\n".utf8))
  }

  func pause() { Foundation.kill(processIdentifier, SIGSTOP) }
  func resume() { Foundation.kill(processIdentifier, SIGCONT) }

  func stop() async {
    isWanted.store(false, ordering: .releasing)
    resume()
    process.terminate()
    // It ends within two seconds; a machine that is very busy gets some more.
    for _ in 0..<100 where process.isRunning { try? await Task.sleep(for: .milliseconds(50)) }
    kill()
  }

  func kill() {
    isWanted.store(false, ordering: .releasing)
    if process.isRunning { Foundation.kill(processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }
}

/// Cuts what a child writes into events; what is no event is left out.
struct EventLines {
  private var rest = Data()

  /// Takes bytes, and gives the events that are complete.
  mutating func take(_ data: Data) -> [TimedEvent] {
    rest += data
    var events: [TimedEvent] = []
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      if let event = try? TimedEvent(lineBytes: rest[..<end]) { events.append(event) }
      rest = Data(rest[(end + 1)...])
    }
    // A line of a child that went mad.
    if rest.count > TimedEvent.lineLimit { rest = Data() }
    return events
  }
}
