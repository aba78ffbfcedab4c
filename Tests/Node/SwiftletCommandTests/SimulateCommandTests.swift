import Foundation
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
      "hits", "fallbacks", "forfeits", "misses", "stale", "skipped ticks", "publish offset",
      "head lag", "finality lag", "event log",
    ] {
      #expect(run.output.contains(row))
    }
  }

  @Test func `two processes with their own hash seeds print the same digest of the event log`()
    throws
  {
    let arguments = [
      "simulate", "--slots", "40", "--seeds", "2", "--faults", "chaos,adversary,oneway", "--json",
    ]
    let runs = try (0..<2).map { _ in try swiftlet(arguments) }
    #expect(runs[0] == runs[1])
    #expect(runs[0].status == 0)
    #expect(runs[0].output.contains(/"eventLogDigest" : "0x[0-9a-f]{64}"/))
  }

  @Test func `after faults the table tells how finality came back`() throws {
    let run = try swiftlet("simulate", "--slots", "40", "--faults", "brief")
    #expect(run.status == 0)
    #expect(run.output.contains("recovery"))
    #expect(run.output.contains("beyond 16 slots     0 of 1 runs"))
  }

  @Test
  func `a violation is told with its seed, what came before, and the command that repeats it`()
    throws
  {
    let run = try swiftlet("simulate", "--slots", "40", "--seed", "7", "--plant", "early-block")
    let lines = run.output.split(separator: "\n")
    let replay = try #require(lines.last?.split(separator: " ").map(String.init))
    #expect(run.status == 1)
    #expect(lines.count > 100)
    #expect(lines[lines.count - 3].hasPrefix("publishedInItsSlot broken at "))
    #expect(lines[lines.count - 2].hasPrefix("seed 7; "))
    #expect(replay.prefix(3) == ["replay:", "swiftlet", "simulate"])
    let again = try swiftlet(Array(replay.dropFirst(2)))
    #expect(again == run)
  }

  @Test func `a violation is JSON if that was asked for`() throws {
    let run = try swiftlet("simulate", "--slots", "40", "--plant", "dead-engine", "--json")
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    #expect(run.status == 1)
    #expect(object?["invariant"] as? String == "noEngineDies")
    #expect(object?["seed"] as? Int == 1)
    #expect((object?["events"] as? [String])?.isEmpty == false)
  }

  @Test(arguments: [
    ["--nodes", "0"], ["--validators", "5000"], ["--slots", "0"], ["--prover", "magic"],
    ["--aggregators", "9"], ["--seeds", "0"], ["--faults", "gremlins"], ["--faults", "lossy,"],
    ["--intensity", "1001"], ["--late-blocks", "60001"], ["--plant", "nothing"],
    ["--seed", "18446744073709551615"], ["--start-policy", "never"],
  ])
  func `options that make no network are refused in a line that names them`(
    arguments: [String]
  ) throws {
    let run = try swiftlet(["simulate"] + arguments)
    let reason = run.errors.split(separator: "\n").first { $0.hasPrefix("Error: ") }
    #expect(run.status == 64)
    #expect(reason?.contains(arguments[0]) == true)
  }

  @Test func `JSON and events exclude each other`() throws {
    let run = try swiftlet("simulate", "--json", "--events")
    #expect(run.status == 64)
    #expect(run.errors.contains("--json and --events exclude each other"))
  }
}
