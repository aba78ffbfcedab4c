import Terminal
import Testing
import Theme

@testable import Dashboard

/// Nothing is drawn over anything else, at no size.
struct OverlapTests {
  private static let theme = ThemeLibrary.defaultTheme(depth: .trueColor)
  static let sizes = [
    "200x50", "180x44", "150x40", "120x36", "110x34", "100x30", "80x24", "72x20", "60x20", "60x12",
    "48x16", "40x10",
  ]

  /// Rows of a moment in which a word was written over, with the words that are there now.
  private func written(_ moment: Scenes.Moment, _ size: Size) -> [String] {
    var grid = Grid(size, Self.theme[.text])
    grid.countOverwriting()
    moment.dashboard.draw(moment.state, at: moment.now, theme: Self.theme, into: &grid)
    let lines = grid.lines
    return Set((grid.overwritten ?? []).map { $0 / size.columns }).sorted().map { lines[$0] }
  }

  private func sized(_ moment: Scenes.Moment, _ size: Size) -> Scenes.Moment {
    var moment = moment
    moment.state.size = size
    return moment
  }

  @Test(arguments: Scenes.live + Scenes.states)
  func `no word is written over another`(moment: Scenes.Moment) throws {
    for name in Self.sizes {
      let size = try #require(Size(name))
      let moment = sized(moment, size)
      #expect(written(moment, size) == [], "\(name)")
      for panel in 0..<4 {
        var zoomed = moment
        zoomed.state.isZoomed = true
        zoomed.state.focusedPanel = panel
        #expect(written(zoomed, size) == [], "panel \(panel) alone, \(name)")
      }
    }
  }

  @Test(arguments: Scenes.live + Scenes.states)
  func `no two panels share a cell, and none leaves the page`(moment: Scenes.Moment) throws {
    for name in Self.sizes {
      let size = try #require(Size(name))
      let moment = sized(moment, size)
      let scene = try #require(moment.dashboard.scene(moment.state, at: moment.now))
      let layout = PageLayout(scene: scene, size: size)
      let panels = layout.panels.filter { !$0.rect.isEmpty }
      for (index, panel) in panels.enumerated() {
        #expect(panel.rect.intersection(layout.body) == panel.rect, "\(panel.panel.title), \(name)")
        for other in panels[(index + 1)...] {
          #expect(
            panel.rect.intersection(other.rect).isEmpty,
            "\(panel.panel.title) and \(other.panel.title), \(name)")
        }
      }
    }
  }

  @Test(arguments: Dialogs.all) func `no dialog writes over words`(dialog: Dialogs.Dialog) throws {
    for name in Self.sizes {
      let grid = try dialog.draw(try #require(Size(name)), Self.theme, countsOverwriting: true)
      #expect(grid.overwritten == [], "\(name)")
    }
  }

  @Test func `an overlap that is put in on purpose is found`() {
    var grid = Grid(Size(columns: 20, rows: 2))
    grid.countOverwriting()
    grid.put("forfeited", at: 0, 0, .plain)
    grid.put("12", endingAt: 20, 0, .plain)
    grid.put("┃", at: 12, 0, .plain)
    grid.fill(Rect(column: 0, row: 1, width: 20, height: 1), " ", .plain)
    #expect(grid.overwritten == [])
    grid.put("hits", at: 5, 0, .plain)
    #expect(grid.overwritten == [5, 6, 7, 8])
  }
}
