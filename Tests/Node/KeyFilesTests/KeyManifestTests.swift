import Foundation
import Testing
import XMSS

@testable import KeyFiles

struct KeyManifestTests {
  private func read(_ yaml: String) throws -> KeyManifest {
    try KeyManifest(yaml: Data(yaml.utf8), path: "keys/manifest.yaml")
  }

  private let manifest = KeyManifest(
    scheme: .devnet, firstSlot: 0, slotCount: 2_048,
    validators: [
      .init(
        index: 1, attestation: .init(publicKey: publicKey(0x33), file: "c"),
        proposal: .init(publicKey: publicKey(0x44), file: "d")),
      .init(
        index: 0, attestation: .init(publicKey: publicKey(0x11), file: "a"),
        proposal: .init(publicKey: publicKey(0x22), file: "b")),
    ])

  @Test func `a manifest is written in the fields of the field's tools and read back`() throws {
    #expect(
      manifest.yaml == """
        key_scheme: SIGTopLevelTargetSumLifetime20Dim46Base8
        hash_function: Poseidon1
        encoding: TargetSum
        lifetime: 1048576
        log_num_active_epochs: 11
        num_active_epochs: 2048
        num_validators: 2
        scheme: devnet
        first_active_epoch: 0
        validators:
        - index: 0
          attester_key_pubkey_hex: "0x\(digits(0x11))"
          attester_key_privkey_file: a
          proposer_key_pubkey_hex: "0x\(digits(0x22))"
          proposer_key_privkey_file: b
        - index: 1
          attester_key_pubkey_hex: "0x\(digits(0x33))"
          attester_key_privkey_file: c
          proposer_key_pubkey_hex: "0x\(digits(0x44))"
          proposer_key_privkey_file: d

        """)
    #expect(try read(manifest.yaml) == manifest)
  }

  @Test func `a manifest of another tool is understood`() throws {
    let yaml = """
      key_scheme: SIGTopLevelTargetSumLifetime32Dim64Base8
      hash_function: Poseidon2
      encoding: TargetSum
      lifetime: 4294967296
      log_num_active_epochs: 18
      num_validators: 1
      validators:
        - index: 0
          proposer_key_pubkey_hex: 0x\(digits(0x22))
          proposer_key_privkey_file: validator_0_proposer_key_sk.ssz
          attester_key_pubkey_hex: \(digits(0x11))
      """
    #expect(
      try read(yaml)
        == KeyManifest(
          scheme: .production, firstSlot: 0, slotCount: 1 << 18,
          validators: [
            .init(
              index: 0,
              attestation: .init(
                publicKey: publicKey(0x11), file: "validator_0_attester_key_sk.ssz"),
              proposal: .init(publicKey: publicKey(0x22), file: "validator_0_proposer_key_sk.ssz"))
          ]))
  }

  @Test func `a manifest in leanSpec's names is understood`() throws {
    let yaml = """
      lifetime: 256
      num_active_epochs: 256
      validators:
        - index: 3
          attestation_public_key_hex: "0x\(digits(0x11))"
          proposal_public_key_hex: "0x\(digits(0x22))"
          attestation_private_key_file: validator_3_attestation_sk.ssz
          proposal_private_key_file: validator_3_proposal_sk.ssz
      """
    #expect(
      try read(yaml).validators == [
        .init(
          index: 3,
          attestation: .init(
            publicKey: publicKey(0x11), file: "validator_3_attestation_sk.ssz"),
          proposal: .init(publicKey: publicKey(0x22), file: "validator_3_proposal_sk.ssz"))
      ])
  }

  private static let head = "lifetime: 256\nnum_active_epochs: 256\nvalidators:\n"

  private static func entry(_ index: Int, _ attester: String, _ proposer: String) -> String {
    "  - {index: \(index), attester_key_pubkey_hex: \(attester), "
      + "proposer_key_pubkey_hex: \(proposer)}\n"
  }

  @Test(arguments: [
    ("", "is no key manifest"),
    ("\t- {", "is no key manifest: line 1"),
    ("lifetime: 256", "is no key manifest: validators is missing"),
    ("lifetime: many\nvalidators: []", "wrong kind of value at lifetime"),
    ("lifetime: 77\nvalidators: []", "lifetime 77 fits no scheme; known are production, devnet"),
    ("validators: []", "lifetime is missing and fits no scheme"),
    ("scheme: best\nvalidators: []", "scheme best is unknown; known are production, devnet, test"),
    ("lifetime: 256\nvalidators: []", "num_active_epochs is missing"),
    (head + "  []", "names no validator"),
    (head + entry(4_096, digits(0x11), digits(0x22)), "validator 4096; a registry has at most"),
    (
      head + "  - {index: 0, attestation_public_key_hex: \(digits(0x11))}",
      "validator 0 has no proposer_key_pubkey_hex"
    ),
    (
      "key_scheme: XmssTargetSumLifetime32Dim42Base8\nlifetime: 4294967296\npubkey_bytes: 32\n"
        + "validators: []",
      "holds keys of another signature scheme, XmssTargetSumLifetime32Dim42Base8; known are"
    ),
    (
      "lifetime: 4294967296\npubkey_bytes: 32\nvalidators: []",
      "another signature scheme, unnamed with public keys of 32 bytes"
    ),
    (
      "key_scheme: SIGTopLevelTargetSumLifetime32Dim46Base8\nhash_function: BLAKE2s\n"
        + "validators: []",
      "another signature scheme, SIGTopLevelTargetSumLifetime32Dim46Base8 over BLAKE2s"
    ),
    (
      "scheme: test\nlifetime: 4294967296\nvalidators: []",
      "names the scheme test, but the lifetime 4294967296 of another one; test has 256"
    ),
    (head + "  - {index: 0}", "validator 0 has no attester_key_pubkey_hex"),
    (head + entry(0, "0x12", digits(0x22)), "attester key of validator 0 is not 52 bytes"),
    (
      head + entry(0, digits(0x11), digits(0x22)) + entry(0, digits(0x33), digits(0x44)),
      "names validator 0 twice"
    ),
    (
      head + entry(0, digits(0x11), digits(0x11)),
      "gives one key to validator 0 and to the proposal"
    ),
    (
      head + entry(0, digits(0x11), digits(0x22)) + entry(1, digits(0x33), digits(0x11)),
      "gives one key to validator 0 and to the proposal of 1"
    ),
  ])
  func `a bad manifest is refused in one line with its path`(yaml: String, text: String) {
    let error = #expect(throws: KeyFileError.self) { try read(yaml) }
    #expect(error?.path == "keys/manifest.yaml")
    #expect(error?.problem.contains(text) == true, "\(error?.problem ?? "")")
    #expect(error?.problem.contains("\n") == false)
  }

  @Test func `a missing manifest is named`() {
    #expect(
      throws: KeyFileError("/nonexistent/validator-keys-manifest.yaml", "does not exist")
    ) {
      try KeyManifest(folder: "/nonexistent")
    }
  }

  @Test(arguments: [
    ("validator_3_attester_key_sk.ssz", KeyRole.attestation),
    ("validator_3_attestation_sk.ssz", .attestation),
    ("validator_3_proposer_sk.ssz", .proposal),
    ("validator_3_proposal_sk.ssz", .proposal),
    ("validator_3_sk.ssz", nil),
    ("attester_proposer", nil),
  ])
  func `a file name tells the role in every tool's spelling`(name: String, role: KeyRole?) {
    #expect(KeyRole(fileName: name) == role)
  }
}
