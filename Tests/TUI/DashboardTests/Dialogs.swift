import ChainEvents
import Dashboard
import DashboardApp
import DashboardDemo
import NodeStatus
import Terminal
import Theme

/// What lies over a page: questions, lists, the filter line, notices.
enum Dialogs {
  struct Dialog: Sendable, CustomStringConvertible {
    var name: String
    /// The keys that lead there.
    var keys: [Key]
    var isReadOnly = false

    var description: String { name }

    /// The screen after the keys.
    func draw(
      _ size: Size, _ theme: Theme, countsOverwriting: Bool = false
    ) throws -> Grid {
      var state = ViewState()
      state.node = 1
      state.isReadOnly = isReadOnly
      state.themeName = "midnight"
      var core = DashboardCore(
        state: state, themeNames: ThemeLibrary().names, ownsNode: true)
      let now = Scenes.time(18_421, 2350)
      _ = core.update(
        EventBatch(
          events: Scenes.devnet.events(18_380...18_421, until: now), nowMilliseconds: now),
        replay: nil, uptimeMilliseconds: 0)
      core.noteSize(size)
      for key in keys { _ = core.handle(.key(key)) }
      return core.draw(size, theme, countsOverwriting: countsOverwriting)
    }
  }

  static let all: [Dialog] = [
    Dialog(name: "fallback", keys: [.character("f")]),
    Dialog(name: "aggregator", keys: [.character("a")]),
    Dialog(name: "kill", keys: [.character("K")]),
    Dialog(name: "quit", keys: [.character("q")]),
    Dialog(name: "suspend", keys: [.control("z")]),
    Dialog(name: "palette", keys: [.character(":")] + "alarm".map(Key.character)),
    Dialog(name: "columns", keys: [.character("4"), .character("v"), .down]),
    Dialog(name: "themes", keys: [.character("T"), .down]),
    Dialog(
      name: "bad-filter", keys: [.character("4"), .character("/")] + "rtt>fast".map(Key.character)),
    Dialog(name: "read-only", keys: [.character("f")], isReadOnly: true),
    Dialog(name: "frozen-action", keys: [.character("p"), .character("K")]),
    Dialog(name: "refused", keys: [.character("4"), .character("d")]),
    Dialog(
      name: "match",
      keys: [.character("3"), .character("/")] + "ours".map(Key.character)
        + [.enter, .character("n")]),
  ]
}
