import ChainEvents
import Dashboard
import DashboardApp
import NodeStatus
import ScreenDemo
import Terminal
import Testing
import Theme

/// The decisions of the screen, without a terminal.
struct DashboardCoreTests {
  /// A screen that has seen ten seconds of events.
  private func core(ownsNode: Bool = false, readOnly: Bool = false) -> DashboardCore {
    var state = ViewState()
    state.isReadOnly = readOnly
    state.themeName = "midnight"
    var core = DashboardCore(
      state: state, themeNames: ["midnight", "daylight", "mono"], ownsNode: ownsNode)
    advance(&core, to: 10_350)
    return core
  }

  /// Lets the clocks go on to so many milliseconds after genesis.
  private func advance(_ core: inout DashboardCore, to milliseconds: UInt64) {
    var source = DemoSource(fixedMilliseconds: milliseconds)
    let known = count(core.history.live)
    let batch = source.advance(to: 0)
    _ = core.update(
      EventBatch(
        events: Array(batch.events.dropFirst(known)), nowMilliseconds: batch.nowMilliseconds),
      replay: nil, uptimeMilliseconds: milliseconds)
  }

  private func press(_ core: inout DashboardCore, _ keys: Key...) -> [ScreenEffect] {
    keys.flatMap { core.handle(.key($0)) }
  }

  private func lines(_ core: DashboardCore, _ size: Size = Size(columns: 80, rows: 24)) -> [String]
  {
    core.draw(size, ThemeLibrary.defaultTheme(depth: .none)).lines
  }

  /// Events that the node of a fleet has told.
  private func count(_ fleet: FleetStatus) -> Int { fleet.nodes.first?.log.total ?? 0 }

  /// The newest lines of the log.
  private func log(_ core: DashboardCore, _ count: Int) -> [Substring] {
    core.history.live.logText(ViewState()).split(separator: "\n").suffix(count)
  }

  /// Lets the person read what the screen asks.
  private func read(_ core: inout DashboardCore) {
    core.letTimePass(to: 10_350 + 300)
  }

  @Test func `without a node, q and ^C end at once`() {
    var core = core()
    #expect(press(&core, .character("q")) == [.end(.quit)])
    #expect(press(&core, .control("c")) == [.end(.quit)])
  }

  @Test func `with a node, quitting asks and offers to leave it running`() {
    var core = core(ownsNode: true)
    #expect(press(&core, .control("c")) == [])
    #expect(lines(core).contains { $0.contains("[y] stop the node") })
    #expect(press(&core, .control("c")) == [.end(.stopNode)])
    #expect(press(&core, .character("q")) == [])
    read(&core)
    #expect(press(&core, .character("l")) == [.end(.leaveNodeRunning)])
    advance(&core, to: 10_350)
    #expect(press(&core, .character("q")) == [])
    read(&core)
    #expect(press(&core, .character("x")) == [])
    #expect(!lines(core).contains { $0.contains("[y]") })
  }

