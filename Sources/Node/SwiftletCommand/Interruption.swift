private import Dispatch
private import Foundation
private import Synchronization

/// SIGINT and SIGTERM as something to wait for, instead of the end of the process.
enum Interruption {
  /// Waits for one of the signals, or until `isOver` says so; asks five times a second.
  static func wait(until isOver: @Sendable () -> Bool) async {
    let isInterrupted = Atomic(false)
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { isInterrupted.store(true, ordering: .releasing) }
      source.resume()
      return source
    }
    while !isInterrupted.load(ordering: .acquiring), !isOver() {
      try? await Task.sleep(for: .milliseconds(200))
    }
    for source in sources { source.cancel() }
  }
}
