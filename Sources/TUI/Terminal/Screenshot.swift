/// A picture of a grid as text, as ANSI and as SVG: what the terminal was told, not what was meant.
package struct Screenshot: Sendable {
  /// The cells.
  package let grid: Grid
  /// The ink and ground that stand for the terminal's own colours.
  package let paper: Style

  /// Creates a picture on paper of the given colours.
  package init(_ grid: Grid, paper: Style) {
    self.grid = grid
    self.paper = paper
  }

  /// The rows without trailing spaces, each with a line end.
  package var text: String {
    grid.lines.map { line in
      let end = line.unicodeScalars.lastIndex { $0 != " " }
      return (end.map { String(line.unicodeScalars[...$0]) } ?? "") + "\n"
    }.joined()
  }

  /// Text with escape sequences; `cat` shows it as it was.
  package var ansi: String {
    var output = ""
    for row in 0..<grid.size.rows {
      var current: Style?
      for cell in grid.row(row) where !cell.isRightHalf {
        if cell.style != current {
          output += "\u{1B}[\(Screenshot.graphicRendition(cell.style))m"
          current = cell.style
        }
        output.unicodeScalars.append(cell.glyph)
      }
      output += "\u{1B}[0m\n"
    }
    return output
  }

  /// A self-contained SVG: lines and blocks as shapes, so that no font can break a join or a bar.
  package var svg: String {
    var writer = SVGWriter(size: grid.size, paper: paper)
    for row in 0..<grid.size.rows { writer.write(Array(grid.row(row)), row: row) }
    return writer.document
  }

  /// The parameters of "select graphic rendition" for a style, after a reset.
  private static func graphicRendition(_ style: Style) -> String {
    var codes = ["0"]
    let marks: [(Attributes, String)] = [
      (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.reverse, "7"),
    ]
    codes += marks.filter { style.attributes.contains($0.0) }.map(\.1)
    if let code = color(style.foreground) { codes.append("38;" + code) }
    if let code = color(style.background) { codes.append("48;" + code) }
    return codes.joined(separator: ";")
  }

  private static func color(_ color: Color) -> String? {
    switch color.kind {
    case .terminalDefault: nil
    case .palette(let index): "5;\(index)"
    case .rgb(let red, let green, let blue): "2;\(red);\(green);\(blue)"
    }
  }
}
