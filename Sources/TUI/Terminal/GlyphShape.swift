/// A rectangle in fractions of one cell.
struct Box: Hashable {
  let left: Double
  let top: Double
  let right: Double
  let bottom: Double

  init(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }
}

/// A glyph that is drawn from rectangles or a disc, because fonts disagree about it.
struct GlyphShape {
  /// How much of a disc is filled.
  enum Disc {
    case full
    case leftHalf
    case ring
  }

  var boxes: [Box] = []
  var disc: Disc?
  /// Below 1 for shades.
  var opacity = 1.0
  /// Whether neighbours of the same glyph make one rectangle, so that no seam shows.
  var joinsSideways = false

  /// The shape of a glyph; `nil` for a glyph that is text.
  init?(_ glyph: Unicode.Scalar) {
    switch glyph {
    case "●": disc = .full
    case "◐": disc = .leftHalf
    case "○": disc = .ring
    case "─", "█", "░", "▒", "▓":
      joinsSideways = true
      boxes = [glyph == "─" ? GlyphShape.horizontal : Box(0, 0, 1, 1)]
      opacity = GlyphShape.shades[glyph] ?? 1
    case "▐": boxes = [Box(0.5, 0, 1, 1)]
    case "▁"..."▇":
      boxes = [Box(0, 1 - Double(glyph.value - 0x2580) / 8, 1, 1)]
    case "▉"..."▏":
      boxes = [Box(0, 0, 1 - Double(glyph.value - 0x2588) / 8, 1)]
    default:
      guard let boxes = GlyphShape.lines[glyph] else { return nil }
      self.boxes = boxes
    }
  }

  private static let shades: [Unicode.Scalar: Double] = ["░": 0.35, "▒": 0.55, "▓": 0.75]

  /// Half the thickness of a line, across and down, equal in units of the picture.
  private static let halfX = 0.07
  private static let halfY = halfX * SVGWriter.cellWidth / SVGWriter.cellHeight
  private static let (left, right) = (0.5 - halfX, 0.5 + halfX)
  private static let (upper, lower) = (0.5 - halfY, 0.5 + halfY)
  private static let horizontal = Box(0, upper, 1, lower)
  private static let vertical = Box(left, 0, right, 1)
  private static let toRight = Box(left, upper, 1, lower)
  private static let toLeft = Box(0, upper, right, lower)
  private static let down = Box(left, upper, right, 1)
  private static let up = Box(left, 0, right, lower)

  private static let lines: [Unicode.Scalar: [Box]] = [
    "│": [vertical], "┃": [Box(0.5 - 2 * halfX, 0, 0.5 + 2 * halfX, 1)],
    "┌": [toRight, down], "╭": [toRight, down], "┐": [toLeft, down], "╮": [toLeft, down],
    "└": [toRight, up], "╰": [toRight, up], "┘": [toLeft, up], "╯": [toLeft, up],
    "├": [vertical, toRight], "┤": [vertical, toLeft], "┬": [horizontal, down],
    "┴": [horizontal, up], "┼": [horizontal, vertical],
    "┆": [
      Box(left, 0.06, right, 0.28), Box(left, 0.39, right, 0.61), Box(left, 0.72, right, 0.94),
    ],
    "╌": [Box(0.08, upper, 0.42, lower), Box(0.58, upper, 0.92, lower)],
  ]
}
