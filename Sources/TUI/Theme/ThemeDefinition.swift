package import Terminal

/// A colour as a theme file gives it: one value and, where wanted, its stand-ins for fewer colours.
package struct ThemeColor: Hashable, Sendable {
  /// The wanted colour.
  package var color: Color
  /// The index to use with 256 colours; the nearest when absent.
  package var palette256: UInt8?
  /// The index to use with 16 colours, or 8; the nearest when absent.
  package var ansi16: UInt8?

  /// Creates a colour.
  package init(_ color: Color, palette256: UInt8? = nil, ansi16: UInt8? = nil) {
    self.color = color
    self.palette256 = palette256
    self.ansi16 = ansi16
  }

  /// The colour on a terminal of `depth`.
  func reduced(to depth: ColorDepth) -> Color {
    switch depth {
    case .trueColor, .none: color.reduced(to: depth)
    case .palette256: palette256.map { .palette($0) } ?? color.reduced(to: depth)
    case .ansi8, .ansi16: ansi16.map { .palette($0) } ?? color.reduced(to: depth)
    }
  }
}

/// A style as a theme file gives it; what it leaves out comes from the theme.
package struct ThemeStyle: Hashable, Sendable {
  /// The colour of the glyph.
  package var foreground: ThemeColor
  /// The colour behind it, the theme's background when absent.
  package var background: ThemeColor?
  /// Bold, dim and the like.
  package var attributes: Attributes

  /// Creates a style.
  package init(
    _ foreground: ThemeColor, on background: ThemeColor? = nil, _ attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}

/// What theme files declare, after inheritance and before a colour depth is chosen.
package struct ThemeDefinition: Hashable, Sendable {
  /// The name shown to people.
  package var title: String
  /// The ground of everything; the terminal's own by default.
  package var background: ThemeColor
  /// The ink and ground that pictures and the contrast lint assume for the terminal's own.
  package var paper: Style
  /// Colours that styles may call by name.
  package var colors: [String: ThemeColor]
  /// Looks of the roles that are declared.
  package var roles: [Role: ThemeStyle]

  /// A theme that declares nothing: the terminal's own colours, light on dark paper.
  static let bare = ThemeDefinition(
    title: "bare", background: ThemeColor(.terminalDefault),
    paper: Style(.rgb(0xC8D0E0), on: .rgb(0x11151F)), colors: [:], roles: [:])

  /// The finished look for terminals of `depth`.
  package func theme(depth: ColorDepth) -> Theme {
    let ground = background.reduced(to: depth)
    let styles = Role.allCases.map { role in
      let declared = style(of: role)
      let style = Style(
        declared.foreground.reduced(to: depth),
        on: declared.background?.reduced(to: depth) ?? ground, declared.attributes)
      // Without colours a ground of its own is one in reverse.
      let marks: Attributes = depth == .none && declared.background != nil ? .reverse : []
      return (role, style.reduced(to: depth).adding(marks))
    }
    return Theme(
      title: title, paper: paper, styles: Dictionary(uniqueKeysWithValues: styles))
  }

  /// The declared style of a role or of the nearest role that stands in for it.
  private func style(of role: Role) -> ThemeStyle {
    var next: Role? = role
    while let current = next {
      if let style = roles[current] { return style }
      next = current.standIn
    }
    return ThemeStyle(ThemeColor(.terminalDefault))
  }
}
