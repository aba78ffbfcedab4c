import ChainEvents
import Dashboard
import DashboardDemo
import Foundation
import Hashing
import NodeStatus
import Terminal
import Testing
import Theme

/// Filters, orders, searches, exports and clicks on the pages' tables.
struct RowsTests {
  private let now = Scenes.time(18_421, 2350)

  private func state(_ page: Page, filter: String = "") -> ViewState {
    var state = ViewState()
    state.node = 1
    state.page = page
    state.filter = filter
    return state
  }

  private func rows(_ page: Page, _ filter: String) -> Int {
    Scenes.busy.extent(of: state(page, filter: filter)).rows
  }

  private func screen(_ state: ViewState, _ size: String = "120x36") throws -> [String] {
    let moment = Scenes.Moment(name: "", dashboard: Scenes.busy, now: now, state: state)
    return Scenes.draw(
      moment, try #require(Size(size)), ThemeLibrary.defaultTheme(depth: .trueColor)
    ).lines
  }

  @Test func `the leaves of the longest keys stand apart`() throws {
    var dashboard = Scenes.busy
    for role in [KeyRole.attestation, .proposal] {
      dashboard.update(
        TimedEvent(
          timeMilliseconds: now, slot: 18_421, interval: 2, sequence: 1, node: "node-1",
          event: .key(
            .window(
              KeyWindow(
                validator: 1, role: role, firstPreparedSlot: 0, endPreparedSlot: 131_072,
                endSlot: 1 << 32)))))
    }
    let moment = Scenes.Moment(name: "", dashboard: dashboard, now: now, state: state(.validators))
    let lines = Scenes.draw(
      moment, Size(columns: 120, rows: 36), ThemeLibrary.defaultTheme(depth: .none)
    ).lines
    #expect(lines.contains { $0.contains(#/4,294,\d{3},\d{3} +4,294,\d{3},\d{3} /#) })
  }

  @Test func `a number is found as the screen writes it`() throws {
    // Lines of a slot have its number before them, and not all of them in their words.
    #expect(rows(.events, "18,421") == rows(.events, "18421"))
    #expect(rows(.events, "slot=18,421") == rows(.events, "slot=18421"))
    #expect(rows(.events, "18,421") >= rows(.events, "slot=18421"))
    #expect(Page.events.problem(inFilter: "slot=18,421") == nil)
    #expect("1,2 18,421,000 a1,000 7,5000 5,000,".ungrouped == "1,2 18421000 a1000 7,5000 5000,")
    let theme = ThemeLibrary.defaultTheme(depth: .none)
    let moment = Scenes.Moment(
      name: "", dashboard: Scenes.busy, now: now, state: state(.events, filter: "18421"))
    let grid = Scenes.draw(moment, try #require(Size("120x36")), theme)
    #expect(
      grid.cells.contains { $0.glyph == "," && $0.style.attributes.contains(.underline) })
  }

  @Test func `a filter leaves rows of each table out and says how many are left`() throws {
    #expect(rows(.peers, "") == 10)
    #expect(rows(.peers, "swiftlet") == 3)
    #expect(rows(.peers, "-swiftlet dir=in") == 4)
    #expect(rows(.peers, "lag>=1") == 1)
    #expect(rows(.peers, "score<5") == 2)
    #expect(rows(.peers, "10.8.1.4") == 1)
    #expect(rows(.peers, "head>=18,421") == rows(.peers, "head>=18421"))
    #expect(rows(.validators, "v13") == 1)
    #expect(rows(.validators, "lost>0") == 3)
    #expect(rows(.prebuild, "outcome=forfeited") == 2)
    #expect(rows(.prebuild, "publish>100") == 3)
    let lines = try screen(state(.peers, filter: "zeam"))
    #expect(lines.contains { $0.contains("1 of 10  /zeam") })
    #expect(lines.contains { $0.contains("zeam_0") && $0.contains("▸") })
    #expect(!lines.contains { $0.contains("│   ream_1") })
    let none = try screen(state(.validators, filter: "nobody"))
    #expect(none.contains { $0.contains("no row passes the filter; c clears it") })
  }

