internal import Terminal

extension Keymap {
  /// Every binding, in the order of the help.
  public static let bindings: [Binding] = pages + moves + looks + actions + faults + saves

  private static let pages: [Binding] = Page.allCases.enumerated().map { index, page in
    let footer = page == .overview ? "pages" : nil
    let key = Key.character(Character("\(index + 1)"))
    return Binding(.show(page), [key], .move, page.rawValue, footer: footer)
  }

  private static let moves: [Binding] = [
    Binding(.nextPanel, [.tab], .move, "next panel"),
    Binding(.previousPanel, [.backTab], .move, "panel before"),
    Binding(.left, [.character("h"), .left], .move, "left"),
    Binding(.down, [.character("j"), .down], .move, "down"),
    Binding(.up, [.character("k"), .up], .move, "up"),
    Binding(.right, [.character("l"), .right], .move, "right"),
    Binding(.pageUp, [.pageUp, .control("u")], .move, "a page up"),
    Binding(.pageDown, [.pageDown, .control("d")], .move, "a page down"),
    Binding(.first, [.character("g")], .move, "first"),
    Binding(.last, [.character("G"), .end], .move, "last"),
    Binding(.nextNode, [.character("o")], .move, "next node, where there are several"),
    Binding(.open, [.enter], .move, "open what is selected"),
    Binding(.close, [.escape], .move, "close"),
    Binding(
      .help, [.character("?"), .function(1)], .move, "every key, on every page", footer: "help"),
  ]

  private static let looks: [Binding] = [
    Binding(.filter, [.character("/")], .look, "filter", footer: "filter"),
    Binding(.nextMatch, [.character("n")], .look, "next match"),
    Binding(.previousMatch, [.character("N")], .look, "match before"),
    Binding(
      .freeze, [.character("p"), .character(" ")], .look, "freeze the screen, the node goes on",
      footer: "freeze"),
    Binding(.backSlot, [.character("[")], .look, "one slot back, on when frozen"),
    Binding(.forwardSlot, [.character("]")], .look, "one slot on"),
    Binding(.backInterval, [.character("{")], .look, "one interval back"),
    Binding(.forwardInterval, [.character("}")], .look, "one interval on"),
    Binding(.goLive, [.home], .look, "back to now"),
    Binding(.slower, [.character("<")], .look, "replay at half the speed"),
    Binding(.faster, [.character(">")], .look, "replay at twice the speed"),
    Binding(.logLevel, [.character("L")], .look, "least level of log lines"),
    Binding(.zoom, [.character("z")], .look, "the focused panel alone"),
    Binding(.zoomIn, [.character("+"), .character("=")], .look, "less time across the timeline"),
    Binding(.zoomOut, [.character("-")], .look, "more time across the timeline"),
    Binding(.acknowledge, [.character("A")], .look, "acknowledge the alarms"),
    Binding(.resetCounters, [.character("R")], .look, "count from here; metrics stay"),
  ]

  private static let actions: [Binding] = [
    Binding(
      .act(.forceFallback), [.character("f")], .act, "force a fallback in our next slot",
      footer: "fallback"),
    Binding(
      .act(.toggleAggregator), [.character("a")], .act, "aggregator on or off", footer: "aggregator"
    ),
    Binding(
      .act(.disconnectPeer), [.character("d")], .act, "disconnect the selected peer",
      footer: "disconnect", pages: [.peers]),
  ]

  private static let faults: [Binding] = [
    Binding(.act(.fault(.pause)), [.character("P")], .chaos, "pause, go on"),
    Binding(.act(.fault(.cut)), [.character("C")], .chaos, "cut off, heal"),
    Binding(.act(.fault(.kill)), [.character("K")], .chaos, "kill, restart"),
    Binding(.act(.fault(.delayBlock)), [.character("B")], .chaos, "late next block"),
    Binding(.act(.fault(.slowProver)), [.character("M")], .chaos, "slower prover"),
    Binding(.act(.fault(.stepClock)), [.character("J")], .chaos, "clock +1.5 s, right"),
    Binding(.act(.fault(.silence)), [.character("Q")], .chaos, "quiet aggregator"),
  ]

  private static let saves: [Binding] = [
    Binding(
      .screenshot, [.character("s")], .save, "screenshot as text, ANSI, SVG and JSON",
      footer: "shot"),
    Binding(.screenshotSeries, [.character("S")], .save, "a screenshot of each of ten slots"),
    Binding(.record, [.character("x")], .save, "record the events, or stop"),
    Binding(.writeLog, [.character("w")], .save, "the filtered log to a file"),
    Binding(.copy, [.character("y")], .save, "copy the selected root"),
    Binding(.nextTheme, [.character("t")], .look, "next theme", footer: "theme"),
    Binding(.chooseTheme, [.character("T")], .look, "list of themes"),
    Binding(.toggleASCII, [.character("u")], .look, "Unicode or ASCII"),
    Binding(.toggleMouse, [.character("m")], .look, "mouse on or off"),
    Binding(.repaint, [.control("l")], .look, "draw everything anew"),
    Binding(.suspend, [.control("z")], .move, "suspend, until fg"),
    Binding(
      .quit, [.character("q"), .control("c")], .move, "quit; a node in this process asks first",
      footer: "quit"),
  ]
}
