internal import ArgumentParser
private import ChainEvents
internal import Dashboard
internal import DashboardApp
internal import NodeStatus
private import Terminal
private import Theme

/// A picture of the dashboard without a terminal, for every command that has a screen.
struct HeadlessOptions: ParsableArguments {
  @Flag(help: "Draw the last moment without a terminal.")
  var headless = false

  @Option(help: ArgumentHelp("The size of the headless screen.", valueName: "columns x rows"))
  var size = "120x36"

  @Option(
    help: ArgumentHelp(
      "Save the headless screen as PREFIX.txt, .ansi, .svg and .json instead of printing it.",
      valueName: "prefix"))
  var screenshot: String?

  @Option(
    help:
      "The page of the headless screen: \(Page.allCases.map(\.rawValue).joined(separator: ", ")).")
  var page = Page.overview.rawValue

  @Option(help: "The node of the headless screen, counted from 0.")
  var node = 0

  func validate() throws {
    guard Size(size) != nil else {
      throw ValidationError("'\(size)' is not a size like 120x36")
    }
    guard Page(rawValue: page) != nil else {
      let known = Page.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("there is no page '\(page)'; take one of: \(known)")
    }
    guard screenshot == nil || headless else {
      throw ValidationError("--screenshot is for --headless; on the screen press s")
    }
    guard node >= 0 else { throw ValidationError("nodes are counted from 0, not from \(node)") }
  }

  /// Prints the picture, or saves it and answers with the lines to tell.
  func show(
    _ dashboard: FleetStatus, replay: ViewState.Replay?, screen: ScreenOptions
  ) throws -> String {
    guard node < dashboard.nodes.count else {
      throw PictureRefusal.noNode(node, of: dashboard.nodes.count)
    }
    var state = ViewState()
    state.page = Page(rawValue: page) ?? .overview
    state.node = node
    state.replay = replay
    let size = Size(size) ?? state.size
    state.size = size
    let moment = dashboard.timeMilliseconds
    if let screenshot {
      let prefix = try DashboardProgram.savePicture(
        of: dashboard, state, at: moment, size: size, settings: screen.settings(),
        prefix: screenshot)
      return "the picture is in \(prefix).txt, .ansi, .svg and .json\n"
    }
    let theme = ThemeLibrary.defaultTheme(depth: .none)
    var grid = Grid(size, theme[.text])
    dashboard.draw(state, at: moment, theme: theme, into: &grid)
    let text = Screenshot(screen.ascii ? grid.asciiOnly() : grid, paper: theme.paper).text
    return text.hasSuffix("\n") ? text : text + "\n"
  }
}

/// Why there is no picture, in one line.
enum PictureRefusal: Error, Equatable, CustomStringConvertible {
  /// There are fewer nodes.
  case noNode(Int, of: Int)

  var description: String {
    switch self {
    case .noNode(_, of: 0): "there is no node to draw: no event has come"
    case .noNode(let node, let count):
      "there is no node \(node); there \(count == 1 ? "is 1" : "are \(count)"), counted from 0"
    }
  }
}
