package import Terminal

/// A finished look: a style for every role, in one colour depth.
package struct Theme: Hashable, Sendable {
  /// The name shown to people.
  package let title: String
  /// The colours that a picture assumes where the terminal's own are used.
  package let paper: Style
  private let styles: [Role: Style]

  init(title: String, paper: Style, styles: [Role: Style]) {
    self.title = title
    self.paper = paper
    self.styles = styles
  }

  /// How a role looks.
  package subscript(role: Role) -> Style {
    styles[role] ?? .plain
  }
}
