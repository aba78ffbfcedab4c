private import Foundation
internal import KeyFiles
private import Synchronization

/// The progress of key making on standard error: one line that is rewritten on a terminal, one line
/// for each key elsewhere.
final class ProgressLine: Sendable {
  private let isTerminal: Bool
  private let start = ContinuousClock.now
  private let last = Mutex<(shown: ContinuousClock.Instant?, keys: Int)>((nil, -1))

  init(isTerminal: Bool) {
    self.isTerminal = isTerminal
  }

  /// Shows progress, at most ten times a second on a terminal.
  func show(_ progress: KeyMakingProgress) {
    let now = ContinuousClock.now
    let isDue = last.withLock { last in
      let isNewKey = progress.finishedKeys != last.keys
      let isLate = last.shown.map { now - $0 >= .milliseconds(100) } ?? true
      guard isNewKey || (isTerminal && isLate) else { return false }
      last = (now, progress.finishedKeys)
      return true
    }
    guard isDue else { return }
    write((isTerminal ? "\r\u{1B}[K" : "") + progress.line(after: now - start))
    if !isTerminal { write("\n") }
  }

  /// Ends the line.
  func finish() {
    if isTerminal { write("\n") }
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
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
