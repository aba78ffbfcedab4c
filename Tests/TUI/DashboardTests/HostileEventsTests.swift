import ChainEvents
import ChainEventsTestSupport
import Dashboard
import DashboardApp
import DashboardDemo
import Foundation
import NodeStatus
import Terminal
import Testing
import Theme

/// Recordings and peers that lie: any number and any text in any field.
struct HostileEventsTests {
  private static let theme = ThemeLibrary.defaultTheme(depth: .none)
  private static let start = Scenes.time(18_421, 2350)

  /// Numbers at which arithmetic on 64 bits ends.
  private static let numbers = [
    "0", "1", "-1", "4095", "4096", "2147483648", "4294967296", "1099511627776",
    "1125899906842624", "9007199254740993", "9223372036854775807", "-9223372036854775808",
    "18446744073709551615",
  ]

  /// A usual screen, small ones and a large one.
  private static let sizes = [
    Size(columns: 120, rows: 36), Size(columns: 60, rows: 12), Size(columns: 40, rows: 10),
    Size(columns: 200, rows: 50),
  ]

  /// Text that a terminal would obey, or that never ends.
  private static let texts = [
    #"\u001b[2J\u001b]0;owned\u0007"#, #"a\nb\r\u0085\u2028c"#, #"\u009b31m\u202e\u200f"#,
    String(repeating: "\u{1F600}", count: 9_000), "",
  ]

  /// One line of every event, as a file holds it.
  private static let lines: [String] = EventSamples.all.enumerated().map { offset, event in
    TimedEvent(
      timeMilliseconds: start, slot: 18_421, interval: 2, sequence: UInt64(offset), node: "node-1",
      event: event
    ).line
  }

  /// Where the values of a line stand: numbers, and texts without their quotes.
  private static func places(in line: String) -> [(range: Range<String.Index>, isText: Bool)] {
    line.matches(of: /:-?\d+|[\[,]\d+|:"[^"]*"/).compactMap { match in
      let isText = match.output.hasPrefix(":\"")
      let start = line.index(match.range.lowerBound, offsetBy: isText ? 2 : 1)
      let end = isText ? line.index(before: match.range.upperBound) : match.range.upperBound
      let value = line[start..<end]
      // The version and the name of the event decide what the line is.
      if line[..<start].hasSuffix("\"v\":") || line[..<start].hasSuffix("\"type\":\"") {
        return nil
      }
      return value.hasPrefix("0x") ? nil : (start..<end, isText)
    }
  }

  /// Folds the lines into a chain that runs, and draws every page at a few sizes.
  ///
  /// The turn chooses size, panel and help, so that all come; in turn 0 nothing is opened.
  private func show(_ lines: [String], turn: Int) {
    var machine = TimeMachine()
    for event in Self.before { machine.update(event) }
    let events = lines.compactMap { try? TimedEvent(line: $0) }
    for event in events { machine.update(event) }
    for event in Self.after { machine.update(event) }
    show(machine.live, at: Self.start + 4_000, turn: turn)
    _ = machine.fleet(at: Self.start)
  }

  private func show(_ dashboard: FleetStatus, at now: UInt64, turn: Int) {
    for node in 0..<dashboard.nodes.count {
      for page in Page.allCases {
        for isOpen in [false, true] where turn > 0 || !isOpen {
          var state = ViewState()
          state.page = page
          state.node = node
          state.isOpen = isOpen
          state.selections[page] = isOpen ? 1 : 0
          state.acknowledged = Set(dashboard.calls)
          state.countersSinceMilliseconds = now
          state.size = Self.sizes[turn % Self.sizes.count]
          state.isZoomed = turn % 3 == 1
          state.focusedPanel = turn % 5
          state.showsHelp = turn % 7 == 6
          let moment = Scenes.Moment(name: "", dashboard: dashboard, now: now, state: state)
          let grid = Scenes.draw(moment, state.size, Self.theme)
          #expect(grid.lines.allSatisfy { $0.isObeyedByNoTerminal })
          for text in [
            dashboard.tableText(state, at: now), dashboard.copyText(state),
            dashboard.logText(state), dashboard.rowName(state, at: now),
          ] {
            #expect(
              (text ?? "").split(separator: "\n", omittingEmptySubsequences: false)
                .allSatisfy { String($0).isObeyedByNoTerminal })
          }
          _ = dashboard.extent(of: state)
          for action in ActionCommand.allCases { _ = dashboard.offer(action, state, at: now) }
        }
      }
    }
    #expect(dashboard.json.isObeyedByNoTerminal)
    #expect(dashboard.calls.allSatisfy { dashboard.text(of: $0).isObeyedByNoTerminal })
  }

  private static let before = Scenes.devnet.events(18_418...18_421, until: start - 400)
    .filter { $0.node == "node-1" }
  private static let after = Scenes.devnet.events(18_421...18_422, continuing: true)
    .filter { $0.node == "node-1" && $0.timeMilliseconds > start }

  @Test(arguments: EventSamples.all.indices)
  func `no value of an event at its extremes traps or steers a terminal`(index: Int) {
    let line = Self.lines[index]
    for (range, isText) in Self.places(in: line) {
      // Drawing is what takes the time, so all values of a field share a picture.
      show(
        (isText ? Self.texts : Self.numbers)
          .map { line.replacingCharacters(in: range, with: $0) }, turn: 0)
    }
  }

  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func `no mixture of hostile events traps or steers a terminal`(seed: UInt64) {
    var random = seed &* 0x9E37_79B9_7F4A_7C15
    func next(_ count: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % count
    }
    let mixed = (0..<120).map { _ in
      var line = Self.lines[next(Self.lines.count)]
      for _ in 0..<1 + next(3) {
        let places = Self.places(in: line)
        guard !places.isEmpty else { break }
        let (range, isText) = places[next(places.count)]
        let values = isText ? Self.texts : Self.numbers
        line.replaceSubrange(range, with: values[next(values.count)])
      }
      return line
    }
    show(mixed, turn: Int(seed))
  }

  @Test func `a sync that is to take for ever is drawn as long as it may take`() {
    func event(_ head: UInt64, after milliseconds: UInt64, _ sequence: UInt64) -> TimedEvent {
      TimedEvent(
        timeMilliseconds: Self.start + milliseconds, slot: 18_421 + milliseconds / 4000,
        interval: 2, sequence: sequence, node: "node-1",
        event: .network(.sync(.syncing, headSlot: head, targetSlot: 1 << 62)))
    }
    var fleet = FleetStatus()
    for event in [event(1, after: 0, 0), event(2, after: 60_000, 1)] { fleet.update(event) }
    show(fleet, at: Self.start + 61_000, turn: 0)
  }
}

extension String {
  /// Whether the text holds no control character and nothing that turns the text after it around.
  fileprivate var isObeyedByNoTerminal: Bool {
    utf8.allSatisfy { (0x20..<0x7F).contains($0) }
      || unicodeScalars.allSatisfy {
        ![.control, .format, .lineSeparator, .paragraphSeparator]
          .contains($0.properties.generalCategory)
      }
  }
}