  @Test(arguments: [
    (Page.peers, "rtt>fast", "'fast' is no number; rtt is compared with one"),
    (.peers, "speed>3", "no field 'speed'; there are peer client dir rtt head lag finalized"),
    (.peers, "lag>", "'lag' is compared with nothing"),
    (.validators, "-left<=x", "'x' is no number; left is compared with one"),
    (.events, "level>=BAD", "no level 'BAD'; there are TRC INF EVT WRN CRT"),
    (.events, "level=WRN", "level is written as level>=WRN"),
    (.events, "slot=now", "'now' is no number; slot is compared with one"),
    (.events, "peer=zeam", "no field 'peer'; there are level slot node"),
  ])
  func `a filter that is none is refused in words`(page: Page, text: String, words: String) {
    #expect(page.problem(inFilter: text)?.hasPrefix(words) == true)
  }

  @Test func `good filters are not refused`() {
    for text in ["", "reorg", "-attestation", "level>=wrn slot=18421 node=node-1", "-", "a-b"] {
      #expect(Page.events.problem(inFilter: text) == nil, "\(text)")
    }
    for text in ["zeam", "rtt>=10 lag<1", "dir=out", "-dir=in", "client=x"] {
      #expect(Page.peers.problem(inFilter: text) == nil, "\(text)")
    }
  }

  @Test func `on the chain a search finds roots, slots, proposers and marks`() {
    func found(_ text: String) -> [Int] {
      Scenes.busy.matches(state(.chain, filter: text), at: now)
    }
    #expect(found(DemoDevnet.root(18_419).description) == [2])
    #expect(found("slot=18418") == [3] && found("slot=18,418") == [3])
    #expect(found("18,418") == found("18418") && found("18,418").contains(3))
    #expect(found("finalized") == [3])
    #expect(found("ours").prefix(3) == [0, 4, 8])
    #expect(found("no such root") == [])
  }

  @Test func `folding leaves the chain to the head`() {
    var state = state(.chain)
    let all = Scenes.busy.extent(of: state).rows
    state.isFolded = true
    #expect(Scenes.busy.extent(of: state).rows <= all)
  }

  @Test func `an order is made by a key and kept while values change`() throws {
    var state = state(.peers)
    var sorting = ViewState.Sorting()
    sorting.column = try #require(Page.peers.sortColumns.firstIndex(of: "score"))
    sorting.isReversed = true
    state.sortings[.peers] = sorting
    let order = Scenes.busy.sortedRows(state, at: now)
    #expect(order.prefix(3) == ["zeam_0", "ream_1", "qlean_2"])
    sorting.order = ["node-2", "zeam_0"]
    state.sortings[.peers] = sorting
    #expect(Scenes.busy.rowName(state, at: now) == "node-2")
    #expect(Scenes.busy.row(named: "zeam_0", state, at: now) == 1)
    let title = try screen(state).first { $0.contains("4 peers") }
    #expect(title?.contains("sort: score ▾") == true)
  }

  @Test func `the selected row is found again after others came`() throws {
    for page in [Page.prebuild, .chain, .peers, .validators, .events, .overview] {
      var state = state(page)
      state.selections[page] = 2
      let name = try #require(Scenes.busy.rowName(state, at: now), "\(page)")
      #expect(Scenes.busy.row(named: name, state, at: now) == 2, "\(page)")
    }
    // In the next slot the same one is three back.
    var state = state(.overview)
    state.selections[.overview] = 2
    let name = try #require(Scenes.busy.rowName(state, at: now))
    #expect(Scenes.busy.row(named: name, state, at: now + 1_900) == 3)
  }

