import Testing

@testable import Manual

struct CompletionScriptTests {
  private let settings = [
    CommandTree.Argument(
      names: ["genesis"], valueName: "file|folder", help: "The files.", section: "a"),
    CommandTree.Argument(
      names: ["commit"], valueName: "early|late", help: "It's [when].", section: "a"),
    CommandTree.Argument(names: ["check"], valueName: nil, help: "Check.", section: "a"),
  ]

  @Test func `settings are added where each shell's script has the command`() throws {
    let bash = try #require(
      CompletionScript(
        .bash,
        generated: "_swiftlet_node() {\n    repeating_flags=()\n    non_repeating_flags=(--help)\n"
          + "    repeating_options=()\n    non_repeating_options=()\n    rest\n}\n"
      ).adding(settings, to: "node"))
    #expect(bash.text.contains("\n    repeating_options=(--genesis --commit)\n"))
    #expect(bash.text.contains("non_repeating_flags=(--check --help)"))
    #expect(bash.text.contains("    '--genesis')\n        __swiftlet_add_completions -f\n"))
    #expect(bash.text.contains("compgen -W 'early late'"))
    #expect(bash.text.hasSuffix("    esac\n}\n"))

    let zsh = try #require(
      CompletionScript(
        .zsh,
        generated: "_swiftlet_node() {\n    local -i ret=1\n    local -ar arg_specs=(\n    )\n}\n"
      ).adding(settings, to: "node"))
    #expect(zsh.text.contains("'*--genesis[The files.]:value:_files'"))
    #expect(zsh.text.contains("'*--commit[It’s \\[when\\].]:value:(early late)'"))

    let fish = try #require(
      CompletionScript(
        .fish,
        generated: "        case 'node'\n            __swiftlet_parse_subcommand -r 1 'version'\n"
      ).adding(settings, to: "node"))
    #expect(
      fish.text.contains("__swiftlet_parse_subcommand 0 'genesis=+' 'commit=+' 'check' 'version'\n")
    )
    #expect(fish.text.contains("-l 'genesis' -d 'The files.' -rF\n"))
    #expect(fish.text.contains("-l 'commit' -d 'It’s [when].' -rfka 'early late'\n"))
  }

  @Test(arguments: CompletionScript.Shell.allCases)
  func `a script without the command has no place for settings`(_ shell: CompletionScript.Shell) {
    let script = CompletionScript(shell, generated: "nothing\n")
    #expect(script.adding(settings, to: "node") == nil)
  }
}
