internal import Terminal
internal import Yams

/// Reads one theme file over the definition of its parent.
struct ThemeParser {
  /// More than any theme needs, and little enough to read again whenever the file changes.
  static let byteLimit = 64 * 1_024

  let file: String
  private let entries: [(key: Node, value: Node)]

  /// Reads the outer form of a theme file.
  init(_ text: String, file: String) throws(ThemeError) {
    self.file = file
    guard text.utf8.count <= ThemeParser.byteLimit else {
      let problem = ThemeError.Problem.tooLarge(
        bytes: text.utf8.count, limit: ThemeParser.byteLimit)
      throw ThemeError(file: file, line: nil, problem: problem)
    }
    let root: Node?
    do {
      root = try compose(yaml: text)
    } catch {
      throw ThemeParser.syntaxError(error, file: file)
    }
    guard case .mapping(let mapping)? = root else {
      throw ThemeError(file: file, line: 1, problem: .expected("`name:` and `roles:`"))
    }
    entries = mapping.map { ($0.key, $0.value) }
  }

  /// The parent's name and the line that gives it.
  func parent() throws(ThemeError) -> (name: String, line: Int?)? {
    for entry in entries where entry.key.string == "inherits" {
      return (try words(entry.value, "the name of a theme"), entry.value.mark?.line)
    }
    return nil
  }

  /// The definition that this file makes of its parent's.
  func definition(over parent: ThemeDefinition) throws(ThemeError) -> ThemeDefinition {
    var definition = parent
    definition.title = file
    // Colours first: the other parts call them by name, wherever they stand.
    for entry in entries where entry.key.string == "colors" {
      for (name, value) in try mapping(entry.value, "names with colours") {
        definition.colors[try words(name, "a name")] =
          try style(value, definition).foreground
      }
    }
    for entry in entries {
      switch entry.key.string {
      case "name": definition.title = try words(entry.value, "a name")
      case "inherits", "colors": break
      case "background": definition.background = try style(entry.value, definition).foreground
      case "paper": definition.paper = try paper(entry.value, definition)
      case "roles": try readRoles(entry.value, into: &definition)
      default:
        let known = ["name", "inherits", "colors", "background", "paper", "roles"]
        throw unknown("setting", entry.key, known)
      }
    }
    return definition
  }

  private func readRoles(_ node: Node, into definition: inout ThemeDefinition) throws(ThemeError) {
    for (key, value) in try mapping(node, "roles with styles") {
      guard let role = Role(rawValue: key.string ?? "") else {
        throw unknown("role", key, Role.allCases.map(\.rawValue))
      }
      definition.roles[role] = try style(value, definition)
    }
  }

  private func paper(_ node: Node, _ definition: ThemeDefinition) throws(ThemeError) -> Style {
    let style = try style(node, definition)
    guard let ground = style.background, ground.color.hexadecimal != nil,
      style.foreground.color.hexadecimal != nil
    else { throw error(node, .expected("two colours: \"#rrggbb on #rrggbb\"")) }
    return Style(style.foreground.color, on: ground.color)
  }

  private func style(_ node: Node, _ definition: ThemeDefinition) throws(ThemeError) -> ThemeStyle {
    let text = try words(node, "a style")
    do {
      return try StyleParser(colors: definition.colors).style(text)
    } catch {
      throw self.error(node, error)
    }
  }

  private func words(_ node: Node, _ what: String) throws(ThemeError) -> String {
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      throw error(node, .expected("\(what); put quotes around a value with #"))
    }
    return scalar.string
  }

  private func mapping(_ node: Node, _ what: String) throws(ThemeError) -> Node.Mapping {
    guard case .mapping(let mapping) = node else { throw error(node, .expected(what)) }
    return mapping
  }

  private func error(_ node: Node, _ problem: ThemeError.Problem) -> ThemeError {
    ThemeError(file: file, line: node.mark?.line, problem: problem)
  }

  private func unknown(_ kind: String, _ key: Node, _ known: [String]) -> ThemeError {
    let name = key.string ?? ""
    return error(
      key, .unknown(kind: kind, name: name, suggestion: Suggestion.nearest(to: name, in: known)))
  }

  private static func syntaxError(_ error: any Error, file: String) -> ThemeError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      ThemeError(file: file, line: mark.line, problem: .syntax(problem))
    case let other?:
      ThemeError(file: file, line: nil, problem: .syntax(firstLine("\(other)")))
    case nil: ThemeError(file: file, line: nil, problem: .syntax(firstLine("\(error)")))
    }
  }

  private static func firstLine(_ text: String) -> String {
    String(text.prefix { $0 != "\n" })
  }
}

/// Finds the name that a person probably meant.
package enum Suggestion {
  /// The name at most three edits away, the nearest first.
  package static func nearest(to name: String, in known: [String]) -> String? {
    let ranked = known.map { (name: $0, distance: distance(name, $0)) }
    let best = ranked.min { $0.distance < $1.distance }
    return best.flatMap { $0.distance <= 3 ? $0.name : nil }
  }

  /// Letters to insert, delete or replace.
  private static func distance(_ first: String, _ second: String) -> Int {
    let target = Array(second)
    var row = Array(0...target.count)
    for (index, letter) in first.prefix(64).enumerated() {
      var previous = row[0]
      row[0] = index + 1
      for column in target.indices {
        let above = row[column + 1]
        let replaced = previous + (letter == target[column] ? 0 : 1)
        row[column + 1] = min(replaced, above + 1, row[column] + 1)
        previous = above
      }
    }
    return row[target.count]
  }
}
