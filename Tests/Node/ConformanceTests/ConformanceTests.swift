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
      ("justifiability", 35), ("slot_clock", 25), ("ssz", 194), ("state_transition", 59),
      ("large", 6), ("poseidon_permutation", 8), ("xmss", 136), ("leansig", 41),
      ("fork_choice", 102), ("verify_signatures", 15), ("verify_single_message_proofs", 11),
      ("verify_multi_message_proofs", 10), ("reaggregation", 1), ("gossipsub_handler", 12),
      ("networking_codec", 99),
    ])
  func `every case of a finished format passes`(format: String, count: Int) throws {
    let report = try Conformance.run(vectors, format: format)
    #expect(report.tallies == [format: .init(passed: count)])
    #expect(report.problems == [])
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
    let file = URL(filePath: #filePath)
    #expect(throws: ConformanceError.noFolder(file.path)) { try Conformance.run(file) }
    let large = vectors.appending(path: "large")
    #expect(throws: ConformanceError.noVectors(large.path, "ssz")) {
      try Conformance.run(large, format: "ssz")
    }
  }

  @Test func `the report is also JSON`() throws {
    let report = try run(["x.json": #"{"novel": 1}"#])
    struct Read: Decodable, Equatable {
      let tallies: [String: [String: Int]]
    }
    let read = try JSONDecoder().decode(Read.self, from: report.json())
    #expect(read.tallies.values.first == ["passed": 0, "failed": 0, "unsupported": 1])
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
