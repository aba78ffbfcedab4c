internal import Dashboard
internal import Terminal
internal import Theme

/// Filters, searches and the order of tables.
extension DashboardCore {
  /// Whether `n` and `/` look for a row instead of leaving others out.
  private var isSearch: Bool { state.page == .chain && !state.showsHelp }

  /// What is wrong with the filter; any text is one for the help.
  var filterProblem: String? {
    state.showsHelp ? nil : state.page.problem(inFilter: state.filter)
  }

  mutating func changeTable(_ command: Command) {
    switch command {
    case .filter:
      guard state.page.hasRows || state.showsHelp else {
        return tell("this page has nothing to filter", .warning)
      }
      state.isTyping = true
    case .clearFilter:
      tell(state.filter.isEmpty && state.logLevel == 0 ? "there is no filter" : "filter cleared")
      state.filter = ""
      state.logLevel = 0
    case .nextMatch: goToMatch(1)
    case .previousMatch: goToMatch(-1)
    case .sort, .reverse: sort(command)
    default: break
    }
  }

  /// Whether the rows of the page are what its filter chooses from; on the overview the filter is
  /// for the log and the rows are slots.
  private var hasMatches: Bool {
    state.page.hasRows && state.page != .overview && !state.showsHelp
  }

  /// One key of a filter that is being typed.
  mutating func edit(with key: Key) {
    switch key {
    case .enter:
      if filterProblem != nil { return }
      state.isTyping = false
      guard hasMatches else { return }
      if !isSearch { state.selections[state.page] = 0 }
      if !state.filter.isEmpty { goToMatch(0) }
    case .escape:
      state.isTyping = false
      state.filter = ""
    case .backspace: if !state.filter.isEmpty { state.filter.removeLast() }
    case .control("u"): state.filter = ""
    case .tab where !presets.isEmpty:
      let next = presets.firstIndex(of: state.filter).map { $0 + 1 } ?? 0
      state.filter = presets[next % presets.count]
    case .character(let character):
      let isText = character.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
      if isText, state.filter.count < Self.filterLimit { state.filter.append(character) }
    default: break
    }
  }

  /// Selects the next row that matches, in a ring; a step of zero keeps a row that does.
  private mutating func goToMatch(_ step: Int) {
    guard hasMatches else {
      return tell("matches are on page \(state.keymap.name(.show(.events)))", .warning)
    }
    guard !state.filter.isEmpty else {
      return tell("no filter yet: \(state.keymap.name(.filter)) types one", .warning)
    }
    let matches = shownFleet.matches(state, at: shownMilliseconds)
    guard let first = matches.first, let last = matches.last else {
      return tell("nothing matches '\(state.filter)'", .warning)
    }
    let here = state.selection
    let next: Int =
      switch step {
      case 1...: matches.first { $0 > here } ?? first
      case 0: matches.first { $0 >= here } ?? first
      default: matches.last { $0 < here } ?? last
      }
    state.selections[state.page] = next
    let number = (matches.firstIndex(of: next) ?? 0) + 1
    tell("match \(number) of \(matches.count) for '\(state.filter)'")
  }

  /// Puts the rows into the order of the next column, or turns them around.
  private mutating func sort(_ command: Command) {
    let columns = state.page.sortColumns
    guard !columns.isEmpty else { return }
    let selected = selectedRow
    var sorting = ViewState.Sorting()
    if let known = state.sortings[state.page] {
      sorting = known
      if command == .sort { sorting.column = (known.column + 1) % columns.count }
    } else if command == .sort {
      sorting.column = min(1, columns.count - 1)
    }
    if command == .reverse { sorting.isReversed.toggle() }
    state.sortings[state.page] = sorting
    sorting.order = shownFleet.sortedRows(state, at: shownMilliseconds)
    state.sortings[state.page] = sorting
    if let selected { select(selected) }
  }
}
