import Foundation
import Synchronization

/// The two ends of a terminal that the test itself is.
final class PseudoTerminal: Sendable {
  /// The end for the child.
  let child: FileHandle
  private let master: Int32
  private let sent = Mutex("")

  init(columns: UInt16 = 120, rows: UInt16 = 36) throws {
    var master: Int32 = -1
    var descriptor: Int32 = -1
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &descriptor, nil, nil, &size) == 0 else { throw POSIXError(.ENXIO) }
    self.master = master
    child = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    _ = fcntl(master, F_SETFD, FD_CLOEXEC)
  }

  /// Takes everything that the child sends, until it hangs up.
  func readAlways() {
    let master = master
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while read(master, &buffer, buffer.count) > 0 {}
    }
  }

  /// Takes what the child sends until a text is in it, and nothing more.
  func take(until text: String) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var seen = ""
    while !seen.contains(text), case let count = read(master, &buffer, buffer.count),
      count > 0
    {
      seen += String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  /// Takes everything that the child sends, and answers each question once, until ``child`` is closed
  /// everywhere.
  func answer(_ answers: [(question: String, answer: String)]) {
    let master = master
    Thread.detachNewThread { [self] in
      var buffer = [UInt8](repeating: 0, count: 65_536)
      var open = answers
      while case let count = read(master, &buffer, buffer.count), count > 0 {
        let text = sent.withLock { sent in
          sent += String(decoding: buffer[..<count], as: UTF8.self)
          return sent
        }
        open.removeAll { question, answer in
          guard text.contains(question) else { return false }
          return write(master, answer, answer.utf8.count) > 0
        }
      }
      // Nobody else may: the number would be another terminal's while this thread still reads.
      close(master)
    }
  }

  /// What the child has sent to ``answer(_:)``.
  var output: String { sent.withLock { $0 } }

  /// Fills what the system holds for a reader, so that the next write of the child waits for ever.
  func fill() throws {
    guard let name = ttyname(child.fileDescriptor) else { throw POSIXError(.ENXIO) }
    // A description of its own: the child must not see one that never blocks.
    let descriptor = open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw POSIXError(.ENXIO) }
    defer { close(descriptor) }
    let junk = [UInt8](repeating: UInt8(ascii: "x"), count: 4_096)
    var refusals = 0
    // The system moves bytes on in the background, so one refusal is not the last word.
    while refusals < 5 {
      if write(descriptor, junk, junk.count) > 0 {
        refusals = 0
      } else {
        refusals += 1
        Thread.sleep(forTimeInterval: 0.02)
      }
    }
  }

  /// Closes the terminal below the child.
  func hangUp() {
    try? child.close()
    close(master)
  }
}
