import ChainEvents
import Dashboard
import DashboardDemo
import NodeStatus
import Terminal
import Testing
import Theme

/// Panels that say the opposite of each other.
struct AgreementTests {
  /// Words of which no screen may hold two.
  private static let contradictions: [(String, String)] = [
    ("finality ok", "FINALITY STALLED"), ("finality ok", "finality stalls"),
    ("finality ok", "justification stalls"), ("keeps up", "justification stalls"),
    ("all is well", "▲"), ("sync gate open", "GATE CLOSED"), ("sync gate open", "SYNCING"),
    ("every proposal was a hit", "missed: "), ("DEAD", "sync gate open"),
    ("SILENT", "sync gate open"), ("SILENT", "finality ok"), ("SILENT", "healthy"),
    ("STOPPED", "live  ok"), ("NO PEERS", "SYNCED"), ("▲ HEAD", "AT HEAD"), ("CRIT", "all is well"),
    ("WARN", "all is well"), ("BEHIND", "SYNCED"),
  ]

  @Test(arguments: Scenes.live + Scenes.states)
  func `no panel of a screen says the opposite of another`(moment: Scenes.Moment) {
    // The help names every alarm, and a search names what it looks for.
    guard !moment.state.showsHelp else { return }
    let theme = ThemeLibrary.defaultTheme(depth: .none)
    let text = Scenes.draw(moment, Size(columns: 200, rows: 50), theme).lines
      .joined(separator: "\n")
    for (first, second) in Self.contradictions {
      #expect(!(text.contains(first) && text.contains(second)), "\(first) and \(second)")
    }
  }

  @Test(arguments: Scenes.live + Scenes.states)
  func `no part is larger than its whole, and no share is of nothing`(moment: Scenes.Moment) {
    let theme = ThemeLibrary.defaultTheme(depth: .none)
    let text = Scenes.draw(moment, Size(columns: 200, rows: 50), theme).lines
      .joined(separator: "\n")
    let shares = /(?:^|[ \/])([\d,]+)(?: of |\/)([\d,]+)(?=[ )]|$)/.anchorsMatchLineEndings()
    for match in text.matches(of: shares) {
      let numbers = [match.output.1, match.output.2].map { Int($0.replacing(",", with: "")) ?? 0 }
      #expect(numbers[0] <= numbers[1] && numbers[1] > 0, "\(match.output.0)")
    }
    #expect(!text.contains("0 of 0") && !text.contains(" nan"))
  }

  @Test func `a reader that comes in the middle of a stall sees it, or nothing, but nothing good`()
  {
    var devnet = Scenes.devnet
    devnet.stallFrom = 18_390
    let events = devnet.events(18_385...18_421)
    for first in stride(from: 18_395 as UInt64, through: 18_421, by: 2) {
      var fleet = FleetStatus()
      for event in events where event.slot >= first { fleet.update(event) }
      for page in Page.allCases {
        var state = ViewState()
        state.page = page
        let moment = Scenes.Moment(
          name: "", dashboard: fleet, now: fleet.timeMilliseconds, state: state)
        let theme = ThemeLibrary.defaultTheme(depth: .none)
        let text = Scenes.draw(moment, Size(columns: 200, rows: 50), theme).lines.joined()
          .replacing("3 is healthy", with: "")
        for word in ["finality ok", "all is well", "healthy", "keeps up"] {
          #expect(!text.contains(word), "\(word) on \(page) from slot \(first) on")
        }
      }
    }
  }

  /// The words that say of any part that it is well.
  private static let goodWords = ["finality ok", "all is well", "healthy", "keeps up", " ok "]

  /// All pages, and the lines of the smallest screen, of a fleet.
  private func screens(of fleet: FleetStatus) -> [(page: Page, text: String)] {
    Page.allCases.flatMap { page in
      [Size(columns: 200, rows: 50), Size(columns: 34, rows: 9)].map { size in
        var state = ViewState()
        state.page = page
        let moment = Scenes.Moment(
          name: "", dashboard: fleet, now: fleet.timeMilliseconds, state: state)
        let theme = ThemeLibrary.defaultTheme(depth: .none)
        let text = Scenes.draw(moment, size, theme).lines.joined(separator: "\n")
        return (page, text.replacing("3 is healthy", with: ""))
      }
    }
  }

  @Test func `a chain that gets no blocks any more is nowhere said to be well`() {
    var fleet = FleetStatus()
    for event in Scenes.devnet.events(18_385...18_421) {
      if case .clock(.tick) = event.event {} else if event.slot > 18_410 { continue }
      fleet.update(event)
    }
    for (page, text) in screens(of: fleet) {
      for word in Self.goodWords { #expect(text.line(with: word) == nil, "on \(page)") }
    }
  }

  @Test func `a node that has stopped is nowhere said to be well`() {
    var fleet = FleetStatus()
    for event in Scenes.devnet.events(18_385...18_421) {
      fleet.update(event)
    }
    for node in fleet.nodes {
      fleet.update(
        TimedEvent(
          timeMilliseconds: fleet.timeMilliseconds, slot: 18_421, interval: 4, sequence: 0,
          node: node.name, event: .node(.stopping(reason: "SIGTERM"))))
    }
    for (page, text) in screens(of: fleet) {
      for word in ["all is well", " ok "] { #expect(text.line(with: word) == nil, "on \(page)") }
    }
  }
}

extension String {
  /// The first line that has these words.
  fileprivate func line(with words: String) -> Substring? {
    split(separator: "\n").first { $0.contains(words) }
  }
}
