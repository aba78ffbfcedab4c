package import ChainEvents
package import NodeStatus
package import Terminal
package import Theme

/// A model with a past: what folds the events and shows any recent moment.
package protocol DashboardHistory: Sendable {
  /// The state of the screen at one moment.
  associatedtype Model: DashboardModel

  /// Folds one event into the present.
  ///
  /// - Returns: The alarms that began or ended with it, as events.
  @discardableResult
  mutating func update(_ event: TimedEvent) -> [TimedEvent]

  /// Lets time pass in the present, which tells who is silent.
  mutating func advance(to moment: UInt64)

  /// The present.
  var live: Model { get }

  /// The times that can be visited; `nil` before the first event.
  var times: ClosedRange<UInt64>? { get }

  /// The model as it was at a time, of ``times`` or the nearest to them.
  func model(at timeMilliseconds: UInt64) -> Model
}

/// What the screen needs of the model of one moment: to draw itself and to answer.
///
/// Every function is pure; the program around it has the clock, the keys and the files.
package protocol DashboardModel: Sendable {
  /// Draws the whole screen: header, page or help, footer.
  ///
  /// - Parameters:
  ///   - state: What the person has asked for.
  ///   - nowMilliseconds: The moment to draw, since 1970.
  ///   - theme: The looks.
  ///   - grid: The screen.
  func draw(
    _ state: ViewState, at nowMilliseconds: UInt64, theme: Theme, into grid: inout Grid)

  /// What a page has to move in.
  func extent(of state: ViewState) -> PageExtent

  /// What an action would do now: a question to ask, or the reason why not.
  func offer(
    _ command: ActionCommand, _ state: ViewState, at nowMilliseconds: UInt64
  )
    -> ActionOffer

  /// The text to copy for what is selected, such as a root.
  func copyText(_ state: ViewState) -> String?

  /// The log lines that the filter lets through, for a file.
  func logText(_ state: ViewState) -> String

  /// The table of the page as CSV; `nil` where the page has none.
  func tableText(_ state: ViewState, at nowMilliseconds: UInt64) -> String?

  /// What is wrong with a filter for the page, in words; `nil` when nothing is.
  func filterProblem(_ text: String, on page: Page) -> String?

  /// The rows of the page that `n` and `N` go through, in order.
  func matches(_ state: ViewState, at nowMilliseconds: UInt64) -> [Int]

  /// The columns that a key can sort the page's table by.
  func sortColumns(of page: Page) -> [String]

  /// The titles of the columns that can be left out of the page's table.
  static func columns(of page: Page) -> [String]

  /// The names of the rows in the order that the page's sorting asks for.
  func sortedRows(_ state: ViewState, at nowMilliseconds: UInt64) -> [String]

  /// What names the selected row, so that it stays selected while rows come and go.
  func rowName(_ state: ViewState, at nowMilliseconds: UInt64) -> String?

  /// The row of a name; `nil` when it is gone.
  func row(named name: String, _ state: ViewState, at nowMilliseconds: UInt64) -> Int?

  /// What stands at a place of the screen, for the mouse.
  func target(
    column: Int, row: Int, _ state: ViewState, at nowMilliseconds: UInt64
  )
    -> ClickTarget?

  /// The panel at a place of the screen, for the wheel.
  func panel(
    column: Int, row: Int, _ state: ViewState, at nowMilliseconds: UInt64
  ) -> Int?

  /// The events that bring an empty model to this state, for the beginning of a recording.
  var prelude: [TimedEvent] { get }

  /// What is wrong now.
  var calls: [AlarmCall] { get }

  /// The sentence of an alarm that stands.
  func text(of call: AlarmCall) -> String

  /// The name of the node that is looked at.
  func nodeName(_ state: ViewState) -> String?

  /// One event as a line of a plain log, for a program without a terminal.
  static func logLine(_ event: TimedEvent) -> String

  /// The whole model as one JSON object.
  var json: String { get }

  /// The start of slot 0, since 1970, when an event has said it.
  var genesisMilliseconds: UInt64? { get }
}

/// A model without tables, a filter language or places to click needs none of these.
extension DashboardModel {
  /// Nothing that could be told again.
  package var prelude: [TimedEvent] { [] }

  /// Nothing to call for.
  package var calls: [AlarmCall] { [] }

  /// No sentence.
  package func text(of call: AlarmCall) -> String { "" }

  /// No node.
  package func nodeName(_ state: ViewState) -> String? { nil }

