import Foundation
import Testing

/// What a screen makes of what its terminal says of itself.
struct TerminalAnswerTests {
  private static let ground = "\u{1B}]11;?\u{1B}\\"
  private static let place = "\u{1B}[6n"
  private static let kind = "\u{1B}[c"

  /// What a screen sends in its first second to a terminal that answers so.
  private func output(
    _ answers: [(question: String, answer: String)], arguments: [String] = [],
    environment: [String: String] = [:], until: @escaping (String) -> Bool
  ) async throws -> String {
    let pty = try PseudoTerminal()
    let process = Process()
    process.executableURL = URL(filePath: Tmux.child)
    process.arguments = ["--at", "10350"] + arguments
    process.environment = ["TERM": "xterm-256color", "LANG": "C.UTF-8"]
      .merging(environment) { $1 }
    process.standardInput = pty.child
    process.standardOutput = pty.child
    try process.run()
    pty.answer(answers)
    let end = Date(timeIntervalSinceNow: 60)
    while !until(pty.output), Date() < end { try await Task.sleep(for: .milliseconds(20)) }
    process.terminate()
    while process.isRunning, Date() < end { try await Task.sleep(for: .milliseconds(20)) }
    try pty.child.close()
    return pty.output
  }

  /// The ground of the theme for light terminals, which it paints itself.
  private static let light = "\u{1B}[48;5;231m"

  @Test(arguments: [
    ("rgb:ffff/ffff/dddd", [:], true), ("rgb:1111/1111/1111", ["COLORFGBG": "0;15"], false),
    ("", ["COLORFGBG": "0;15"], true), ("", ["COLORFGBG": "15;0"], false), ("", [:], false),
  ])
  func `the theme suits the ground that the terminal or the environment tells`(
    answer: String, environment: [String: String], isLight: Bool
  ) async throws {
    let words = answer.isEmpty ? "" : "\u{1B}]11;\(answer)\u{1B}\\"
    let output = try await output(
      [(Self.ground, words + "\u{1B}[?62;22c")], environment: environment
    ) { $0.contains("quit") }
    #expect(output.contains("quit"))
    #expect(output.contains(Self.light) == isLight)
  }

  @Test func `a chosen theme stays whatever the ground`() async throws {
    let output = try await output(
      [(Self.ground, "\u{1B}]11;rgb:ff/ff/ff\u{7}\u{1B}[?62c")], arguments: ["--theme", "midnight"]
    ) { $0.contains("quit") }
    #expect(!output.contains(Self.light))
  }

  @Test func `a late answer changes the looks when it comes`() async throws {
    // The answer to the kind ends the wait; the ground's comes after the first frame.
    let output = try await output([
      (Self.kind, "\u{1B}[?62c"), ("quit", "\u{1B}]11;rgb:ff/ff/ff\u{7}"),
    ]) { $0.contains(Self.light) }
    #expect(output.contains(Self.light))
  }

  @Test func `a terminal that draws a glyph over two columns gets ASCII`() async throws {
    let output = try await output([(Self.place, "\u{1B}[1;3R\u{1B}[?62c")]) {
      $0.contains("two columns wide")
    }
    let screen = output.components(separatedBy: Self.kind).last ?? ""
    #expect(screen.contains("two columns wide"))
    #expect(screen.contains("demo: event 103"))
    #expect(screen.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func `a terminal that draws it over one gets Unicode, and so does one that is silent`()
    async throws
  {
    for answers in [[(Self.place, "\u{1B}[1;2R\u{1B}[?62c")], []] {
      #expect(try await output(answers) { $0.contains("quit") }.contains("┌"))
    }
  }

  @Test func `a console is not asked, and has what it can show`() async throws {
    let output = try await output([], environment: ["TERM": "linux"]) { $0.contains("quit") }
    #expect(output.contains("quit"))
    #expect(!output.contains(Self.kind) && !output.contains(Self.ground))
  }
}
