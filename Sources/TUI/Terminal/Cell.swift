/// One place of a grid: a glyph of one or two columns, or the right half of the glyph before it.
package struct Cell: Hashable, Sendable, BitwiseCopyable {
  /// A space in the terminal's own look.
  package static let blank = Cell(" ", .plain)

  /// The glyph; U+0000 in the right half of a wide one.
  package let glyph: Unicode.Scalar
  /// How it looks.
  package let style: Style
  /// Columns that the glyph takes: 1 or 2, and 0 in the right half of a wide one.
  package let width: UInt8

  /// Creates a cell; a glyph that takes no column of its own becomes `?`.
  package init(_ glyph: Unicode.Scalar, _ style: Style) {
    let width = DisplayWidth.of(glyph)
    self.glyph = width > 0 ? glyph : "?"
    self.style = style
    self.width = UInt8(max(width, 1))
  }

  private init(rightHalf style: Style) {
    glyph = "\0"
    self.style = style
    width = 0
  }

  /// The right half of a wide glyph in `style`.
  static func rightHalf(_ style: Style) -> Cell {
    Cell(rightHalf: style)
  }

  /// Whether the cell shows nothing but its ground.
  package var isBlank: Bool {
    glyph == " " && style.attributes.isDisjoint(with: [.underline, .reverse])
  }

  /// The cell without what nobody can see, such as the colour of a space.
  package var seen: Cell { isBlank ? Cell(" ", Style(on: style.background)) : self }

  /// Whether the cell is the right half of the glyph before it.
  package var isRightHalf: Bool { width == 0 }
}
