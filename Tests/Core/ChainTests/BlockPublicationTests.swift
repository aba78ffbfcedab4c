import ChainEvents
import Consensus
import SSZ
import Testing

@testable import Chain

struct BlockPublicationTests {
  @Test func `scenario 22: a block that no peer took is sent again until its slot ends`() throws {
    var run = try EngineRun(ours: [2])
    run.publishingMilliseconds = nil
    run.run(toSlot: 2, plus: 5)
    let root = run.blocks[0].block.block.hashTreeRoot()
    for time in [8010, 8120, 8230] as [Int64] {
      run.run(to: time, then: .publicationFailed(root: root))
    }
    run.run(toSlot: 5)
    #expect(run.blocks.map(\.time) == [8000, 8110, 8220, 8330])
    #expect(run.outcomes == ["2:hit+0"])
    #expect(
      run.ends(of: .publish) == ["2: 4000 ms, no peer took it in its slot at 12000"])
    #expect(run.names().filter { $0 == "log" }.count == 1)
  }
}
