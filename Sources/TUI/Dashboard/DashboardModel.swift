public import ChainEvents
public import Terminal
public import Theme

/// A model with a past: what folds the events and shows any recent moment.
public protocol DashboardHistory: Sendable {
  /// The state of the screen at one moment.
  associatedtype Model: DashboardModel

  /// Folds one event into the present.
  mutating func update(_ event: TimedEvent)

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
public protocol DashboardModel: Sendable {
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

  /// The events that bring an empty model to this state, for the beginning of a recording.
  var prelude: [TimedEvent] { get }

  /// What is critically wrong now, for the bell.
  var calls: [AlarmCall] { get }

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
  public var prelude: [TimedEvent] { [] }

  /// Nothing to call for.
  public var calls: [AlarmCall] { [] }

  /// No table.
  public func tableText(_ state: ViewState, at nowMilliseconds: UInt64) -> String? { nil }

  /// Every text is a filter.
  public func filterProblem(_ text: String, on page: Page) -> String? { nil }

  /// Every row.
  public func matches(_ state: ViewState, at nowMilliseconds: UInt64) -> [Int] {
    Array(0..<extent(of: state).rows)
  }

  /// No column.
  public func sortColumns(of page: Page) -> [String] { [] }

  /// No rows.
  public func sortedRows(_ state: ViewState, at nowMilliseconds: UInt64) -> [String] { [] }

  /// No names.
  public func rowName(_ state: ViewState, at nowMilliseconds: UInt64) -> String? { nil }

  /// No rows.
  public func row(named name: String, _ state: ViewState, at nowMilliseconds: UInt64) -> Int? {
    nil
  }

  /// Nothing.
  public func target(
    column: Int, row: Int, _ state: ViewState, at nowMilliseconds: UInt64
  ) -> ClickTarget? { nil }
}

/// An alarm that a person should look at even if the screen is out of sight.
public struct AlarmCall: Hashable, Sendable {
  /// What names the alarm from its beginning to its end, whatever its numbers do.
  public let name: String
  /// The sentence.
  public let text: String

  /// Creates a call.
  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

/// What a click means.
public enum ClickTarget: Hashable, Sendable {
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
public struct PageExtent: Hashable, Sendable {
  /// Rows to select from.
  public var rows: Int
  /// Panels to focus.
  public var panels: Int
  /// Whether row 0 stands at the bottom, as the newest line of a log.
  public var isBottomUp: Bool
  /// The row that the key for the last one goes to, where that is another one.
  public var landmark: Int?

  /// Creates an extent.
  public init(rows: Int, panels: Int, isBottomUp: Bool = false, landmark: Int? = nil) {
    self.rows = rows
    self.panels = panels
    self.isBottomUp = isBottomUp
    self.landmark = landmark
  }
}

/// What the model says to the wish for an action.
public enum ActionOffer: Hashable, Sendable {
  /// It can be done, after this question.
  case ask(Question)
  /// It cannot be done, for this reason.
  case refuse(String)
}

/// A question with two answers, of which «no» is the default.
public struct Question: Hashable, Sendable {
  /// The title, as `force a fallback rebuild?`.
  public var title: String
  /// What is so and what it costs, a line each.
  public var lines: [String]
  /// The order that «yes» gives.
  public var order: OperatorOrder
  /// How the order appears in the log.
  public var logName: String

  /// Creates a question.
  public init(title: String, lines: [String], order: OperatorOrder, logName: String) {
    self.title = title
    self.lines = lines
    self.order = order
    self.logName = logName
  }
}
