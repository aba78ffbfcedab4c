internal import Curses
internal import Dashboard
private import Foundation
private import NodeStatus
internal import Terminal
private import Theme
private import Yams

/// The file `dashboard.yaml`, with what a person wants of every screen: checked as a whole, with file
/// and line.
///
/// Flags and the environment come after it.
package enum SettingsFile {
  /// More than any settings need.
  static let byteLimit = 64 * 1_024
  /// Presets of filters: as many as `tab` goes through in patience.
  static let presetLimit = 32

  /// The path of the file for an environment; `nil` without a home.
  package static func path(_ environment: [String: String]) -> String? {
    let home = environment["HOME"].map { $0 + "/.config" }
    let configuration = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? home
    return configuration.map { $0 + "/swiftlet/dashboard.yaml" }
  }

  /// Reads the file of an environment; no file is no wish.
  package static func read(
    _ environment: [String: String]
  ) throws(SettingsError) -> DashboardSettings {
    guard let path = path(environment), let data = FileManager.default.contents(atPath: path) else {
      return DashboardSettings(environment: environment)
    }
    let text = String(decoding: data.prefix(byteLimit + 1), as: UTF8.self)
    return try settings(text, file: path, environment: environment)
  }

  /// Reads the text of a file.
  package static func settings(
    _ text: String, file: String, environment: [String: String]
  ) throws(SettingsError) -> DashboardSettings {
    guard text.utf8.count <= byteLimit else {
      throw SettingsError(file, nil, "more than the limit of \(byteLimit) bytes")
    }
    let root: Node?
    do {
      root = try compose(yaml: text)
    } catch {
      throw SettingsError(file, error)
    }
    var settings = DashboardSettings(environment: environment)
    let reader = SettingsReader(file: file)
    for (key, value) in try root.map({ node throws(SettingsError) in
      try reader.mapping(node, "settings")
    }) ?? [] {
      try read(key, value, reader, into: &settings)
    }
    settings.theme = DashboardSettings.theme(of: environment) ?? settings.theme
    return settings
  }

  private static func read(
    _ key: Node, _ value: Node, _ reader: SettingsReader, into settings: inout DashboardSettings
  ) throws(SettingsError) {
    switch key.string {
    case "theme": settings.theme = try reader.words(value)
    case "page": settings.page = try reader.choice(value, of: Page.allCases)
    case "fps": settings.framesPerSecond = try reader.number(value, in: FramePacer.rates)
    case "colors":
      settings.colors = try reader.choice(value, of: TerminalSettings.ColorWish.allCases)
    case "ascii": settings.isASCII = try reader.flag(value)
    case "bell": settings.ringsBell = try reader.flag(value)
    case "mouse": settings.isMouseOn = try reader.flag(value)
    case "columns":
      for (page, titles) in try reader.mapping(value, "pages with lists of columns") {
        let page = try reader.choice(page, of: Page.allCases)
        let known = page.optionalColumns
        let shown = try reader.list(titles).map { node throws(SettingsError) in
          try reader.choice(node, of: known)
        }
        settings.hiddenColumns[page] = Set(known).subtracting(shown)
      }
    case "keys":
      for (pressed, meant) in try reader.mapping(value, "keys with the keys that they act as") {
        let key = try reader.key(meant)
        guard Keymap.builtIn.contains(where: { $0.keys.contains(key) }) else {
          throw reader.error(meant, "the key '\(key.name)' does nothing that another could do")
        }
        settings.keys[try reader.key(pressed)] = key
      }
    case "thresholds":
      for (name, levels) in try reader.mapping(value, "figures with two values each") {
        let threshold = try reader.choice(name, of: Threshold.allCases)
        settings.thresholds[threshold] = try reader.levels(levels, of: threshold)
      }
    case "presets":
      let nodes = try reader.list(value)
      guard nodes.count <= presetLimit else {
        throw reader.error(value, "more than \(presetLimit) presets")
      }
      settings.presets = try nodes.map { node throws(SettingsError) in try reader.words(node) }
    default:
      throw reader.unknown("setting", key, names)
    }
  }

  private static let names = [
    "theme", "page", "fps", "colors", "ascii", "bell", "mouse", "columns", "keys", "presets",
    "thresholds",
  ]

  /// The settings in force as a file that would make them, with a word on each.
  package static func text(of settings: DashboardSettings) -> String {
    let columns = settings.hiddenColumns.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { page, hidden in
        let shown = page.optionalColumns.filter { !hidden.contains($0) }
        return "\n  \(page.rawValue): [\(shown.map(quoted).joined(separator: ", "))]"
      }
    let thresholds = Threshold.allCases.map { threshold in
      let levels = settings.thresholds[threshold]
      return "\n  \(threshold.rawValue): [\(levels.warning), \(levels.critical)]"
    }
    let keys = settings.keys.map { "\n  \(quoted($0.key.name)): \(quoted($0.value.name))" }.sorted()
    return """
      # \(path(settings.environment) ?? "dashboard.yaml"): what every screen begins with.
      # Flags and the environment come after it.
      theme: \(quoted(settings.theme))  # auto, a name, or a file
      page: \(settings.page.rawValue)  # \(Page.allCases.map(\.rawValue).joined(separator: ", "))
      fps: \(settings.framesPerSecond)
      colors: "\(settings.colors.rawValue)"  # auto, true, 256, 16, 8, none
      ascii: \(settings.isASCII)
      bell: \(settings.ringsBell)
      mouse: \(settings.isMouseOn)
      # The columns of each table, behind the first one, which always stands.
      columns:\(columns.isEmpty ? " {}" : columns.joined())
      # Keys that act as others do, such as X: A.
      keys:\(keys.isEmpty ? " {}" : keys.joined())
      # From which value on a figure is drawn as a warning, and as critical: slots behind,
      # milliseconds, and leaves that a key has left, of which less is worse. Alarms are the node's own.
      thresholds:\(thresholds.joined())
      # Filters that tab puts into the prompt.
      presets: [\(settings.presets.map(quoted).joined(separator: ", "))]

      """
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

/// A settings file that cannot be used: where, and what to do about it.
package struct SettingsError: Error, Hashable, CustomStringConvertible {
  private let file: String
  private let line: Int?
  private let words: String

  init(_ file: String, _ line: Int?, _ words: String) {
    self.file = file
    self.line = line
    self.words = words
  }

  fileprivate init(_ file: String, _ error: any Error) {
    self.file = file
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      line = mark.line
      words = "not YAML: \(problem)"
    default:
      line = nil
      words = "not YAML: " + "\(error)".prefix { $0 != "\n" }
    }
  }

  /// The file, the line and the problem in one line of text.
  package var description: String { (line.map { "\(file):\($0): " } ?? "\(file): ") + words }
}

/// Reads values of a settings file, each with its own refusal.
private struct SettingsReader {
  let file: String

  func error(_ node: Node, _ words: String) -> SettingsError {
    SettingsError(file, node.mark?.line, words)
  }

  func unknown(_ kind: String, _ node: Node, _ known: [String]) -> SettingsError {
    let name = node.string ?? ""
    let nearest = Suggestion.nearest(to: name, in: known).map { "; did you mean '\($0)'?" }
    return error(
      node, "no \(kind) '\(name)'" + (nearest ?? "; take one of: \(known.joined(separator: ", "))"))
  }

  func words(_ node: Node) throws(SettingsError) -> String {
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      throw error(node, "expected a word")
    }
    return scalar.string
  }

  func choice<Choice: RawRepresentable<String>>(
    _ node: Node, of choices: [Choice]
  ) throws(SettingsError) -> Choice {
    let name = try choice(node, of: choices.map(\.rawValue))
    guard let choice = Choice(rawValue: name) else { throw unknown("choice", node, [name]) }
    return choice
  }

  func choice(_ node: Node, of known: [String]) throws(SettingsError) -> String {
    let name = try words(node)
    guard known.contains(name) else { throw unknown("choice", node, known) }
    return name
  }

  func number(_ node: Node, in range: ClosedRange<Int>) throws(SettingsError) -> Int {
    guard let number = Int(try words(node)), range.contains(number) else {
      throw error(node, "expected a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func levels(_ node: Node, of threshold: Threshold) throws(SettingsError) -> ThresholdLevels {
    let numbers = try list(node).map { node throws(SettingsError) in
      try number(node, in: 0...1 << 40)
    }
    guard numbers.count == 2, threshold.isFloor == (numbers[0] > numbers[1]) else {
      throw error(
        node,
        "expected two numbers: from which on a warning, then from which on critical,"
          + (threshold.isFloor ? " which is less" : " which is not less"))
    }
    return ThresholdLevels(Int64(numbers[0]), Int64(numbers[1]))
  }

  func flag(_ node: Node) throws(SettingsError) -> Bool {
    guard let flag = Bool(try words(node)) else { throw error(node, "expected true or false") }
    return flag
  }

  func key(_ node: Node) throws(SettingsError) -> Key {
    let name = try words(node)
    guard let key = Key(named: name) else {
      throw error(node, "no key '\(name)'; write keys as the help does: q, ^L, space, pgup, F1")
    }
    return key
  }

  func list(_ node: Node) throws(SettingsError) -> [Node] {
    guard case .sequence(let sequence) = node else { throw error(node, "expected a list") }
    return Array(sequence)
  }

  func mapping(_ node: Node, _ what: String) throws(SettingsError) -> [(Node, Node)] {
    guard case .mapping(let mapping) = node else { throw error(node, "expected \(what)") }
    return mapping.map { ($0.key, $0.value) }
  }
}
