/// The help of `swiftlet node`.
package enum NodeHelp {
  private static let width = 100
  private static let indent = 30

  /// A command line with the usual settings.
  package static let examples = """
        swiftlet node --genesis genesis --node-id swiftlet_0 --data-dir data/swiftlet_0 \\
            --is-aggregator --checkpoint-sync-url http://127.0.0.1:5052
    """

  /// All of it; `dashboard` are the lines on how the screen looks.
  package static func text(dashboard: [(option: String, help: String)]) -> String {
    var lines = [
      "Run a node of a Lean Ethereum network, from the files that lean-quickstart makes.", "",
      "usage: swiftlet node --genesis FOLDER --node-id NAME [settings]", "", examples, "",
    ]
    for group in NodeOption.Group.allCases {
      lines.append("\(group.rawValue):")
      for option in NodeOption.all where option.group == group {
        lines += row(
          "--\(option.name.rawValue)" + (option.value.map { " \($0)" } ?? ""), help(option))
      }
      if group == .output {
        for entry in dashboard { lines += row(entry.option, entry.help) }
      }
      lines.append("")
    }
    lines.append("Ctrl-C and SIGTERM end the node in order, within two seconds.")
    return lines.joined(separator: "\n")
  }

  private static func help(_ option: NodeOption) -> String {
    guard !option.aliases.isEmpty else { return option.help }
    return option.help + " Also " + option.aliases.map { "--\($0)" }.joined(separator: ", ") + "."
  }

  private static func row(_ head: String, _ help: String) -> [String] {
    var lines = ["  \(head)"]
    if head.count + 4 > indent { lines.append("") }
    for word in help.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.count < indent {
        lines[lines.count - 1] = last + String(repeating: " ", count: indent - last.count) + word
      } else if last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + (last.count == indent ? "" : " ") + word
      } else {
        lines.append(String(repeating: " ", count: indent) + word)
      }
    }
    return lines
  }
}
