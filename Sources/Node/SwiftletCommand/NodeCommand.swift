internal import ArgumentParser
private import ChainEvents
private import Conformance
private import Consensus
private import DashboardApp
private import Devnet
private import Foundation
private import KeyFiles
private import LeanNode
private import NodeSettings
private import NodeStatus

/// Runs a node of a network, with the dashboard on top where there is a terminal.
struct NodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "node", abstract: "Run a node of a Lean Ethereum network.")

  /// Settings have names of several clients and come from a file too: ``NodeArguments`` reads them.
  @Argument(parsing: .captureForPassthrough, help: "Settings; swiftlet node --help lists them.")
  var arguments: [String] = []

  func run() async throws {
    var problems = FileProblems()
    let given = NodeArguments(arguments, others: ScreenOptions.names, &problems)
    guard !given.wantsHelp else { return tell(NodeHelp.text(dashboard: ScreenOptions.help)) }
    let wish = ProcessInfo.processInfo.environment[TestDriverServer.variable]
    if TestDriver.isWanted(wish) {
      return try await TestDriverServer().run(
        address: given.texts(.httpAddress).last ?? "127.0.0.1",
        port: given.texts(.apiPort).last.flatMap { Int($0) } ?? 5052)
    }
    let screen = Self.screen(given.rest, &problems)
    let settings: NodeSettings
    do {
      settings = try NodeSettings(given, problems)
    } catch {
      for line in error.description.split(separator: "\n") { say(String(line)) }
      throw ExitCode.failure
    }
    for warning in settings.warnings { say("warning: \(warning)") }
    let run = NodeRun(settings, screen: screen)
    do {
      if given.wantsCheck {
        for line in try await run.check() { tell(line) }
      } else {
        try await run.run()
      }
    } catch let error as ExitCode {
      throw error
    } catch {
      say("\(error)")
      throw ExitCode.failure
    }
  }

  private static func screen(
    _ words: [String], _ problems: inout FileProblems
  ) -> ScreenOptions {
    do {
      return try ScreenOptions.parse(words)
    } catch {
      problems.add(KeyFileError(words.joined(separator: " "), ScreenOptions.message(for: error)))
      return ScreenOptions()
    }
  }
}

extension ScreenOptions {
  /// The names of the options, and whether a value follows.
  static var names: [String: Bool] {
    ["theme": true, "ascii": false, "colors": true, "fps": true, "bell": false]
  }

  /// The options with what they do.
  static var help: [(option: String, help: String)] {
    [
      ("--theme name|file", "The theme of the dashboard."),
      ("--ascii", "Draw with ASCII only."),
      ("--colors auto|none|8|16|256|true", "Colours; NO_COLOR in the environment is none."),
      ("--fps number", "Frames a second, from 1 to 60 (10)."),
      ("--bell", "Ring the terminal's bell when a critical alarm begins."),
    ]
  }
}

/// Prints a line at once: a pipe or a file shall not wait until a buffer is full.
func tell(_ line: String) {
  FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}

/// Writes a line at once, for a program whose output is its purpose.
///
/// - Throws: ``OutputRefusal``, such as of a full disk or a closed pipe.
func tellSurely(_ line: String, terminator: String = "\n") throws {
  do {
    try FileHandle.standardOutput.write(contentsOf: Data((line + terminator).utf8))
  } catch {
    throw OutputRefusal(reason: error.localizedDescription)
  }
}

/// Why nothing more can be told.
struct OutputRefusal: Error, Equatable, CustomStringConvertible {
  let reason: String

  var description: String { "cannot write to standard output: \(reason)" }
}

func say(_ line: String) {
  FileHandle.standardError.write(Data("\(line)\n".utf8))
}
