import Testing

struct SimulateNetworkCommandTests {
  @Test func `the report of a seed is the same under another hash seed`() throws {
    let arguments = [
      "simulate-network", "--nodes", "20", "--slots", "3", "--loss", "10", "--churn", "50",
    ]
    let random = try swiftlet(arguments, environment: ["SWIFT_DETERMINISTIC_HASHING": "0"])
    let fixed = try swiftlet(arguments, environment: ["SWIFT_DETERMINISTIC_HASHING": "1"])
    #expect(random.status == 0)
    #expect(random.output.contains("digest"))
    #expect(random == fixed)
  }

  @Test func `a network that is too slow for its messages ends with status 1`() throws {
    let run = try swiftlet("simulate-network", "--nodes", "20", "--slots", "1", "--uplink", "1")
    #expect(run.status == 1)
    #expect(run.output.contains("missing after two heartbeats"))
  }

  @Test(arguments: [
    ["--nodes", "1"], ["--peers", "0"], ["--subnets", "65"], ["--loss", "501"],
    ["--partition", "5-2"], ["--partition", "2"], ["--uplink", "0"], ["--slots", "0"],
  ])
  func `values that make no network are refused`(arguments: [String]) throws {
    #expect(try swiftlet(["simulate-network"] + arguments).status == 64)
  }
}
