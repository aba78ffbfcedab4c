import Dashboard
import Foundation
import Terminal
import Testing
import Theme

/// Screens as text.
///
/// `SWIFTLET_GOLDEN=record swift test --filter GoldenTests` writes them anew;
/// with `SWIFTLET_PICTURES=DIR` the same run leaves an SVG of each for the eye.
struct GoldenTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Golden")
  private static let environment = ProcessInfo.processInfo.environment
  private static let isRecording = environment["SWIFTLET_GOLDEN"] == "record"
  private static let theme = ThemeLibrary.defaultTheme(depth: .trueColor)

  static let sizes = ["200x50", "120x36", "80x24", "60x12", "40x10"]

  @Test(arguments: Scenes.live + Scenes.states)
  func `a screen looks as it was reviewed`(moment: Scenes.Moment) throws {
    for name in Self.sizes {
      let size = try #require(Size(name))
      let grid = Scenes.draw(moment, size, Self.theme)
      try picture(grid, "\(moment.name)-\(name)")
      for (suffix, grid) in [("", grid), (".ascii", grid.asciiOnly())] {
        try compare(
          Screenshot(grid, paper: Self.theme.paper).text,
          with: "\(moment.name)-\(name)\(suffix).txt")
      }
    }
  }

  /// The cursor on every border of an interval, and as the slot rolls over.
  @Test func `the timeline at each border looks as it was reviewed`() throws {
    var text = ""
    for milliseconds in [-400, 0, 12, 799, 800, 1600, 2400, 3200, 3999, 4000] as [Int64] {
      var moment = Scenes.live[0]
      moment.dashboard = Scenes.dashboard(Scenes.devnet, through: 18_422, at: milliseconds - 4000)
      moment.now = Scenes.time(18_421, milliseconds)
      let grid = Scenes.draw(moment, Size(columns: 120, rows: 36), Self.theme)
      text += grid.lines[0..<18].joined(separator: "\n") + "\n"
    }
    try compare(text, with: "borders-120x36.txt")
  }

  /// Every theme that is shipped, with its styles, for what people see first.
  @Test(arguments: ThemeLibrary().names)
  func `a theme looks as it was reviewed`(name: String) throws {
    let theme = try ThemeLibrary().theme(named: name, depth: .trueColor)
    let shown = (Scenes.live + Scenes.states).filter {
      ["overview", "help", "stall", "prebuild"].contains($0.name)
    }
    for moment in shown {
      let grid = Scenes.draw(moment, Size(columns: 120, rows: 36), theme)
      try picture(grid, "theme-\(name)-\(moment.name)", paper: theme.paper)
      let screenshot = Screenshot(grid, paper: theme.paper)
      try compare(screenshot.ansi, with: "theme-\(name)-\(moment.name)-120x36.ansi")
    }
  }

  /// Every theme with 8 and 16 colours: no page has ink of the colour of its ground.
  @Test(arguments: ThemeLibrary().names, [ColorDepth.ansi8, .ansi16])
  func `a theme with few colours looks as it was reviewed`(name: String, depth: ColorDepth) throws {
    let theme = try ThemeLibrary().theme(named: name, depth: depth)
    for moment in Scenes.live + Scenes.states {
      let grid = Scenes.draw(moment, Size(columns: 120, rows: 36), theme)
      let unseen = grid.cells.filter {
        !$0.isBlank && $0.style.foreground == $0.style.background
          && $0.style.foreground != .terminalDefault
      }
      #expect(unseen == [], "\(moment)")
      #expect(grid == grid.reduced(to: depth), "\(moment)")
      guard ["overview", "peers-sorted"].contains(moment.name) else { continue }
      let file = "theme-\(name)-\(moment.name)-\(depth)"
      try picture(grid, file, paper: theme.paper)
      try compare(Screenshot(grid, paper: theme.paper).ansi, with: "\(file)-120x36.ansi")
    }
  }

  /// A slot that was lost has a ground of its own in the strip, which no other outcome has.
  @Test(arguments: ThemeLibrary().names, ColorDepth.allCases)
  func `the gravest outcome has the strongest glyph`(name: String, depth: ColorDepth) throws {
    let theme = try ThemeLibrary().theme(named: name, depth: depth)
    var marked: Set<Unicode.Scalar> = []
    for moment in Scenes.live.prefix(1) {
      let grid = Scenes.draw(moment, Size(columns: 120, rows: 36), theme)
      let strip = try #require(grid.lines.firstIndex { $0.contains("last slots") }) + 1
      // The slot of now is underlined and may be selected; its neighbours are not.
      for cell in grid.row(strip).dropFirst(2).dropLast(3) where !cell.isBlank {
        let isStrong =
          cell.style.attributes.contains(.reverse)
          || cell.style.background != theme[.text].background
        if isStrong { marked.insert(cell.glyph) }
      }
      #expect(grid.row(strip).contains { $0.glyph == "✕" })
    }
    #expect(marked == ["✕"])
  }

  /// What is drawn in the row that keys act on can be read in every theme.
  @Test(arguments: ThemeLibrary().names, [ColorDepth.palette256, .trueColor])
  func `the selected row can be read`(name: String, depth: ColorDepth) throws {
    let theme = try ThemeLibrary().theme(named: name, depth: depth)
    let ground = theme[.selected].background
    for moment in Scenes.live where ground != .terminalDefault {
      let cells = Scenes.draw(moment, Size(columns: 120, rows: 36), theme).cells
      let unread = cells.filter {
        $0.style.background == ground && !$0.isBlank
          && $0.style.foreground.contrast(with: ground) ?? 21 < 3
      }
      #expect(unread == [], "\(moment)")
    }
  }

  @Test(arguments: Dialogs.all)
  func `a dialog looks as it was reviewed`(dialog: Dialogs.Dialog) throws {
    for name in ["120x36", "80x24", "60x12", "40x10"] {
      let grid = try dialog.draw(try #require(Size(name)), Self.theme)
      try picture(grid, "dialog-\(dialog.name)-\(name)")
      for (suffix, grid) in [("", grid), (".ascii", grid.asciiOnly())] {
        try compare(
          Screenshot(grid, paper: Self.theme.paper).text,
          with: "dialog-\(dialog.name)-\(name)\(suffix).txt")
      }
    }
  }

  private func compare(_ text: String, with name: String) throws {
    let file = Self.folder.appending(path: name)
    if Self.isRecording {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    } else {
      let golden = try String(contentsOf: file, encoding: .utf8)
      #expect(
        text.components(separatedBy: "\n") == golden.components(separatedBy: "\n"), "\(name)")
    }
  }

  private func picture(_ grid: Grid, _ name: String, paper: Style = GoldenTests.theme.paper) throws
  {
    guard let folder = Self.environment["SWIFTLET_PICTURES"] else { return }
    let file = URL(filePath: folder).appending(path: "\(name).svg")
    try Screenshot(grid, paper: paper).svg
      .write(to: file, atomically: true, encoding: .utf8)
  }
}
