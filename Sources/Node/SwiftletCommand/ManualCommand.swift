internal import ArgumentParser
private import Foundation
private import Manual
private import NodeSettings

/// Writes the pages of the manual and the shells' completions, for packages.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Write the pages of the manual and the shells' completions.",
    discussion: """
      Writes man1/ and completions/ below OUT, from the same tables as --help. Packages have them already.
      """,
    shouldDisplay: false)

  @Option(
    help: ArgumentHelp("The folder to write to.", valueName: "folder"), completion: .directory)
  var out: String

  @Option(help: ArgumentHelp("The day on the pages.", valueName: "year-month-day"))
  var date = "undated"

  func run() throws {
    let dump = try JSONDecoder().decode(
      CommandTree.Dump.self, from: Data(Swiftlet._dumpHelp().utf8))
    let program = Self.complete(dump.command)
    for page in pages(program) {
      try write(page.text, to: "man1/\(page.fileName)")
    }
    for shell in CompletionScript.Shell.allCases {
      let generated = Swiftlet.completionScript(for: CompletionShell(shell))
      var script = CompletionScript(shell, generated: generated)
      for command in Self.commandsWithSettings {
        guard let longer = script.adding(Self.settings, to: command) else {
          throw ValidationError("the \(shell.rawValue) completions have no place for \(command)")
        }
        script = longer
      }
      try write(script.text, to: "completions/swiftlet.\(shell.rawValue)")
    }
  }

  /// The commands that read the settings of `swiftlet node`.
  private static let commandsWithSettings = ["node", "doctor"]

  /// The settings of `swiftlet node`, which its own table has.
  private static var settings: [CommandTree.Argument] {
    let known = NodeOption.all.compactMap { option in
      option.group.map { group in
        CommandTree.Argument(
          names: [option.name.rawValue], valueName: option.value,
          help: option.help
            + (option.aliases.isEmpty
              ? "" : " Also " + option.aliases.map { "--\($0)" }.joined(separator: ", ") + "."),
          section: group.rawValue)
      }
    }
    let screen = ScreenOptions.help.map { entry in
      let words = entry.option.dropFirst(2).split(separator: " ", maxSplits: 1).map(String.init)
      return CommandTree.Argument(
        names: [words[0]], valueName: words.count > 1 ? words[1] : nil, help: entry.help,
        section: "Dashboard")
    }
    return known + screen
  }

  private static func complete(_ program: CommandTree) -> CommandTree {
    var program = program
    program.subcommands = program.subcommands?.map { command in
      guard command.commandName == "node" else { return command }
      var command = command
      command.discussion = NodeHelp.examples
      command.arguments = settings
      return command
    }
    return program
  }

  private func pages(_ program: CommandTree) -> [ManualPage] {
    let names = program.shownSubcommands.map { "\(program.commandName)-\($0.commandName)" }
    let version = Swiftlet.version
    return [ManualPage(program, below: [], version: version, date: date, others: names)]
      + program.shownSubcommands.map {
        ManualPage(
          $0, below: [program.commandName], version: version, date: date,
          others: [program.commandName])
      }
  }

  private func write(_ text: String, to name: String) throws {
    let file = URL(filePath: out).appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
}

extension CompletionShell {
  fileprivate init(_ shell: CompletionScript.Shell) {
    switch shell {
    case .bash: self = .bash
    case .zsh: self = .zsh
    case .fish: self = .fish
    }
  }
}
