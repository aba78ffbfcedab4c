internal import Dashboard
internal import Terminal
internal import Theme

/// Filters, searches and the order of tables.
extension DashboardCore {
  /// What was typed to filter the rows that keys act on, or to find something in the help.
  var filter: String {
    get { state.showsHelp ? state.helpFilter : state[filterOf: rowsPage] }
    set {
      if state.showsHelp {
        state.helpFilter = newValue
      } else {
        state[filterOf: rowsPage] = newValue
      }
    }
  }

  /// Whether `n` and `/` look for a row instead of leaving others out.
  private var isSearch: Bool { rowsPage == .chain && !state.showsHelp }

  /// What is wrong with the filter; any text is one for the help.
  var filterProblem: String? {
    state.showsHelp ? nil : rowsPage.problem(inFilter: filter)
  }

  mutating func changeTable(_ command: Command) {
    switch command {
    case .filter:
      guard rowsPage.hasRows || state.showsHelp else {
        return tell("this page has nothing to filter", .warning)
      }
      state.isTyping = true
    case .clearFilter:
      tell(filter.isEmpty && state.logLevel == 0 ? "there is no filter" : "filter cleared")
      filter = ""
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
    rowsPage.hasRows && rowsPage != .overview && !state.showsHelp
  }

  /// One key of a filter that is being typed.
  mutating func edit(with key: Key) {
    switch key {
    case .enter:
      if filterProblem != nil { return }
      state.isTyping = false
      guard hasMatches else { return }
      if !isSearch { state.selections[rowsPage] = 0 }
      if !filter.isEmpty { goToMatch(0) }
    case .escape:
      state.isTyping = false
      filter = ""
    case .backspace: if !filter.isEmpty { filter.removeLast() }
    case .control("u"): filter = ""
    case .tab where !presets.isEmpty:
      let next = presets.firstIndex(of: filter).map { $0 + 1 } ?? 0
      filter = presets[next % presets.count]
    case .character(let character):
      let isText = character.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
      if isText, filter.count < Self.filterLimit { filter.append(character) }
    default: break
    }
  }

  /// Selects the next row that matches, in a ring; a step of zero keeps a row that does.
  private mutating func goToMatch(_ step: Int) {
    guard hasMatches else {
      return tell("matches are on page \(state.keymap.name(.show(.events)))", .warning)
    }
    guard !filter.isEmpty else {
      return tell("no filter yet: \(state.keymap.name(.filter)) types one", .warning)
    }
    let matches = shownFleet.matches(rowsState, at: shownMilliseconds)
    guard let first = matches.first, let last = matches.last else {
      return tell("nothing matches '\(filter)'", .warning)
    }
    let here = selection
    let next: Int =
      switch step {
      case 1...: matches.first { $0 > here } ?? first
      case 0: matches.first { $0 >= here } ?? first
      default: matches.last { $0 < here } ?? last
      }
    select(row: next, shownFleet.extent(of: state))
    let number = (matches.firstIndex(of: next) ?? 0) + 1
    tell("match \(number) of \(matches.count) for '\(filter)'")
  }

  /// Puts the rows into the order of the next column, or turns them around.
  private mutating func sort(_ command: Command) {
    let page = rowsPage
    let columns = page.sortColumns
    guard !columns.isEmpty else { return }
    let selected = selectedRow(on: page)
    var sorting = ViewState.Sorting()
    if let known = state.sortings[page] {
      sorting = known
      if command == .sort { sorting.column = (known.column + 1) % columns.count }
    } else if command == .sort {
      sorting.column = min(1, columns.count - 1)
    }
    if command == .reverse { sorting.isReversed.toggle() }
    state.sortings[page] = sorting
    sorting.order = shownFleet.sortedRows(rowsState, at: shownMilliseconds)
    state.sortings[page] = sorting
    if let selected { select(selected, on: page) }
  }
}
