import NodeSettings
import Testing

struct NodeOptionTests {
  @Test func `each setting has one row, and no name stands for two`() {
    let names = NodeOption.all.flatMap(\.names)
    #expect(Set(names).count == names.count)
    #expect(Set(NodeOption.all.map(\.name)) == Set(NodeOption.Name.allCases))
  }

  @Test func `what operators of other clients type is understood`() {
    let typed: [(NodeOption.Name, [String])] = [
      (.genesis, ["genesis", "custom-genesis", "network", "custom-network-config-dir"]),
      (.nodeID, ["node-id", "node"]),
      (.validators, ["validators", "validator-registry-path"]),
      (.bootnodes, ["bootnodes", "nodes-path"]),
      (.keys, ["hash-sig-keys-dir", "hash-sig-key-dir", "sig-keys-dir"]),
      (.nodeKey, ["node-key", "node-key-path"]),
      (.port, ["gossipsub-port", "listen-port", "socket-port"]),
      (.apiPort, ["api-port", "http-port"]),
      (.isAggregator, ["is-aggregator", "aggregator"]),
      (.aggregatedSubnets, ["aggregate-subnet-ids"]),
      (.committeeCount, ["attestation-committee-count"]),
      (.checkpointURL, ["checkpoint-sync-url"]),
    ]
    for (name, words) in typed {
      for word in words { #expect(NodeOption.named(word)?.name == name, "--\(word)") }
    }
  }

  @Test func `the help has all settings, by group, and fits a terminal`() {
    let help = NodeHelp.text(dashboard: [("--theme name", "The theme.")])
    for option in NodeOption.all where option.group != nil {
      for name in option.names where name != "h" { #expect(help.contains("--\(name)")) }
    }
    for group in NodeOption.Group.allCases { #expect(help.contains("\(group.rawValue):")) }
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(help.contains("swiftlet node --genesis genesis --node-id swiftlet_0"))
  }
}
