extension Grid {
  /// The same screen in ASCII: every glyph becomes its plain counterpart, and legends stay true.
  package func asciiOnly() -> Grid {
    mapped { cell in
      if cell.glyph.isASCII && !cell.isRightHalf { return cell }
      return Cell(ASCIIGlyphs.counterpart(of: cell.glyph), cell.style)
    }
  }

  /// The plain counterpart of a glyph.
  package static func ascii(_ glyph: Unicode.Scalar) -> Unicode.Scalar {
    glyph.isASCII ? glyph : ASCIIGlyphs.counterpart(of: glyph)
  }

  /// The same screen in colours that a terminal of `depth` can show.
  package func reduced(to depth: ColorDepth) -> Grid {
    var known: [Style: Style] = [:]
    return mapped { cell in
      let style = known[cell.style] ?? cell.style.reduced(to: depth)
      known[cell.style] = style
      return cell.restyled(style)
    }
  }
}

extension Cell {
  /// The cell in another style.
  func restyled(_ style: Style) -> Cell {
    isRightHalf ? .rightHalf(style) : Cell(glyph, style)
  }
}

/// Plain counterparts of the glyphs that panels draw.
///
/// Outcomes stay apart: hit `H`, late `L`, fallback `m`, forfeited `s`, missed `X`, foreign `.`, empty `-`.
enum ASCIIGlyphs {
  /// The counterpart; `?` for a glyph without one, a space for the right half of a wide glyph.
  static func counterpart(of glyph: Unicode.Scalar) -> Unicode.Scalar {
    glyph == "\0" ? " " : table[glyph] ?? "?"
  }

  private static let table: [Unicode.Scalar: Unicode.Scalar] = [
    "─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+",
    "┴": "+", "┼": "+", "╭": "+", "╮": "+", "╰": "+", "╯": "+", "┃": "|", "━": "=", "┆": ":",
    "┊": ":", "╌": "-", "╎": ":", "█": "#", "▉": "#", "▊": "#", "▋": "#", "▌": "=", "▐": "=",
    "▍": "=", "▎": "-", "▏": "|", "▕": "|", "░": ".", "▒": ":", "▓": "%", "▁": "_", "▂": "_",
    "▃": ".", "▄": "-", "▅": "=", "▆": "*", "▇": "#", "●": "H", "○": "m", "◐": "s", "◑": "L",
    "✕": "X", "✗": "X", "·": ".", "•": "*", "◆": "*", "◇": "o", "◌": "o", "■": "#", "□": "o",
    "▶": ">", "▸": ">", "▷": ">", "◀": "<", "◂": "<", "▼": "v", "▾": "v", "▲": "^", "▴": "^",
    "△": "^", "…": "~", "→": ">", "←": "<", "↑": "^", "↓": "v", "✓": "+", "✔": "+", "±": "~",
    "Δ": "d", "⏸": "P", "×": "x", "−": "-", "–": "-", "—": "-", "«": "\"", "»": "\"", "≤": "<",
    "≥": ">", "µ": "u", "μ": "u", "∞": "~", "⚑": "F", "⊘": "0", "⚠": "!", "°": "o", "’": "'",
    "‘": "'", "“": "\"", "”": "\"", "≈": "~",
  ]
}