  /// No table.
  package func tableText(_ state: ViewState, at nowMilliseconds: UInt64) -> String? { nil }

  /// Every text is a filter.
  package func filterProblem(_ text: String, on page: Page) -> String? { nil }

  /// Every row.
  package func matches(_ state: ViewState, at nowMilliseconds: UInt64) -> [Int] {
    Array(0..<extent(of: state).rows)
  }

  /// No column.
  package static func columns(of page: Page) -> [String] { [] }

  /// No column.
  package func sortColumns(of page: Page) -> [String] { [] }

  /// No rows.
  package func sortedRows(_ state: ViewState, at nowMilliseconds: UInt64) -> [String] { [] }

  /// No names.
  package func rowName(_ state: ViewState, at nowMilliseconds: UInt64) -> String? { nil }

  /// No rows.
  package func row(named name: String, _ state: ViewState, at nowMilliseconds: UInt64) -> Int? {
    nil
  }

  /// Nothing.
  package func target(
    column: Int, row: Int, _ state: ViewState, at nowMilliseconds: UInt64
  ) -> ClickTarget? { nil }
}

extension DashboardModel {
  /// No panel.
  package func panel(
    column: Int, row: Int, _ state: ViewState, at nowMilliseconds: UInt64
  ) -> Int? { nil }
}

/// An alarm that a person should look at, and can say to have seen.
package struct AlarmCall: Hashable, Sendable {
  /// The node.
  package let node: String
  /// What is wrong there.
  package let kind: AlarmKind
  /// How much it matters.
  package let level: AlarmLevel
  /// The slot in which it began: what has ended and begins again was not seen.
  package let since: UInt64

  /// Creates a call.
  package init(node: String, _ alarm: Alarm) {
    self.node = node
    kind = alarm.kind
    level = alarm.level
    since = alarm.since
  }

  /// Whether who has seen this alarm has seen the other: the same at its level or a lower one.
  func covers(_ other: AlarmCall) -> Bool {
    (node, kind, since) == (other.node, other.kind, other.since) && level >= other.level
  }
}

/// What a click means.
package enum ClickTarget: Hashable, Sendable {
  /// The same as a key.
  case command(Command)
  /// A row of the page; a second click on it opens it.
  case row(Int)
  /// A row that is opened at once, such as a slot of the strip.
  case opening(Int)
  /// A panel to focus.
  case panel(Int)
  /// A node to look at.
  case node(Int)
}

/// How far keys can move on a page.
package struct PageExtent: Hashable, Sendable {
  /// Rows to select from.
  package var rows: Int
  /// Panels to focus.
  package var panels: Int
  /// Whether row 0 stands at the bottom, as the newest line of a log.
  package var isBottomUp: Bool
  /// Whether row 0 is the newest; where rows have no age, the last one counts as that.
  package var isNewestFirst: Bool
  /// The row that the key for the last one goes to, where that is another one.
  package var landmark: Int?
  /// The page that the focused panel is a part of, where that is another one.
  package var focusedPage: Page?
  /// How far keys move the lines of the focused or open panel; `nil` where all are in sight.
  package var scroll: Scroll?

  /// How far lines move.
  package struct Scroll: Hashable, Sendable {
    /// The largest first line.
    package var limit: Int
    /// Lines of a page.
    package var page: Int
  }

  /// Creates an extent.
  package init(
    rows: Int, panels: Int, isBottomUp: Bool = false, isNewestFirst: Bool = false,
    landmark: Int? = nil, focusedPage: Page? = nil, scroll: Scroll? = nil
  ) {
    self.rows = rows
    self.panels = panels
    self.isBottomUp = isBottomUp
    self.isNewestFirst = isNewestFirst
    self.landmark = landmark
    self.focusedPage = focusedPage
    self.scroll = scroll
  }
}

/// What the model says to the wish for an action.
package enum ActionOffer: Hashable, Sendable {
  /// It can be done, after this question.
  case ask(Question)
  /// It cannot be done, for this reason.
  case refuse(String)
}

/// A question with two answers, of which «no» is the default.
package struct Question: Hashable, Sendable {
  /// The title, as `force a fallback rebuild?`.
  package var title: String
  /// What is so and what it costs, a line each.
  package var lines: [String]
  /// The order that «yes» gives.
  package var order: OperatorOrder
  /// How the order appears in the log.
  package var logName: String

  /// Creates a question.
  package init(title: String, lines: [String], order: OperatorOrder, logName: String) {
    self.title = title
    self.lines = lines
    self.order = order
    self.logName = logName
  }
}
