import Foundation
import Testing
import XMSS

@testable import KeyFiles

struct AnnotatedValidatorsTests {
  private let registry = [
    (attestation: publicKey(0x11), proposal: publicKey(0x22)),
    (attestation: publicKey(0x33), proposal: publicKey(0x44)),
  ]

  private let manifest = KeyManifest(
    scheme: .test, firstSlot: 0, slotCount: 256,
    validators: [
      .init(
        index: 0, attestation: .init(publicKey: publicKey(0x11), file: "a"),
        proposal: .init(publicKey: publicKey(0x22), file: "b")),
      .init(
        index: 1, attestation: .init(publicKey: publicKey(0x33), file: "c"),
        proposal: .init(publicKey: publicKey(0x44), file: "d")),
    ])

  private func read(_ yaml: String) throws -> AnnotatedValidators {
    try AnnotatedValidators(yaml: Data(yaml.utf8), path: "annotated.yaml")
  }

  @Test func `validators are dealt out to nodes, written and read back`() throws {
    let annotated = AnnotatedValidators(
      manifest.validators, nodes: ["swiftlet_0", "swiftlet_1", "idle"])
    #expect(
      annotated.yaml == """
        idle: []
        swiftlet_0:
        - index: 0
          pubkey_hex: "\(digits(0x11))"
          privkey_file: a
        - index: 0
          pubkey_hex: "\(digits(0x22))"
          privkey_file: b
        swiftlet_1:
        - index: 1
          pubkey_hex: "\(digits(0x33))"
          privkey_file: c
        - index: 1
          pubkey_hex: "\(digits(0x44))"
          privkey_file: d

        """)
    #expect(try read(annotated.yaml) == annotated)
    #expect(
      try annotated.validators(of: "swiftlet_1", registry: registry, path: "")
        == [manifest.validators[1]])
    #expect(try annotated.validators(of: "idle", registry: registry, path: "") == [])
  }

  @Test(arguments: [
    "a: b", "a#b", "# a", "\"a\"", "it's", "a\nb", "\n", "- a", "[a]", "{a}", "*a", "&a", "!a",
    "%a",
    "@a", "`a`", "true", "null", "~", "12", "1e3", "0x12", "a ", " a", "a\\nb", "ä", "a\tb",
    "\u{7}",
    "a: b\n- c: \"d\"", "=", "2026-11-27", String(repeating: "long ", count: 40),
  ])
  func `a name of any characters is one name in the file`(name: String) throws {
    let annotated = AnnotatedValidators(
      [
        .init(
          index: 0, attestation: .init(publicKey: publicKey(0x11), file: name),
          proposal: .init(publicKey: publicKey(0x22), file: "b"))
      ], nodes: [name, "other"])
    #expect(try read(annotated.yaml) == annotated, "\(annotated.yaml)")
  }

  @Test func `validators of an earlier run stay where they were, and none belongs to two nodes`()
    throws
  {
    let first = AnnotatedValidators(manifest.validators, nodes: ["a", "b"])
    let moved = AnnotatedValidators([manifest.validators[0]], nodes: ["c"], besides: first)
    #expect(moved.rows["a"] == [])
    #expect(moved.rows["b"] == first.rows["b"])
    #expect(moved.rows["c"] == first.rows["a"])
    #expect(AnnotatedValidators(manifest.validators, nodes: ["a", "b"], besides: first) == first)
  }

  @Test func `the registry tells the role, whatever the file is called`() throws {
    let annotated = try read(
      """
      node:
        - {index: 0, pubkey_hex: \(digits(0x22)), privkey_file: attester_sk.ssz}
        - {index: 0, pubkey_hex: 0x\(digits(0x11)), privkey_file: old_sk.ssz}
      """)
    let validators = try annotated.validators(of: "node", registry: registry, path: "")
    #expect(validators.map(\.proposal.file) == ["attester_sk.ssz"])
    #expect(validators.map(\.attestation.file) == ["old_sk.ssz"])
  }

  @Test func `without a public key the file name tells the role`() throws {
    let annotated = try read(
      """
      node:
        - {index: 1, privkey_file: validator_1_attestation_sk.ssz}
        - {index: 1, privkey_file: validator_1_proposal_sk.ssz}
      """)
    let validators = try annotated.validators(of: "node", registry: registry, path: "")
    #expect(validators.map(\.index) == [1])
    #expect(validators.map(\.attestation.publicKey) == [publicKey(0x33)])
  }

  @Test(arguments: [
    ("- 1", "does not list keys by node"),
    ("node: [{index: 0}]", "privkey_file is missing, validator 0 of node"),
    ("node: [{index: 0, pubkey_hex: 12, privkey_file: x}]", "pubkey_hex of x, node node"),
    ("other: []", "has no node node; it has other"),
    ("{}", "has no node node; it has none"),
    ("node: [{index: 4096, privkey_file: x}]", "a registry has at most 4096"),
    ("node: [{index: 9, privkey_file: x}]", "names validator 9, but the genesis has 2"),
    ("node: [{index: 0, privkey_file: x}]", "x tells no role; add its pubkey_hex"),
    (
      "node: [{index: 0, pubkey_hex: \(digits(0x33)), privkey_file: x}]",
      "is no key of validator 0 in the genesis"
    ),
    ("node: [{index: 0, privkey_file: attester}]", "names no proposal key for validator 0"),
    (
      "node: [{index: 0, privkey_file: attester}, {index: 0, privkey_file: attestation}]",
      "names two attestation keys for validator 0"
    ),
  ])
  func `a bad file is refused in one line with its path`(yaml: String, text: String) {
    let error = #expect(throws: KeyFileError.self) {
      try read(yaml).validators(of: "node", registry: registry, path: "annotated.yaml")
    }
    #expect(error?.path == "annotated.yaml")
    #expect(error?.problem.contains(text) == true, "\(error?.problem ?? "")")
    #expect(error?.problem.contains("\n") == false)
  }
}