  @Test func `a table goes to a file as CSV`() throws {
    let peers = try #require(Scenes.busy.tableText(state(.peers), at: now)).split(separator: "\n")
    #expect(peers.first == "peer,client,dir,rtt,head,lag,finalized,score,refused")
    #expect(peers.count == 11)
    #expect(peers.last?.hasPrefix("zeam_0,zeam/0.4.0,in,") == true)
    let slots = try #require(Scenes.busy.tableText(state(.prebuild), at: now))
    #expect(slots.contains("\n18409,9,0xb8c07293,-790,fallback,not ready,312,114,964,,655,14,"))
    #expect(Scenes.busy.tableText(state(.events), at: now) == nil)
  }

  @Test func `what is copied is what is selected`() {
    var chain = state(.chain)
    chain.selections[.chain] = 2
    #expect(Scenes.busy.copyText(chain) == DemoDevnet.root(18_419).description)
    var peers = state(.peers)
    peers.selections[.peers] = 1
    #expect(Scenes.busy.copyText(peers) == "gean_6")
    var slot = state(.overview)
    slot.selections[.overview] = 3
    #expect(Scenes.busy.copyText(slot) == DemoDevnet.root(18_418).description)
  }

  @Test func `only misses leaves the hits out`() throws {
    var state = state(.prebuild)
    let all = Scenes.busy.extent(of: state).rows
    state.showsOnlyMisses = true
    #expect(Scenes.busy.extent(of: state).rows == 7)
    #expect(all > 7)
    #expect(try screen(state).contains { $0.contains("own slots, only misses") })
  }
}

/// Clicks.
struct ClickTests {
  private let now = Scenes.time(18_421, 2350)

  private func target(_ page: Page, _ text: String, occurrence: Int = 0) throws -> ClickTarget? {
    var state = ViewState()
    state.node = 1
    state.page = page
    let moment = Scenes.Moment(name: "", dashboard: Scenes.busy, now: now, state: state)
    let lines = Scenes.draw(moment, state.size, ThemeLibrary.defaultTheme(depth: .trueColor)).lines
    let places = lines.enumerated().compactMap { row, line in
      line.range(of: text).map {
        (column: line.distance(from: line.startIndex, to: $0.lowerBound), row: row)
      }
    }
    let place = try #require(places.dropFirst(occurrence).first, "\(text)")
    return Scenes.busy.target(column: place.column, row: place.row, state, at: now)
  }

  @Test func `a title opens its page, a key at the foot is pressed`() throws {
    #expect(try target(.overview, "4 peers") == .command(.show(.peers)))
    #expect(try target(.overview, "? help") == .command(.help))
    #expect(try target(.overview, "quit") == .command(.quit))
    #expect(try target(.peers, "o sort") == .command(.sort))
  }

  @Test func `a row is selected, a slot of the strip is opened`() throws {
    #expect(try target(.peers, "grandine_5") == .row(2, place: 2, panel: 0))
    #expect(try target(.validators, "v13 ") == .row(3, place: 3, panel: 0))
    #expect(try target(.chain, "18,419") == .row(2, place: 2, panel: 0))
    #expect(try target(.prebuild, "18,413") == .row(2, place: 2, panel: 4))
    // So is a row of a summary of another page.
    #expect(try target(.overview, "grandine_5") == .row(2, place: 2, panel: 5))
    // The strip ends with the slot of now.
    #expect(try target(.overview, "●···● │") == .opening(4))
  }

  @Test func `a node of the fleet is shown`() throws {
    #expect(try target(.overview, "node-3") == .node(3))
  }

  @Test func `no place of any page traps`() {
    for page in Page.allCases {
      for open in [false, true] {
        var state = ViewState()
        state.page = page
        state.isOpen = open
        for row in -1...40 {
          for column in stride(from: -1, through: 130, by: 7) {
            _ = Scenes.busy.target(column: column, row: row, state, at: now)
          }
        }
      }
    }
  }
}
