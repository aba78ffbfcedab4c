import Foundation
import Testing

/// A terminal that stands still costs events on the screen, and nothing else.
struct NodeSafetyTests {
  /// One line of what the emitting thread wrote down.
  private struct Beat {
    let time: Double
    let lateness: Double
    let emitted: Int

    init?(_ line: Substring) {
      let words = line.split(separator: " ")
      guard words.count == 3, let time = Double(words[0]), let lateness = Double(words[1]),
        let emitted = Int(words[2])
      else { return nil }
      self.time = time
      self.lateness = lateness
      self.emitted = emitted
    }
  }

  private func beats(_ file: URL) throws -> [Beat] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { Beat($0) }
  }

  @Test func `a stopped terminal makes the node no later, and the losses are counted`() throws {
    // At 60 frames a second the 64 kB that the system holds for a reader are full in two seconds.
    let tmux = try Tmux("\(Tmux.child) --flood flood --fps 60; exec sleep 60")
    let file = tmux.folder.appending(path: "flood")
    tmux.wait(for: "flood: event")
    Thread.sleep(forTimeInterval: 2)
    let server = try #require(pid_t(tmux.value("#{pid}")))
    let stopped = ProcessInfo.processInfo.systemUptime * 1_000
    kill(server, SIGSTOP)
    Thread.sleep(forTimeInterval: 8)
    let resumed = ProcessInfo.processInfo.systemUptime * 1_000
    kill(server, SIGCONT)
    // What was lost is on the screen, in the panel of the node and on the border of the log.
    tmux.wait(what: "the losses") { rows in
      rows.contains { $0.firstMatch(of: /[1-9][0-9]* lost/) != nil }
    }
    let all = try beats(file)
    let free = all.filter { $0.time < stopped }.map(\.lateness).sorted()
    let held = all.filter { $0.time > stopped + 3_000 && $0.time < resumed }
    // Ten lines a second, each in time: the emitter never waited.
    #expect(held.count >= 45)
    let middle = held.map(\.lateness).sorted()[held.count / 2]
    #expect(middle <= free[free.count / 2] + 20)
    // Two thousand a second for five seconds do not fit into 4,096.
    let emitted = (held.last?.emitted ?? 0) - (held.first?.emitted ?? 0)
    #expect(emitted > 8_000)
    let words = tmux.screen().joined(separator: " ").firstMatch(of: /([0-9,]+) lost/)?.1
    let lost = try #require(words.flatMap { Int($0.replacing(",", with: "")) })
    #expect(lost > 0 && lost < all.last?.emitted ?? 0)
    try tmux.press("q")
    tmux.wait(for: "ended: quit")
  }
}
