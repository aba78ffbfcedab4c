import Testing

struct SimulateCommandTests {
  @Test func `the events of a seed are the same under another hash seed, byte for byte`() throws {
    let arguments = [
      "simulate", "--slots", "40", "--faults", "chaos", "--seed", "9", "--events",
    ]
    let random = try swiftlet(arguments, environment: ["SWIFT_DETERMINISTIC_HASHING": "0"])
    let fixed = try swiftlet(arguments, environment: ["SWIFT_DETERMINISTIC_HASHING": "1"])
    #expect(random.status == 0)
    #expect(random.output.split(separator: "\n").count > 1000)
    #expect(random == fixed)
  }

  @Test func `the table names what the issue asks for`() throws {
    let run = try swiftlet("simulate", "--slots", "12")
    #expect(run.status == 0)
    for row in [
      "hits", "fallbacks", "forfeits", "misses", "missed intervals", "guard skips",
      "publish offset", "head lag", "finality lag",
    ] {
      #expect(run.output.contains(row))
    }
  }

  @Test(arguments: [
    ["--nodes", "0"], ["--validators", "5000"], ["--slots", "0"], ["--prover", "magic"],
    ["--aggregators", "9"], ["--seeds", "0"],
  ])
  func `options that make no network are refused`(arguments: [String]) throws {
    let run = try swiftlet(["simulate"] + arguments)
    #expect(run.status == 64)
    #expect(run.errors.contains(arguments[0]))
  }
}
