/// Marks of text that every terminal knows.
public struct Attributes: OptionSet, Hashable, Sendable, BitwiseCopyable {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public let rawValue: UInt8

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Heavier or brighter.
  public static let bold = Attributes(rawValue: 1)
  /// Fainter.
  public static let dim = Attributes(rawValue: 2)
  /// Underlined.
  public static let underline = Attributes(rawValue: 4)
  /// Foreground and background exchanged.
  public static let reverse = Attributes(rawValue: 8)
  /// Slanted, where the terminal can.
  public static let italic = Attributes(rawValue: 16)
}

/// How a cell looks: two colours and marks.
public struct Style: Hashable, Sendable, BitwiseCopyable {
  /// The terminal's own look.
  public static let plain = Style()

  /// The colour of the glyph.
  public var foreground: Color
  /// The colour behind it.
  public var background: Color
  /// Bold, dim and the like.
  public var attributes: Attributes

  /// Creates a style; what is left out is the terminal's own.
  public init(
    _ foreground: Color = .terminalDefault, on background: Color = .terminalDefault,
    _ attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// The style with `more` marks added.
  public func adding(_ more: Attributes) -> Style {
    var style = self
    style.attributes.formUnion(more)
    return style
  }

  /// The style on another ground.
  public func on(_ background: Color) -> Style {
    var style = self
    style.background = background
    return style
  }

  /// The style with colours that a terminal of `depth` can show.
  public func reduced(to depth: ColorDepth) -> Style {
    Style(foreground.reduced(to: depth), on: background.reduced(to: depth), attributes)
  }
}

/// A piece of text in one style.
public struct Span: Hashable, Sendable {
  /// The text; control characters are drawn as `?`.
  public var text: String
  /// How it looks.
  public var style: Style

  /// Creates a piece of text.
  public init(_ text: String, _ style: Style) {
    self.text = text
    self.style = style
  }
}
