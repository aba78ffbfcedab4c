import Foundation
import KeyFiles
import NodeTestSupport
import Testing

@testable import NodeSettings

struct NodeArgumentsTests {
  private func read(_ words: String...) -> (NodeArguments, [String]) {
    var problems = FileProblems()
    let arguments = NodeArguments(words, others: ["theme": true, "ascii": false], &problems)
    return (arguments, problems.errors.map(\.description))
  }

  @Test func `values follow or are attached, switches may say false`() {
    let (arguments, problems) = read(
      "--genesis", "a", "--api-port=5052", "--is-aggregator", "false", "--metrics", "--no-tui")
    #expect(problems == [])
    #expect(arguments.value(.genesis)?.text == "a")
    #expect(arguments.value(.apiPort)?.text == "5052")
    #expect(arguments.value(.isAggregator)?.text == "false")
    #expect(arguments.value(.metrics)?.text == "true")
    #expect(arguments.value(.noTUI)?.text == "true")
    #expect(arguments.value(.port)?.text == nil)
  }

  @Test func `the last one of a name counts, lists keep all`() {
    let (arguments, _) = read(
      "--node", "a", "--node-id", "b", "--bootnodes", "x", "--bootnodes", "y")
    #expect(arguments.value(.nodeID)?.text == "b")
    #expect(arguments.texts(.bootnodes) == ["x", "y"])
  }

  @Test func `unknown names are told with what may have been meant, all of them`() {
    let (_, problems) = read("--genesiss", "x", "loose", "--zzzzzzzz", "--data-dir")
    #expect(
      problems == [
        "--genesiss: is not known; did you mean --genesis?",
        "loose: is no setting; they begin with --", "--zzzzzzzz: is not known",
        "--data-dir: needs a value: folder",
      ])
  }

  @Test func `how the dashboard looks is left to others`() {
    let (arguments, problems) = read("--theme", "mono", "--ascii", "--node-id", "a")
    #expect(problems == [])
    #expect(arguments.rest == ["--theme", "mono", "--ascii"])
  }

  @Test func `a file has the same names, its problems name their line, and the typed ones beat it`()
    throws
  {
    let scratch = try Scratch()
    let path = scratch.path("node.yaml")
    try Data(
      """
      node-id: from_file
      gossipsub-port: 9007
      is-aggregator: true
      aggregate-subnet-ids: [0, 1]
      bootnodes: [x, y]
      theme: mono
      gensis: z
      """.utf8
    ).write(to: URL(filePath: path))
    var (arguments, problems) = read("--config", path, "--node-id", "typed")
    #expect(problems == ["\(path):7: gensis is not known; did you mean --genesis?"])
    #expect(arguments.value(.nodeID)?.text == "typed")
    #expect(arguments.value(.port)?.text == "9007")
    #expect(arguments.texts(.aggregatedSubnets) == ["0", "1"])
    #expect(arguments.texts(.bootnodes) == ["x", "y"])
    #expect(arguments.rest == ["--theme", "mono"])
    (arguments, problems) = read("--bootnodes", "z", "--config", path)
    #expect(arguments.texts(.bootnodes) == ["z"])
    #expect(
      arguments.value(.port)?.error("is wrong").description == "\(path):2: gossipsub-port is wrong")
  }

  @Test func `a file that cannot be read or is no list is one problem`() throws {
    let scratch = try Scratch()
    #expect(read("--config", scratch.path("none")).1.count == 1)
    let path = scratch.path("list.yaml")
    try Data("- a\n".utf8).write(to: URL(filePath: path))
    #expect(
      read("--config", path).1 == ["\(path):1: is no list of settings; a line is name: value"])
  }
}
