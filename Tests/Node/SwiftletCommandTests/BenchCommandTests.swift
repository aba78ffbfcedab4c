import Testing

struct BenchCommandTests {
  @Test(arguments: [
    (["magic"], "there is no suite 'magic'"),
    (["publication", "ssz"], "publication runs alone"),
    (["publication", "--slots", "4"], "--slots is 4"),
  ])
  func `what cannot be measured is refused in one line`(
    arguments: [String], reason: String
  ) throws {
    let run = try swiftlet(["bench"] + arguments)
    #expect(run.status == 64)
    #expect(run.errors.contains(reason))
  }

  @Test func `the help names the bench that takes minutes`() throws {
    let run = try swiftlet("bench", "--help")
    #expect(run.status == 0)
    #expect(run.output.contains("publication"))
  }
}
