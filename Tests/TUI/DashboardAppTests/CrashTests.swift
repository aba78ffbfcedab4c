import Foundation
import Testing

/// Every way out leaves a terminal that a person can go on with.
struct CrashTests {
  /// What a way out must leave on the normal screen.
  struct Way: CustomTestStringConvertible, Sendable {
    let name: String
    var arguments = ""
    var keys: [String] = []
    var signal: String?
    let status: Int
    let words: String

    var testDescription: String { name }
  }

  static let ways: [Way] = [
    Way(name: "q", keys: ["q"], status: 0, words: "ended: quit"),
    Way(name: "^C", keys: ["C-c"], status: 0, words: "ended: quit"),
    Way(
      name: "^C twice with a node", arguments: "--owns-node", keys: ["C-c", "C-c"], status: 0,
      words: "ended: stopNode"),
    Way(
      name: "leave the node", arguments: "--owns-node", keys: ["q", "l"], status: 0,
      words: "ended: leaveNodeRunning"),
    Way(name: "SIGTERM", signal: "TERM", status: 0, words: "signal(15)"),
    Way(name: "SIGHUP", signal: "HUP", status: 0, words: "signal(1)"),
    Way(
      name: "fatalError", arguments: "--fault fatal", status: 128, words: "chain invariant broken"),
    Way(
      name: "overflow", arguments: "--fault overflow", status: 128, words: "last words of overflow"),
    Way(name: "SIGSEGV", arguments: "--fault segv", status: 139, words: "last words of segv"),
    Way(
      name: "stack overflow in a thread", arguments: "--fault recursion", status: 139,
      words: "last words of recursion"),
    Way(
      name: "stack overflow in a queue", arguments: "--fault recursion-in-queue", status: 139,
      words: "last words of recursion-in-queue"),
    Way(
      name: "stack overflow in a task", arguments: "--fault recursion-in-task", status: 139,
      words: "last words of recursion-in-task"),
    Way(name: "SIGQUIT", arguments: "--fault quit", status: 131, words: "last words of quit"),
    Way(name: "abort", arguments: "--fault abort", status: 134, words: "last words of abort"),
    Way(
      name: "exit in a library", arguments: "--fault exit", status: 3, words: "last words of exit"),
    // The thread of the screen lives on meanwhile, and frames are due.
    Way(
      name: "exit that takes a second", arguments: "--fault slow-exit", status: 3,
      words: "last words of slow-exit"),
  ]

  @Test(arguments: ways) func `the terminal is sane after`(way: Way) throws {
    // Only the end says the word backwards: what the test, the command or a frame shows is no proof.
    let word = "w\(UInt32.random(in: 10_000...99_999))x"
    let tmux = try Tmux(
      "\(Tmux.child) \(way.arguments); echo status $?; stty -a; exec sleep 60",
      environment: ["SCREEN_WORDS": word])
    tmux.wait(for: "swiftlet demo")
    let said = String(word.reversed())
    #expect(!tmux.screen().contains { $0.contains(said) }, "said before the end")
    for key in way.keys {
      try tmux.press(key)
      Thread.sleep(forTimeInterval: 0.3)
    }
    if let signal = way.signal { try tmux.signalChildren(signal) }
    let rows = tmux.wait(for: "status ")
    let text = rows.joined(separator: "\n")
    #expect(text.contains(way.words) && text.contains(said))
    #expect(try tmux.value("#{alternate_on} #{cursor_flag} #{mouse_any_flag}") == "0 1 0")
    #expect(!text.contains("┌─"), "a frame is left on the normal screen")
    let modes = tmux.wait(for: "-extproc").joined(separator: " ")
    for mode in ["icanon", "echo", "isig", "icrnl", "opost", "onlcr"] {
      #expect(modes.contains(" \(mode) ") && !modes.contains("-\(mode) "), "\(mode)\n\(modes)")
    }
    let status = text.split(separator: "\n").first { $0.hasPrefix("status ") }
      .flatMap { Int($0.dropFirst(7)) }
    if way.status == 128 {
      #expect((status ?? 0) > 128)
    } else {
      #expect(status == way.status)
    }
  }

  @Test func `what is said just before an orderly end is on the normal screen`() throws {
    let tmux = try Tmux("\(Tmux.child) --held held; echo status $?; exec sleep 60")
    tmux.wait(for: "quit")
    try tmux.press("q")
    let rows = tmux.wait(for: "status 0")
    #expect(rows.contains("last words of an orderly end"))
  }

