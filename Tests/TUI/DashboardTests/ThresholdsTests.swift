import Dashboard
import Foundation
import Terminal
import Testing
import Theme

struct ThresholdsTests {
  private static let theme = ThemeLibrary.defaultTheme(depth: .trueColor)

  /// The ink of the first cell of a text on a screen.
  private func ink(of text: String, in grid: Grid) -> Style? {
    for (row, line) in grid.lines.enumerated() {
      guard let place = line.range(of: text) else { continue }
      let column = line.distance(from: line.startIndex, to: place.lowerBound)
      return grid[column: column, row: row]?.style
    }
    return nil
  }

  @Test func `the settings decide from which value on a figure is drawn as a warning`() throws {
    var moment = Scenes.live[0]
    moment.state.page = .overview
    let size = Size(columns: 120, rows: 36)
    let calm = Scenes.draw(moment, size, Self.theme)
    #expect(ink(of: "+2 ms", in: calm) == Self.theme[.text])
    moment.state.thresholds[.clock] = ThresholdLevels(1, 900)
    #expect(ink(of: "+2 ms", in: Scenes.draw(moment, size, Self.theme)) == Self.theme[.warning])
    moment.state.thresholds[.clock] = ThresholdLevels(1, 2)
    #expect(ink(of: "+2 ms", in: Scenes.draw(moment, size, Self.theme)) == Self.theme[.critical])
  }

  @Test func `every threshold warns before it is critical`() {
    for threshold in Threshold.allCases {
      let levels = threshold.levels
      #expect(
        threshold.isFloor ? levels.warning > levels.critical : levels.warning < levels.critical)
    }
  }
}
