private import Foundation
package import KeyFiles

/// What a person set, by command line and by file, before anything of it is judged.
package struct NodeArguments: Sendable {
  /// One setting as it was given.
  struct Given: Sendable {
    let option: NodeOption.Name
    let text: String
    /// Where it was given, for problems about it.
    let place: KeyFileError
  }

  /// What was given, the file's settings before those of the command line, which so beat them.
  private(set) var given: [Given] = []

  /// Arguments that are no settings of the node: how the dashboard looks.
  package private(set) var rest: [String] = []

  /// Reads a command line, and the file that it names with `--config`.
  ///
  /// - Parameters:
  ///   - arguments: The words after `swiftlet node`.
  ///   - others: Names that belong to somebody else, with whether a value follows.
  ///   - problems: Takes what is wrong.
  package init(
    _ arguments: [String], others: [String: Bool], _ problems: inout FileProblems
  ) {
    var words = arguments[...]
    while let word = words.popFirst() {
      guard let name = Self.name(of: word) else {
        problems.add(KeyFileError(word, "is no setting; they begin with --"))
        continue
      }
      let parts = name.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let key = String(parts[0])
      let attached = parts.count > 1 ? String(parts[1]) : nil
      if let takesValue = others[key] {
        rest.append(word)
        if takesValue, attached == nil, let value = words.popFirst() { rest.append(value) }
        continue
      }
      guard let option = NodeOption.named(key) else {
        problems.add(KeyFileError("--\(key)", "is not known\(Self.suggestion(for: key))"))
        if attached == nil, let next = words.first, Self.name(of: next) == nil {
          words.removeFirst()
        }
        continue
      }
      let place = KeyFileError("--\(key)", "")
      var value = attached
      if value == nil {
        let next = words.first
        if option.value != nil {
          guard let next, Self.name(of: next) == nil else {
            problems.add(KeyFileError("--\(key)", "needs a value: \(option.value ?? "")"))
            continue
          }
          value = next
          words.removeFirst()
        } else if let next, Bool(next) != nil {
          value = next
          words.removeFirst()
        }
      }
      given.append(Given(option: option.name, text: value ?? "true", place: place))
    }
    for path in texts(.config) {
      let (settings, words) = Self.read(path, others: others, &problems)
      (given, rest) = (settings + given, words + rest)
    }
  }

  /// The newest text of a setting, with its place.
  func value(_ name: NodeOption.Name) -> Given? { given.last { $0.option == name } }

  /// All texts of a setting, in order; those of the file only if the command line has none.
  package func texts(_ name: NodeOption.Name) -> [String] {
    let all = given.filter { $0.option == name }
    let typed = all.filter { $0.place.line == nil }
    return (typed.isEmpty ? all : typed).map(\.text)
  }

  /// Whether a switch is on; `nil` when nobody says.
  func flag(_ name: NodeOption.Name, _ problems: inout FileProblems) -> Bool? {
    guard let given = value(name) else { return nil }
    guard let flag = Bool(given.text) else {
      problems.add(given.error("is '\(given.text)'; take true or false"))
      return nil
    }
    return flag
  }

  /// Whether help is wanted, whatever else is.
  package var wantsHelp: Bool { given.contains { $0.option == .help } }

  /// Whether nothing but a check is wanted.
  package var wantsCheck: Bool { given.last { $0.option == .check }?.text == "true" }

  private static func name(of word: String) -> String? {
    if word == "-h" { return "help" }
    return word.hasPrefix("--") && word.count > 2 ? String(word.dropFirst(2)) : nil
  }

  /// The settings of a file: a mapping of names to scalars or lists.
  private static func read(
    _ path: String, others: [String: Bool], _ problems: inout FileProblems
  ) -> (given: [Given], rest: [String]) {
    let read = problems.collect { () throws(KeyFileError) in try YAMLValue(file: path) }
    guard let file = read, !file.isNothing else { return ([], []) }
    guard let entries = file.entries else {
      problems.add(file.error("is no list of settings; a line is name: value"))
      return ([], [])
    }
    var rest: [String] = []
    let given = entries.flatMap { entry -> [Given] in
      let name = entry.name.text ?? ""
      let key = name.hasPrefix("--") ? String(name.dropFirst(2)) : name
      if let takesValue = others[key] {
        if takesValue {
          rest += ["--\(key)", entry.value.text ?? ""]
        } else if entry.value.flag == true {
          rest.append("--\(key)")
        }
        return []
      }
      guard let option = NodeOption.named(key), option.name != .config else {
        problems.add(entry.name.error("\(name) is not known\(suggestion(for: key))"))
        return []
      }
      guard !entry.value.isNothing else { return [] }
      return (entry.value.values ?? [entry.value]).compactMap { value in
        guard let text = value.text else {
          problems.add(value.error("\(key) is no text, number or list of them"))
          return nil
        }
        return Given(option: option.name, text: text, place: value.error(key))
      }
    }
    return (given, rest)
  }

  /// The name that a person may have meant.
  static func suggestion(for name: String) -> String {
    let near = NodeOption.all.filter { $0.group != nil }.flatMap(\.names)
      .map { ($0, distance(name, $0)) }
      .min { $0.1 < $1.1 }
    guard let (candidate, distance) = near, distance <= max(2, name.count / 3) else { return "" }
    return "; did you mean --\(candidate)?"
  }

  /// Letters to insert, drop or change between two words.
  private static func distance(_ one: String, _ other: String) -> Int {
    let (one, other) = (Array(one.utf8.prefix(64)), Array(other.utf8))
    var row = Array(0...other.count)
    for (index, letter) in one.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for position in other.indices {
        let change = diagonal + (letter == other[position] ? 0 : 1)
        diagonal = row[position + 1]
        row[position + 1] = min(change, diagonal + 1, row[position] + 1)
      }
    }
    return row[other.count]
  }
}

extension NodeArguments.Given {
  /// A problem with the setting: file and line, or the name as it was typed.
  func error(_ problem: String) -> KeyFileError {
    guard let line = place.line else { return KeyFileError(place.path, problem) }
    return KeyFileError(place.path, line: line, "\(place.problem) \(problem)")
  }
}