  @Test func `a screen that is told to end does not wait for a terminal that nobody reads`()
    async throws
  {
    let pty = try PseudoTerminal()
    let path = FileManager.default.temporaryDirectory.appending(path: "report-\(UUID())").path
    let process = Process()
    process.executableURL = URL(filePath: Tmux.child)
    process.arguments = ["--report", path, "--seconds", "3"]
    process.environment = ["TERM": "xterm-256color", "LANG": "C.UTF-8"]
    process.standardInput = pty.child
    process.standardOutput = pty.child
    process.standardError = pty.child
    try process.run()
    defer { try? FileManager.default.removeItem(atPath: path) }
    pty.take(until: "quit")
    try pty.fill()
    let end = Date(timeIntervalSinceNow: 30)
    while process.isRunning, Date() < end { try await Task.sleep(for: .milliseconds(50)) }
    #expect(!process.isRunning, "the end waits for the terminal")
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test func `a stop gives the terminal back and fg takes it again`() throws {
    let tmux = try Tmux("bash --norc -i")
    try tmux.type("PS1='prompt> '; \(Tmux.child)")
    try tmux.press("Enter")
    tmux.wait(for: "swiftlet demo")
    try tmux.press("C-z")
    tmux.wait(for: "Stopped")
    #expect(try tmux.value("#{alternate_on} #{cursor_flag}") == "0 1")
    try tmux.type("echo typed as ever")
    try tmux.press("Enter")
    tmux.wait(what: "the echo") { $0.contains("typed as ever") }
    try tmux.press("f", "g", "Enter")
    tmux.wait(for: "swiftlet demo")
    #expect(try tmux.value("#{alternate_on}") == "1")
    try tmux.press("q")
    tmux.wait(for: "ended: quit")
  }

  @Test func `the window has a title while the screen is up`() throws {
    let tmux = try Tmux("\(Tmux.child); exec sleep 60")
    tmux.wait(for: "swiftlet demo")
    // Its node tells nothing but ticks.
    #expect(try tmux.value("#{pane_title}") == "swiftlet: no alarm yet")
  }

  @Test func `without a terminal there is one clear line`() throws {
    let tmux = try Tmux("\(Tmux.child) </dev/null; echo status $?; exec sleep 60")
    tmux.wait(for: "status 2")
    let text = tmux.screen().joined(separator: " ")
    #expect(text.contains("error: standard input or output is no terminal; use --headless"))
  }

  @Test func `an unknown terminal is named`() throws {
    let tmux = try Tmux("TERM=nonesuch \(Tmux.child); echo status $?; exec sleep 60")
    tmux.wait(for: "status 2")
    let text = tmux.screen().joined(separator: " ")
    #expect(text.contains("error: TERM=nonesuch is not known on this host"))
  }

  @Test func `a mistake in a theme is told before the screen opens`() throws {
    let tmux = try Tmux(
      "echo 'roles: {hitt: bold}' > mine.yaml; \(Tmux.child) --theme mine.yaml; echo status $?;"
        + " exec sleep 60")
    tmux.wait(for: "status 2")
    #expect(tmux.screen().contains { $0.contains("mine.yaml:1: no role 'hitt'") })
  }

  @Test func `a terminal that nobody reads stops the screen and nothing else`() async throws {
    let pty = try PseudoTerminal()
    let path = FileManager.default.temporaryDirectory.appending(path: "beat-\(UUID())").path
    let process = Process()
    process.executableURL = URL(filePath: Tmux.child)
    process.arguments = ["--heartbeat", path]
    process.environment = [
      "TERM": "xterm-256color", "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
    ]
    process.standardInput = pty.child
    process.standardOutput = pty.child
    process.standardError = pty.child
    try process.run()
    defer { try? FileManager.default.removeItem(atPath: path) }
    func beat() throws -> Int { Int(try String(contentsOfFile: path, encoding: .utf8)) ?? 0 }
    // The screen is up when the process beats; nobody reads it.
    let start = Date(timeIntervalSinceNow: 20)
    while (try? beat()) ?? 0 < 10, Date() < start { try await Task.sleep(for: .milliseconds(50)) }
    try pty.fill()
    // Frames come ten times a second: the next one blocks.
    try await Task.sleep(for: .seconds(1))
    let before = try beat()
    try await Task.sleep(for: .seconds(1))
    #expect(try beat() > before + 5)
    kill(process.processIdentifier, SIGTERM)
    let end = Date(timeIntervalSinceNow: 8)
    while process.isRunning, Date() < end { try await Task.sleep(for: .milliseconds(50)) }
    #expect(!process.isRunning, "SIGTERM has no effect while the terminal is stopped")
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGTERM)
  }

  @Test func `a terminal that hangs up ends the screen`() async throws {
    let pty = try PseudoTerminal()
    let process = Process()
    process.executableURL = URL(filePath: Tmux.child)
    process.environment = ["TERM": "xterm-256color", "LANG": "C.UTF-8"]
    process.standardInput = pty.child
    process.standardOutput = pty.child
    try process.run()
    pty.readAlways()
    try await Task.sleep(for: .seconds(1))
    #expect(process.isRunning)
    pty.hangUp()
    let end = Date(timeIntervalSinceNow: 8)
    while process.isRunning, Date() < end { try await Task.sleep(for: .milliseconds(50)) }
    #expect(!process.isRunning)
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }
}
