package import Terminal

/// The themes that can be chosen: those built into the program, and those that files add.
///
/// It reads no file itself: the program hands it texts, and hands them again when they change.
package struct ThemeLibrary: Sendable {
  /// The theme of a program that was told nothing.
  package static let defaultName = "midnight"

  /// The theme that suits a terminal whose ground is light or dark.
  package static func name(forLightGround isLight: Bool) -> String {
    isLight ? "daylight" : defaultName
  }

  /// The longest chain of parents; more is a mistake.
  static let inheritanceLimit = 8

  private struct Source: Sendable {
    let file: String
    let text: String
  }

  private var sources: [String: Source] = [:]

  /// Names in the order in which they are offered: built-in ones first, then by alphabet.
  package private(set) var names: [String] = []

  /// Creates a library of the built-in themes.
  package init() {
    for theme in BuiltInTheme.allCases {
      add(name: theme.rawValue, file: "built-in \(theme.rawValue)", text: theme.text)
    }
  }

  /// Adds a theme or replaces the one of that name; tells whether anything changed.
  @discardableResult
  package mutating func add(name: String, file: String, text: String) -> Bool {
    let old = sources.updateValue(Source(file: file, text: text), forKey: name)
    if old == nil {
      let builtIn = min(names.count, BuiltInTheme.allCases.count)
      names = names[..<builtIn] + (names[builtIn...] + [name]).sorted()
    }
    return old?.text != text
  }

  /// The theme of that name for terminals of `depth`.
  package func theme(named name: String, depth: ColorDepth) throws(ThemeError) -> Theme {
    try definition(named: name).theme(depth: depth)
  }

  /// The default theme as built in, which a test keeps readable.
  package static func defaultTheme(depth: ColorDepth) -> Theme {
    do {
      return try ThemeLibrary().theme(named: defaultName, depth: depth)
    } catch {
      preconditionFailure("the built-in theme: \(error)")
    }
  }

  /// What the theme and its parents declare.
  package func definition(named name: String) throws(ThemeError) -> ThemeDefinition {
    try definition(named: name, heirs: [])
  }

  private func definition(
    named name: String, heirs: [String], asker: (file: String, line: Int?)? = nil
  ) throws(ThemeError) -> ThemeDefinition {
    guard let source = sources[name] else {
      throw ThemeError(
        file: asker?.file ?? name, line: asker?.line, problem: .noSuchTheme(name, known: names))
    }
    let parser = try ThemeParser(source.text, file: source.file)
    guard let parent = try parser.parent() else { return try parser.definition(over: .bare) }
    let chain = heirs + [name]
    guard !chain.contains(parent.name), chain.count < ThemeLibrary.inheritanceLimit else {
      throw ThemeError(
        file: source.file, line: parent.line, problem: .inheritanceCycle(chain + [parent.name]))
    }
    let inherited = try definition(
      named: parent.name, heirs: chain, asker: (source.file, parent.line))
    return try parser.definition(over: inherited)
  }
}

/// The themes inside the program, the files of `themes/` as they were when it was built.
enum BuiltInTheme: String, CaseIterable {
  case midnight
  case daylight
  case okabe
  case highContrast = "high-contrast"
  case mono

  var text: String {
    let bytes =
      switch self {
      case .midnight: PackageResources.midnight_yaml
      case .daylight: PackageResources.daylight_yaml
      case .okabe: PackageResources.okabe_yaml
      case .highContrast: PackageResources.high_contrast_yaml
      case .mono: PackageResources.mono_yaml
      }
    return String(decoding: bytes, as: UTF8.self)
  }
}
