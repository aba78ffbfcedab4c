internal import ChainEvents
internal import Terminal

extension Keymap {
  /// The bindings that no settings have changed.
  package static let builtIn: [Binding] = pages + moves + looks + actions + faults + saves

  /// The pages whose table `o` and `r` sort.
  private static let sorted: Set<Page> = [.prebuild, .peers, .validators]

  private static let pages: [Binding] = Page.allCases.enumerated().map { index, page in
    let key = Key.character(Character("\(index + 1)"))
    return Binding(
      .show(page), [key], .move, page.rawValue,
      footer: page == .overview ? .always("pages") : .none)
  }

  private static let moves: [Binding] = [
    Binding(.nextPanel, [.tab], .move, "next panel", pair: "next panel, last"),
    Binding(.previousPanel, [.backTab], .move, "panel before", pair: "next panel, last"),
    Binding(.down, [.character("j"), .down], .move, "down", pair: "down, up, as the arrows"),
    Binding(.up, [.character("k"), .up], .move, "up", pair: "down, up, as the arrows"),
    Binding(
      .left, [.character("h"), .left], .move, "an older slot; on the chain, fold branches",
      pair: "slot back, on; fold, open"),
    Binding(
      .right, [.character("l"), .right], .move, "a newer slot; on the chain, unfold branches",
      pair: "slot back, on; fold, open"),
    Binding(.pageDown, [.pageDown, .control("d")], .move, "a page down", pair: "a page down, up"),
    Binding(.pageUp, [.pageUp, .control("u")], .move, "a page up", pair: "a page down, up"),
    Binding(
      .first, [.character("g")], .move, "back to now, and the first row", pair: "now, newest"),
    Binding(
      .newest, [.character("G")], .move, "the newest row; in the log, follow", pair: "now, newest"),
    Binding(.last, [.end], .move, "the last row; on the chain, the finalized block"),
    Binding(.nextNode, [.character(".")], .move, "next node", pair: "next node, last node"),
    Binding(
      .previousNode, [.character(",")], .move, "node before", pair: "next node, last node"),
    Binding(
      .open, [.enter], .move, "open what is selected",
      footer: .on([
        .overview: "autopsy", .prebuild: "autopsy", .chain: "autopsy", .peers: "open",
        .validators: "open", .events: "open",
      ])),
    Binding(.close, [.escape], .move, "close; back to now"),
    Binding(.palette, [.character(":")], .move, "find an action by its words"),
    Binding(
      .help, [.character("?"), .function(1)], .move, "every key, on every page",
      footer: .always("help")),
  ]

  private static let looks: [Binding] = [
    Binding(
      .filter, [.character("/")], .look, "filter; find on the chain",
      footer: .on([
        .overview: "filter", .prebuild: "filter", .chain: "find", .peers: "filter",
        .validators: "filter", .events: "filter",
      ])),
    Binding(
      .nextMatch, [.character("n")], .look, "next match", pair: "next match, last match",
      footer: .on([.events: "next match", .chain: "next match"])),
    Binding(
      .previousMatch, [.character("N")], .look, "match before", pair: "next match, last match"),
    Binding(
      .clearFilter, [.character("c")], .look, "clear filter", footer: .on([.events: "clear"])),
    Binding(
      .logLevel, [.character("L")], .look, "least level of log lines",
      footer: .on([.events: "level"])),
    Binding(
      .sort, [.character("o")], .look, "sort by the next column",
      pair: "sort by column, reverse",
      footer: .on([.peers: "sort", .validators: "sort"]), pages: sorted),
    Binding(
      .reverse, [.character("r")], .look, "reverse the order",
      pair: "sort by column, reverse",
      footer: .on([.peers: "reverse", .validators: "reverse"]), pages: sorted),
    Binding(
      .columns, [.character("v")], .look, "choose the columns",
      pages: sorted.union([.chain])),
    Binding(
      .onlyMisses, [.character("O")], .look, "only misses in own slots",
      footer: .on([.prebuild: "only misses"]), pages: [.prebuild]),
    Binding(
      .freeze, [.character("p"), .character(" ")], .look, "freeze; the node goes on",
      footer: .always("freeze")),
    Binding(
      .backSlot, [.character("[")], .look, "one slot back, and freeze", pair: "one slot back, on"),
    Binding(.forwardSlot, [.character("]")], .look, "one slot on", pair: "one slot back, on"),
    Binding(
      .backInterval, [.character("{")], .look, "one interval back, and freeze",
      pair: "one interval back, on"),
    Binding(
      .forwardInterval, [.character("}")], .look, "one interval on", pair: "one interval back, on"),
    Binding(.goLive, [.home], .look, "back to now"),
    Binding(
      .slower, [.character("<")], .look, "replay at half the speed", pair: "replay slower, faster"),
    Binding(
      .faster, [.character(">")], .look, "replay at twice the speed",
      pair: "replay slower, faster"),
    Binding(.zoom, [.character("z")], .look, "focused panel alone"),
    Binding(
      .zoomIn, [.character("+"), .character("=")], .look, "less time across the timeline",
      pair: "less, more time in sight"),
    Binding(
      .zoomOut, [.character("-")], .look, "more time across the timeline",
      pair: "less, more time in sight"),
    Binding(.acknowledge, [.character("A")], .look, "acknowledge the alarms"),
    Binding(.resetCounters, [.character("R")], .look, "counters start from here"),
    Binding(
      .nextTheme, [.character("t")], .look, "next theme", pair: "next theme, all themes",
      footer: .always("theme")),
    Binding(
      .chooseTheme, [.character("T")], .look, "list of themes", pair: "next theme, all themes"),
    Binding(.toggleASCII, [.character("u")], .look, "Unicode or ASCII"),
    Binding(.toggleMouse, [.character("m")], .look, "mouse on or off"),
    Binding(.repaint, [.control("l")], .look, "draw everything anew"),
  ]

  private static let actions: [Binding] = [
    Binding(
      .act(.forceFallback), [.character("f")], .act, "force our next fallback",
      footer: .on([.overview: "fallback", .prebuild: "fallback", .calendar: "fallback"])),
    Binding(
      .act(.toggleAggregator), [.character("a")], .act, "aggregator on or off",
      footer: .on([.overview: "aggregator", .validators: "aggregator", .doctor: "aggregator"])),
    Binding(
      .act(.disconnectPeer), [.character("d")], .act, "disconnect selected peer",
      footer: .on([.peers: "disconnect"]), pages: [.peers]),
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
      pair: "screenshot, ten slots", footer: .always("shot")),
    Binding(
      .screenshotSeries, [.character("S")], .save, "a screenshot of each of ten slots",
      pair: "screenshot, ten slots"),
    Binding(.record, [.character("x")], .save, "record events, or stop"),
    Binding(
      .writeLog, [.character("w")], .save, "write the log, filtered",
      footer: .on([.events: "write"])),
    Binding(
      .exportTable, [.character("e")], .save, "write the table as CSV",
      footer: .on([.prebuild: "csv", .peers: "csv", .validators: "csv"]),
      pages: [.prebuild, .peers, .validators]),
    Binding(
      .copy, [.character("y")], .save, "copy the selected root", footer: .on([.chain: "copy"])),
    Binding(.suspend, [.control("z")], .move, "suspend, until fg"),
    Binding(
      .quit, [.character("q"), .control("c")], .move, "quit; a live node asks",
      footer: .always("quit")),
  ]
}
