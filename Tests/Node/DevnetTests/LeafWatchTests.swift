import Consensus
import Devnet
import Foundation
import Hashing
import NodeTestSupport
import SSZ
import Testing

struct LeafWatchTests {
  @Test func `one block and one vote a slot are no violation, said once or twice`() throws {
    let scratch = try Scratch()
    let watch = try LeafWatch(path: scratch.path("signed.log"))
    for _ in 0..<2 { watch.note(try block(slot: 1, parent: 0)) }
    watch.note(try block(slot: 2, parent: 0))
    #expect(watch.leafCount == 2)
    #expect(watch.violations == [])
  }

  @Test func `a second block on one leaf is a violation, also after a restart`() throws {
    let scratch = try Scratch()
    let path = scratch.path("signed.log")
    try LeafWatch(path: path).note(block(slot: 7, parent: 0))
    let watch = try LeafWatch(path: path)
    watch.note(try block(slot: 7, parent: 1))
    #expect(watch.violations.count == 1)
    #expect(watch.violations.first?.contains("validator 3") == true)
    #expect(watch.violations.first?.contains("slot 7") == true)
  }

  @Test func `a line that a kill has torn is passed over`() throws {
    let scratch = try Scratch()
    let path = scratch.path("signed.log")
    try Data("3 p 7 0x12".utf8).write(to: URL(filePath: path))
    let watch = try LeafWatch(path: path)
    watch.note(try block(slot: 7, parent: 1))
    #expect(watch.violations == [])
    #expect(try LeafWatch(path: path).leafCount == 1, "nor does it spoil the next")
  }

  @Test func `at its limit the oldest slots are forgotten, in memory and in the file`() throws {
    let scratch = try Scratch()
    let path = scratch.path("signed.log")
    let watch = try LeafWatch(path: path, limit: 10)
    var largest = 0
    for slot in 1...200 as ClosedRange<UInt64> {
      watch.note(try block(slot: slot, parent: 0))
      largest = max(largest, try Data(contentsOf: URL(filePath: path)).count)
    }
    #expect(watch.leafCount == 10)
    #expect(largest < 2 * 10 * 96 + 96)
    let next = try LeafWatch(path: path, limit: 10)
    #expect(next.leafCount == 10)
    next.note(try block(slot: 200, parent: 1))
    #expect(next.violations.count == 1)
    next.note(try block(slot: 1, parent: 1))
    #expect(next.violations.count == 1)
  }
}

private func block(slot: UInt64, parent: UInt8) throws -> SignedBlock {
  SignedBlock(
    block: Block(
      slot: Slot(slot), proposerIndex: 3, parentRoot: Bytes32 { $0[0] = parent },
      stateRoot: .zero, body: BlockBody()),
    proof: MultiMessageAggregate(proof: try ByteList([1])))
}
