import Foundation
import Testing

@testable import Conformance

/// The vectors that the repository carries.
let vectors = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "Vectors")

struct ConformanceTests {
  @Test func `no vector of the repository fails`() throws {
    let report = try Conformance.run(vectors)
    #expect(report.problems.filter { $0.expected != nil } == [])
  }

  @Test(
    arguments: [
      ("justifiability", 35), ("slot_clock", 25), ("ssz", 194), ("state_transition", 60),
      ("large", 6), ("poseidon_permutation", 8), ("xmss", 136), ("leansig", 41),
      ("fork_choice", 107), ("verify_signatures", 15), ("verify_single_message_proofs", 11),
      ("verify_multi_message_proofs", 10), ("reaggregation", 1), ("gossipsub_handler", 12),
      ("networking_codec", 99), ("api_endpoint", 16),
    ])
  func `every case of a finished format passes`(format: String, count: Int) throws {
    let report = try Conformance.run(vectors, format: format)
    #expect(report.problems == [])
    #expect(report.tallies.mapValues(\.passed) == [format: count])
  }

  @Test func `a wrong vector fails by name with what was expected and what came out`() throws {
    let report = try run([
      "a/wrong.json": """
      {"slot": 3, "finalizedSlot": 1, "output": {"delta": 2, "isJustifiable": false}}
      """
    ])
    let problem = try #require(report.problems.first)
    #expect(problem.name == "a/wrong.json")
    #expect(problem.format == "justifiability")
    #expect(problem.expected == "justifiability Output(delta: 2, isJustifiable: false)")
    #expect(problem.actual == "justifiability Output(delta: 2, isJustifiable: true)")
    #expect(report.tallies == ["justifiability": .init(failed: 1)])
  }

  @Test func `bytes that must be refused and are not fail, and the other way round`() throws {
    let report = try run([
      "accepted.json": """
      {"typeName": "Uint8", "serialized": "0x01", "root": "", "rejectionReason": "DECODE_ERROR"}
      """,
      "refused.json": """
      {"typeName": "Uint8", "serialized": "0x0102", "root": "", "value": "1"}
      """,
    ])
    #expect(
      report.description.hasSuffix(
        """
        FAILED ssz accepted.json
          expected rejection DECODE_ERROR
          actual   accepted
        FAILED ssz refused.json
          expected accepted
          actual   2 bytes instead of 1
        """))
  }

  @Test func `broken text and unknown formats are named and keep the run from being clean`() throws
  {
    let report = try run(["x/broken.json": "{", "x/y.json": #"{"novel": 1}"#, "list.json": "[1]"])
    #expect(
      report.description.hasSuffix(
        """
        NOT RUN unreadable list.json: not a vector in JSON; restore or remove the file
        NOT RUN unreadable x/broken.json: not a vector in JSON; restore or remove the file
        NOT RUN x x/y.json: no runner
        """))
    #expect(!report.isClean)
  }

  @Test func `without vectors there is one line with the remedy`() throws {
    let missing = URL(filePath: "/nonexistent")
    #expect(throws: ConformanceError.missing("/nonexistent")) { try Conformance.run(missing) }
    let large = vectors.appending(path: "large")
    #expect(throws: ConformanceError.noVectors(large.path, "ssz")) {
      try Conformance.run(large, format: "ssz")
    }
  }

  @Test func `four older cases are superseded by rules of July and by nothing else`() throws {
    let report = try Conformance.run(vectors, format: "fork_choice")
    #expect(
      report.superseded.map { "\($0.name.split(separator: "/").last ?? ""): \($0.actual)" } == [
        "test_block_with_maximum_attestations.json: "
          + "the larger of two votes for one slot counts (July 2026)",
        "test_produce_block_enforces_max_attestations_data_limit.json: "
          + "the larger of two votes for one slot counts (July 2026)",
        "test_same_slot_equivocating_attesters_count_once.json: "
          + "the larger of two votes for one slot counts (July 2026)",
        "test_finalization_prunes_stale_attestation_signatures.json: "
          + "a head off the finalized chain is refused (July 2026)",
      ])
  }

  @Test func `files as leanSpec writes them hold cases by the test that made them`() throws {
    let paths = [
      "july-rules/fork_choice/test_block_beyond_future_horizon_rejected.json",
      "july-rules/state_transition/test_zero_hash_root.json",
    ]
    let cases = try paths.map { path in
      try String(contentsOf: vectors.appending(path: path), encoding: .utf8)
    }
    let wrong = cases[1].replacing("ZERO_HASH_JUSTIFICATION_ROOT", with: "STATE_ROOT_MISMATCH")
    let codec = #"{"network": "Lstar", "codec": 1, "_info": {"fixtureFormat": "codec_test"}}"#
    let report = try run([
      "consensus/a.json": #"{"a.py::b[x]": \#(cases[0]), "a.py::c": \#(cases[1])}"#,
      "consensus/d.json": #"{"d.py::e": \#(wrong), "d.py::f": \#(codec)}"#,
    ])
    #expect(report.tallies["fork_choice"] == .init(passed: 1))
    #expect(report.tallies["state_transition"] == .init(passed: 1, failed: 1))
    #expect(report.tallies["codec"] == .init(unsupported: 1))
    #expect(
      report.problems.map(\.name) == ["consensus/d.json d.py::e", "consensus/d.json d.py::f"])
  }

  @Test func `one file can be run alone`() throws {
    let file = vectors.appending(path: "july-rules/state_transition/test_zero_hash_root.json")
    #expect(try Conformance.run(file).tallies == ["state_transition": .init(passed: 1)])
  }

  @Test func `the report is also JSON`() throws {
    let report = try run(["x.json": #"{"novel": 1}"#])
    struct Read: Decodable, Equatable {
      let tallies: [String: [String: Int]]
    }
    let read = try JSONDecoder().decode(Read.self, from: report.json())
    #expect(
      read.tallies.values.first == ["passed": 0, "failed": 0, "unsupported": 1, "superseded": 0])
  }

  /// Runs vectors from a folder of their own.
  private func run(_ files: [String: String]) throws -> ConformanceReport {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (path, text) in files {
      let file = folder.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return try Conformance.run(folder)
  }
}
