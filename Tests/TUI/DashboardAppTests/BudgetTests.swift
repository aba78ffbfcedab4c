import Foundation
import Testing

/// What a screen may cost; the share of a core is read off a release build, by `--report` of the child.
struct BudgetTests {
  @Test(arguments: ["", "--devnet"])
  func `a frame with a moving cursor sends at most 700 bytes`(model: String) throws {
    let tmux = try Tmux(
      "\(Tmux.child) \(model) --report report --seconds 4; exec sleep 60",
      environment: ["TERM": "xterm-256color"])
    tmux.wait(for: "ended: quit", seconds: 30)
    let report = try String(contentsOf: tmux.folder.appending(path: "report"), encoding: .utf8)
    let bytesPerSecond = try #require(
      report.split(separator: " ").first.flatMap { Double($0) })
    #expect(bytesPerSecond / 10 <= 700)
    #expect(bytesPerSecond > 100, "nothing moves")
  }

  @Test func `a screen on which nothing moves sends nothing`() throws {
    let tmux = try Tmux("\(Tmux.child) --at 10350 --report report --seconds 2; exec sleep 60")
    tmux.wait(for: "ended: quit", seconds: 30)
    let report = try String(contentsOf: tmux.folder.appending(path: "report"), encoding: .utf8)
    let bytesPerSecond = try #require(
      report.split(separator: " ").first.flatMap { Double($0) })
    // The timers of the concurrency runtime write eight bytes now and then; a frame has hundreds.
    #expect(bytesPerSecond < 20)
  }
}
