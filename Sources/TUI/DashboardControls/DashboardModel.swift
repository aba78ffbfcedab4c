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

  /// One event as a line of a plain log, for a program without a terminal.
  static func logLine(_ event: TimedEvent) -> String

  /// The whole model as one JSON object.
  var json: String { get }

  /// The start of slot 0, since 1970, when an event has said it.
  var genesisMilliseconds: UInt64? { get }
}

/// How far keys can move on a page.
public struct PageExtent: Hashable, Sendable {
  /// Rows to select from.
  public var rows: Int
  /// Panels to focus.
  public var panels: Int

  /// Creates an extent.
  public init(rows: Int, panels: Int) {
    self.rows = rows
    self.panels = panels
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
