import Foundation
import NodeTestSupport
import Testing

/// `swiftlet doctor` and `swiftlet debug-bundle` from outside.
struct DoctorCommandTests {
  private let scratch: Scratch
  private var folder: String { scratch.path("net") }

  init() throws {
    scratch = try Scratch()
    let made = try swiftlet(
      "genesis", "--out", scratch.path("net"), "--node", "a_0", "--scheme", "test", "--slots",
      "256", "--genesis-in", "1000")
    #expect(made.status == 0, "\(made.errors)")
  }

  private var settings: [String] {
    ["--genesis", folder, "--node-id", "a_0", "--data-dir", scratch.path("data")]
  }

  @Test func `without settings the machine is looked at, and the status says whether all is well`()
    throws
  {
    let outcome = try swiftlet("doctor")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 7, "\(outcome.output)")
    #expect(outcome.status == (outcome.output.contains("PROBLEM") ? 1 : 0))
  }

  @Test func `with a node's settings its files are looked at, and nothing is made`() throws {
    let outcome = try swiftlet(["doctor"] + settings + ["--json"])
    struct Report: Decodable {
      struct Finding: Decodable {
        var subject: String
        var verdict: String
        var text: String
      }
      var version: String
      var problems: Int
      var findings: [Finding]
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    #expect(report.problems == report.findings.count { $0.verdict == "problem" })
    func text(_ subject: String) -> String? {
      report.findings.first { $0.subject == subject }?.text
    }
    #expect(text("keys")?.hasPrefix("2 keys in order; the first ends in 256 slots") == true)
    #expect(text("genesis")?.hasPrefix("slot 0 begins in") == true)
    #expect(text("settings") == "the node and its network's files fit together")
    #expect(!FileManager.default.fileExists(atPath: scratch.path("data")))
  }

  @Test func `settings that do not fit are problems with status 1`() throws {
    let outcome = try swiftlet(["doctor", "--genesis", folder, "--node-id", "b_7"])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("PROBLEM settings"), "\(outcome.output)")
    let unknown = try swiftlet("doctor", "--genessis", folder)
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("did you mean --genesis?"))
  }

  @Test func `a bundle has the findings and the network's files, and none of the keys`() throws {
    let archive = scratch.path("bundle.tar.gz")
    let outcome = try swiftlet(["debug-bundle", "--out", archive, "--"] + settings)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let listed = try run(
      URL(filePath: "/usr/bin/env"), ["tar", "--list", "--file", archive], environment: [:])
    for name in ["doctor.txt", "doctor.json", "version.txt", "network/config.yaml"] {
      #expect(listed.output.contains("swiftlet-debug/\(name)\n"), "\(listed.output)")
    }
    #expect(!listed.output.contains("_sk"))
    let all = try run(
      URL(filePath: "/usr/bin/env"), ["tar", "--extract", "--to-stdout", "--file", archive],
      environment: [:])
    let key = try String(contentsOfFile: "\(folder)/a_0.key", encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(key.count == 64)
    #expect(!all.output.contains(key), "validator-config.yaml has it as privkey")
    #expect(all.output.contains("privkey: \"[secret removed]\""))
  }
}
