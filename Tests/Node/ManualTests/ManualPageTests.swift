import Foundation
import Testing

@testable import Manual

struct ManualPageTests {
  private let tree: CommandTree

  init() throws {
    let json = """
      {"command": {"commandName": "swiftlet", "abstract": "A node.", "subcommands": [
        {"commandName": "keys", "abstract": "Make keys.", "discussion": "First.\\n\\n  a  b\\n.dot",
         "arguments": [
          {"kind": "positional", "valueName": "folder", "abstract": "Where.", "isOptional": false,
           "isRepeating": false, "shouldDisplay": true},
          {"kind": "option", "names": [{"kind": "long", "name": "first-slot"}], "valueName": "slot",
           "defaultValue": "0", "abstract": "The first.", "isOptional": true, "isRepeating": false,
           "shouldDisplay": true},
          {"kind": "flag", "names": [{"kind": "long", "name": "secret"}], "isOptional": true,
           "isRepeating": false, "shouldDisplay": false}]},
        {"commandName": "hidden", "shouldDisplay": false}]}}
      """
    tree = try JSONDecoder().decode(CommandTree.Dump.self, from: Data(json.utf8)).command
  }

  @Test
  func `a command's page has its words, options and defaults, and escapes what man would read`() {
    let page = ManualPage(
      tree.shownSubcommands[0], below: ["swiftlet"], version: "1.2.3", date: "2026-01-02",
      others: ["swiftlet"])
    #expect(page.fileName == "swiftlet-keys.1")
    #expect(
      page.text == """
        .TH SWIFTLET-KEYS 1 2026-01-02 "swiftlet 1.2.3" "User Commands"
        .SH NAME
        swiftlet\\-keys \\- make keys
        .SH SYNOPSIS
        \\fBswiftlet keys\\fR [\\fIoptions\\fR] \\fIfolder\\fR
        .SH DESCRIPTION
        First.
        .PP
        .nf
          a  b
        .fi
        \\&.dot
        .SH OPTIONS
        .TP
        \\fIfolder\\fR
        Where.
        .TP
        \\fB\\-\\-first\\-slot\\fR \\fIslot\\fR
        The first. Default: 0.
        .SH SEE ALSO
        \\fBswiftlet\\fR(1)

        """)
  }

  @Test func `the program's page lists the commands for people`() {
    let page = ManualPage(tree, below: [], version: "1", date: "2026-01-02")
    #expect(page.fileName == "swiftlet.1")
    #expect(page.text.contains("swiftlet \\- a node\n"))
    #expect(page.text.contains(".TP\n.B keys\nMake keys.\n"))
    #expect(!page.text.contains("hidden"))
  }
}
