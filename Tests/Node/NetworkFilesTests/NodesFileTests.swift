import KeyFiles
import Testing

@testable import NetworkFiles

struct NodesFileTests {
  private static let records = [
    "enr:-IW4QAoG0tGo0yuMsT4i_oxY3Ock8O40AvxjbbK6GfXh3OevdGiCC_MZmO6hn4rpr7PzVCVm8883NjxkPqHQhj04"
      + "zt0BgmlkgnY0gmlwhH8AAAGEcXVpY4IjKYlzZWNwMjU2azGhAz3V4KSqvqcBY3BmqtPSuvfQfwW7yM_sq_Ke3xUiJb8L",
    "/ip4/127.0.0.1/udp/9002/quic-v1/p2p/16Uiu2HAmEZnF2T7KtPv5kQGhnXVpSyMWdbUVFM6btp2MW5gxGYwj",
  ]

  private func read(_ text: String) throws -> (file: NodesFile, problems: FileProblems) {
    var problems = FileProblems()
    let file = NodesFile(try yaml(text, "nodes.yaml"), &problems)
    return (file, problems)
  }

  @Test(arguments: [
    ("", 0), ("[]", 0), ("none", 0), ("- none", 0), ("-", 0), ("null", 0),
    ("- \(records[0])", 1), ("- \"\(records[1])\"", 1), ("\(records[0])", 1),
    ("- \(records[0])\n- \(records[1])\n", 2), ("\(records[0]),\(records[1])", 2),
  ])
  func `node records, multiaddrs and none are read`(text: String, count: Int) throws {
    let (file, problems) = try read(text)
    #expect(file.peers.count == count)
    #expect(problems == FileProblems())
  }

  @Test func `a bad entry is a warning with its line, and the others count`() throws {
    let (file, problems) = try read(
      "- \(Self.records[0])\n- enr:-xx\n- {a: b}\n- \(Self.records[1])\n")
    #expect(file.peers.count == 2)
    #expect(problems.errors == [])
    let warnings = problems.warnings.map(\.description)
    #expect(warnings.count == 2)
    #expect(
      warnings.first?.hasPrefix("nodes.yaml:2: enr:-xx... is left out") == true, "\(warnings)")
    #expect(warnings.last?.hasPrefix("nodes.yaml:3: is left out: a node record") == true)
  }

  @Test func `a list above the limit is refused`() throws {
    let problems = try read(String(repeating: "- none\n", count: 1_025)).problems
    #expect(problems.errors.first?.problem.contains("has 1025 entries; at most 1024") == true)
  }
}
