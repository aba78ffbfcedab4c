import Foundation
import Hashing
import NodeTestSupport
import Storage
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

  @Test func `a journal and a database of another chain are a line each with status 1`() throws {
    let genesis = "0x" + String(repeating: "5a", count: 32)
    let manifest = try String(
      contentsOfFile: "\(folder)/hash-sig-keys/validator-keys-manifest.yaml", encoding: .utf8)
    let key = try #require(manifest.firstMatch(of: /0x[0-9a-f]{104}/)).output
    let record = """
      {"metadata": {"interchange_format_version": "swiftlet-one-time-1"}, "data": [
        {"pubkey": "\(key)", "genesis_id": "\(genesis)", "high_water_slot": "200",
         "signed": [{"slot": "200", "signing_root": "\(genesis)"}]}]}
      """
    try Data(record.utf8).write(to: URL(filePath: scratch.path("record.json")))
    let imported = try swiftlet(
      "keys", "journal", "import", "\(folder)/hash-sig-keys/a_0.journal", "--from",
      scratch.path("record.json"))
    #expect(imported.status == 0, "\(imported.errors)")
    try FileManager.default.createDirectory(
      atPath: scratch.path("data"), withIntermediateDirectories: true)
    try ChainDatabase(path: scratch.path("data/chain.sqlite"), genesis: .zero).close()

    let outcome = try swiftlet(["doctor"] + settings)
    #expect(outcome.status == 1)
    let lines = outcome.output.split(separator: "\n")
    let journal = try #require(lines.first { $0.hasPrefix("PROBLEM journal ") }, "\(lines)")
    #expect(journal.contains("signs only above slot 200, but genesis is still to come"))
    #expect(journal.contains("it signed on another chain: make new keys"))
    let database = try #require(lines.first { $0.hasPrefix("PROBLEM database ") }, "\(lines)")
    #expect(database.contains("belongs to another network (genesis \(Bytes32.zero.short)"))
    let after = try swiftlet(["node", "--check"] + settings)
    #expect(after.status == 0, "nothing was changed: \(after.errors)")
  }

  @Test func `a bundle has the findings and the network's files, and none of the keys`() throws {
    let archive = scratch.path("bundle.tar.gz")
    let secrets = try secrets()
    #expect(secrets.count == 3, "the node's and both of its validator's")
    try secrets.joined(separator: "\n").write(
      toFile: scratch.path("node.log"), atomically: true, encoding: .utf8)
    let outcome = try swiftlet(
      ["debug-bundle", "--out", archive, "--log", scratch.path("node.log"), "--"] + settings)
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
    for secret in secrets { #expect(!all.output.contains(secret)) }
    #expect(all.output.contains("privkey: \"[secret removed]\""))
  }

  /// The digits of every key that the network's files have.
  private func secrets() throws -> [String] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return try names.compactMap { name in
      let data = try? Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
      if name.hasSuffix(".key") {
        return String(decoding: try #require(data), as: UTF8.self)
          .trimmingCharacters(in: .whitespacesAndNewlines)
      }
      guard name.hasSuffix("_sk.ssz") else { return nil }
      return try #require(data).prefix(32).reduce(into: "") { digits, byte in
        digits += (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
  }
}
