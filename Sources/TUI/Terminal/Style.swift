/// Marks of text that every terminal knows.
package struct Attributes: OptionSet, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Heavier or brighter.
  package static let bold = Attributes(rawValue: 1)
  /// Fainter.
  package static let dim = Attributes(rawValue: 2)
  /// Underlined.
  package static let underline = Attributes(rawValue: 4)
  /// Foreground and background exchanged.
  package static let reverse = Attributes(rawValue: 8)
  /// Slanted, where the terminal can.
  package static let italic = Attributes(rawValue: 16)
}

/// How a cell looks: two colours and marks.
package struct Style: Hashable, Sendable, BitwiseCopyable {
  /// The terminal's own look.
  package static let plain = Style()

  /// The colour of the glyph.
  package var foreground: Color
  /// The colour behind it.
  package var background: Color
  /// Bold, dim and the like.
  package var attributes: Attributes

  /// Creates a style; what is left out is the terminal's own.
  package init(
    _ foreground: Color = .terminalDefault, on background: Color = .terminalDefault,
    _ attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// The style with `more` marks added.
  package func adding(_ more: Attributes) -> Style {
    var style = self
    style.attributes.formUnion(more)
    return style
  }

  /// The style on another ground.
  package func on(_ background: Color) -> Style {
    var style = self
    style.background = background
    return style
  }

  /// The style with colours that a terminal of `depth` can show.
  ///
  /// The 8 and 16 colours are the user's own, so ink must differ from its ground by more than luck:
  /// on the terminal's own ground, whites and greys are the terminal's own ink.
  package func reduced(to depth: ColorDepth) -> Style {
    let style = Style(
      foreground.reduced(to: depth), on: background.reduced(to: depth), attributes)
    return depth == .ansi8 || depth == .ansi16 ? style.legible(in: depth) : style
  }

  private func legible(in depth: ColorDepth) -> Style {
    var style = self
    if depth == .ansi8, case .palette(let ground) = background.kind {
      style.background = .palette(ground % 8)
    }
    guard case .palette(let ink) = foreground.kind else { return style }
    if background == .terminalDefault, [0, 7, 8, 15].contains(ink) {
      style.foreground = .terminalDefault
      if ink == 8 { style.attributes.insert(.dim) }
      if ink == 15 { style.attributes.insert(.bold) }
      return style
    }
    if depth == .ansi8, ink >= 8 {
      if ink == 8 { style.attributes.insert(.dim) }
      style.foreground =
        switch (ink, style.hasLightGround) {
        case (8, let isLight): .palette(isLight ? 0 : 7)
        // Dark blue is hard to read on black.
        case (12, false): .palette(6)
        default: .palette(ink - 8)
        }
    }
    if style.foreground == style.background {
      style.foreground = .palette(style.hasLightGround ? 0 : 7)
    }
    // Consoles make a grey of black that is bold.
    if style.foreground == .palette(0) { style.attributes.remove(.bold) }
    return style
  }

  /// Whether the ground is light; the terminal's own counts as dark.
  private var hasLightGround: Bool {
    background.isLight ?? false
  }
}

/// A piece of text in one style.
package struct Span: Hashable, Sendable {
  /// The text; control characters are drawn as `?`.
  package var text: String
  /// How it looks.
  package var style: Style

  /// Creates a piece of text.
  package init(_ text: String, _ style: Style) {
    self.text = text
    self.style = style
  }
}
