import Foundation
import Hashing
import KeyFiles
import NodeTestSupport
import PeerIdentity
import Testing
import XMSS

@testable import NetworkFiles

struct NetworkFilesTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: scratch.path(KeyFolder.folderName), withIntermediateDirectories: true)
    try write(
      "config.yaml",
      "GENESIS_TIME: 1795000000\nGENESIS_VALIDATORS:\n"
        + (0..<2).map {
          "- {attestation_pubkey: \(key($0, "att")), proposal_pubkey: \(key($0, "prop"))}\n"
        }.joined())
    for name in ["attester", "proposer"] {
      try write("hash-sig-keys/validator_0_\(name)_key_sk.ssz", "")
    }
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: scratch.path(name)))
  }

  private func read(node: String = "a") throws(FileProblems) -> NetworkFiles {
    try NetworkFiles(.init(folder: scratch.directory.path, node: node), node: node)
  }

  private let annotated = """
    a:
      - {index: 0, pubkey_hex: \(key(0, "prop")), privkey_file: validator_0_proposer_key_sk.ssz}
      - {index: 0, pubkey_hex: \(key(0, "att")), privkey_file: validator_0_attester_key_sk.ssz}
    b: []
    """

  private func manifest(_ index: Int = 0) -> String {
    """
    lifetime: 256
    num_active_epochs: 256
    validators:
      - index: 0
        attester_key_pubkey_hex: \(key(index, "att"))
        proposer_key_pubkey_hex: \(key(index, "prop"))

    """
  }

  @Test func `the configuration alone makes an observer`() throws {
    let files = try read()
    #expect(files.validators == [])
    #expect(files.bootnodes == [])
    #expect(files.identity == nil)
    #expect(files.scheme == nil)
    #expect(files.genesis.validators.count == 2)
    #expect(try files.loadKeys(scheme: .test).isEmpty)
  }

  @Test func `every file is read and told apart by node`() throws {
    try write("annotated_validators.yaml", annotated)
    try write("hash-sig-keys/validator-keys-manifest.yaml", manifest())
    try write(
      "validator-config.yaml",
      "config: {attestation_committee_count: 2}\nvalidators:\n"
        + "- {name: a, privkey: \(String(repeating: "ab", count: 32)), isAggregator: true}\n")
    let files = try read()
    #expect(files.validators.map(\.index) == [0])
    #expect(files.validators.map(\.attestation.publicKey) == [try publicKey(0, "att")])
    #expect(files.scheme == .test)
    #expect(files.keySlots == 0..<256)
    #expect(files.committeeCount == 2)
    let identity = try #require(files.identity)
    #expect(files.peerNames == [identity.peerID: "a"])
    #expect(try read(node: "b").validators == [])
    #expect(try read(node: "b").identity == nil)
  }

  @Test func `the key file comes before the private key of the plan, and config before plan`()
    throws
  {
    let secret = String(repeating: "cd", count: 32)
    try write("a.key", "\(secret)\n")
    try write(
      "validator-config.yaml",
      "config: {attestation_committee_count: 2}\n"
        + "validators: [{name: a, privkey: \(String(repeating: "ab", count: 32))}]")
    var text = try String(contentsOfFile: scratch.path("config.yaml"), encoding: .utf8)
    text += "ATTESTATION_COMMITTEE_COUNT: 3\n"
    try write("config.yaml", text)
    let files = try read()
    #expect(files.identity?.peerID == PeerIdentity(text: secret)?.peerID)
    #expect(files.committeeCount == 3)
  }

  @Test(arguments: [
    "a: [0]\nb: []", "validators:\n  a:\n    - 0\n  b: []\n", "a:\n  - \"0\"\nb:\n",
  ])
  func `indices alone take the key files of the manifest`(plain: String) throws {
    try write("validators.yaml", plain)
    try write("hash-sig-keys/validator-keys-manifest.yaml", manifest())
    let files = try read()
    #expect(files.validators.map(\.proposal.file) == ["validator_0_proposer_key_sk.ssz"])
    #expect(try read(node: "b").validators == [])
  }

  @Test func `all problems of all files are told at once`() throws {
    try write("config.yaml", "GENESIS_TIME: x\nGENESIS_VALIDATORS: []\n")
    try write("annotated_validators.yaml", "a:\n  - {index: 0}\n")
    try write("validator-config.yaml", "validators: [{count: 1}]")
    try write("hash-sig-keys/validator-keys-manifest.yaml", "lifetime: 5\nvalidators: []")
    try write("nodes.yaml", "\t{")
    try write("a.key", "nothing")
    let problems = #expect(throws: FileProblems.self) { try read() }
    let names = problems?.errors.map { URL(filePath: $0.path).lastPathComponent }
    #expect(
      names == [
        "config.yaml", "config.yaml", "validator-config.yaml", "nodes.yaml",
        "annotated_validators.yaml", "validator-keys-manifest.yaml", "a.key",
      ])
    #expect(problems?.description.split(separator: "\n").count == 7)
  }

  @Test func `a node that is not listed is told how to run without validators`() throws {
    try write("annotated_validators.yaml", annotated)
    let problems = #expect(throws: FileProblems.self) { try read(node: "c") }
    #expect(problems?.description.contains("has no node c; it has a, b") == true)
    #expect(problems?.description.contains("add `c: []`") == true)
  }

  @Test func `a validator of two nodes is refused with its line`() throws {
    try write("validators.yaml", "a: [0]\nb:\n  - 0\n")
    let problems = #expect(throws: FileProblems.self) { try read() }
    #expect(
      problems?.description.contains("validators.yaml:3: gives validator 0 to a and to b") == true)
  }

  @Test func `missing key files and keys of another network are refused`() throws {
    try write("annotated_validators.yaml", annotated)
    try write("hash-sig-keys/validator-keys-manifest.yaml", manifest(1))
    try FileManager.default.removeItem(
      atPath: scratch.path("hash-sig-keys/validator_0_attester_key_sk.ssz"))
    let problems = #expect(throws: FileProblems.self) { try read() }
    let lines = problems?.errors.map(\.problem) ?? []
    #expect(lines.count == 2)
    #expect(
      lines.first?.hasPrefix("does not exist; it is the attestation key of validator 0") == true)
    #expect(lines.last?.hasPrefix("has other keys for validator 0 than the genesis") == true)
  }

  @Test func `files are bounded, and pipes are no files`() throws {
    let path = scratch.path("nodes.yaml")
    #expect(mkfifo(path, 0o600) == 0)
    let config = scratch.path("validator-config.yaml")
    try write("validator-config.yaml", "")
    #expect(truncate(config, off_t(YAMLValue.maximumFileBytes + 1)) == 0)
    let problems = #expect(throws: FileProblems.self) { try read() }
    #expect(problems?.description.contains("at most 16777216 are expected") == true)
    #expect(problems?.description.contains("nodes.yaml: is no plain file") == true)
  }

  @Test func `a file that names itself a billion times costs nothing`() throws {
    var text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    for (name, inner) in zip("bcdefghij", "abcdefghi") {
      text += "\(name): &\(name) [\((0..<10).map { _ in "*\(inner)" }.joined(separator: ","))]\n"
    }
    try write("nodes.yaml", "- " + text.replacing("\n", with: "\n  ") + "\n")
    #expect(try read().warnings.count == 1)
  }
}
