/// A page of section 1 of the manual, in the language of `man`.
package struct ManualPage: Sendable {
  /// The file's name: `swiftlet-node.1`.
  package let fileName: String
  package let text: String

  /// Makes the page of a command; one of subcommands describes them one after the other.
  ///
  /// - Parameters:
  ///   - command: The command.
  ///   - parents: The commands before it, outermost first.
  ///   - version: The program's version.
  ///   - date: The day of this version, as in 2026-11-27.
  ///   - others: The pages to name at the end.
  package init(
    _ command: CommandTree, below parents: [String], version: String, date: String,
    others: [String] = []
  ) {
    let words = parents + [command.commandName]
    let name = words.joined(separator: "-")
    fileName = "\(name).1"
    var lines = [
      ".TH \(name.uppercased()) 1 \(date) \"swiftlet \(version)\" \"User Commands\"",
      ".SH NAME",
      "\(Self.escaped(name)) \\- \(Self.escaped(Self.sentence(command.abstract)))",
      ".SH SYNOPSIS",
    ]
    lines += Self.synopsis(command, words)
    if let discussion = command.discussion {
      lines += [".SH DESCRIPTION"] + Self.paragraphs(discussion)
    }
    lines += Self.options(command, heading: ".SH")
    // A page of its own for each command of the program, one page for all below that.
    if parents.isEmpty {
      lines.append(".SH COMMANDS")
      for child in command.shownSubcommands {
        lines += [".TP", ".B \(Self.escaped(child.commandName))", Self.text(child.abstract ?? "")]
      }
      lines += [
        ".SH EXIT STATUS", "0 when all went well, 1 when not, 64 for words that are not known.",
      ]
    } else {
      for child in command.shownSubcommands { lines += Self.section(child, words) }
    }
    if !others.isEmpty {
      let names = others.map { "\\fB\(Self.escaped($0))\\fR(1)" }
      lines += [".SH SEE ALSO", names.joined(separator: ",\n")]
    }
    text = lines.joined(separator: "\n") + "\n"
  }

  private static func section(_ command: CommandTree, _ parents: [String]) -> [String] {
    let words = parents + [command.commandName]
    var lines = [
      ".SH \(escaped(words.dropFirst().joined(separator: " ").uppercased()))",
      text(command.abstract ?? ""), ".PP",
    ]
    lines += synopsis(command, words)
    if let discussion = command.discussion { lines += [".PP"] + paragraphs(discussion) }
    lines += options(command, heading: ".SS")
    for child in command.shownSubcommands { lines += section(child, words) }
    return lines
  }

  private static func synopsis(_ command: CommandTree, _ words: [String]) -> [String] {
    var line = "\\fB\(escaped(words.joined(separator: " ")))\\fR"
    if !command.shownSubcommands.isEmpty { line += " \\fIcommand\\fR" }
    if command.shownArguments.contains(where: { $0.kind != "positional" }) {
      line += " [\\fIoptions\\fR]"
    }
    for argument in command.shownArguments where argument.kind == "positional" {
      let word =
        "\\fI\(escaped(argument.valueName ?? "word"))\\fR"
        + (argument.isRepeating ? " ..." : "")
      line += argument.isOptional ? " [\(word)]" : " \(word)"
    }
    return [line]
  }

  private static func options(_ command: CommandTree, heading: String) -> [String] {
    var lines: [String] = []
    var open: String?
    for argument in command.shownArguments {
      let title = argument.sectionTitle ?? "Options"
      if open != title {
        open = title
        lines.append("\(heading) \(escaped(heading == ".SH" ? title.uppercased() : title))")
      }
      let value =
        argument.kind == "flag" ? "" : " \\fI\(escaped(argument.valueName ?? "value"))\\fR"
      let names = argument.names?.map { "\\fB\(escaped($0.typed))\\fR\(value)" }
      let head = names ?? ["\\fI\(escaped(argument.valueName ?? "word"))\\fR"]
      let usual = argument.defaultValue.map { $0.isEmpty ? "" : " Default: \($0)." } ?? ""
      lines += [".TP", head.joined(separator: ", "), text((argument.abstract ?? "") + usual)]
      if let discussion = argument.discussion { lines += paragraphs(discussion) }
    }
    return lines
  }

  /// The abstract as the manual wants it in its first line: no capital, no full stop.
  private static func sentence(_ abstract: String?) -> String {
    let text = abstract ?? ""
    let isWord = text.dropFirst().first.map { $0.isLowercase || $0 == " " } ?? false
    let first = isWord ? text.prefix(1).lowercased() : String(text.prefix(1))
    return (first + text.dropFirst()).replacing(/\.$/, with: "")
  }

  /// Paragraphs as they are; what is indented stays as it is typed.
  private static func paragraphs(_ discussion: String) -> [String] {
    var lines: [String] = []
    var isVerbatim = false
    for line in discussion.split(separator: "\n", omittingEmptySubsequences: false) {
      let isIndented = line.hasPrefix("  ")
      if isIndented != isVerbatim {
        lines.append(isIndented ? ".nf" : ".fi")
        isVerbatim = isIndented
      }
      lines.append(line.isEmpty ? ".PP" : text(String(line)))
    }
    if isVerbatim { lines.append(".fi") }
    return lines
  }

  private static func text(_ text: String) -> String {
    let text = escaped(text)
    // A point or an apostrophe at the start of a line is a request to the formatter.
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&\(text)" : text
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
  }
}
