internal import ArgumentParser
internal import Doctor
private import Foundation
private import KeyFiles
private import NodeSettings

/// Says what would go wrong on this machine, and with a node that its settings describe.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look at this machine and a node's files, and say what would go wrong.",
    discussion: """
      One line for each thing: ok, notice, PROBLEM, or ? for what the system does not say. Exit status 1 \
      when there is a problem. Nothing is changed, and a node may run meanwhile.

      Without settings only the machine is looked at. Give the settings of swiftlet node, as --config or \
      --genesis and --node-id, and everything that the node would open is looked at too.

      --json prints the findings as JSON.

      Example: swiftlet doctor --config /etc/swiftlet/node.yaml
      """)

  @Argument(
    parsing: .captureForPassthrough, help: "--json, and settings of swiftlet node.")
  var arguments: [String] = []

  func run() async throws {
    guard !arguments.contains("--help"), !arguments.contains("-h") else {
      return tell(Swiftlet.helpMessage(for: DoctorCommand.self))
    }
    let asJSON = arguments.contains("--json")
    let checkup = try await Checkup(arguments.filter { $0 != "--json" })
    try tellSurely(asJSON ? checkup.json : checkup.text)
    guard checkup.problemCount == 0 else { throw ExitCode.failure }
  }
}

/// All findings on a machine and a node.
struct Checkup: Sendable {
  let findings: [Finding]

  /// Looks, as the settings of `swiftlet node` say.
  ///
  /// - Throws: `ValidationError` for words that are no settings.
  init(_ arguments: [String]) async throws {
    try await self.init(NodeLook(arguments))
  }

  /// Looks at the machine, and at what settings describe.
  init(_ look: NodeLook) async throws {
    let now = UInt64(Date().timeIntervalSince1970)
    let facts = try await onThread { look.facts(nowSeconds: now) }
    findings =
      Diagnosis.findings(.ofThisMachine(), validators: facts?.validators ?? 0)
      + (facts.map { Diagnosis.findings($0, nowSeconds: now) } ?? [])
  }

  var problemCount: Int { findings.count { $0.verdict == .problem } }

  /// A line for each finding, and the sum of them.
  var text: String {
    let sum =
      switch problemCount {
      case 0: "nothing is wrong"
      case 1: "1 problem"
      default: "\(problemCount) problems"
      }
    return (findings.map(\.line) + [sum]).joined(separator: "\n")
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let report = Report(
        version: Swiftlet.version, commit: Swiftlet.commit, problems: problemCount,
        findings: findings)
      return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
  }

  private struct Report: Encodable {
    var version: String
    var commit: String?
    var problems: Int
    var findings: [Finding]
  }
}
