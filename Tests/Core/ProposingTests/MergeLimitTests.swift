import Testing

@testable import Proposing

struct MergeLimitTests {
  /// Proposes with a prover that merges `capacity` attestations; the numbers of the blocks that were
  /// tried, with `!` where the merge failed.
  private func blocks(_ count: Int, capacity: (Int) -> Int, wanted: Int = 4) -> [String] {
    var limit = MergeLimit()
    return (0..<count).map { index in
      let size = min(wanted, limit.attestations ?? .max)
      guard size <= capacity(index) else {
        limit.fail(attestations: size)
        return "\(size)!"
      }
      limit.succeed()
      return "\(size)"
    }
  }

  @Test func `a merge that fails once changes nothing`() {
    #expect(blocks(4) { $0 == 1 ? 0 : 8 } == ["4", "4!", "4", "4"])
  }

  @Test func `a prover that fails at its size gets half of it, down to none`() {
    #expect(
      blocks(14, capacity: { _ in 0 })
        == ["4!", "4!", "2!", "1!", "0", "0", "0", "0", "0", "0", "0", "0", "1!", "0"])
  }

  @Test func `more is tried again, and less often each time that it fails`() {
    let tried = blocks(120, capacity: { _ in 1 }, wanted: 2)
    let failures = tried.indices.filter { tried[$0] == "2!" }
    #expect(failures == [0, 1, 10, 27, 60])
    #expect(tried.filter { $0 == "1" }.count == 115)
  }

  @Test func `a prover that has room again gets everything`() {
    let tried = blocks(80, capacity: { $0 < 4 ? 1 : 8 }, wanted: 8)
    #expect(tried.prefix(6) == ["8!", "8!", "4!", "2!", "1", "1"])
    #expect(tried.last == "8")
  }
}
