import ChainEvents
import Dashboard
import DashboardApp
import Foundation
import NodeStatus
import ScreenDemo
import Terminal
import Testing
import Theme

/// A robot presses keys in a real terminal and looks at the screen after each.
struct RobotTests {
  /// What a child draws of a source at the fixed clock that it gets.
  private func expected(
    _ columns: Int, _ rows: Int, depth: ColorDepth = .palette256,
    of source: some EventSource = DemoSource(fixedMilliseconds: 10_350)
  ) -> Grid {
    var source = source
    let batch = source.advance(to: 0)
    let fleet = fleet(of: batch)
    let theme = ThemeLibrary.defaultTheme(depth: depth)
    var grid = Grid(Size(columns: columns, rows: rows), theme[.text])
    fleet.draw(ViewState(), at: batch.nowMilliseconds, theme: theme, into: &grid)
    return grid
  }

  private func fleet(of batch: EventBatch) -> FleetStatus {
    var fleet = FleetStatus()
    for event in batch.events { fleet.update(event) }
    return fleet
  }

  private func text(_ grid: Grid) -> [String] {
    let text = Screenshot(grid, paper: .plain).text
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 50)])
  func `model, curses and terminal show the same screen`(columns: Int, rows: Int) throws {
    let tmux = try Tmux(
      "\(Tmux.child) --held held.txt", columns: columns, rows: rows,
      environment: ["TERM": "xterm-256color"])
    let shown = tmux.wait(for: "quit")
    let grid = expected(columns, rows, of: DevnetSource())
    #expect(shown == text(grid))
    let file = tmux.folder.appending(path: "held.txt")
    tmux.wait(what: "the file") { _ in FileManager.default.fileExists(atPath: file.path) }
    let held = try String(contentsOf: file, encoding: .utf8)
    let lines = held.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.first == "true", "the styles that curses holds differ")
    #expect(Array(lines.dropFirst().prefix(rows)) == grid.lines)
    // The terminal's own styles, read back from its escape sequences.
    #expect(StyledText.parse(tmux.styledScreen(), size: grid.size).seen == grid.seen)
  }

  /// A way to draw: what is asked for, and the depth that must come of it.
  struct Depth: CustomTestStringConvertible, Sendable {
    let depth: ColorDepth
    var arguments = ""
    var environment: [String: String] = [:]
    /// The kind of terminal, where it is not what tmux says.
    var term = ""

    var testDescription: String { "\(depth) \(term)" }
  }

  @Test(arguments: [
    Depth(depth: .trueColor, environment: ["COLORTERM": "truecolor"]),
    Depth(depth: .palette256),
    Depth(depth: .ansi16, arguments: "--colors 16"),
    Depth(depth: .ansi8, arguments: "--colors 8"),
    Depth(depth: .ansi8, term: "xterm"), Depth(depth: .ansi8, term: "screen"),
    Depth(depth: .ansi8, term: "linux"), Depth(depth: .ansi8, term: "xterm-16color"),
    Depth(depth: .none, environment: ["NO_COLOR": "1", "COLORTERM": "truecolor"]),
  ])
  func `every depth of colour comes to the terminal as it was drawn`(way: Depth) throws {
    // The description of tmux with direct colour, which not every host has.
    let folder = FileManager.default.temporaryDirectory.appending(path: "terms-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appending(path: "direct.ti")
    try RobotTests.directColour.write(to: source, atomically: true, encoding: .utf8)
    let tmux = try Tmux(
      "tic -x -o '\(folder.path)' '\(source.path)';"
        + (way.term.isEmpty ? "" : " TERM=\(way.term)")
        + " \(Tmux.child) --held held.txt \(way.arguments)",
      environment: ["TERMINFO_DIRS": "\(folder.path):"]
        .merging(way.environment) { $1 })
    let shown = tmux.wait(for: "quit")
    let grid = expected(120, 36, depth: way.depth, of: DevnetSource())
    #expect(shown == text(grid))
    let file = tmux.folder.appending(path: "held.txt")
    tmux.wait(what: "the file") { _ in FileManager.default.fileExists(atPath: file.path) }
    let held = try String(contentsOf: file, encoding: .utf8)
    #expect(held.hasPrefix("true\n"), "the styles that curses holds differ")
    #expect(StyledText.parse(tmux.styledScreen(), size: grid.size).seen == grid.seen)
  }

  private static let directColour = #"""
    tmux-direct|tmux with direct colour,
      RGB, colors#0x1000000, pairs#0x10000,
      setab=\E[%?%p1%{8}%<%t4%p1%d%e48\:2\:\:%p1%{65536}%/%d\:%p1%{256}%/%{255}%&%d\:%p1%{255}%&%d%;m,
      setaf=\E[%?%p1%{8}%<%t3%p1%d%e38\:2\:\:%p1%{65536}%/%d\:%p1%{256}%/%{255}%&%d\:%p1%{255}%&%d%;m,
      setb@, setf@, initc@, oc@, ccc@, use=tmux-256color,

    """#

  @Test func `without colours only marks are sent`() throws {
    let tmux = try Tmux(
      "\(Tmux.child) --at 10350",
      environment: ["NO_COLOR": "1", "TERM": "xterm-256color"])
    tmux.wait(for: "quit")
    let styled = tmux.styledScreen()
    #expect(styled.firstMatch(of: /\x1B\[[34][0-8][;m]/) == nil)
    #expect(styled.contains("\u{1B}[1m"))
  }

  @Test func `keys lead from page to page, into the help and out again`() throws {
    let tmux = try Tmux("\(Tmux.child) --at 10350")
    tmux.wait(for: "2 proposals")
    try tmux.press("6")
    tmux.wait(for: "event 103: log")
    try tmux.press("Up", "k", "j")
    tmux.wait(for: "event 102: log")
    try tmux.press("End")
    tmux.wait(for: "event 0: node_started")
    try tmux.press("?")
    tmux.wait(for: "every key, on every page")
    try tmux.press("Escape")
    tmux.wait(what: "no help") { !$0.contains { $0.contains("every key") } }
    try tmux.press("1")
    tmux.wait(for: "2 proposals")
    #expect(tmux.screen() == text(expected(120, 36)))
  }

  @Test func `a filter is typed, kept and cleared`() throws {
    let tmux = try Tmux("\(Tmux.child) --at 10350")
    tmux.wait(for: "event 103")
    try tmux.type("/event 103q")
    tmux.wait(for: "/ event 103q")
    try tmux.press("BSpace", "Enter")
    tmux.wait(what: "only matches") { rows in
      let events = rows.filter { $0.contains("demo: event ") }
      return events.count == 1 && events.allSatisfy { $0.contains("event 103") }
    }
    try tmux.press("Escape")
    tmux.wait(for: "event 102")
  }

  @Test func `the mouse is off until asked for, and then clicks`() throws {
    let tmux = try Tmux("\(Tmux.child) --at 10350", environment: ["TERM": "screen-256color"])
    tmux.wait(for: "2 proposals")
    try tmux.press("6", "m")
    tmux.wait(for: "mouse on; shift selects text")
    // The main button down and up on the oldest line that is shown.
    try tmux.type("\u{1B}[<0;11;4M\u{1B}[<0;11;4m")
    tmux.wait(for: "event 82: log")
    try tmux.press("m")
    tmux.wait(for: "mouse off")
  }

  @Test func `an action asks, and only y means yes`() throws {
    let tmux = try Tmux("\(Tmux.child) --at 10350")
    tmux.wait(for: "quit")
    try tmux.press("f")
    tmux.wait(for: "[y] yes, once    [n] no (default)")
    try tmux.press("Enter")
    tmux.wait(what: "no question") { !$0.contains { $0.contains("[y]") } }
    #expect(!tmux.screen().contains { $0.contains("demo: forceFallback") })
    try tmux.press("f")
    tmux.wait(for: "[y] yes, once    [n] no (default)")
    Thread.sleep(forTimeInterval: 0.4)
    try tmux.press("y")
    tmux.wait(for: "stdio: demo: forceFallback(slot: 7)")
    try tmux.press("4", "d")
    tmux.wait(for: "no peer is connected")
  }

  @Test(arguments: [true, false])
  func `a paste does not drive the node, marked or not`(isMarked: Bool) throws {
    let tmux = try Tmux("\(Tmux.child) --at 10350 --owns-node")
    tmux.wait(for: "quit")
    try tmux.paste("please verify the node; gateway; fy", isMarked: isMarked)
    if isMarked { tmux.wait(for: "pasted text does nothing here") }
    Thread.sleep(forTimeInterval: 0.5)
    try tmux.press("Escape")
    try tmux.press("1")
    #expect(!tmux.screen().contains { $0.contains("stdio: demo:") || $0.contains("ended:") })
    tmux.wait(for: "swiftlet demo")
  }

  @Test func `answers and reports of a terminal are no keys`() throws {
    let tmux = try Tmux("\(Tmux.child) --at 10350")
    let before = tmux.wait(for: "quit")
    for sequence in ["\u{1B}[24;80R", "\u{1B}[I", "\u{1B}[13;2u", "\u{1B}]11;rgb:0/0/0\u{7}"] {
      try tmux.type(sequence)
    }
    Thread.sleep(forTimeInterval: 0.5)
    #expect(tmux.screen() == before)
  }

  @Test func `a read-only screen refuses actions in words`() throws {
    let tmux = try Tmux("\(Tmux.child) --at 10350 --read-only")
    tmux.wait(for: "quit")
    try tmux.press("a")
    tmux.wait(for: "read-only: actions are switched off")
  }

  @Test(arguments: ["screen-256color", "xterm-256color"])
  func `a frozen screen moves again only when told`(term: String) throws {
    // Inside tmux, the second name does not describe the keys that tmux sends for home and end.
    let tmux = try Tmux(Tmux.child, environment: ["TERM": term])
    tmux.wait(for: "live")
    try tmux.press("p")
    tmux.wait(for: "FROZEN")
    let frozen = tmux.screen()
    Thread.sleep(forTimeInterval: 0.7)
    // The second line tells how long ago that was.
    #expect(tmux.screen().first == frozen.first)
    #expect(tmux.screen().dropFirst(2) == frozen.dropFirst(2))
    try tmux.press("[")
    tmux.wait(what: "an earlier slot") { $0.first != frozen.first }
    try tmux.press("Home")
    tmux.wait(for: "live")
  }

  @Test func `a screenshot has four files whose path is shown`() throws {
    let tmux = try Tmux("\(Tmux.child) --at 10350")
    tmux.wait(for: "quit")
    try tmux.press("s")
    tmux.wait(for: "screenshot screenshots/screen-2-2350.{txt,ansi,svg,json}")
    let folder = tmux.folder.appending(path: "screenshots")
    let shot = try String(contentsOf: folder.appending(path: "screen-2-2350.txt"), encoding: .utf8)
    #expect(
      shot.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        == text(expected(120, 36)))
    let json = try String(contentsOf: folder.appending(path: "screen-2-2350.json"), encoding: .utf8)
    var source = DemoSource(fixedMilliseconds: 10_350)
    #expect(json == fleet(of: source.advance(to: 0)).json + "\n")
    try tmux.press("s")
    tmux.wait(for: "screen-2-2350-2.{")
    // One file of a name is enough for the next name, whatever its ending.
    let third = folder.appending(path: "screen-2-2350-3.svg")
    try "mine".write(to: third, atomically: true, encoding: .utf8)
    try tmux.press("s")
    tmux.wait(for: "screen-2-2350-4.{")
    #expect(try String(contentsOf: third, encoding: .utf8) == "mine")
  }

  @Test func `a recording can be read back`() throws {
    let tmux = try Tmux(Tmux.child)
    tmux.wait(for: "live")
    try tmux.press("x")
    tmux.wait(for: "recording recordings/events-")
    Thread.sleep(forTimeInterval: 0.6)
    try tmux.press("x")
    tmux.wait(for: "recorded recordings/events-")
    let folder = tmux.folder.appending(path: "recordings")
    let file = try #require(
      FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasSuffix(".jsonl") })
    var source = RecordingSource(try Data(contentsOf: folder.appending(path: file)), file: file)
    // The first two tell who the node is and how it stands.
    let events = source.takeAll().dropFirst(2)
    #expect(events.count >= 4)
    let first = events.first?.sequence ?? 0
    #expect(events.map(\.sequence) == (0..<UInt64(events.count)).map { first + $0 })
  }

  @Test func `themes change by key, by list, and when their file changes`() throws {
    let tmux = try Tmux(
      "mkdir themes; echo 'name: Mine' > themes/mine.yaml; \(Tmux.child) --at 10350")
    tmux.wait(for: "quit")
    try tmux.press("t")
    tmux.wait(for: "theme Daylight")
    try tmux.press("T")
    tmux.wait(for: "▶ daylight")
    try tmux.press("Down", "Down")
    tmux.wait(for: "▶ high-contrast")
    try tmux.press("Escape")
    tmux.wait(for: "theme Daylight")
    try tmux.press("T", "Down", "Down", "Down", "Down", "Enter")
    tmux.wait(for: "theme Mine")
    try "roles: {hitt: bold}".write(
      to: tmux.folder.appending(path: "themes/mine.yaml"), atomically: true, encoding: .utf8)
    tmux.wait(for: "themes/mine.yaml:1: no role 'hitt'; did you mean 'hit'?")
    try "name: Mended".write(
      to: tmux.folder.appending(path: "themes/mine.yaml"), atomically: true, encoding: .utf8)
    tmux.wait(for: "theme mine read again")
  }

  @Test func `ASCII needs no other glyph`() throws {
    let tmux = try Tmux("\(Tmux.child) --at 10350 --ascii")
    let rows = tmux.wait(for: "quit")
    #expect(rows.allSatisfy { $0.allSatisfy(\.isASCII) })
    #expect(rows == text(expected(120, 36).asciiOnly()))
  }

  @Test func `prints of other code are lines of the log and nothing else`() throws {
    let tmux = try Tmux("\(Tmux.child) --at 10350 --fault noise")
    tmux.wait(for: "stdio: library says hello")
    tmux.wait(for: "stdio: library complains")
    let rows = tmux.screen()
    for row in rows where row.contains("library") {
      #expect(row.contains("INF log                  stdio: library"))
    }
    #expect(rows.first == text(expected(120, 36)).first)
  }

  @Test func `a storm of sizes while others print ends in a clean screen`() throws {
    let tmux = try Tmux("\(Tmux.child) --at 10350 --fault noise")
    tmux.wait(for: "quit")
    var state: UInt64 = 7
    for _ in 0..<520 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      try tmux.resize(columns: Int(state >> 33 % 220) + 1, rows: Int(state >> 45 % 60) + 1)
    }
    try tmux.resize(columns: 120, rows: 36)
    tmux.wait(for: "library complains 399", seconds: 30)
    Thread.sleep(forTimeInterval: 0.5)
    let settled = tmux.screen()
    let settledStyles = StyledText.parse(tmux.styledScreen(), size: Size(columns: 120, rows: 36))
    // Everything but the log and its count is as in a screen that saw no storm.
    let clean = text(expected(120, 36))
    for (row, line) in settled.enumerated()
    where !line.contains("stdio: library") && !line.contains(" kept ") {
      #expect(line == clean[row])
    }
    #expect(settled.contains { $0.contains("stdio: library") })
    // And drawing everything anew changes nothing.
    try tmux.press("C-l")
    Thread.sleep(forTimeInterval: 0.5)
    #expect(tmux.screen() == settled)
    let again = StyledText.parse(tmux.styledScreen(), size: Size(columns: 120, rows: 36))
    #expect(again.seen == settledStyles.seen)
  }

  @Test func `every size is drawn as if it were the first`() throws {
    let tmux = try Tmux("\(Tmux.child) --at 10350")
    tmux.wait(for: "quit")
    for (columns, rows) in [(2, 1), (10, 3), (40, 10), (79, 23), (109, 40), (180, 44), (250, 70)] {
      try tmux.resize(columns: columns, rows: rows)
      let clean = text(expected(columns, rows))
      tmux.wait(what: "\(columns)x\(rows)") { $0 == clean }
    }
  }
}
