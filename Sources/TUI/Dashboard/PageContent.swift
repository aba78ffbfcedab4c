internal import ChainEvents
internal import Hashing
internal import NodeStatus
internal import Terminal
internal import Theme

/// A page as an object: what it draws, its rows, and what a key can do with them.
protocol PageContent {
  init(scene: Scene)

  /// What the page draws from.
  var scene: Scene { get }

  /// The panels in the order of the focus.
  func panels(_ layout: PageLayout) -> [PageLayout.Placed]

  /// What `enter` opens: a slot with its story, a peer, a validator, an event; `nil` for nothing.
  func opened(_ layout: PageLayout) -> [PageLayout.Placed]?

  /// Rows to select from.
  var rowCount: Int { get }

  /// Whether row 0 stands at the bottom, as the newest line of a log.
  var isBottomUp: Bool { get }

  /// Whether row 0 is the newest.
  var isNewestFirst: Bool { get }

  /// The row that the key for the last one goes to, where that is another one.
  var landmark: Int? { get }

  /// What names the selected row, so that it stays selected while rows come and go.
  var selectedName: String? { get }

  /// The row of a name; `nil` when it is gone.
  func row(named name: String) -> Int?

  /// What `y` copies of the selected row.
  var copyText: String? { get }

  /// The slot that the timeline and the autopsy show.
  var shownSlot: UInt64 { get }

  /// The rows as a table, for a file; `nil` where there is none.
  var table: [TableRow]? { get }

  /// The rows that `n` and `N` go through.
  var matches: [Int] { get }

  /// The names of the rows in an order of the table's columns; `nil` where nothing sorts them.
  func names(sortedBy sorting: ViewState.Sorting) -> [String]?

  /// The fields of the table; none where there is none.
  static var fields: [String] { get }

  /// The columns of the table on the screen, of which a person may hide all but the first.
  static var columns: [Table.Column] { get }

  /// Whether a key sorts the table.
  static var isSortable: Bool { get }

  /// What is wrong with a filter, in words; `nil` when nothing is.
  static func problem(inFilter text: String) -> String?
}

/// A page without rows of its own, which shows how the node stands.
extension PageContent {
  func opened(_ layout: PageLayout) -> [PageLayout.Placed]? { nil }

  var rowCount: Int { 0 }
  var isBottomUp: Bool { false }
  var isNewestFirst: Bool { true }
  var landmark: Int? { nil }
  var selectedName: String? { nil }

  func row(named name: String) -> Int? { nil }

  var copyText: String? { scene.node.head?.root.description }
  var shownSlot: UInt64 { scene.slot }
  var table: [TableRow]? { nil }
  var matches: [Int] { Array(0..<rowCount) }

  func names(sortedBy sorting: ViewState.Sorting) -> [String]? { nil }

  static var fields: [String] { [] }
  static var columns: [Table.Column] { [] }
  static var isSortable: Bool { false }

  static func problem(inFilter text: String) -> String? { nil }
}

/// A page whose rows are those of a table: a filter leaves rows out, a key sorts them.
protocol TablePage: PageContent {
  associatedtype Element

  /// The page, which has the filter and the order.
  static var page: Page { get }

  /// All elements, in the order that the table has by itself.
  var elements: [Element] { get }

  /// An element as filters, sorting and exports see it.
  func tableRow(_ element: Element) -> TableRow
}

extension TablePage {
  /// The elements that the filter lets through, in the order of the table.
  var shown: [Element] {
    let text = scene.state[filterOf: Self.page]
    let filter = RowFilter(text, fields: Self.fields)
    let passing = text.isEmpty ? elements : elements.filter { filter.passes(tableRow($0)) }
    guard let order = scene.state.sortings[Self.page]?.order, !order.isEmpty else { return passing }
    let places = Dictionary(zip(order, order.indices), uniquingKeysWith: { first, _ in first })
    return passing.enumerated()
      .map {
        (place: places[tableRow($0.element).name] ?? order.count + $0.offset, element: $0.element)
      }
      .sorted { $0.place < $1.place }
      .map(\.element)
  }

  /// The selected element.
  var selected: Element? { scene.selected(of: shown, on: Self.page) }

  var rowCount: Int { shown.count }
  var selectedName: String? { selected.map { tableRow($0).name } }

  func row(named name: String) -> Int? { shown.firstIndex { tableRow($0).name == name } }

  var table: [TableRow]? { shown.map { tableRow($0) } }

  func names(sortedBy sorting: ViewState.Sorting) -> [String]? {
    guard Self.isSortable else { return nil }
    return TableRow.names(elements.map { tableRow($0) }, in: Self.fields, by: sorting)
  }

  static func problem(inFilter text: String) -> String? {
    RowFilter(text, fields: fields).problem?.description
  }

  /// How many rows the filter lets through, the filter, and the order.
  var note: [Span] {
    var words: [Span] = []
    let filter = scene.state[filterOf: Self.page]
    if !filter.isEmpty {
      let count = rowCount
      words += [
        scene.span("\(count) of \(elements.count)  ", count == 0 ? .warning : .dim),
        scene.span("/\(filter)", .key),
      ]
    }
    guard let sorting = scene.state.sortings[Self.page],
      Self.fields.indices.contains(sorting.column)
    else { return words }
    if !words.isEmpty { words.append(scene.span("  ")) }
    return words + [
      scene.span("sort: ", .dim), scene.span(Self.fields[sorting.column], .accent),
      scene.span(sorting.isReversed ? " ▾" : " ▴", .accent),
    ]
  }
}

extension Page {
  /// What is wrong with a filter for the page, in words; `nil` when nothing is.
  package func problem(inFilter text: String) -> String? { content.problem(inFilter: text) }

  /// The columns that a key can sort the page's table by.
  package var sortColumns: [String] { content.isSortable ? content.fields : [] }

  /// The titles of the columns that can be left out of the page's table: all but the first.
  package var optionalColumns: [String] { content.columns.dropFirst().map(\.title) }

  /// The kind of object that a page is.
  var content: any PageContent.Type {
    switch self {
    case .overview: OverviewPage.self
    case .prebuild: ProposalsPage.self
    case .chain: ChainPage.self
    case .peers: PeersPage.self
    case .validators: ValidatorsPage.self
    case .events: EventsPage.self
    case .doctor: DoctorPage.self
    case .calendar: CalendarPage.self
    case .alarms: AlarmsPage.self
    }
  }
}

extension Scene {
  /// The page that is shown.
  var page: any PageContent { state.page.content.init(scene: self) }

  /// The selected element of a page's list.
  func selected<Element>(of elements: [Element], on page: Page) -> Element? {
    elements.isEmpty ? nil : elements[min(selection(on: page), elements.count - 1)]
  }
}
