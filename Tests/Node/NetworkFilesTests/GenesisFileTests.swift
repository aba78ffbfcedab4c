import Consensus
import Hashing
import KeyFiles
import SSZ
import Testing

@testable import NetworkFiles

struct GenesisFileTests {
  private static func entries(_ line: (Int) -> String) -> String {
    "GENESIS_TIME: 1795000000\nGENESIS_VALIDATORS:\n" + (0..<3).map(line).joined()
  }

  private static let spellings = [
    entries { i in
      "  - attestation_pubkey: \"\(key(i, "att"))\"\n    proposal_pubkey: \"\(key(i, "prop"))\"\n"
    },
    entries { i in
      "  - attestation_public_key: \"0x\(key(i, "att"))\"\n"
        + "    proposal_public_key: '0x\(key(i, "prop"))'\n"
    },
    entries { i in
      "  - attestation_pubkey: \(key(i, "att"))\n    proposal_public_key: 0x\(key(i, "prop"))\n"
    },
    "VALIDATOR_COUNT: 3\nMAX_ATTESTATIONS_DATA: 8\nconfig: {a: [b]}\nSECONDS_PER_SLOT: 4\n"
      + entries { i in
        "- {proposal_pubkey: \(key(i, "prop").uppercased()), attestation_pubkey: \(key(i, "att"))}\n"
      },
  ]

  /// Made by leanSpec 43246bd6 from the second spelling: `GenesisConfig.from_yaml_file`, then
  /// `generate_genesis`.
  private static let leanSpecRoot =
    "0xdc3e2e859f7817889edab43d74ef6dd1f6df0ba0e8682e5422c34dedd992441a"

  private func read(_ text: String) throws -> (file: GenesisFile?, problems: FileProblems) {
    var problems = FileProblems()
    let file = GenesisFile(try yaml(text), &problems)
    return (file, problems)
  }

  @Test(arguments: spellings)
  func `every spelling gives leanSpec's genesis state bit for bit`(text: String) throws {
    let (file, problems) = try read(text)
    #expect(problems == FileProblems())
    let state = try #require(file).state
    #expect(state.hashTreeRoot().description == Self.leanSpecRoot)
    #expect(state.sszBytes().count == 566)
  }

  @Test func `what is written is read back, and by the same root`() throws {
    let file = try #require(try read(Self.spellings[0]).file)
    let written = GenesisFile(
      genesisTime: file.genesisTime, committeeCount: 2, validators: file.validators)
    let (again, problems) = try read(written.yaml(logActiveSlots: 18))
    #expect(again == written)
    #expect(problems == FileProblems())
  }

  @Test func `the committee count is optional`() throws {
    #expect(try read(Self.spellings[0]).file?.committeeCount == nil)
    let text = "ATTESTATION_COMMITTEE_COUNT: 4\n" + Self.spellings[0]
    #expect(try read(text).file?.committeeCount == 4)
  }

  private static let head = "GENESIS_TIME: 12\nGENESIS_VALIDATORS:\n"
  private static let good =
    "  - {attestation_pubkey: \(key(0, "att")), proposal_pubkey: \(key(0, "prop"))}\n"

  @Test(arguments: [
    ("", ["file.yaml:1: is no genesis configuration"]),
    ("- 1", ["file.yaml:1: is no genesis configuration"]),
    ("a: 1", ["GENESIS_TIME is missing", "GENESIS_VALIDATORS is missing"]),
    ("GENESIS_TIME: -1\nGENESIS_VALIDATORS:\n" + good, [":1: GENESIS_TIME is -1"]),
    (
      "GENESIS_TIME: 18446744073709551615\nGENESIS_VALIDATORS:\n" + good,
      [":1: GENESIS_TIME is 18446744073709551615"]
    ),
    ("GENESIS_TIME: 12\nGENESIS_VALIDATORS: []", [":2: GENESIS_VALIDATORS is no list"]),
    ("GENESIS_TIME: 12\nGENESIS_VALIDATORS: 5", [":2: GENESIS_VALIDATORS is no list"]),
    (
      head + "  - \"\(key(0, "att"))\"\n",
      [":3: validator 0 has no attestation_pubkey and proposal"]
    ),
    (
      head + good + "  - attestation_pubkey: 12\n    proposal_pubkey: 0xzz\n",
      [
        ":4: the attestation key of validator 1 has 1 bytes; a key has 52",
        ":5: the proposal key of validator 1 has no hexadecimal",
      ]
    ),
    (
      head + "  - attestation_pubkey: \(key(0, "a").prefix(64))\n    proposal_pubkey: []\n",
      [
        ":3: the attestation key of validator 0 has 32 bytes; keys of 32 bytes belong to another",
        ":4: the proposal key of validator 0 has no hexadecimal",
      ]
    ),
    (
      head + "  - {attestation_pubkey: \(key(0, "att"))}\n",
      [":3: validator 0 has no proposal_pubkey"]
    ),
    (
      "ATTESTATION_COMMITTEE_COUNT: 0\nMILLISECONDS_PER_SLOT: 2000\n" + head + good,
      [
        ":2: MILLISECONDS_PER_SLOT is 2000, but slots have 4000 here",
        ":1: ATTESTATION_COMMITTEE_COUNT is 0; take 1 to 4096",
      ]
    ),
    (
      "ATTESTATION_COMMITTEE_COUNT: 4097\n" + head + good,
      [":1: ATTESTATION_COMMITTEE_COUNT is 4097"]
    ),
  ])
  func `all problems of a bad file are told with their lines`(
    text: String, expected: [String]
  ) throws {
    let lines = try read(text).problems.errors.map(\.description)
    #expect(lines.count == expected.count, "\(lines)")
    for (line, expected) in zip(lines, expected) {
      #expect(line.contains(expected), "\(line)")
      #expect(!line.contains("\n"))
    }
  }

  @Test func `a registry above the limit is refused before its keys are read`() throws {
    let text = Self.head + String(repeating: Self.good, count: 4_097)
    let problems = try read(text).problems
    #expect(problems.errors.map(\.line) == [3])
    #expect(problems.errors.first?.problem.contains("has 4097 validators") == true)
  }

  @Test func `problems beyond the limit are counted`() throws {
    let text = Self.head + String(repeating: "  - 1\n", count: 100)
    let problems = try read(text).problems
    #expect(problems.errors.count == FileProblems.limit)
    #expect(problems.description.hasSuffix("\nand 50 more of them"))
  }

  @Test func `a key with two jobs and a wrong count are warnings`() throws {
    let text = "VALIDATOR_COUNT: 7\n" + Self.head + Self.good + Self.good
    let (file, problems) = try read(text)
    #expect(file?.validators.count == 2)
    #expect(problems.errors == [])
    #expect(
      problems.warnings.map(\.description) == [
        "file.yaml:5: a key of validator 1 is also validator 0's: "
          + "two signatures with one leaf give a key away",
        "file.yaml:5: a key of validator 1 is also validator 0's: "
          + "two signatures with one leaf give a key away",
        "file.yaml:1: VALIDATOR_COUNT is 7, but GENESIS_VALIDATORS has 2, which count",
      ])
  }
}
