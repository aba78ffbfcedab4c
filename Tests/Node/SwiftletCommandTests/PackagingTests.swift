import Foundation
import NodeTestSupport
import Testing

/// What a package is made of, as far as it can be told without making one.
struct PackagingTests {
  private let scratch: Scratch
  private let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../packaging").standardized

  init() throws { scratch = try Scratch() }

  @Test func `the version names commit, kernel and libraries`() throws {
    let outcome = try swiftlet("--version")
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").first ?? "" }
    #expect(outcome.status == 0)
    #expect(lines == ["swiftlet", "commit", "kernel", "libraries"])
    #expect(outcome.output.contains("SQLite 3."))
  }

  @Test func `every command has a page of the manual, and every shell its completions`() throws {
    let made = try swiftlet("manual", "--out", scratch.directory.path, "--date", "2026-01-02")
    #expect(made.status == 0, "\(made.errors)")
    let pages = try FileManager.default.contentsOfDirectory(atPath: scratch.path("man1"))
    let help = try swiftlet("--help").output
    #expect(pages.contains("swiftlet.1") && pages.contains("swiftlet-node.1"))
    for page in pages where page != "swiftlet.1" {
      let command = page.dropFirst("swiftlet-".count).dropLast(2)
      #expect(help.contains("\n  \(command) "), "\(command)")
    }
    let node = try String(contentsOfFile: scratch.path("man1/swiftlet-node.1"), encoding: .utf8)
    #expect(node.contains("\\fB\\-\\-checkpoint\\-sync\\-url\\fR"))
    for shell in ["bash", "zsh", "fish"] {
      let script = try String(
        contentsOfFile: scratch.path("completions/swiftlet.\(shell)"), encoding: .utf8)
      #expect(script.contains("checkpoint-sync-url"), "\(shell)")
    }
  }

  @Test func `the example settings are known to the node`() throws {
    let outcome = try swiftlet(
      "node", "--config", folder.appending(path: "node.yaml").path, "--check")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains("/var/lib/swiftlet/genesis")
        && outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    // Settings that are commented out are real ones too.
    let text = try String(contentsOf: folder.appending(path: "node.yaml"), encoding: .utf8)
    let lines = text.split(separator: "\n").map { line in
      line.contains(#/^# [a-z-]+: /#) ? String(line.dropFirst(2)) : String(line)
    }
    let all = scratch.path("all.yaml")
    try lines.joined(separator: "\n").write(toFile: all, atomically: true, encoding: .utf8)
    let judged = try swiftlet("node", "--config", all, "--check")
    #expect(judged.errors.split(separator: "\n").count == 1, "\(judged.errors)")
  }

  @Test func `the service runs the node of the example settings, and is fed by it`() throws {
    let unit = try String(contentsOf: folder.appending(path: "swiftlet.service"), encoding: .utf8)
    for line in [
      "Type=notify", "WatchdogSec=30", "User=swiftlet", "ProtectSystem=strict",
      "PrivateDevices=yes", "CapabilityBoundingSet=", "StateDirectory=swiftlet",
      "ExecStart=/usr/bin/swiftlet node --config /etc/swiftlet/node.yaml --no-tui",
    ] {
      #expect(unit.contains("\n\(line)\n"), "\(line)")
    }
  }
}
