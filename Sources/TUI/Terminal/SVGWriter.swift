/// Writes rows of cells as SVG elements on a fixed raster.
struct SVGWriter {
  /// One cell in units of the picture: DejaVu Sans Mono at 14 advances 8.43.
  static let cellWidth = 8.4
  static let cellHeight = 18.0
  static let margin = 8.0
  /// From the top of a cell to the base line of its text.
  static let baseline = 13.5

  private let ink: UInt32
  private let ground: UInt32
  private let header: String
  private var body = ""

  init(size: Size, paper: Style) {
    ink = paper.foreground.hexadecimal ?? 0xC8D0E0
    ground = paper.background.hexadecimal ?? 0x11151F
    let width = SVGWriter.number(Double(size.columns) * SVGWriter.cellWidth + 2 * SVGWriter.margin)
    let height = SVGWriter.number(Double(size.rows) * SVGWriter.cellHeight + 2 * SVGWriter.margin)
    let fonts =
      "'DejaVu Sans Mono', 'JetBrains Mono', Menlo, Consolas, 'Liberation Mono', monospace"
    header = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)">
      <rect width="100%" height="100%" fill="\(SVGWriter.hexadecimal(ground))"/>
      <g font-family="\(fonts)" font-size="14" shape-rendering="crispEdges">

      """
  }

  /// The finished picture.
  var document: String { header + body + "</g>\n</svg>\n" }

  /// Writes one row: first the grounds, then what stands on them.
  mutating func write(_ cells: [Cell], row: Int) {
    for run in runs(of: cells, { colors($0.style).ground }) {
      let color = colors(cells[run.lowerBound].style).ground
      if color != ground {
        rectangle(Box(0, 0, Double(run.count), 1), run.lowerBound, row, fill: color, seam: 0.3)
      }
    }
    var column = 0
    while column < cells.count {
      let cell = cells[column]
      if let shape = GlyphShape(cell.glyph) {
        let end = shape.joinsSideways ? endOfRun(of: cell, in: cells, from: column) : column + 1
        draw(shape, column, row, cells: end - column, cell.style)
        column = end
      } else if cell.glyph == " " || cell.isRightHalf {
        column += 1
      } else {
        column = writeText(cells, from: column, row: row)
      }
    }
  }

  /// Writes the text that begins at `start` and has one style, and returns the column after it.
  private mutating func writeText(_ cells: [Cell], from start: Int, row: Int) -> Int {
    let style = cells[start].style
    var end = start + Int(max(cells[start].width, 1))
    var text = String(Character(cells[start].glyph))
    if cells[start].glyph.isASCII {
      while end < cells.count, cells[end].style == style, cells[end].glyph.isASCII,
        !cells[end].isRightHalf
      {
        text.unicodeScalars.append(cells[end].glyph)
        end += 1
      }
      while text.last == " " {
        text.removeLast()
        end -= 1
      }
    }
    var attributes = ""
    if style.attributes.contains(.bold) { attributes += " font-weight=\"bold\"" }
    if style.attributes.contains(.dim) {
      attributes += " opacity=\"\(SVGWriter.number(SVGWriter.faint))\""
    }
    if style.attributes.contains(.italic) { attributes += " font-style=\"italic\"" }
    if style.attributes.contains(.underline) { attributes += " text-decoration=\"underline\"" }
    let length = SVGWriter.number(Double(end - start) * SVGWriter.cellWidth)
    body += """
      <text x="\(x(start))" y="\(y(row, SVGWriter.baseline))" textLength="\(length)" \
      lengthAdjust="spacingAndGlyphs" fill="\(SVGWriter.hexadecimal(colors(style).ink))"\
      \(attributes)>\(SVGWriter.escaped(text))</text>

