import Testing

/// `swiftlet devnet` as people run it.
struct DevnetCommandTests {
  @Test(arguments: [
    (["--nodes", "0"], "0 nodes cannot run in one process; choose --nodes from 1 to 32"),
    (["--aggregators", "5"], "5 aggregators among 4 nodes; give at most --aggregators 4"),
    (["--data-dir", "/etc"], "/etc is not empty and holds no devnet; give an empty place"),
    (["--seconds-per-slot", "3"], "choose --seconds-per-slot 1, 2, 4, or a multiple of 4"),
  ])
  func `bad settings are refused in one line before anything starts`(
    arguments: [String], line: String
  ) throws {
    let refused = try swiftlet(["devnet", "--no-tui"] + arguments)
    #expect(refused.status != 0)
    #expect(refused.output == "")
    #expect(refused.errors.hasPrefix("Error: ") && refused.errors.contains(line))
    #expect(refused.errors.split(separator: "\n").count == 1)
  }

  @Test(arguments: [["--scheme", "rot13"], ["--prover-cost", "abacus"], ["--merge-cost", "-1"]])
  func `a name that is not known is answered with those that are`(arguments: [String]) throws {
    let refused = try swiftlet(["devnet", "--no-tui"] + arguments)
    #expect(refused.status == 64)
    #expect(refused.errors.contains("swiftlet devnet --help"))
  }
}
