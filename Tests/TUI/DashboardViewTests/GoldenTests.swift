import DashboardControls
import Foundation
import Screenshot
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

  static let sizes = ["200x50", "120x36", "80x24", "60x12", "40x1"]

  @Test(arguments: Scenes.live + Scenes.states)
  func `a screen looks as it was reviewed`(moment: Scenes.Moment) throws {
    for name in Self.sizes {
      let size = try #require(Size(name))
      let grid = Scenes.draw(moment, size, Self.theme)
      try picture(grid, "\(moment.name)-\(name)")
      for (suffix, grid) in [("", grid), (".ascii", grid.asciiOnly())] {
        let file = Self.folder.appending(path: "\(moment.name)-\(name)\(suffix).txt")
        let text = Screenshot(grid, paper: Self.theme.paper).text
        if Self.isRecording {
          try FileManager.default.createDirectory(
            at: Self.folder, withIntermediateDirectories: true)
          try text.write(to: file, atomically: true, encoding: .utf8)
        } else {
          let golden = try String(contentsOf: file, encoding: .utf8)
          #expect(
            text.components(separatedBy: "\n") == golden.components(separatedBy: "\n"),
            "\(file.lastPathComponent)")
        }
      }
    }
  }

  private func picture(_ grid: Grid, _ name: String) throws {
    guard let folder = Self.environment["SWIFTLET_PICTURES"] else { return }
    let file = URL(filePath: folder).appending(path: "\(name).svg")
    try Screenshot(grid, paper: Self.theme.paper).svg
      .write(to: file, atomically: true, encoding: .utf8)
  }
}
