/// A command with its options and subcommands, as swift-argument-parser tells them in JSON.
package struct CommandTree: Decodable, Equatable, Sendable {
  /// The whole answer of `--experimental-dump-help`.
  package struct Dump: Decodable, Sendable {
    package var command: CommandTree
  }

  /// An option, a switch or a word of a command.
  package struct Argument: Decodable, Equatable, Sendable {
    package struct Name: Decodable, Equatable, Sendable {
      package var kind: String
      package var name: String

      /// The name as it is typed.
      package var typed: String { (kind == "long" ? "--" : "-") + name }
    }

    package var kind: String
    package var names: [Name]?
    package var abstract: String?
    package var discussion: String?
    package var valueName: String?
    package var defaultValue: String?
    package var sectionTitle: String?
    package var isOptional: Bool
    package var isRepeating: Bool
    package var shouldDisplay: Bool

    /// A setting that another table knows.
    package init(names: [String], valueName: String?, help: String, section: String) {
      kind = valueName == nil ? "flag" : "option"
      self.names = names.map { Name(kind: "long", name: $0) }
      abstract = help
      self.valueName = valueName
      sectionTitle = section
      (isOptional, isRepeating, shouldDisplay) = (true, false, true)
    }
  }

  package var commandName: String
  package var abstract: String?
  package var discussion: String?
  package var arguments: [Argument]?
  package var subcommands: [CommandTree]?
  package var shouldDisplay: Bool?

  /// The subcommands for people.
  package var shownSubcommands: [CommandTree] {
    (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
  }

  /// The options and words for people.
  package var shownArguments: [Argument] {
    (arguments ?? []).filter { $0.shouldDisplay && $0.names?.last?.name != "version" }
  }
}
