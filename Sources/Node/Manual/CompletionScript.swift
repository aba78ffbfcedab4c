/// A shell's completions of the program, with those settings that swift-argument-parser does not know.
///
/// `swiftlet node` reads its settings by a table of its own, so the generated script knows none of them.
package struct CompletionScript: Equatable, Sendable {
  /// The shells that there are scripts for.
  package enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish
  }

  package private(set) var text: String
  private let shell: Shell

  /// Takes the script that swift-argument-parser wrote.
  package init(_ shell: Shell, generated text: String) {
    (self.shell, self.text) = (shell, text)
  }

  /// The script with settings added to a command; `nil` when it has no place for them.
  package func adding(
    _ arguments: [CommandTree.Argument], to command: String
  ) -> CompletionScript? {
    var script = self
    switch shell {
    case .bash: script.addToBash(arguments, command)
    case .zsh: script.addToZsh(arguments, command)
    case .fish: script.addToFish(arguments, command)
    }
    return script.text == text ? nil : script
  }

  private mutating func addToBash(_ arguments: [CommandTree.Argument], _ command: String) {
    let head = "_swiftlet_\(command)() {\n"
    guard let start = text.firstRange(of: head),
      let end = text[start.upperBound...].firstRange(of: "\n}\n")
    else { return }
    var body = String(text[start.upperBound..<end.lowerBound])
    let options = arguments.filter { $0.kind == "option" }.flatMap(Self.typed)
    let flags = arguments.filter { $0.kind == "flag" }.flatMap(Self.typed)
    body = body.replacing(
      "\n    repeating_options=()", with: "\n    repeating_options=(\(Self.joined(options)))")
    body = body.replacing(
      "non_repeating_flags=(", with: "non_repeating_flags=(\(Self.joined(flags)) ")
    body += "\n\n    case \"${prev}\" in\n"
    for argument in arguments where argument.kind == "option" {
      let words = Self.choices(argument)
      let answer =
        if !words.isEmpty {
          "COMPREPLY=($(compgen -W '\(Self.joined(words))' -- \"${cur}\"))"
        } else if Self.namesFile(argument) {
          "__swiftlet_add_completions -f"
        } else {
          ":"
        }
      let names = Self.typed(argument).map { "'\($0)'" }.joined(separator: "|")
      body += "    \(names))\n        \(answer)\n        return\n        ;;\n"
    }
    body += "    esac"
    text.replaceSubrange(start.upperBound..<end.lowerBound, with: body)
  }

  private mutating func addToZsh(_ arguments: [CommandTree.Argument], _ command: String) {
    let head = "_swiftlet_\(command)() {\n    local -i ret=1\n    local -ar arg_specs=(\n"
    guard let start = text.firstRange(of: head) else { return }
    let specs = arguments.flatMap { argument in
      Self.typed(argument).map { name in
        let help = Self.quoted(argument.abstract ?? "").replacing("[", with: "\\[")
          .replacing("]", with: "\\]").replacing(":", with: "\\:")
        guard argument.kind == "option" else { return "        '\(name)[\(help)]'\n" }
        let words = Self.choices(argument)
        let action =
          words.isEmpty
          ? Self.namesFile(argument) ? "_files" : "" : "(\(Self.joined(words)))"
        return "        '*\(name)[\(help)]:value:\(action)'\n"
      }
    }
    text.insert(contentsOf: specs.joined(), at: start.upperBound)
  }

  private mutating func addToFish(_ arguments: [CommandTree.Argument], _ command: String) {
    let head = "case '\(command)'\n            __swiftlet_parse_subcommand -r 1 "
    guard let place = text.firstRange(of: head) else { return }
    let names = arguments.flatMap { argument in
      (argument.names ?? []).map { argument.kind == "option" ? "'\($0.name)=+' " : "'\($0.name)' " }
    }
    // Without a word that repeats: before an option that lacks its value fish would look for ever.
    text.replaceSubrange(
      place, with: head.replacing("-r 1 ", with: "0 ") + names.joined())
    for argument in arguments {
      let words = Self.choices(argument)
      let value =
        argument.kind == "flag"
        ? "" : words.isEmpty && Self.namesFile(argument) ? " -rF" : " -rfka '\(Self.joined(words))'"
      for name in (argument.names ?? []).map(\.name) {
        text +=
          "complete -c 'swiftlet' -n '__swiftlet_should_offer_completions_for_flags_or_options "
          + "\"swiftlet \(command)\" \(name)' -l '\(name)' -d '\(Self.quoted(argument.abstract ?? ""))'"
          + "\(value)\n"
      }
    }
  }

  private static func typed(_ argument: CommandTree.Argument) -> [String] {
    (argument.names ?? []).map(\.typed)
  }

  private static func joined(_ words: [String]) -> String { words.joined(separator: " ") }

  /// A text inside single quotes of a shell.
  private static func quoted(_ text: String) -> String { text.replacing("'", with: "’") }

  /// The words that a value is one of: `early|auto|late`.
  private static func choices(_ argument: CommandTree.Argument) -> [String] {
    guard let value = argument.valueName, value.contains("|"), !namesFile(argument) else {
      return []
    }
    return value.split(separator: "|").map(String.init)
      .filter { $0 != "count" && $0.allSatisfy { $0.isLetter || $0.isNumber } }
  }

  private static func namesFile(_ argument: CommandTree.Argument) -> Bool {
    argument.valueName?.contains(/file|folder/) ?? false
  }
}