      """
    return end
  }

  /// The opacity of what is dim.
  private static let faint = 0.6

  private mutating func draw(
    _ shape: GlyphShape, _ column: Int, _ row: Int, cells: Int, _ style: Style
  ) {
    let fill = colors(style).ink
    let opacity = shape.opacity * (style.attributes.contains(.dim) ? SVGWriter.faint : 1)
    for box in shape.boxes {
      let wide = cells > 1 ? Box(box.left, box.top, Double(cells), box.bottom) : box
      rectangle(wide, column, row, fill: fill, opacity: opacity)
    }
    guard let disc = shape.disc else { return }
    let color = SVGWriter.hexadecimal(fill)
    let radius = 3.4
    let centerX = SVGWriter.margin + (Double(column) + 0.5) * SVGWriter.cellWidth
    let centerY = SVGWriter.margin + (Double(row) + 0.5) * SVGWriter.cellHeight
    let place = "cx=\"\(SVGWriter.number(centerX))\" cy=\"\(SVGWriter.number(centerY))\""
    let smooth = "shape-rendering=\"geometricPrecision\""
    let paint = disc == .full ? "fill=\"\(color)\"" : "fill=\"none\" stroke=\"\(color)\""
    body += "<circle \(place) r=\"\(radius)\" \(paint) \(smooth)/>\n"
    if disc == .leftHalf {
      let (top, bottom) = (SVGWriter.number(centerY - radius), SVGWriter.number(centerY + radius))
      let middle = SVGWriter.number(centerX)
      body += """
        <path d="M\(middle) \(top)A\(radius) \(radius) 0 0 0 \(middle) \(bottom)Z" fill="\(color)" \
        \(smooth)/>

        """
    }
  }

  private mutating func rectangle(
    _ box: Box, _ column: Int, _ row: Int, fill: UInt32, opacity: Double = 1, seam: Double = 0
  ) {
    let left = SVGWriter.margin + (Double(column) + box.left) * SVGWriter.cellWidth
    let top = SVGWriter.margin + (Double(row) + box.top) * SVGWriter.cellHeight
    let width = (box.right - box.left) * SVGWriter.cellWidth + seam
    let height = (box.bottom - box.top) * SVGWriter.cellHeight + seam
    let faint = opacity < 1 ? " opacity=\"\(SVGWriter.number(opacity))\"" : ""
    body += """
      <rect x="\(SVGWriter.number(left))" y="\(SVGWriter.number(top))" \
      width="\(SVGWriter.number(width))" height="\(SVGWriter.number(height))" \
      fill="\(SVGWriter.hexadecimal(fill))"\(faint)/>

      """
  }

  private func colors(_ style: Style) -> (ink: UInt32, ground: UInt32) {
    let foreground = style.foreground.hexadecimal ?? ink
    let background = style.background.hexadecimal ?? ground
    return style.attributes.contains(.reverse)
      ? (background, foreground) : (foreground, background)
  }

  private func runs(of cells: [Cell], _ key: (Cell) -> UInt32) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = 0
    for column in cells.indices where column > start && key(cells[column]) != key(cells[start]) {
      runs.append(start..<column)
      start = column
    }
    return cells.isEmpty ? [] : runs + [start..<cells.count]
  }

  private func endOfRun(of cell: Cell, in cells: [Cell], from start: Int) -> Int {
    cells[start...].firstIndex { $0 != cell } ?? cells.count
  }

  private func x(_ column: Int) -> String {
    SVGWriter.number(SVGWriter.margin + Double(column) * SVGWriter.cellWidth)
  }

  private func y(_ row: Int, _ offset: Double) -> String {
    SVGWriter.number(SVGWriter.margin + Double(row) * SVGWriter.cellHeight + offset)
  }

  /// At most two decimals, without a trailing zero.
  private static func number(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    if hundredths.isMultiple(of: 100) { return "\(hundredths / 100)" }
    return "\(Double(hundredths) / 100)"
  }

  private static func hexadecimal(_ color: UInt32) -> String {
    let digits = String(color, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  private static func escaped(_ text: String) -> String {
    var output = ""
    for character in text {
      switch character {
      // Browsers make one of several spaces, and stretch the rest of the text.
      case " ": output += "\u{A0}"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "&": output += "&amp;"
      default: output.append(character)
      }
    }
    return output
  }
}
