/// A theme file that cannot be used: where, and what to do about it.
package struct ThemeError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  package enum Problem: Hashable, Sendable {
    /// The text is no YAML.
    case syntax(String)
    /// Something else stands where this was expected.
    case expected(String)
    /// A name that themes do not have, with the nearest that they do.
    case unknown(kind: String, name: String, suggestion: String?)
    /// A word of a style that is no colour and no attribute.
    case badStyle(word: String)
    /// The chain of parents comes back to its beginning.
    case inheritanceCycle([String])
    /// No theme has this name.
    case noSuchTheme(String, known: [String])
    /// The file is larger than a theme can be.
    case tooLarge(bytes: Int, limit: Int)
  }

  /// The file, or the name of a built-in theme.
  package let file: String
  /// The line, from 1.
  package let line: Int?
  /// What is wrong.
  package let problem: Problem

  /// The file, the line and the problem in one line of text.
  package var description: String {
    let place = line.map { "\(file):\($0): " } ?? "\(file): "
    return place + problem.description
  }
}

extension ThemeError.Problem: CustomStringConvertible {
  /// The problem in words.
  package var description: String {
    switch self {
    case .syntax(let words): "not YAML: \(words)"
    case .expected(let what): "expected \(what)"
    case .unknown(let kind, let name, let suggestion):
      "no \(kind) '\(name)'" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    case .badStyle(let word):
      "'\(word)' is neither a colour (#rrggbb, default, 256:N, 16:N or one of `colors`)"
        + " nor bold, dim, italic, underline, reverse"
    case .inheritanceCycle(let names): "inherits itself: \(names.joined(separator: " → "))"
    case .noSuchTheme(let name, let known):
      "no theme '\(name)'; known: \(known.joined(separator: ", "))"
    case .tooLarge(let bytes, let limit): "\(bytes) bytes are more than the limit of \(limit)"
    }
  }
}