  @Test func `only y acts, everything else is no`() {
    for key in [Key.enter, .escape, .character("Y"), .character("n"), .character(" ")] {
      var core = core()
      #expect(press(&core, .character("f")) == [])
      read(&core)
      #expect(press(&core, key) == [], "\(key)")
      #expect(
        press(&core, .character("y")) != [
          .act(OperatorOrder(node: "demo", .forceFallback(slot: 7)))
        ])
    }
    var core = core()
    #expect(press(&core, .character("f")) == [])
    read(&core)
    #expect(
      press(&core, .character("y")) == [
        .act(OperatorOrder(node: "demo", .forceFallback(slot: 7)))
      ])
  }

  @Test func `an answer that comes before anybody can have read the question is ignored`() {
    var core = core(ownsNode: true)
    #expect(press(&core, .character("f"), .character("y"), .character("y")) == [])
    #expect(lines(core).contains { $0.contains("[y] yes, once") })
    core.letTimePass(to: 10_350 + 299)
    #expect(press(&core, .character("y")) == [])
    // Escape is never a mistake.
    #expect(press(&core, .escape, .character("q"), .character("l"), .character("y")) == [])
    core.letTimePass(to: 10_350 + 299 + 300)
    #expect(press(&core, .character("l")) == [.end(.leaveNodeRunning)])
  }

  @Test func `words that are pasted as keys, all at once, never act`() {
    for words in ["please verify the node", "gateway", "fyfyfy", "qyl", "afydyyPy"] {
      var core = core(ownsNode: true)
      let keys = words.map(Key.character)
      let effects = keys.flatMap { core.handle(.key($0)) }
      #expect(!effects.contains { $0.isConsequential }, "\(words): \(effects)")
    }
  }

  @Test func `a marked paste goes into a prompt and nowhere else`() {
    var core = core(ownsNode: true)
    #expect(core.handle(.paste("fy q")) == [])
    #expect(lines(core).last?.contains("pasted text does nothing here") == true)
    #expect(!lines(core).contains { $0.contains("[y]") })
    _ = press(&core, .character("/"))
    #expect(core.handle(.paste("event\n\u{1B}[2J9")) == [])
    #expect(core.state.filter == "event[2J9")
    #expect(core.handle(.paste(String(repeating: "x", count: 5_000))) == [])
    #expect(core.state.filter.count == 200)
  }

  @Test func `stopping a process that runs a node asks, and says what it cost`() {
    var core = core(ownsNode: true)
    #expect(press(&core, .control("z")) == [])
    #expect(lines(core).contains { $0.contains("no votes, no blocks until it goes on") })
    #expect(press(&core, .enter) == [])
    #expect(press(&core, .control("z")) == [])
    read(&core)
    #expect(press(&core, .character("y")) == [.suspend])
    core.noteSuspension(milliseconds: 18_200)
    #expect(lines(core).last?.contains("this process was stopped for 18 s: its duties in") == true)
  }

  @Test func `a million strings of any bytes cause nothing that was not confirmed`() {
    var random: UInt64 = 11
    func next(_ count: UInt64) -> UInt64 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (random >> 33) % count
    }
    // Half of the bytes are what sequences are made of, so that they get long and strange.
    let common = Array("\u{1B}\u{1B}\u{1B}[[O];?<~MyfaqPCKRu0123456789".utf8)
    var parser = InputParser()
    var core = core(ownsNode: true)
    var time: UInt64 = 20_000
    for number in 0..<1_000_000 {
      let bytes = (0..<next(12)).map { _ in
        next(2) == 0 ? UInt8(next(256)) : common[Int(next(UInt64(common.count)))]
      }
      // Five reads before anybody could answer what they ask; then nobody answers.
      time += number.isMultiple(of: 5) ? 10_000 : 1 + next(50)
      core.letTimePass(to: time)
      for event in parser.add(bytes, at: time) {
        for effect in core.handle(event) where effect.isConsequential {
          Issue.record("\(bytes) caused \(effect)")
        }
      }
    }
  }

  @Test func `a question closes itself after ten seconds`() {
    var core = core()
    _ = press(&core, .character("f"))
    advance(&core, to: 10_350 + 9_999)
    #expect(lines(core).contains { $0.contains("closes in 1 s") })
    advance(&core, to: 10_350 + 10_000)
    #expect(
      press(&core, .character("y")) != [.act(OperatorOrder(node: "demo", .forceFallback(slot: 7)))])
  }

  @Test func `every action and fault is refused with the reason where it must not act`() {
    let keys: [Key] = ["f", "a", "d", "P", "C", "K", "B", "M", "J", "Q"].map(Key.character)
    for key in keys {
      var readOnly = core(readOnly: true)
      #expect(press(&readOnly, .character("4"), key) == [])
      #expect(lines(readOnly).last?.contains("read-only: actions are switched off") == true)
      var frozen = core()
      #expect(press(&frozen, .character("4"), .character("p"), key) == [])
      #expect(lines(frozen).last?.contains("this is the past: actions need the present") == true)
      var replay = core()
      _ = replay.update(
        EventBatch(events: [], nowMilliseconds: DemoSource.genesis + 10_350),
        replay: ViewState.Replay(file: "x.jsonl", speed: 1, progress: 0.5), uptimeMilliseconds: 0)
      #expect(press(&replay, .character("4"), key) == [])
      #expect(lines(replay).last?.contains("this is a recording: nothing in it can be") == true)
    }
  }

  @Test func `a key of another page says where it works`() {
    var core = core()
    #expect(press(&core, .character("d")) == [])
    #expect(lines(core).last?.contains("d is for peers") == true)
    #expect(press(&core, .character("e")) == [])
    #expect(lines(core).last?.contains("e is for prebuild, peers, validators") == true)
  }

  @Test func `a refusal says why`() {
    var core = core()
    _ = press(&core, .character("4"), .character("d"))
    #expect(lines(core).last?.contains("no peer is connected") == true)
    advance(&core, to: 10_350 + 5_000)
    #expect(lines(core).last?.contains("no peer is connected") == false)
  }

  @Test func `selections stay inside their page and are kept for each page`() {
    var core = core()
    _ = press(&core, .character("6"), .down)
    #expect(core.state.selection == 0)
    _ = press(&core, .end)
    #expect(core.state.selection == 103)
    // A page is what is in sight, but for a line that both have.
    let page = core.shownFleet.extent(of: core.state).room - 1
    #expect(page == 21)
    _ = press(&core, .up, .pageDown)
    #expect(core.state.selection == 103 - page)
    _ = press(&core, .character("1"))
    #expect(core.state.selection == 0)
    _ = press(&core, .character("6"))
    #expect(core.state.selection == 103 - page)
  }

  @Test func `a click does what a key would do`() throws {
    var core = core()
    core.noteSize(Size(columns: 80, rows: 24))
    func click(_ column: Int, _ row: Int) -> [ScreenEffect] {
      core.handle(.mouse(MouseEvent(.press, column: column, row: row)))
    }
    _ = press(&core, .character("6"))
    let footer = try #require(lines(core).last)
    let quit = try #require(footer.firstRange(of: "q quit")).lowerBound
    let column = footer.distance(from: footer.startIndex, to: quit)
    func row(of event: String) throws -> Int {
      try #require(lines(core).firstIndex { $0.contains("demo: \(event) ") })
    }
    #expect(click(2, try row(of: "event 100")) == [])
    #expect(core.state.selection == 0, "the mouse is off")
    _ = press(&core, .character("m"))
    #expect(click(2, try row(of: "event 100")) == [])
    #expect(core.state.selection == 3 && !core.state.isOpen)
    _ = click(2, try row(of: "event 100"))
    #expect(core.state.isOpen)
    #expect(click(column, 23) == [.end(.quit)])
    _ = press(&core, .character("f"))
    #expect(click(column, 23) == [], "a question is answered by keys alone")
  }

  @Test func `a bad filter is not taken, and the line says why`() {
    var core = core()
    _ = press(&core, .character("/"), .character("-"), .character("x"), .character("<"), .enter)
    #expect(core.state.isTyping)
    #expect(lines(core).last?.contains("no field 'x'") == true)
    _ = press(&core, .backspace, .backspace, .character("7"), .enter)
    #expect(!core.state.isTyping && core.state.filter == "-7")
  }

  @Test func `matches are gone through in a ring, and a page without rows has no filter`() {
    var core = core()
    _ = press(&core, .character("n"))
    #expect(lines(core).last?.contains("matches are on page 6") == true)
    _ = press(&core, .character("6"), .character("n"))
    #expect(lines(core).last?.contains("no filter yet") == true)
    _ = press(&core, .character("/"), .character("5"), .enter)
    #expect(core.state.selection == 0)
    _ = press(&core, .character("n"), .character("n"))
    #expect(core.state.selection == 2)
    #expect(lines(core).last?.contains("match 3 of ") == true)
    _ = press(&core, .character("N"), .character("N"), .character("N"))
    #expect(core.state.selection == core.shownFleet.extent(of: core.state).rows - 1)
    _ = press(&core, .character("c"))
    #expect(core.state.filter == "")
    _ = press(&core, .character("7"), .character("/"))
    #expect(!core.state.isTyping)
    #expect(lines(core).last?.contains("nothing to filter") == true)
  }

  @Test func `each page has a filter of its own`() {
    var core = core()
    _ = press(&core, .character("4"), .character("/"), .character("z"), .enter)
    _ = press(&core, .character("6"))
    #expect(core.state.filter == "")
    _ = press(&core, .character("4"))
    #expect(core.state.filter == "z")
  }

  @Test func `the speed of a node cannot be changed`() {
    var core = core()
    #expect(press(&core, .character(">")) == [])
    #expect(lines(core).last?.contains("only a replay has a speed") == true)
  }

  @Test func `panels are focused in a ring`() {
    var core = core()
    let panels = core.shownFleet.extent(of: core.state).panels
    for _ in 1..<panels { _ = press(&core, .tab) }
    #expect(panels > 2 && core.state.focusedPanel == panels - 1)
    _ = press(&core, .tab)
    #expect(core.state.focusedPanel == 0)
    _ = press(&core, .backTab)
    #expect(core.state.focusedPanel == panels - 1)
    _ = press(&core, .character("2"))
    #expect(core.state.focusedPanel == 0)
  }

  @Test func `escape takes away one thing at a time`() {
    var core = core()
    _ = press(
      &core, .character("/"), .character("x"), .enter, .character("z"), .enter, .function(1))
    #expect(core.state.showsHelp && core.state.isOpen && core.state.isZoomed)
    _ = press(&core, .escape)
    #expect(!core.state.showsHelp && core.state.isOpen)
    _ = press(&core, .escape)
    #expect(!core.state.isOpen && core.state.isZoomed)
    _ = press(&core, .escape)
    #expect(!core.state.isZoomed && core.state.filter == "x")
    _ = press(&core, .escape)
    #expect(core.state.filter == "")
  }

  @Test func `keys of the table are letters while a filter is typed`() {
    var core = core()
    #expect(press(&core, .character("/"), .character("q"), .character("f")) == [])
    #expect(core.state.filter == "qf")
    #expect(lines(core).last?.contains("/ qf") == true)
    #expect(press(&core, .control("c")) == [.end(.quit)])
    for _ in 0..<300 { _ = press(&core, .character("x")) }
    #expect(core.state.filter.count == 200)
  }

  @Test func `a frozen screen keeps its moment while events go on`() {
    var core = core()
    _ = press(&core, .character("p"))
    let frozen = lines(core)
    advance(&core, to: 14_000)
    // The second line tells how long ago that was.
    #expect(lines(core).dropFirst(2) == frozen.dropFirst(2))
    #expect(count(core.history.live) == 141 && count(core.shownFleet) == 104)
    #expect(core.state.travel?.liveMilliseconds == DemoSource.genesis + 14_000)
    _ = press(&core, .home)
    #expect(core.state.travel == nil)
    #expect(lines(core) != frozen)
  }

  @Test func `steps go by slot and interval, stop at the first event and end in the present`() {
    var core = core()
    func shown() -> UInt64? {
      core.state.travel.map { $0.shownMilliseconds - DemoSource.genesis }
    }
    _ = press(&core, .character("["))
    #expect(shown() == 6_350)
    #expect(count(core.shownFleet) == 64)
    _ = press(&core, .character("{"))
    #expect(shown() == 5_550)
    _ = press(&core, .character("}"))
    #expect(shown() == 6_350)
    _ = press(&core, .character("["), .character("["))
    #expect(shown() == 0)
    _ = press(&core, .character("]"), .character("]"), .character("]"))
    #expect(shown() == nil)
  }

  @Test func `in a replay, steps beyond the present play the recording on`() {
    var core = core()
    let replay = ViewState.Replay(file: "x.jsonl", speed: 1, progress: 0.5)
    _ = core.update(
      EventBatch(events: [], nowMilliseconds: DemoSource.genesis + 10_350), replay: replay,
      uptimeMilliseconds: 0)
    #expect(press(&core, .character(" ")) == [.control(.pause(true))])
    #expect(
      press(&core, .character("]")) == [
        .control(.pause(false)), .control(.skip(to: DemoSource.genesis + 14_350)),
        .control(.pause(true)),
      ])
    // Stopped after a step: the next step plays on, space lets the recording go on.
    let stopped = ViewState.Replay(file: "x.jsonl", speed: 0, progress: 0.6)
    _ = core.update(
      EventBatch(events: [], nowMilliseconds: DemoSource.genesis + 14_350), replay: stopped,
      uptimeMilliseconds: 0)
    #expect(
      press(&core, .character("}")) == [
        .control(.pause(false)), .control(.skip(to: DemoSource.genesis + 15_150)),
        .control(.pause(true)),
      ])
    #expect(press(&core, .character("p")) == [.control(.pause(false))])
    #expect(
      press(&core, .character(">"), .character("<")) == [
        .control(.speed(2)), .control(.speed(0.5)),
      ])
    #expect(press(&core, .character("f")) == [])
  }

  @Test func `themes go round, and the list shows each before it is kept`() {
    var core = core()
    #expect(press(&core, .character("t")) == [.useTheme("daylight")])
    #expect(
      press(&core, .character("T"), .down, .down, .down) == [
        .useTheme("daylight"), .useTheme("mono"), .useTheme("mono"),
      ])
    #expect(lines(core).contains { $0.contains("▶ mono") })
    #expect(press(&core, .escape) == [.useTheme("midnight")])
    #expect(press(&core, .character("T"), .enter) == [])
  }

  @Test func `a series takes one picture in each of ten slots`() {
    var core = core()
    #expect(press(&core, .character("S")) == [.saveScreenshot])
    var taken = 0
    for step in 1...60 {
      let effects = core.update(
        EventBatch(events: [], nowMilliseconds: DemoSource.genesis + 10_350 + UInt64(step) * 1_000),
        replay: nil, uptimeMilliseconds: 0)
      taken += effects.count { $0 == .saveScreenshot }
    }
    #expect(taken == 9)
  }

  @Test func `prints of other code become log lines, with a limit`() {
    var core = core()
    core.log(["one", "two", "three"], limit: 2)
    #expect(
      zip(log(core, 3), ["one", "two", "1 more lines"]).allSatisfy {
        $0.hasSuffix("stdio: \($1)")
      })
  }

  @Test func `the rest of the table reaches the program`() throws {
    var core = core()
    #expect(press(&core, .character("s"), .character("x")) == [.saveScreenshot, .toggleRecording])
    _ = press(&core, .character("6"))
    let newest = try #require(core.history.live.nodes.first?.log.newest(1, EventFilter("")).first)
    #expect(press(&core, .character("y")) == [.copy(newest.line)])
    #expect(
      press(&core, .character("w"), .character("4"), .character("e")) == [
        .write(core.history.live.logText(core.state), kind: "log", suffix: ".txt"),
        .write(
          "peer,client,dir,rtt,head,lag,finalized,score,refused\n", kind: "peers", suffix: ".csv"),
      ])
    _ = press(&core, .character("1"))
    #expect(press(&core, .control("l"), .control("z")) == [.repaint, .suspend])
    #expect(press(&core, .character("m")) == [.setMouse(true)])
    #expect(core.handle(.mouse(MouseEvent(.wheelDown, column: 0, row: 0))) == [])
    #expect(core.state.selection == 1)
    #expect(
      core.handle(.ended(.terminalLost)) == [.end(.forced(.terminalLost))])
    _ = press(&core, .character("u"))
    #expect(lines(core).allSatisfy { $0.allSatisfy(\.isASCII) })
  }

  @Test func `any key at any time on any size does no harm`() {
    let keys = Keymap.builtIn.flatMap(\.keys) + [.delete, .character("é"), .function(9)]
    var state: UInt64 = 3
    var core = core(ownsNode: true)
    for step in 0..<3_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      _ = core.handle(.key(keys[Int(state >> 33) % keys.count]))
      if step.isMultiple(of: 10) {
        let size = Size(columns: Int(state >> 40 % 130), rows: Int(state >> 50 % 40))
        #expect(lines(core, size).count == size.rows)
      }
    }
  }
}

extension ScreenEffect {
  /// Whether the node would notice.
  fileprivate var isConsequential: Bool {
    switch self {
    case .act, .end, .suspend: true
    default: false
    }
  }
}
