internal import ArgumentParser
private import Conformance
private import Foundation

/// Runs test vectors.
struct ConformanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Run a tree of test vectors.",
    discussion: """
      Prints per format how many cases passed, failed, cannot be run, or have the outcome of an \
      older rule, and names each case that did not pass. The exit status is 0 only if every case \
      passed or is superseded. leanSpec's own fixtures, as its fill command writes them, are read too.

      Formats: \(Conformance.formats.joined(separator: ", ")).
      """)

  @Argument(
    help: "The folder that holds the vectors, in any layout, or one file.", completion: .file())
  var path: String

  @Option(help: ArgumentHelp("Run one format only.", valueName: "name"))
  var format: String?

  @Flag(help: "Print the report as JSON.")
  var json = false

  func validate() throws {
    if let format, !Conformance.formats.contains(format) {
      let known = Conformance.formats.joined(separator: ", ")
      throw ValidationError("there is no runner for '\(format)'; take one of: \(known)")
    }
  }

  func run() throws {
    let report = try Conformance.run(URL(filePath: path), format: format)
    print(json ? String(decoding: try report.json(), as: UTF8.self) : report.description)
    if !report.isClean { throw ExitCode.failure }
  }
}
