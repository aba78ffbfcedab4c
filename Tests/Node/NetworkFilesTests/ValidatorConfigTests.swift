import Hashing
import KeyFiles
import PeerIdentity
import Testing
import Wire

@testable import NetworkFiles

struct ValidatorConfigTests {
  private func read(_ text: String) throws -> (file: ValidatorConfig, problems: FileProblems) {
    var problems = FileProblems()
    let file = ValidatorConfig(try yaml(text), &problems)
    return (file, problems)
  }

  @Test func `lean-quickstart's file is read`() throws {
    let (file, problems) = try read(
      """
      shuffle: roundrobin
      deployment_mode: local
      config:
        activeEpoch: 18
        keyType: "hash-sig"
        attestation_committee_count: 2
      validators:
        - name: "swiftlet_0"
          privkey: "cb0e49823dda462828b7be1b618523087dd94ce364350e4c199c46abc1deadf1"
          enrFields:
            ip: "127.0.0.1"
            quic: 9001
          metricsPort: 8081
          apiPort: 5051
          isAggregator: true
          count: 3
        - name: other_0
      """)
    #expect(problems == FileProblems())
    #expect(file.committeeCount == 2)
    let node = try #require(file["swiftlet_0"])
    #expect(
      node.identity?.peerID.description == "16Uiu2HAmGpNNgESaapx8PmdycJeKPxHKf3B67nxWeMm9hPtGjeTL")
    #expect(node.address == IPAddress(text: "127.0.0.1"))
    #expect([node.quicPort, node.metricsPort, node.apiPort] == [9001, 8081, 5051])
    #expect(node.isAggregator)
    #expect(node.validatorCount == 3)
    let bare = try #require(file["other_0"])
    #expect(bare.identity == nil && bare.quicPort == nil && !bare.isAggregator)
    #expect(bare.validatorCount == 1)
    #expect(file["third"] == nil)
  }

  @Test(arguments: [
    ("", ":1: has no list of nodes named validators"),
    ("validators: 3", ":1: has no list of nodes named validators"),
    ("validators:\n  - count: 3", ":2: has a node without a name"),
    ("validators:\n  - name: a\n  - name: a", ":3: names node a twice"),
    ("validators: [{name: a, enrFields: {quic: 0}}]", ":1: quic of a is 0; take 1 to 65535"),
    ("validators: [{name: a, apiPort: 65536}]", ":1: apiPort of a is 65536"),
    ("validators: [{name: a, enrFields: {ip: host}}]", ":1: ip of a is host, no IP address"),
    ("validators: [{name: a, isAggregator: maybe}]", ":1: isAggregator of a is maybe"),
    ("validators: [{name: a, count: 4097}]", ":1: count of a is 4097; take 0 to 4096"),
    (
      "config: {attestation_committee_count: x}\nvalidators: []",
      ":1: attestation_committee_count is x"
    ),
  ])
  func `a bad file is refused in one line with its place`(text: String, line: String) throws {
    let errors = try read(text).problems.errors.map(\.description)
    #expect(errors.count == 1)
    #expect(errors.first?.contains(line) == true, "\(errors)")
  }

  @Test func `a wrong private key is refused without being told`() throws {
    let errors = try read("validators: [{name: a, privkey: 5ec2e7}]").problems.errors
    #expect(errors.first?.problem.contains("privkey of a is no secp256k1 key") == true)
    #expect(errors.first?.problem.contains("5ec2e7") == false)
  }

  @Test func `what is written is read back`() throws {
    let identity = try #require(
      PeerIdentity(text: String(repeating: "ab", count: 32)))
    let node = ValidatorConfig.Node(
      name: "swiftlet_0", identity: identity,
      address: try #require(IPAddress(text: "10.0.0.1")), quicPort: 9001, metricsPort: 8081,
      apiPort: 5051, isAggregator: true, validatorCount: 5)
    let written = ValidatorConfig(nodes: [node], committeeCount: 3).yaml(logActiveSlots: 18)
    let (file, problems) = try read(written)
    #expect(problems == FileProblems())
    #expect(file.committeeCount == 3)
    #expect(file["swiftlet_0"]?.identity?.peerID == identity.peerID)
    #expect(
      ValidatorConfig(nodes: file.nodes, committeeCount: 3).yaml(logActiveSlots: 18) == written)
  }
}
