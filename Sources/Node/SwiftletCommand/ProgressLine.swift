private import Foundation
internal import KeyFiles
private import Synchronization

/// The progress of making or loading keys on standard error: one line that is rewritten on a
/// terminal, one line for each key made elsewhere.
final class ProgressLine: Sendable {
  private struct State {
    var shown: ContinuousClock.Instant?
    var keys = -1
    var isOpen = false
  }

  private let isTerminal: Bool
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  init(isTerminal: Bool) {
    self.isTerminal = isTerminal
  }

  /// Shows how the making goes on, at most ten times a second on a terminal.
  func show(_ progress: KeyMakingProgress) {
    let now = ContinuousClock.now
    let isDue = state.withLock { state in
      let isNewKey = progress.finishedKeys != state.keys
      let isLate = state.shown.map { now - $0 >= .milliseconds(100) } ?? true
      guard isNewKey || (isTerminal && isLate) else { return false }
      (state.shown, state.keys) = (now, progress.finishedKeys)
      return true
    }
    if isDue { write(progress.line(after: now - start)) }
  }

  /// Shows how the loading goes on, on a terminal and once it takes longer than a moment.
  func show(loaded: Int, of total: Int) {
    let now = ContinuousClock.now
    let isDue = state.withLock { state in
      guard isTerminal, now - (state.shown ?? start) >= .milliseconds(100) else { return false }
      state.shown = now
      return true
    }
    if isDue { write("keys of \(loaded) of \(total) validators loaded") }
  }

  /// Ends the line, if there is one.
  func finish() {
    let isOpen = state.withLock { state in
      defer { state.isOpen = false }
      return state.isOpen
    }
    if isOpen { FileHandle.standardError.write(Data("\n".utf8)) }
  }

  private func write(_ text: String) {
    state.withLock { $0.isOpen = isTerminal }
    let line = isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n"
    FileHandle.standardError.write(Data(line.utf8))
  }
}

extension KeyMakingProgress {
  /// Keys done, rate and time left, as in `3 of 8 keys, 7450 leaves/s, 41 s left`.
  func line(after elapsed: Duration) -> String {
    let keys = "\(finishedKeys) of \(totalKeys) keys"
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    guard computedLeaves > 0, seconds > 0 else { return keys }
    let rate = Double(computedLeaves) / seconds
    let left = Int((Double(remainingLeaves) / rate).rounded(.up))
    return "\(keys), \(Int(rate)) leaves/s, \(left) s left"
  }
}
