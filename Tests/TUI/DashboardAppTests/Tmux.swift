import Foundation
import Testing

/// A real terminal emulator around a child, without windows: a tmux server of its own.
final class Tmux {
  private static let program = ["/usr/bin/tmux", "/usr/local/bin/tmux", "/bin/tmux"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// The built `ScreenChild`, which lies beside the test bundle.
  static let child: String = {
    let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let candidates = [URL(filePath: CommandLine.arguments[0]), bundle]
      .map { $0.deletingLastPathComponent().appending(path: "ScreenChild").path }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[0]
  }()

  let folder: URL
  private let socket: String

  /// Starts a shell line in a window of the given size.
  ///
  /// The line runs in a folder of its own, which vanishes with the terminal.
  init(
    _ line: String, columns: Int = 120, rows: Int = 36, environment: [String: String] = [:]
  )
    throws
  {
    try #require(Tmux.program != nil, "tmux is missing; `make packages` installs it")
    let name = "swiftlet-\(UUID().uuidString.prefix(8))"
    socket = name
    folder = FileManager.default.temporaryDirectory.appending(path: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var words = ["-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)"]
    let defaults = ["LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no", "NO_COLOR": ""]
    for (key, value) in defaults.merging(environment, uniquingKeysWith: { $1 }).sorted(by: <) {
      words += ["-e", "\(key)=\(value)"]
    }
    try run(words + ["-c", folder.path, "stty sane; \(line)"])
  }

  deinit {
    _ = try? run(["kill-server"])
    try? FileManager.default.removeItem(at: folder)
  }

  /// The rows of the screen without trailing spaces.
  func screen() -> [String] {
    let text = (try? run(["capture-pane", "-p"])) ?? ""
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The screen with its escape sequences.
  func styledScreen() -> String { (try? run(["capture-pane", "-e", "-N", "-p"])) ?? "" }

  func press(_ keys: String...) throws {
    try run(["send-keys"] + keys)
  }

  func type(_ text: String) throws {
    try run(["send-keys", "-l", text])
  }

  /// Pastes a text, with the marks of a bracketed paste where the program asked for them.
  func paste(_ text: String, isMarked: Bool) throws {
    try run(["set-buffer", text])
    try run(["paste-buffer"] + (isMarked ? ["-p"] : []))
  }

  func resize(columns: Int, rows: Int) throws {
    try run(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// A format of tmux, such as `#{alternate_on}`.
  func value(_ format: String) throws -> String {
    try run(["display-message", "-p", format]).trimmingCharacters(in: .newlines)
  }

  /// Sends a signal to what the shell of the window has started.
  func signalChildren(_ signal: String) throws {
    try run(["run-shell", "pkill -\(signal) -P \(try value("#{pane_pid}"))"])
  }

  /// Waits until a text is on the screen; fails with the screen when it does not come.
  @discardableResult
  func wait(
    for text: String, seconds: Double = 15, sourceLocation: SourceLocation = #_sourceLocation
  ) -> [String] {
    wait(seconds: seconds, what: text, sourceLocation: sourceLocation) { rows in
      rows.contains { $0.contains(text) }
    }
  }

  @discardableResult
  func wait(
    seconds: Double = 15, what: String, sourceLocation: SourceLocation = #_sourceLocation,
    until: ([String]) -> Bool
  ) -> [String] {
    let end = Date(timeIntervalSinceNow: seconds)
    var rows: [String] = []
    while Date() < end {
      rows = screen()
      if until(rows) { return rows }
      Thread.sleep(forTimeInterval: 0.05)
    }
    Issue.record(
      "never saw «\(what)» in\n\(rows.joined(separator: "\n"))", sourceLocation: sourceLocation)
    return rows
  }

  @discardableResult
  private func run(_ words: [String]) throws -> String {
    // Not Foundation's Process: it takes the server, which outlives the command, for the command.
    let quoted = ([Tmux.program ?? "tmux", "-L", socket] + words)
      .map { "'" + $0.replacing("'", with: "'\\''") + "'" }
    guard let pipe = popen(quoted.joined(separator: " ") + " 2>/dev/null", "r") else {
      throw POSIXError(.EAGAIN)
    }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 {
      output += buffer[..<count]
    }
    pclose(pipe)
    return String(decoding: output, as: UTF8.self)
  }
}
