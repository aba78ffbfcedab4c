package import Terminal

/// A finished look: a style for every role and shades for every gradient, in one colour depth.
package struct Theme: Hashable, Sendable {
  /// Shades of a gradient that are worked out in advance.
  static let shades = 32

  /// The name shown to people.
  package let title: String
  /// The colours that a picture assumes where the terminal's own are used.
  package let paper: Style
  private let styles: [Role: Style]
  private let gradients: [Gradient: [Style]]

  init(
    title: String, paper: Style, styles: [Role: Style], gradients: [Gradient: [Style]]
  ) {
    self.title = title
    self.paper = paper
    self.styles = styles
    self.gradients = gradients
  }

  /// How a role looks.
  package subscript(role: Role) -> Style {
    styles[role] ?? .plain
  }

  /// How a gradient looks at `position`, from 0 for calm to 1 for hot; values outside are clamped.
  package func shade(_ gradient: Gradient, at position: Double) -> Style {
    guard let shades = gradients[gradient], !shades.isEmpty else { return self[.accent] }
    let share = position.isFinite ? min(max(position, 0), 1) : 0
    return shades[Int((share * Double(shades.count - 1)).rounded())]
  }
}
